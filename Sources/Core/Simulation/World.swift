import Model

/// The coins that the living market prices.
enum Coin: String, Hashable, Sendable, Codable, CaseIterable {
    case bitcoin, ether

    var underlying: Underlying { self == .bitcoin ? Underlying("BTC") : Underlying("ETH") }
    var series: SeriesTicker { self == .bitcoin ? SeriesTicker("KXBTC15M") : SeriesTicker("KXETH15M") }
}

/// Everything latent: what the simulated world is, as opposed to what the markets believe of it.
struct World: Hashable, Sendable, Codable {
    /// Fine steps while markets trade; the coarse step bridges a gap in which nobody did.
    static let step = Interval.milliseconds(100)
    static let coarseStep = Interval.seconds(1)
    /// Ether moves with bitcoin by this much of bitcoin's move; the rest is its own. Chosen so that the two correlate by about 0.75; not in our data.
    static let common = 0.75

    private(set) var time: Timestamp
    private(set) var bitcoin: SpotProcess
    private(set) var ether: SpotProcess
    private(set) var cities: [CityClimate]
    /// The index's 60-second averages at the last quarter hour: the strikes of what opened then.
    private(set) var quarterTime: Timestamp
    private(set) var quarterAverages: [Double]
    /// The last two seconds of prices, as rings: a maker who lags reads here.
    private var bitcoinTrail: [Double]
    private var etherTrail: [Double]
    private var newest = 0
    static let trailLength = 20

    init(start: Timestamp, bitcoinPrice: Double, etherPrice: Double, random: inout SeededRandom) {
        // One quarter hour and a minute are lived through before anybody watches, so that the first strikes are averages of a path.
        let quarter = start.wholeSeconds / 900 * 900
        time = .seconds(quarter - 60)
        bitcoin = SpotProcess(price: bitcoinPrice)
        ether = SpotProcess(price: etherPrice)
        cities = City.allCases.map { CityClimate(city: $0, random: &random) }
        quarterTime = .seconds(quarter - 900)
        quarterAverages = [bitcoinPrice, etherPrice]
        bitcoinTrail = Array(repeating: bitcoinPrice, count: Self.trailLength)
        etherTrail = Array(repeating: etherPrice, count: Self.trailLength)
        for i in cities.indices { cities[i].advance(to: start, random: &random) }
    }

    func spot(_ coin: Coin) -> SpotProcess { coin == .bitcoin ? bitcoin : ether }
    func quarterAverage(_ coin: Coin) -> Double { quarterAverages[coin == .bitcoin ? 0 : 1] }
    func climate(_ city: City) -> CityClimate { cities[City.allCases.firstIndex(of: city) ?? 0] }

    /// The price that was seen `tenths` tenths of a second ago, at most 19.
    func price(_ coin: Coin, tenthsAgo tenths: Int) -> Double {
        let place = (newest + Self.trailLength - min(max(tenths, 0), Self.trailLength - 1)) % Self.trailLength
        return coin == .bitcoin ? bitcoinTrail[place] : etherTrail[place]
    }

    /// One step, fine or coarse. `time` must lie on the step's own grid for whole seconds to be met.
    mutating func advance(by step: Interval, random: inout SeededRandom) {
        time = time + step
        let shared = bitcoin.move(seconds: step.seconds, random: &random)
        let own = (1 - Self.common * Self.common).squareRoot()
        _ = ether.move(seconds: step.seconds, share: own, common: Self.common * shared, random: &random)
        newest = (newest + 1) % Self.trailLength
        bitcoinTrail[newest] = bitcoin.price
        etherTrail[newest] = ether.price
        guard time.nanoseconds % 1_000_000_000 == 0 else { return }
        bitcoin.sample(random: &random)
        ether.sample(random: &random)
        if time.wholeSeconds % 900 == 0 {
            quarterTime = time
            quarterAverages = [bitcoin.average, ether.average]
        }
        guard time.wholeSeconds % 60 == 0 else { return }
        for i in cities.indices { cities[i].advance(to: time, random: &random) }
    }
}
