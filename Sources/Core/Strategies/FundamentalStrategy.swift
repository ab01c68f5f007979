public import Model
import RealModule

/// Spot price and time left to the probability that a market on it resolves YES.
///
/// The log of the settlement value follows Student's t about the log of spot, with the variance that the stream shows over several horizons (`SpotHistory`):
/// returns of minutes have fat tails, because volatility moves and prices jump (Cont 2001, Quantitative Finance 1). The settlement value is an
/// average over the last minute (CF Benchmarks' rule for these series), which takes variance away near the close:
/// for w seconds of averaging and t seconds left it is s²(t - w + w/3) before the window, s² t³/(3w²) within it.
public struct FundamentalStrategy: Strategy, Equatable {
    public static let name = "fundamental"

    /// Seconds of stream before volatility is believed at all.
    static let samplesNeeded = 60
    /// A single return over a long silence counts as a quarter of a minute: a few of them are no volatility.
    static let effectiveSecondsNeeded = 50.0
    /// Seconds of averaging at the close.
    static let averagingSeconds = 60.0

    public static var tunables: [Tunable<Self>] {
        [
            Tunable("freedom", "degrees of freedom of Student's t for the settlement's log", 4...60, step: 2, \.freedom),
            Tunable("volatility_scale", "what the measured deviation is multiplied by", 0.25...4, \.volatilityScale),
            Tunable("slow_share", "share of the half-hour horizon in the volatility; the two quicker ones have half of the rest each", 0...1, \.slowShare),
            Tunable("jump", "deviations of the slow horizon beyond which a return is cut on the quicker ones", 2...100, \.jump),
            Tunable("volatility_error", "relative error of the volatility, at least: it makes the forecast's uncertainty", 0...1, \.volatilityErrorFloor),
        ]
    }

    /// Degrees of freedom of returns over one to fourteen minutes.
    private var freedom = 6.0
    private var volatilityScale = 1.0
    private var slowShare = SpotHistory.slowShare
    private var jump = SpotHistory.jump
    /// Relative error of the volatility, as its square root of two over the effective number of samples, never below this: volatility itself moves.
    private var volatilityErrorFloor = 0.15

    private var histories: [Underlying: SpotHistory] = [:]

    public init() {}

    public mutating func observe(_ tick: SpotTick, at time: Timestamp) {
        histories[tick.underlying, default: SpotHistory()].observe(tick.price, at: time, jump: jump)
    }

    public func history(_ underlying: Underlying) -> SpotHistory? { histories[underlying] }

    public func forecast(_ market: Market, at now: Timestamp, staleness: Interval) -> Result<Forecast, NoForecast> {
        guard let underlying = market.underlying, market.strike != .other else { return .failure(.noModelForMarket) }
        guard let history = histories[underlying], let spot = history.last, let heard = history.lastTime else {
            return .failure(hasModel(underlying) ? .noSpotPrice : .noModelForMarket)
        }
        guard now < market.closeTime else { return .failure(.pastClose) }
        guard now - heard <= staleness else { return .failure(.spotStale) }
        guard history.samples >= Self.samplesNeeded, history.effectiveSeconds >= Self.effectiveSecondsNeeded else { return .failure(.warmingUp) }
        let left = (market.closeTime - now).seconds
        let (centre, variance) = settlementLaw(history, spot: spot, left: left, close: market.closeTime)
        guard let p = probability(market.strike, centre: centre, deviation: variance.squareRoot()) else { return .failure(.noModelForMarket) }
        let inputs: [Forecast.Input] = [
            .init("spot", spot), .init("expected_settlement", centre), .init("seconds_left", left),
            .init("volatility_per_sqrt_second", volatility(history).squareRoot()),
        ]
        let effective = min(Double(history.samples), SpotHistory.halfLives[1] / 0.693)
        let error = max(volatilityErrorFloor, (2 / effective).squareRoot() / 2)
        let uncertainty = spread(market.strike, centre: centre, deviation: variance.squareRoot(), relativeError: error)
        return .success(Forecast(strategy: Self.name, probability: p, uncertainty: uncertainty, inputs: inputs))
    }

    public func feed(into digest: inout Digest) {
        for underlying in histories.keys.sorted() {
            digest.feed(underlying.text)
            histories[underlying]?.feed(into: &digest)
        }
    }

    // MARK: - Steps

    /// The underlyings this strategy understands even before the first price: the others will never have one.
    private func hasModel(_ underlying: Underlying) -> Bool { ["BTC", "ETH", "XAU"].contains(underlying.text) }

    /// Variance of the log-return per second.
    private func volatility(_ history: SpotHistory) -> Double { history.variancePerSecond(slowShare: slowShare) * volatilityScale * volatilityScale }

    private func settlementLaw(_ history: SpotHistory, spot: Double, left: Double, close: Timestamp) -> (centre: Double, variance: Double) {
        let w = Self.averagingSeconds
        let s2 = volatility(history)
        guard left < w else { return (spot, s2 * (left - w + w / 3)) }
        let past = history.average(since: close - .seconds(Int64(w))) ?? spot
        return ((past * (w - left) + spot * left) / w, max(s2 * left * left * left / (3 * w * w), 1e-14))
    }

    private func probability(_ strike: Strike, centre: Double, deviation: Double) -> Double? {
        func above(_ level: Double) -> Double { level <= 0 ? 1 : StudentT.below(Double.log(centre / level) / deviation, freedom: Int(freedom)) }
        return switch strike {
        case .greater(let k), .greaterOrEqual(let k): above(k)
        case .less(let k), .lessOrEqual(let k): 1 - above(k)
        case .between(let low, let high): max(above(low) - above(high), 0)
        case .other: nil
        }
    }

    /// How far the probability moves when the deviation is off by `relativeError` either way.
    private func spread(_ strike: Strike, centre: Double, deviation: Double, relativeError: Double) -> Double {
        let low = probability(strike, centre: centre, deviation: deviation * (1 - relativeError)) ?? 0.5
        let high = probability(strike, centre: centre, deviation: deviation * (1 + relativeError)) ?? 0.5
        return max(abs(high - low) / 2, 0.01)
    }
}
