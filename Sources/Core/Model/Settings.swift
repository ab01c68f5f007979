/// What the operator may set about sizing and limits. Journalled with the first event, so that a replay uses what was in force.
public struct DeskSettings: Hashable, Sendable, Codable {
    /// Share of full Kelly that is bet, 0 to 1.
    public var kellyFraction: Double = 0.25
    /// Edge per contract, after the fee, below which nothing is sent.
    public var minimumEdge: Double = 0.02
    public var maximumOrderCost: Money = .dollars(50)
    public var maximumMarketExposure: Money = .dollars(100)
    public var maximumEventExposure: Money = .dollars(200)
    public var maximumSeriesExposure: Money = .dollars(400)
    /// Of all markets that move together (`CorrelationGroup`).
    public var maximumGroupExposure: Money = .dollars(500)
    public var maximumTotalExposure: Money = .dollars(1000)
    /// What the markets of one correlated group may lose together, on average over the worst twentieth of the scenarios.
    public var maximumGroupTailLoss: Money = .dollars(300)
    /// The same for all markets.
    public var maximumTailLoss: Money = .dollars(600)
    /// Cash that stays untouched.
    public var cashReserve: Money = .dollars(100)
    public var maximumOrdersPerMinute: Int = 60
    /// Loss since the UTC day began at which trading halts.
    public var dailyLossLimit: Money = .dollars(200)
    /// Drop from the highest equity ever, as a share of it, at which trading halts.
    public var drawdownLimit: Double = 0.15
    /// A run of lost events as unlikely as this, at the odds that were paid, halts trading.
    public var lossStreakChance: Double = 0.001
    /// Share of the last requests to the exchange that failed, or were refused as wrong, at which trading halts.
    public var errorRateLimit: Double = 0.5
    /// Silence of the whole feed at which trading halts.
    public var silenceLimit: Interval = .seconds(900)
    /// How long the account may differ from the exchange's, unexplained, before trading halts.
    public var differenceLimit: Interval = .seconds(600)
    /// The age of a book, or of the spot price, beyond which it is not traded on.
    public var bookStaleness: Interval = .seconds(30)
    public var spotStaleness: Interval = .seconds(5)
    /// No new orders when a market closes sooner than this.
    public var quietBeforeClose: Interval = .seconds(20)

    /// Sizes are cut until the chance that equity ever falls below `ruinLevel` of today's is below `ruinChance`.
    public var ruinLevel: Double = 0.7
    public var ruinChance: Double = 0.1

    /// Numbers of the strategies that are not what they usually are, by their names ("fundamental.jump").
    public var strategies: [String: Double] = [:]

    public init() {}

    /// More than any account holds.
    static let noLimit = Money.dollars(1_000_000_000)
}

extension DeskSettings {
    /// A journal that was begun before a setting existed lacks it: what is absent has its default.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func read<T: Decodable>(_ key: CodingKeys, _ value: inout T) throws { value = try values.decodeIfPresent(T.self, forKey: key) ?? value }
        self.init()
        try read(.kellyFraction, &kellyFraction)
        try read(.minimumEdge, &minimumEdge)
        try read(.maximumOrderCost, &maximumOrderCost)
        try read(.maximumMarketExposure, &maximumMarketExposure)
        try read(.maximumEventExposure, &maximumEventExposure)
        try read(.maximumSeriesExposure, &maximumSeriesExposure)
        try read(.maximumGroupExposure, &maximumGroupExposure)
        try read(.maximumTotalExposure, &maximumTotalExposure)
        // A journal that was begun without these two was traded without them, and must be replayed so.
        (maximumGroupTailLoss, maximumTailLoss) = (Self.noLimit, Self.noLimit)
        try read(.maximumGroupTailLoss, &maximumGroupTailLoss)
        try read(.maximumTailLoss, &maximumTailLoss)
        try read(.cashReserve, &cashReserve)
        try read(.maximumOrdersPerMinute, &maximumOrdersPerMinute)
        try read(.dailyLossLimit, &dailyLossLimit)
        try read(.drawdownLimit, &drawdownLimit)
        try read(.lossStreakChance, &lossStreakChance)
        try read(.errorRateLimit, &errorRateLimit)
        try read(.silenceLimit, &silenceLimit)
        try read(.differenceLimit, &differenceLimit)
        try read(.bookStaleness, &bookStaleness)
        try read(.spotStaleness, &spotStaleness)
        try read(.quietBeforeClose, &quietBeforeClose)
        try read(.ruinLevel, &ruinLevel)
        try read(.ruinChance, &ruinChance)
        try read(.strategies, &strategies)
    }
}
