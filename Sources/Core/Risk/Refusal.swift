public import Model

/// Why an order was not sent: a value, with the figures that decided, never a silence.
public enum Refusal: Error, Hashable, Sendable, Codable {
    case notTrading(state: String)
    case blocked(reason: String)
    /// By the exchange's own word or calendar; nil where the end is not known.
    case exchangePaused(until: Timestamp?)
    case breakerHalted(reason: String)
    case marketNotActive(MarketStatus)
    case closesSoon(secondsLeft: Double)
    case bookNotLive(String)
    case bookStale(ageSeconds: Double)
    case outcomeUnknown
    case orderOpen
    case offGrid(Price)
    case feeUnknown
    case belowOneContract
    case edgeBelowMinimum(edge: Double, minimum: Double)
    case orderLimit(cost: Money, limit: Money)
    case marketLimit(used: Money, limit: Money)
    case eventLimit(used: Money, limit: Money)
    case seriesLimit(used: Money, limit: Money)
    case groupLimit(group: String, used: Money, limit: Money)
    /// What the market moves with is not known, so it cannot be limited with its like.
    case groupUnknown
    case totalLimit(used: Money, limit: Money)
    /// In bad times what moves together would lose more than it may; and all events together. With the two numbers that were counted as moving most together.
    case groupTailLimit(group: String, loss: Money, limit: Money, closest: EventCorrelations.Figure? = nil)
    case tailLimit(loss: Money, limit: Money, closest: EventCorrelations.Figure? = nil)
    case cashReserve(free: Money, reserve: Money)
    case orderRate(perMinute: Int)
    case cashUnknown
    /// It was to close only, and would have opened or turned a position; this much is held that it could close.
    case opensPosition(held: Quantity)
    case marketUnknown
    /// The order names an order group that the exchange is not certain to hold to a limit.
    case groupNotSet(String)
    /// The order names an order group that has filled its limit and takes no more until it is reset.
    case groupTriggered(String)

    /// A short name that is counted and never changes its meaning.
    public var code: String {
        switch self {
        case .notTrading: "not_trading"
        case .blocked: "blocked"
        case .exchangePaused: "exchange_paused"
        case .breakerHalted: "breaker_halted"
        case .marketNotActive: "market_not_active"
        case .closesSoon: "closes_soon"
        case .bookNotLive: "book_not_live"
        case .bookStale: "book_stale"
        case .outcomeUnknown: "outcome_unknown"
        case .orderOpen: "order_open"
        case .offGrid: "off_grid"
        case .feeUnknown: "fee_unknown"
        case .belowOneContract: "below_one_contract"
        case .edgeBelowMinimum: "edge_below_minimum"
        case .orderLimit: "order_limit"
        case .marketLimit: "market_limit"
        case .eventLimit: "event_limit"
        case .seriesLimit: "series_limit"
        case .groupLimit: "group_limit"
        case .groupUnknown: "group_unknown"
        case .totalLimit: "total_limit"
        case .groupTailLimit: "group_tail_limit"
        case .tailLimit: "tail_limit"
        case .cashReserve: "cash_reserve"
        case .orderRate: "order_rate"
        case .cashUnknown: "cash_unknown"
        case .opensPosition: "opens_position"
        case .marketUnknown: "market_unknown"
        case .groupNotSet: "group_not_set"
        case .groupTriggered: "group_triggered"
        }
    }

    /// One sentence for a person.
    public var sentence: String {
        switch self {
        case .notTrading(let state): "The desk is \(state)."
        case .blocked(let reason): "Trading is blocked: \(reason)."
        case .exchangePaused(let until): "The exchange is paused \(ExchangePause.words(until: until))."
        case .breakerHalted(let reason): "The circuit breaker has halted trading: \(reason)."
        case .marketNotActive(let status): "The market is \(status.rawValue), not active."
        case .closesSoon(let seconds): "The market closes in \(Self.figure(seconds)) s."
        case .bookNotLive(let state): "The book is \(state)."
        case .bookStale(let age): "The book was last heard of \(Self.figure(age)) s ago."
        case .outcomeUnknown: "An earlier order on this market has no known outcome yet."
        case .orderOpen: "An order on this market is still open."
        case .offGrid(let price): "The market does not accept \(price)."
        case .feeUnknown: "The fee rule of this market is not known."
        case .belowOneContract: "The bet is worth less than one contract."
        case .edgeBelowMinimum(let edge, let minimum): "The edge after fees is \(Self.figure(edge * 100)) cents, below \(Self.figure(minimum * 100))."
        case .orderLimit(let cost, let limit): "The order would cost \(cost), the limit is \(limit)."
        case .marketLimit(let used, let limit): "The market would hold \(used), the limit is \(limit)."
        case .eventLimit(let used, let limit): "The event could lose \(used), the limit is \(limit)."
        case .seriesLimit(let used, let limit): "The series would hold \(used), the limit is \(limit)."
        case .groupLimit(let group, let used, let limit): "What moves with \(group) would hold \(used), the limit is \(limit)."
        case .groupUnknown: "What this market moves with is not known, so no limit can count it."
        case .totalLimit(let used, let limit): "All markets would hold \(used), the limit is \(limit)."
        case .groupTailLimit(let group, let loss, let limit, let closest):
            "In the worst twentieth of the scenarios what moves with \(group) would lose \(loss) on average, the limit is \(limit).\(Self.told(closest))"
        case .tailLimit(let loss, let limit, let closest):
            "In the worst twentieth of the scenarios all markets together would lose \(loss) on average, the limit is \(limit).\(Self.told(closest))"
        case .cashReserve(let free, let reserve): "Only \(free) of cash is free, \(reserve) is reserve."
        case .orderRate(let perMinute): "\(perMinute) orders were sent in the last minute."
        case .cashUnknown: "The account's cash is not known yet."
        case .opensPosition(let held): "The order was to close only, and \(held) contracts are held that it could close."
        case .marketUnknown: "The desk does not follow this market, or has no book of it."
        case .groupNotSet(let name): "The order group \(name) is not set at the exchange."
        case .groupTriggered(let name): "The order group \(name) was triggered and takes no orders until it is reset."
        }
    }

    private static func told(_ closest: EventCorrelations.Figure?) -> String { closest.map { " The highest correlation counted is \($0.sentence)." } ?? "" }

    private static func figure(_ x: Double) -> String {
        guard x.isFinite, abs(x) < 1e12 else { return "?" }
        return FixedPoint.text(Int64((x * 10).rounded()), decimals: 1)
    }
}
