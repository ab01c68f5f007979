public import Accounting
public import Model

/// Legs of one event that pay more together than they cost, whatever happens: bought in equal shares at prices that stand in the books, every fee counted.
///
/// Two kinds are looked for. Exclusive markets: the YES of all of them where one must win, or the NO of several, of which at most one loses. Nested
/// ones: the YES of the easier with the NO of the harder, of which at least one pays. What a set pays at least is not taken from its kind but counted
/// over the event's states. All amounts are integers.
public struct LockedSet: Hashable, Sendable {
    /// What stands in a market's book to be bought at once.
    public struct Asks: Hashable, Sendable {
        public var yes: Level?
        public var no: Level?
        public var fees: FeeSchedule

        public init(yes: Level?, no: Level?, fees: FeeSchedule) {
            self.yes = yes
            self.no = no
            self.fees = fees
        }
    }

    public struct Leg: Hashable, Sendable {
        /// The market, by its place among the event's.
        public let index: Int
        public let side: Side
        /// In `side`'s own dollars.
        public let price: Price
        public let offered: Quantity
        public let fees: FeeSchedule

        /// Price and fee of `shares` at most.
        func cost(_ shares: Quantity) -> Money { price * shares + fees.boundForWholeFills(price: price, quantity: shares) }
    }

    /// The one with the least offered first: where it fails nothing has been bought yet.
    public let legs: [Leg]
    /// How many of the legs pay in the worst state.
    public let pays: Int

    /// What is locked in by `shares` of each leg, at least; below zero where the fees eat it.
    public func profit(_ shares: Quantity) -> Money {
        legs.reduce(Money(millionths: Int64(pays) * 10_000 * shares.hundredths)) { $0 - $1.cost(shares) }
    }

    /// What one share of a leg is worth in dollars while it can still be completed: what the set pays less what the other legs cost.
    public func worth(of leg: Int, _ shares: Quantity) -> Double {
        let others = legs.indices.filter { $0 != leg }.reduce(Money.zero) { $0 + legs[$1].cost(shares) }
        return Double(pays) - others.approximateDollars / shares.approximateContracts
    }

    /// Whole shares of which the least offered leg has enough.
    public var offered: Quantity { .contracts((legs.map(\.offered).min() ?? .zero).hundredths / 100) }

    /// The set with the highest profit at what is offered of it; nil where none locks in at least `least` a share.
    public static func best(_ states: EventStates, _ asks: [Asks?], least: Money) -> LockedSet? {
        let found =
            switch states.shape {
            case .exclusive: [whole(asks), noes(asks)]
            case .nested: pairs(states, asks)
            }
        return found.compactMap { legs in legs.flatMap { LockedSet($0, states) } }
            .filter { set in
                let shares = set.offered
                return shares > .zero && set.profit(shares).millionths * 100 >= least.millionths * shares.hundredths
            }
            .max { $0.profit($0.offered) < $1.profit($1.offered) }
    }

    private init?(_ legs: [Leg], _ states: EventStates) {
        guard legs.count > 1 else { return nil }
        self.legs = legs.sorted { ($0.offered, $0.index) < ($1.offered, $1.index) }
        pays = states.pays.map { row in legs.count { row[$0.index] == ($0.side == .yes) } }.min() ?? 0
    }

    // MARK: - Kinds

    /// The YES of every market.
    private static func whole(_ asks: [Asks?]) -> [Leg]? {
        let legs = asks.indices.compactMap { leg($0, .yes, asks[$0]) }
        return legs.count == asks.count ? legs : nil
    }

    /// The NO of each market whose NO, at a dollar less its price and fee, adds anything.
    private static func noes(_ asks: [Asks?]) -> [Leg]? {
        asks.indices.compactMap { leg($0, .no, asks[$0]) }.filter { leg in
            let shares = Quantity.contracts(max(leg.offered.hundredths / 100, 1))
            return leg.cost(shares) < Price.one * shares
        }
    }

    /// For each harder market its NO, with the cheapest YES of an easier one.
    private static func pairs(_ states: EventStates, _ asks: [Asks?]) -> [[Leg]?] {
        var cheapest: Leg?
        var found: [[Leg]?] = []
        for index in states.hardestFirst.reversed() {
            if let cheapest, let no = leg(index, .no, asks[index]), cheapest.price.tenThousandths + no.price.tenThousandths < 10_000 { found.append([cheapest, no]) }
            if let yes = leg(index, .yes, asks[index]), cheapest.map({ yes.price < $0.price }) ?? true { cheapest = yes }
        }
        return found
    }

    private static func leg(_ index: Int, _ side: Side, _ asks: Asks?) -> Leg? {
        guard let asks, let level = side == .yes ? asks.yes : asks.no, level.price.isTradable, level.quantity >= .contracts(1) else { return nil }
        return Leg(index: index, side: side, price: level.price, offered: level.quantity, fees: asks.fees)
    }
}
