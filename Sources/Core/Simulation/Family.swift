public import Model

/// The families of markets that the simulated exchange lists.
public enum Family: String, Hashable, Sendable, Codable, CaseIterable {
    /// Is the average of the last minute at the close of a quarter hour at or above that at its opening? BTC and ETH.
    case quarterHour
    /// BTC at or above each of several prices at the hour.
    case hourlyLadder
    /// The day's highest temperature in one of six brackets, for three cities.
    case dailyHigh
}

/// A market that the living market opened, and how far it has come.
public struct Listing: Hashable, Sendable, Codable {
    enum Measure: Hashable, Sendable, Codable {
        case average(Coin)
        case high(City, day: Int64)
    }

    /// `open` -> `closed` -> `determined` -> `settled` -> gone.
    public enum Phase: String, Hashable, Sendable, Codable {
        case open, closed, determined, settled
    }

    public let market: Market
    public let family: Family
    public internal(set) var phase: Phase = .open
    /// What the latent world showed at the close: what the result is computed from. Nil until then, and where the world does not know any more.
    public internal(set) var value: Double?
    let measure: Measure

    init(market: Market, family: Family, measure: Measure) {
        self.market = market
        self.family = family
        self.measure = measure
    }
}

/// From the time on the wall to the markets that are open then, under the exchange's own names.
enum Schedule {
    /// Strikes of the hourly ladder: 250 dollars apart, three below and three above the middle (kalshi-crypto-hourly: an hour's move is about 250 dollars).
    static let ladderStep = 250.0
    static let ladderReach = 3
    static let ladderSeries = SeriesTicker("KXBTCD")

    /// Every market of `families` that is open at `time`, by ticker's order within a family.
    static func open(at time: Timestamp, families: [Family], world: World) -> [Listing] {
        families.flatMap { family -> [Listing] in
            switch family {
            case .quarterHour: Coin.allCases.map { quarterHour($0, at: time, world: world) }
            case .hourlyLadder: hourlyLadder(at: time, world: world)
            case .dailyHigh: City.allCases.flatMap { city in world.climate(city).highs.flatMap { dailyHigh(city, $0, at: time) } }
            }
        }
    }

    static func quarterHour(_ coin: Coin, at time: Timestamp, world: World) -> Listing {
        let open = Timestamp.seconds(time.wholeSeconds / 900 * 900)
        let close = open + .seconds(900)
        let local = WallClock.eastern.localSeconds(close)
        let minute = CalendarText.two(local % 3600 / 60)
        let event = "\(coin.series)-\(CalendarText.ticker(day: local / 86_400))\(CalendarText.two(local % 86_400 / 3600))\(minute)"
        let strike = (world.quarterAverage(coin) * 100).rounded() / 100
        let title = "\(coin.underlying) price up in 15 minutes? At or above $\(CalendarText.dollars(strike)) "
            + "at \(CalendarText.clock(localSeconds: local)) \(WallClock.eastern.zone(at: close))"
        let market = Market(
            ticker: Ticker("\(event)-\(minute)"), event: EventTicker(event), series: coin.series, title: title, strike: .greaterOrEqual(strike),
            openTime: open, closeTime: close, grid: .taperedTenths, fees: .ordinary, mutuallyExclusive: false, underlying: coin.underlying)
        return Listing(market: market, family: .quarterHour, measure: .average(coin))
    }

    static func hourlyLadder(at time: Timestamp, world: World) -> [Listing] {
        let open = Timestamp.seconds(time.wholeSeconds / 3600 * 3600)
        let close = open + .seconds(3600)
        let local = WallClock.eastern.localSeconds(close)
        let day = local / 86_400
        let event = "\(ladderSeries)-\(CalendarText.ticker(day: day))\(CalendarText.two(local % 86_400 / 3600))"
        let middle = (world.quarterAverage(.bitcoin) / ladderStep).rounded() * ladderStep
        return (-ladderReach...ladderReach).map { k in
            let strike = middle + Double(k) * ladderStep - 0.01
            let title = "Bitcoin price above $\(CalendarText.dollars(strike)) on \(CalendarText.title(day: day)) "
                + "at \(CalendarText.clock(localSeconds: local)) \(WallClock.eastern.zone(at: close))?"
            let market = Market(
                ticker: Ticker("\(event)-T\(plain(strike))"), event: EventTicker(event), series: ladderSeries, title: title,
                strike: .greater(strike), openTime: open, closeTime: close, grid: .cents, fees: .ordinary, mutuallyExclusive: false,
                underlying: Coin.bitcoin.underlying)
            return Listing(market: market, family: .hourlyLadder, measure: .average(.bitcoin))
        }
    }

    /// Six brackets about what the forecast was when they were first listed; none outside the hours they trade.
    static func dailyHigh(_ city: City, _ high: DailyHigh, at time: Timestamp) -> [Listing] {
        let open = city.clock.start(ofDay: high.day - 1) + .seconds(10 * 3600)
        // The last minute of the local day: as KXHIGH markets close (kalshi-weather-trades/markets.csv: 04:59 UTC).
        let close = city.clock.start(ofDay: high.day + 1) - Interval.seconds(60)
        guard time >= open, time < close else { return [] }
        let event = "\(city.series)-\(CalendarText.ticker(day: high.day))"
        let low = high.forecast.rounded() - 4
        let strikes: [Strike] = [.less(low)] + (0..<4).map { .between(low + Double(2 * $0), low + Double(2 * $0) + 1) } + [.greater(low + 7)]
        return strikes.map { strike in
            let (suffix, words) = bracket(strike)
            let market = Market(
                ticker: Ticker("\(event)-\(suffix)"), event: EventTicker(event), series: city.series,
                title: "Will the high temperature in \(city.name) be \(words) on \(CalendarText.title(day: high.day))?", strike: strike, openTime: open,
                closeTime: close, grid: .cents, fees: .ordinary, mutuallyExclusive: true, underlying: city.underlying)
            return Listing(market: market, family: .dailyHigh, measure: .high(city, day: high.day))
        }
    }

    /// "T40" and "above 40°", "B33.5" and "33° to 34°", "T33" and "below 33°".
    private static func bracket(_ strike: Strike) -> (suffix: String, words: String) {
        switch strike {
        case .less(let cap): ("T\(Int(cap))", "below \(Int(cap))°")
        case .greater(let floor): ("T\(Int(floor))", "above \(Int(floor))°")
        case .between(let low, let high): ("B\(Int(low)).5", "\(Int(low))° to \(Int(high))°")
        case .greaterOrEqual, .lessOrEqual, .other: preconditionFailure("a bracket is below, between or above")
        }
    }

    /// "87249.99"
    private static func plain(_ price: Double) -> String {
        let cents = Int64((price * 100).rounded())
        return "\(cents / 100).\(CalendarText.two(cents % 100))"
    }
}
