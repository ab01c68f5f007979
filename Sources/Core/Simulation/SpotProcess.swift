import Model
import RealModule

/// The latent price of a coin: moves that come at random moments, of a size that itself wanders (two speeds of volatility), and rare jumps.
///
/// `average` is what the exchange settles on: the mean of the last 60 one-second samples.
struct SpotProcess: Hashable, Sendable, Codable {
    // kalshi-ws-btc15m spot csv, 5,413 s in six sessions: one-second returns have sd 0.50 bp, kurtosis 24 (9 at 10 s, 7 at 60 s), and a third of them
    // are zero. Laplace moves at 1.1 a second under a lognormal volatility of total log-sd 0.5 give 23, 9.6 and about 7.
    static let movesPerSecond = 1.1
    /// Median volatility in relative price per root second: 0.207 a year; the same folder's and kalshi-crypto-hourly's (median of 201) figure.
    static let medianVolatility = 0.369e-4
    static let slowSeconds = 1200.0
    static let fastSeconds = 120.0
    static let logSpread = 0.35
    /// kalshi-crypto-hourly: root mean square to the settlement 0.34 a year against 0.28 within quarter hours: a few large moves a day.
    static let jumpsPerSecond = 1.5 / 3600
    static let jumpSize = 8e-4

    private(set) var price: Double
    private var slow = 0.0
    private var fast = 0.0
    /// The last 60 prices on whole seconds; `oldest` is where the next goes.
    private var samples: [Double]
    private var oldest = 0

    init(price: Double) {
        self.price = price
        samples = Array(repeating: price, count: 60)
    }

    var average: Double { samples.reduce(0, +) / 60 }

    /// The sum of the newest `count` one-second samples, at most 60.
    func sumOfLast(_ count: Int) -> Double {
        var sum = 0.0
        for k in 1...max(count, 1) where k <= count { sum += samples[(oldest + 60 - k) % 60] }
        return sum
    }

    /// Relative, per root second, without jumps.
    var volatility: Double { Self.medianVolatility * Double.exp(slow + fast) }

    /// What a careful observer expects over `seconds`, per root second: the wandering part returns to its mean, jumps included.
    func expectedVolatility(over seconds: Double) -> Double {
        let now = volatility * volatility
        let mean = Self.medianVolatility * Self.medianVolatility * Double.exp(2 * 2 * Self.logSpread * Self.logSpread)
        let memory = Self.fastSeconds * 3 / (Self.fastSeconds * 3 + seconds)
        return (mean + (now - mean) * memory + Self.jumpsPerSecond * Self.jumpSize * Self.jumpSize).squareRoot()
    }

    /// Moves the price over `seconds` and returns the relative move; `common` is what it shares with another coin.
    mutating func move(seconds: Double, share: Double = 1, common: Double = 0, random: inout SeededRandom) -> Double {
        let sigma = volatility
        var move = common
        if seconds > 0.5 {
            move += share * sigma * seconds.squareRoot() * random.normal()
        } else if random.chance(Self.movesPerSecond * seconds) {
            move += share * sigma / Self.movesPerSecond.squareRoot() * random.laplace()
        }
        if random.chance(Self.jumpsPerSecond * seconds * share) { move += Self.jumpSize * random.normal() }
        price *= Double.exp(move)
        return move
    }

    /// Once a second: the volatility wanders and the index takes its sample.
    mutating func sample(random: inout SeededRandom) {
        slow += -slow / Self.slowSeconds + Self.logSpread * (2 / Self.slowSeconds).squareRoot() * random.normal()
        fast += -fast / Self.fastSeconds + Self.logSpread * (2 / Self.fastSeconds).squareRoot() * random.normal()
        samples[oldest] = price
        oldest = (oldest + 1) % 60
    }
}
