import Model

/// What a recording says rests in a market, and where our own orders stand in those queues.
///
/// The recording does not know us, so what we took stays in it: `consumed` remembers that until the recording's own level shrinks.
struct RecordedBook: Sendable {
    /// One of our resting orders.
    struct Own: Sendable {
        let account: Int32
        let order: Int32
        let side: Side
        let price: Price
        let rested: Timestamp
        /// What stands before us at our price.
        var ahead: Int64
        /// How much `ahead` fell because the level shrank, not yet explained by a trade; valid near `shrunkAt`.
        var shrunk: Int64 = 0
        var shrunkAt: Timestamp = .zero
    }

    struct Consumed: Sendable {
        let side: Side
        let price: Price
        var quantity: Int64
    }

    /// A trade and the level's change are told on two channels, in either order; within this time the one explains the other.
    static let pairingWindow = Interval.seconds(1)
    /// How late a trade can be told. A trade that seems older than this is dated by another clock, and counts as one of now.
    static let latestTrade = Interval.seconds(10)
    /// Ahead of an order that came while nothing was known: the next snapshot says how much it really is.
    static let unknownQueue = Int64.max / 4

    private(set) var yes: PriceSlots
    private(set) var no: PriceSlots
    var live = false
    /// The last snapshot was empty, as one is at a market's close: nothing that follows fills us before liquidity is seen again.
    private(set) var bare = false
    var subscription: SubscriptionID?
    /// Oldest first.
    private(set) var own: [Own] = []
    private(set) var consumed: [Consumed] = []

    init(tick: Int32) {
        yes = PriceSlots(tick: tick)
        no = PriceSlots(tick: tick)
    }

    func size(_ side: Side, _ price: Price) -> Int64 { side == .yes ? yes[price] : no[price] }

    func consumed(_ side: Side, _ price: Price) -> Int64 {
        for entry in consumed where entry.side == side && entry.price == price { return entry.quantity }
        return 0
    }

    /// What of a level is still there for us.
    func visible(_ side: Side, _ price: Price) -> Int64 { max(0, size(side, price) - consumed(side, price)) }

    func levels(_ side: Side) -> [Level] {
        (side == .yes ? yes : no).levels.compactMap { level in
            let left = visible(side, level.price)
            return left == 0 ? nil : Level(price: level.price, quantity: Quantity(hundredths: left))
        }
    }

    /// Levels of `side` that reach $1 together with `limit`, best first.
    func levels(_ side: Side, reaching limit: Price) -> [Level] {
        guard live else { return [] }
        return levels(side).filter { $0.price.tenThousandths + limit.tenThousandths >= 10_000 }.reversed()
    }

    func available(_ side: Side, reaching limit: Price) -> Int64 { levels(side, reaching: limit).reduce(0) { $0 + $1.quantity.hundredths } }

    // MARK: - Our orders

    mutating func rest(account: Int32, order: Int32, _ side: Side, _ price: Price, at time: Timestamp) {
        let ahead = live ? visible(side, price) : Self.unknownQueue
        own.append(Own(account: account, order: order, side: side, price: price, rested: time, ahead: ahead))
    }

    mutating func leave(account: Int32, order: Int32) { own.removeAll { $0.account == account && $0.order == order } }

    func ahead(account: Int32, order: Int32) -> Int64? { own.first { $0.account == account && $0.order == order }?.ahead }

    mutating func consume(_ side: Side, _ price: Price, _ quantity: Int64) {
        for i in consumed.indices where consumed[i].side == side && consumed[i].price == price {
            consumed[i].quantity += quantity
            return
        }
        consumed.append(Consumed(side: side, price: price, quantity: quantity))
    }

    /// A trade of `quantity` at the price of own order `i`: what reaches the order after the queue before it.
    mutating func eatQueue(_ i: Int, _ quantity: Int64, at time: Timestamp) -> Int64 {
        if time - own[i].shrunkAt > Self.pairingWindow { own[i].shrunk = 0 }
        let explained = min(own[i].shrunk, quantity)
        own[i].shrunk -= explained
        let eaten = min(own[i].ahead, quantity - explained)
        own[i].ahead -= eaten
        return quantity - explained - eaten
    }

    mutating func clearQueue(_ i: Int) { own[i].ahead = 0 }

    // MARK: - The recording

    /// Changes one level; returns its new size, negative when the recording contradicts itself.
    mutating func change(_ side: Side, _ price: Price, by change: Int64, at time: Timestamp) -> Int64 {
        let size = side == .yes ? yes.add(change, at: price) : no.add(change, at: price)
        if change > 0 { bare = false }
        if change < 0, !consumed.isEmpty || !own.isEmpty { shrink(side, price, by: -change, to: max(0, size), at: time) }
        return size
    }

    private mutating func shrink(_ side: Side, _ price: Price, by loss: Int64, to size: Int64, at time: Timestamp) {
        for i in consumed.indices where consumed[i].side == side && consumed[i].price == price { consumed[i].quantity -= loss }
        consumed.removeAll { $0.quantity <= 0 }
        for i in own.indices where own[i].side == side && own[i].price == price { rebase(i, to: size, at: time) }
    }

    private mutating func rebase(_ i: Int, to size: Int64, at time: Timestamp) {
        guard own[i].ahead > size else { return }
        if time - own[i].shrunkAt > Self.pairingWindow { own[i].shrunk = 0 }
        // Out of the unknown nothing shrank: the first look has nothing to explain.
        if own[i].ahead < Self.unknownQueue { own[i].shrunk += own[i].ahead - size }
        own[i].shrunkAt = time
        own[i].ahead = size
    }

    mutating func replace(yes yesLevels: [Level], no noLevels: [Level], at time: Timestamp) {
        yes = PriceSlots(tick: yes.tick)
        no = PriceSlots(tick: no.tick)
        for level in yesLevels where level.quantity > .zero { _ = yes.set(level.price, to: level.quantity.hundredths) }
        for level in noLevels where level.quantity > .zero { _ = no.set(level.price, to: level.quantity.hundredths) }
        live = true
        bare = yesLevels.isEmpty && noLevels.isEmpty
        for i in consumed.indices { consumed[i].quantity = min(consumed[i].quantity, size(consumed[i].side, consumed[i].price)) }
        consumed.removeAll { $0.quantity <= 0 }
        if !bare { for i in own.indices { rebase(i, to: size(own[i].side, own[i].price), at: time) } }
    }
}
