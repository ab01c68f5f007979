public import Model

/// The bids for one leg, ascending: the best is last, where most changes happen.
public struct Ladder: Sendable, Equatable, Codable {
    public private(set) var levels: [Level] = []

    public init() {}

    public init(levels: [Level]) { self.levels = levels.filter { $0.quantity > .zero }.sorted { $0.price < $1.price } }

    public var best: Level? { levels.last }
    public var isEmpty: Bool { levels.isEmpty }

    public func quantity(at price: Price) -> Quantity {
        let i = position(of: price)
        return i < levels.count && levels[i].price == price ? levels[i].quantity : .zero
    }

    /// Adds `change` to the level and removes it at zero. False, and nothing changed, when the level would go below zero.
    mutating func add(_ change: Quantity, at price: Price) -> Bool {
        let i = position(of: price)
        if i < levels.count, levels[i].price == price {
            let quantity = levels[i].quantity + change
            if quantity < .zero { return false }
            if quantity.isZero { levels.remove(at: i) } else { levels[i] = Level(price: price, quantity: quantity) }
            return true
        }
        if change < .zero { return false }
        if change > .zero { levels.insert(Level(price: price, quantity: change), at: i) }
        return true
    }

    /// The first index whose price is not below `price`. The search starts at the best price: that is where books move.
    private func position(of price: Price) -> Int {
        var i = levels.count
        var steps = 0
        while i > 0, levels[i - 1].price >= price {
            i -= 1
            steps += 1
            if steps == 8 { return bisect(price, below: i) }
        }
        return i
    }

    private func bisect(_ price: Price, below end: Int) -> Int {
        var low = 0
        var high = end
        while low < high {
            let middle = (low + high) / 2
            if levels[middle].price < price { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// One market's book: bids for YES and bids for NO. There are no asks: to sell YES is to bid for NO, so the YES ask is $1 less the best NO bid.
public struct OrderBook: Sendable, Equatable, Codable {
    public enum State: Sendable, Equatable, Codable {
        /// No snapshot yet; then live.
        case unknown
        /// In sequence; then frozen.
        case live
        /// Messages were lost, or the connection: the levels are the last that were known. Then live, by a snapshot and nothing else.
        case frozen(FreezeReason)
    }

    public enum FreezeReason: Sendable, Equatable, Codable {
        case gap(expected: UInt64, got: UInt64)
        case disconnected
        /// A change took more from a level than was there: some earlier message was lost or wrong.
        case negativeLevel(Side, Price)
    }

    public internal(set) var state: State = .unknown
    public internal(set) var yes = Ladder()
    public internal(set) var no = Ladder()
    /// When the last snapshot or change of this very book was received.
    public internal(set) var changed: Timestamp?

    public init() {}

    public subscript(side: Side) -> Ladder { side == .yes ? yes : no }
    public var isEmpty: Bool { yes.isEmpty && no.isEmpty }

    /// The highest bid for a leg.
    public func bid(_ side: Side) -> Level? { self[side].best }

    /// What a buyer of the leg meets first: the other leg's best bid, seen from this one.
    public func ask(_ side: Side) -> Level? {
        self[side.opposite].best.map { Level(price: $0.price.complement, quantity: $0.quantity) }
    }

    /// The middle of bid and ask of YES as a probability; nil unless both sides are quoted.
    public var mid: Double? {
        guard let bid = yes.best, let ask = ask(.yes) else { return nil }
        return (bid.price.probability + ask.price.probability) / 2
    }

    mutating func replace(yes: [Level], no: [Level], at time: Timestamp) {
        self.yes = Ladder(levels: yes)
        self.no = Ladder(levels: no)
        state = .live
        changed = time
    }

    mutating func add(_ change: Quantity, _ side: Side, at price: Price, time: Timestamp) {
        let applied = side == .yes ? yes.add(change, at: price) : no.add(change, at: price)
        changed = time
        if !applied { state = .frozen(.negativeLevel(side, price)) }
    }
}
