import Model

/// How one family's books look and move: every figure measured, or said to be chosen.
struct Texture: Sendable {
    /// A size in contracts: lognormal, cut at `cap`, with a share of round sizes.
    struct Size: Sendable {
        let median: Double
        let sigma: Double
        let cap: Double
    }

    /// Turns of makers per second at even odds and far from the close; a turn is about two to three book deltas.
    let turnsPerSecond: Double
    /// Share of that rate which remains when the outcome is all but certain.
    let quietShare: Double
    let makers: Int
    /// Orders near the touch, and far from it, that one maker holds on one side.
    let near: Int
    let deep: Int
    let nearSize: Size
    let deepSize: Size
    /// Mean distance of a near order from its maker's own best price, in ticks.
    let reach: Double
    /// What a maker asks for, in probability, on each side of its fair value at even odds; less towards 0 and 1.
    let halfSpread: Double
    let tailHalfSpread: Double
    /// How much of one second's expected move of the fair value is added to that.
    let moveShare: Double
    /// How far makers' opinions stray, in standard deviations of the settlement value.
    let noise: Double
    /// Slowest reaction of a maker to the spot price, in tenths of a second.
    let lagTenths: Int
    let tradesPerSecond: Double
    let tradeSize: Size
    let informedPerSecond: Double
    /// Whether sizes come with the round figures of `roundSizes`.
    let likesRoundSizes: Bool
    /// Prices of the grid, from the lowest, at which somebody bids for a lost cause until late; 0 for nobody.
    let lotteryTicks: Int
    /// What remains of rate and size when so many seconds are left, first row that still fits; nearer to the close makers thin out.
    let life: [(left: Double, rate: Double, size: Double)]

    func life(left: Double) -> (rate: Double, size: Double) {
        let row = life.first { left >= $0.left } ?? life[life.count - 1]
        return (row.rate, row.size)
    }

    /// Shares of added sizes that are exactly this many contracts (kalshi-ws-btc15m: 7.2, 5.4, 4.2, 3.8, 2.8, 2.4 %).
    static let roundSizes: [(share: Double, contracts: Double)] = [(0.072, 10), (0.054, 1), (0.042, 500), (0.038, 100), (0.028, 50), (0.024, 1000)]
    /// The most that moves add to a half spread: in the last minute a second may move the fair value by 0.10, and the spread was still 0.01 to 0.03
    /// (kalshi-crypto15m-topofbook, KXETH15M).
    static let widestStep = 0.01
    /// Share of makers' turns that go to the far part of the ladder (kalshi-ws-btc15m: 8 % of changes thirty ticks and more below the best).
    static let deepShare = 0.12
    /// kalshi-ws-gold15m: 8,484 of 15,891 takers bought YES (kalshi-weather-trades: 54 %).
    static let yesShare = 0.534

    /// kalshi-ws-btc15m, six sessions: 97 deltas/s before the last ten minutes, sizes added 11, 75, 400, 1000 (quartiles, 90 %), 570 at the best and
    /// 4,077 in five levels of a side, 211 levels, spread 1 ¢ (90 %: 2 ¢). No tape there: trades are those of kalshi-ws-gold15m (1.4 to 1.7 a second;
    /// 3.8, 10, 29 contracts at the quartiles, 55 at 90 %, 310 at 99 %).
    static let bitcoinQuarterHour = Texture(
        turnsPerSecond: 48, quietShare: 0.85, makers: 4, near: 3, deep: 38, nearSize: Size(median: 150, sigma: 1.8, cap: 6249),
        deepSize: Size(median: 150, sigma: 1.9, cap: 20_000), reach: 2.8, halfSpread: 0.0025, tailHalfSpread: 0.004, moveShare: 0.12, noise: 0.01,
        lagTenths: 4, tradesPerSecond: 1.2, tradeSize: Size(median: 12, sigma: 1.45, cap: 2000), informedPerSecond: 0.8, likesRoundSizes: true,
        lotteryTicks: 2, life: quarterHourLife)

    /// kalshi-crypto15m-topofbook, KXETH15M: spread 1 ¢ (tails 0.1 ¢); no flow was recorded, so bitcoin's at 0.6, as the total depth stands (60 to 100).
    static let etherQuarterHour = Texture(
        turnsPerSecond: 29, quietShare: 0.85, makers: 4, near: 3, deep: 33, nearSize: Size(median: 100, sigma: 1.8, cap: 6249),
        deepSize: Size(median: 90, sigma: 1.9, cap: 20_000), reach: 2.8, halfSpread: 0.0025, tailHalfSpread: 0.001, moveShare: 0.12, noise: 0.01,
        lagTenths: 5, tradesPerSecond: 0.8, tradeSize: Size(median: 12, sigma: 1.45, cap: 2000), informedPerSecond: 0.6, likesRoundSizes: true,
        lotteryTicks: 4, life: quarterHourLife)

    /// kalshi-crypto-hourly (KXBTC): spread 2 to 4 ¢, wider late (3 to 6 ¢). Sizes and flow were not recorded: chosen, far strikes at a tenth.
    static let hourlyLadder = Texture(
        turnsPerSecond: 8, quietShare: 0.1, makers: 4, near: 3, deep: 6, nearSize: Size(median: 40, sigma: 1.5, cap: 3000),
        deepSize: Size(median: 60, sigma: 1.6, cap: 6000), reach: 2.5, halfSpread: 0.014, tailHalfSpread: 0.006, moveShare: 0.35, noise: 0.02, lagTenths: 8,
        tradesPerSecond: 0.12, tradeSize: Size(median: 12, sigma: 1.45, cap: 2000), informedPerSecond: 0.1, likesRoundSizes: true, lotteryTicks: 0,
        life: [(300, 1, 1), (60, 0.8, 0.6), (0, 0.4, 0.3)])

    /// kalshi-weather-books: level sizes 5, 16, 62 (quartiles), 231 at 90 %; best 10, five levels 150, 59 levels, spread 1 to 2 ¢ (90 %: 4 ¢);
    /// kalshi-weather-ticks-ny (December): 2 to 4 ¢, the top changes 0.5 times a second over a city's twelve markets; kalshi-weather-trades, December
    /// 2024: 0.015 to 0.022 trades a second over six brackets, sizes 10, 36, 100 (quartiles), 200 at 90 %, 1000 at 99 %.
    static let dailyHigh = Texture(
        turnsPerSecond: 0.25, quietShare: 0.25, makers: 4, near: 2, deep: 9, nearSize: Size(median: 14, sigma: 1.6, cap: 2000),
        deepSize: Size(median: 20, sigma: 1.8, cap: 5000), reach: 2.5, halfSpread: 0.012, tailHalfSpread: 0.004, moveShare: 0.2, noise: 0.03, lagTenths: 0,
        tradesPerSecond: 0.003, tradeSize: Size(median: 36, sigma: 1.47, cap: 5000), informedPerSecond: 0.003, likesRoundSizes: false, lotteryTicks: 0,
        life: [(0, 1, 1)])

    /// kalshi-ws-btc15m: deltas/s 97, 87, 79, 73, 29 and contracts in five levels 4077, 3792, 2593, 1582, 723 by time to the close.
    private static let quarterHourLife: [(left: Double, rate: Double, size: Double)] = [
        (600, 1, 1), (300, 0.9, 0.93), (120, 0.82, 0.64), (60, 0.75, 0.39), (0, 0.3, 0.18),
    ]

    static func of(_ listing: Listing) -> Texture {
        switch listing.family {
        case .quarterHour: listing.market.underlying == Coin.bitcoin.underlying ? bitcoinQuarterHour : etherQuarterHour
        case .hourlyLadder: hourlyLadder
        case .dailyHigh: dailyHigh
        }
    }
}
