public import Model

/// A market's payout to one account.
public struct Settlement: Hashable, Sendable, Codable {
    public let market: Ticker
    public let result: MarketResult
    /// The net position that was paid: positive YES, negative NO.
    public let net: Quantity
    public let cost: Money
    public let payout: Money
    /// The part of a cent that a scalar payout loses to rounding.
    public let fee: Money
    /// Of this settlement alone: what the position was worth less its cost.
    public let realized: Money

    /// Two payouts of one market by one result, seen as one.
    public func joined(with other: Settlement) -> Settlement {
        precondition(market == other.market && result == other.result, "one market is paid by one result")
        return Settlement(
            market: market, result: result, net: net + other.net, cost: cost + other.cost, payout: payout + other.payout, fee: fee + other.fee,
            realized: realized + other.realized)
    }
}

/// One account's money: cash, positions, and cash set aside for open orders.
///
/// It trusts its caller: a fill applied twice is counted twice. Whoever receives fills (the engine, the venue) drops repetitions by trade id first.
public struct Portfolio: Hashable, Sendable, Codable {
    public private(set) var cash: Money
    /// The sum of what is set aside for open orders.
    public private(set) var reserved: Money = .zero
    private var byMarket: [Ticker: Position] = [:]
    private var reservations: [ClientOrderID: Money] = [:]
    /// What forgotten markets brought and cost.
    private var pastRealized: Money = .zero
    private var pastFees: Money = .zero

    public init(cash: Money) { self.cash = cash }

    /// A portfolio whose owner keeps its money and positions elsewhere, as the venue does. `reserved` belongs to no order by name.
    public init(cash: Money, reserved: Money, positions: [(market: Ticker, position: Position)]) {
        self.cash = cash
        self.reserved = reserved
        for held in positions { byMarket[held.market] = held.position }
    }

    /// What new orders may use. Negative when fills cost more than was set aside for them.
    public var free: Money { cash - reserved }

    /// Every market ever touched, in ascending order of ticker; flat ones keep their realized profit.
    public var positions: [(market: Ticker, position: Position)] {
        byMarket.keys.sorted().compactMap { ticker in byMarket[ticker].map { (ticker, $0) } }
    }

    /// Flat and new where nothing was ever held.
    public func position(_ market: Ticker) -> Position { byMarket[market] ?? Position() }

    /// The most that can be lost on a market: the cost of what is held there.
    public func exposure(_ market: Ticker) -> Money { byMarket[market]?.cost ?? .zero }
    /// The cost of everything held.
    public var totalExposure: Money { byMarket.values.reduce(.zero) { $0 + $1.cost } }
    public var realized: Money { byMarket.values.reduce(pastRealized) { $0 + $1.realized } }
    public var fees: Money { byMarket.values.reduce(pastFees) { $0 + $1.fees } }

    // MARK: - Fills and payouts

    /// Not idempotent: see the type's note.
    @discardableResult
    public mutating func apply(_ fill: Fill) -> Position.Change {
        buy(fill.market, fill.side, price: fill.price, quantity: fill.quantity, fee: fill.fee)
    }

    @discardableResult
    public mutating func buy(_ market: Ticker, _ side: Side, price: Price, quantity: Quantity, fee: Money) -> Position.Change {
        let change = byMarket[market, default: Position()].buy(side, price: price, quantity: quantity, fee: fee)
        cash += change.cash
        return change
    }

    /// Pays a market out. Nil where nothing is held, so that a second call pays nothing.
    /// - Parameter told: what the exchange says it paid, and for which position; believed where it is the position held here.
    public mutating func settle(_ market: Ticker, _ result: MarketResult, told: VenueSettlement.Paid? = nil) -> Settlement? {
        let amount = told?.net == position(market).net ? told?.amount : nil
        guard let paid = byMarket[market]?.settle(market, result, told: amount) else { return nil }
        cash += paid.payout
        return paid
    }

    /// Undoes a payout: the position is held again, and what was paid for it is gone. Nothing else may be held of the market.
    public mutating func takeBack(_ paid: Settlement) {
        byMarket[paid.market, default: Position()].unsettle(paid)
        cash -= paid.payout
    }

    /// Drops a flat market; what it brought and cost stays in the sums.
    public mutating func forget(_ market: Ticker) {
        guard let position = byMarket[market], position.net.isZero else { return }
        pastRealized += position.realized
        pastFees += position.fees
        byMarket[market] = nil
    }

    // MARK: - Cash for open orders

    /// Sets `amount` aside for an order, in place of whatever was set aside for it before. Does not check `free`: the gate does.
    public mutating func reserve(_ amount: Money, for order: ClientOrderID) {
        release(order)
        guard amount > .zero else { return }
        reservations[order] = amount
        reserved += amount
    }

    /// Gives back what was set aside for an order; nothing happens when nothing was.
    public mutating func release(_ order: ClientOrderID) {
        reserved -= reservations.removeValue(forKey: order) ?? .zero
    }

    public func reservation(_ order: ClientOrderID) -> Money { reservations[order] ?? .zero }

    // MARK: - Reconciliation

    /// Takes the exchange's word for the cash.
    public mutating func restate(cash: Money) { self.cash = cash }

    /// Takes the exchange's word for a position. `cost` is the best that is known; the exchange's own figure where there is one.
    public mutating func restate(_ market: Ticker, net: Quantity, cost: Money) {
        byMarket[market, default: Position()].restate(net: net, cost: cost)
    }

    public func feed(into digest: inout Digest) {
        digest.feed(cash)
        digest.feed(reserved)
        digest.feed(pastRealized)
        digest.feed(pastFees)
        for (market, position) in positions {
            digest.feed(market.text)
            position.feed(into: &digest)
        }
        for order in reservations.keys.sorted() {
            digest.feed(order.text)
            digest.feed(reservation(order))
        }
    }
}
