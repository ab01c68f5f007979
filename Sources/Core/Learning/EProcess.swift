import Model
import RealModule

/// Evidence that a forecaster is better than the market, which may be looked at as often as one likes.
///
/// The capital of a gambler who bets that the next score difference is positive, at stakes that the past alone decides. If the market is at least as good,
/// the capital is a supermartingale, so it ever reaches 20 with probability 1/20 at most (Ville 1939; Choe & Ramdas, arXiv 2110.00115). That needs a bound
/// on what a round can lose, none on what it can win (Waudby-Smith & Ramdas, JRSS B 2024).
public struct EProcess: Hashable, Sendable, Codable {
    /// Natural logarithm of the capital: it starts at zero and may fall without end.
    public private(set) var logCapital = 0.0
    public private(set) var rounds = 0
    private var sum = 0.0
    private var squares = 0.0

    public init() {}

    public var capital: Double { Double.exp(min(logCapital, 700)) }

    /// - Parameter gain: the round's, as a multiple of the most that it could have lost by what was known before the outcome: -1 at least
    ///   (`EvidenceRound.better`).
    public mutating func add(_ gain: Double) {
        let x = min(max(gain, -1), EvidenceRound.most)
        // Kelly's stake for the mean and variance seen so far, never more than half of the capital.
        let count = Double(rounds) + 2
        let mean = sum / count
        let square = (squares + 0.5) / count
        let stake = min(max(mean / max(square, 1e-3), 0), 0.5)
        logCapital += Double.log(onePlus: stake * x)
        rounds += 1
        sum += x
        squares += x * x
    }

    func feed(into digest: inout Digest) {
        digest.feed(logCapital)
        digest.feed(rounds)
    }
}

/// Watches for the day on which a forecaster has become worse than the market.
///
/// The sum of bets that it is worse, one begun at every round (a Shiryaev-Roberts e-detector, Shin, Ramdas & Rinaldo 2022). While it is at least as good as
/// the market, false alarms come at least `falseAlarmEvery` rounds apart on average.
public struct DriftDetector: Hashable, Sendable, Codable {
    public static let falseAlarmEvery = 500.0
    /// Of a bet's capital that is staked each round: a small drift is found by small stakes, a large one is found anyway.
    static let stake = 0.2

    public private(set) var level = 0.0

    public init() {}

    /// True when it is time to act. It then begins anew.
    /// - Parameter gain: of the bet that ours was worse, as a multiple of the most that it could have lost: -1 at least (`EvidenceRound.worse`).
    public mutating func add(_ gain: Double) -> Bool {
        level = (level + 1) * (1 + Self.stake * min(max(gain, -1), EvidenceRound.most))
        guard level >= Self.falseAlarmEvery else { return false }
        level = 0
        return true
    }

    func feed(into digest: inout Digest) { digest.feed(level) }
}
