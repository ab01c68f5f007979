/// What the operator may set about sizing and limits. Journalled with the first event, so that a replay uses what was in force.
public struct DeskSettings: Hashable, Sendable, Codable {
    /// Share of full Kelly that is bet, 0 to 1.
    public var kellyFraction: Double = 0.25
    /// Edge per contract, after the fee, below which nothing is sent.
    public var minimumEdge: Double = 0.02
    public var maximumOrderCost: Money = .dollars(50)
    public var maximumMarketExposure: Money = .dollars(100)
    public var maximumEventExposure: Money = .dollars(200)
    public var maximumTotalExposure: Money = .dollars(1000)
    /// Cash that stays untouched.
    public var cashReserve: Money = .dollars(100)
    public var maximumOrdersPerMinute: Int = 60
    /// Loss since the UTC day began at which trading halts.
    public var dailyLossLimit: Money = .dollars(200)
    /// Drop from the highest equity ever, as a share of it, at which trading halts.
    public var drawdownLimit: Double = 0.15
    /// The age of a book, or of the spot price, beyond which it is not traded on.
    public var bookStaleness: Interval = .seconds(30)
    public var spotStaleness: Interval = .seconds(5)
    /// No new orders when a market closes sooner than this.
    public var quietBeforeClose: Interval = .seconds(20)

    public init() {}
}
