public import Model

/// Keeps the books of all markets in step with their subscriptions: the one place where a sequence number is judged.
///
/// A sequence belongs to a subscription, so one lost message freezes every book that the subscription feeds, until each gets its own snapshot.
public struct BookKeeper: Sendable, Codable {
    /// What an event meant for the books.
    public enum Change: Sendable, Equatable {
        /// Nothing for the books (another kind of event, a repetition, a change to a frozen book).
        case none
        /// This market's book changed.
        case updated(Ticker)
        /// These books stopped being true. Ask for their snapshots on this subscription; nil when the connection is gone.
        case froze([Ticker], SubscriptionID?)
    }

    private struct Subscription: Sendable, Codable {
        let id: SubscriptionID
        var last: UInt64
        var complete: Bool
        var heard: Timestamp
        /// Places in `books`, ascending.
        var fed: [Int] = []
    }

    private struct Entry: Sendable, Codable {
        let market: Ticker
        var book = OrderBook()
        var subscription: SubscriptionID?
    }

    private var books: [Entry] = []
    private var places: [Ticker: Int] = [:]
    /// A handful: searched from the one that spoke last, which is quicker than hashing.
    private var subscriptions: [Subscription] = []
    private var lastSubscription = 0
    private var lastPlace = -1

    public init() {}

    public mutating func apply(_ event: MarketEvent, at time: Timestamp) -> Change {
        switch event {
        case .delta(let delta): return change(delta, at: time)
        case .snapshot(let snapshot): return replace(snapshot, at: time)
        case .sequenced(let id, let sequence): return advance(id, to: sequence, at: time).map { freeze(id, $0) } ?? .none
        case .trade(_, let id, let sequence): return advance(id, to: sequence, at: time).map { freeze(id, $0) } ?? .none
        case .subscribed(let id, _, let complete):
            begin(Subscription(id: id, last: 0, complete: complete, heard: time))
            return .none
        case .connected(let connection): return drop { $0 < connection }
        case .disconnected(let connection): return drop { $0 == connection }
        case .ticker, .spot, .listed, .status, .determined, .settled: return .none
        }
    }

    public func book(_ market: Ticker) -> OrderBook? { places[market].map { books[$0].book } }

    /// Every market that ever had a book, in order of name.
    public var markets: [Ticker] { places.keys.sorted() }

    /// When the subscription that feeds this book was last heard of: the age of the book, for a quiet market too.
    public func heard(_ market: Ticker) -> Timestamp? {
        guard let place = places[market], let id = books[place].subscription else { return nil }
        return find(id).map { subscriptions[$0].heard }
    }

    public mutating func forget(_ market: Ticker) {
        guard let place = places[market] else { return }
        if let s = books[place].subscription.flatMap(find) { subscriptions[s].fed.removeAll { $0 == place } }
        let last = books.count - 1
        if place != last {
            if let s = books[last].subscription.flatMap(find), let i = subscriptions[s].fed.firstIndex(of: last) { subscriptions[s].fed[i] = place }
            places[books[last].market] = place
            books.swapAt(place, last)
        }
        books.removeLast()
        places[market] = nil
        lastPlace = -1
    }

    public func feed(into digest: inout Digest) {
        for market in markets {
            guard let book = book(market) else { continue }
            digest.feed(market.text)
            for side in Side.allCases {
                digest.feed(book[side].levels.count)
                for level in book[side].levels {
                    digest.feed(level.price)
                    digest.feed(level.quantity)
                }
            }
        }
    }

    // MARK: - Steps

    private mutating func change(_ delta: BookDelta, at time: Timestamp) -> Change {
        let gap = advance(delta.subscription, to: delta.sequence, at: time)
        if let gap { return freeze(delta.subscription, gap) }
        if repeated { return .none }
        let place = place(of: delta.market)
        guard books[place].book.state == .live, books[place].subscription == delta.subscription else { return .none }
        books[place].book.add(delta.change, delta.side, at: delta.price, time: time)
        if case .frozen = books[place].book.state { return .froze([delta.market], delta.subscription) }
        return .updated(delta.market)
    }

    private mutating func replace(_ snapshot: BookSnapshot, at time: Timestamp) -> Change {
        let gap = advance(snapshot.subscription, to: snapshot.sequence, at: time)
        let lost = gap.map { freeze(snapshot.subscription, $0) }
        if repeated { return .none }
        let place = place(of: snapshot.market)
        attach(place, to: snapshot.subscription)
        books[place].book.replace(yes: snapshot.yes, no: snapshot.no, at: time)
        // The snapshot itself is whole, whatever was lost before it; its neighbours are not.
        if case .froze(let markets, let id)? = lost {
            let others = markets.filter { $0 != snapshot.market }
            if !others.isEmpty { return .froze(others, id) }
        }
        return .updated(snapshot.market)
    }

    /// Set by `advance`: the message had been seen before.
    private var repeated = false

    /// Moves the subscription's sequence on; a reason when messages were lost.
    private mutating func advance(_ id: SubscriptionID, to sequence: UInt64, at time: Timestamp) -> OrderBook.FreezeReason? {
        repeated = false
        guard let s = find(id) else {
            // A subscription nobody announced: what follows its first message is in sequence.
            begin(Subscription(id: id, last: sequence, complete: true, heard: time))
            return nil
        }
        lastSubscription = s
        let last = subscriptions[s].last
        if sequence <= last {
            // A repetition proves nothing new: a stream that only repeats itself, or began to count anew, grows old.
            repeated = true
            return nil
        }
        subscriptions[s].heard = time
        subscriptions[s].last = sequence
        if sequence == last + 1 || !subscriptions[s].complete { return nil }
        return .gap(expected: last + 1, got: sequence)
    }

    private func find(_ id: SubscriptionID) -> Int? {
        if lastSubscription < subscriptions.count, subscriptions[lastSubscription].id == id { return lastSubscription }
        return subscriptions.firstIndex { $0.id == id }
    }

    private mutating func begin(_ subscription: Subscription) {
        if let s = find(subscription.id) { subscriptions[s] = subscription } else { subscriptions.append(subscription) }
    }

    private mutating func freeze(_ id: SubscriptionID, _ reason: OrderBook.FreezeReason) -> Change {
        var frozen: [Ticker] = []
        for place in find(id).map({ subscriptions[$0].fed }) ?? [] where books[place].book.state == .live {
            books[place].book.state = .frozen(reason)
            frozen.append(books[place].market)
        }
        return frozen.isEmpty ? .none : .froze(frozen.sorted(), id)
    }

    private mutating func drop(where gone: (UInt32) -> Bool) -> Change {
        var frozen: [Ticker] = []
        for subscription in subscriptions where gone(subscription.id.connection) {
            if case .froze(let markets, _) = freeze(subscription.id, .disconnected) { frozen += markets }
        }
        subscriptions.removeAll { gone($0.id.connection) }
        return frozen.isEmpty ? .none : .froze(frozen.sorted(), nil)
    }

    private mutating func place(of market: Ticker) -> Int {
        if lastPlace >= 0, books[lastPlace].market == market { return lastPlace }
        if let place = places[market] {
            lastPlace = place
            return place
        }
        books.append(Entry(market: market))
        places[market] = books.count - 1
        lastPlace = books.count - 1
        return lastPlace
    }

    private mutating func attach(_ place: Int, to id: SubscriptionID) {
        guard books[place].subscription != id else { return }
        if let old = books[place].subscription.flatMap(find) { subscriptions[old].fed.removeAll { $0 == place } }
        books[place].subscription = id
        if let new = find(id) { subscriptions[new].fed.append(place) }
    }
}
