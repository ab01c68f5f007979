public import Model

/// A nowcast of an economic figure, with its historical error, to every threshold and bracket on it: CPI, payrolls, unemployment, GDP, the Fed's rate.
///
/// The figure is taken as Student's t about the nowcast, as a day's high is (`HighLaw`). Its bias and spread are learned from every release, from the error
/// that the source states: that is worth ten releases. A source that states none is not heard before a release has shown how wrong it is. A figure is published in steps, so a threshold lies half a step beside the last figure that misses it.
public struct NowcastStrategy: Strategy, Equatable {
    public static let name = "nowcast"

    public static var tunables: [Tunable<Self>] {
        [Tunable("prior_releases", "releases that a source's stated error is worth", 1...200, \.priorReleases)]
    }

    private var priorReleases = 10.0
    /// Releases of a figure that are remembered until they are published: a year of months.
    static let mostReleases = 12

    private struct Source: Hashable, Comparable, Sendable, Codable {
        let figure: Underlying
        let name: String

        static func < (a: Source, b: Source) -> Bool { (a.figure, a.name) < (b.figure, b.name) }
    }

    /// What a source was wrong by: the mean, shrunk to none, and the mean square about it.
    private struct Errors: Sendable, Equatable, Codable {
        var weight: Double
        var bias = 0.0
        var variance: Double
        var releases = 0

        init(stated error: Double, worth releases: Double) {
            weight = releases
            variance = error * error
        }

        /// One miss says how wrong, not which way; the rounding of the figure alone makes a miss of a third of a step.
        init(firstMiss: Double, step: Double) {
            weight = 1
            variance = max(firstMiss * firstMiss, step * step / 12)
            releases = 1
        }

        mutating func learn(_ missed: Double) {
            let beyond = missed - bias
            releases += 1
            weight += 1
            bias += beyond / weight
            // One release is never more than four deviations.
            variance += (min(beyond * beyond, 16 * variance) - variance) / weight
        }
    }

    /// The newest of each source, by release.
    private var nowcasts: [Underlying: [Int64: [String: Nowcast]]] = [:]
    private var errors: [Source: Errors] = [:]

    public init() {}

    // MARK: - Facts

    public mutating func observe(_ fact: Fact, at time: Timestamp) {
        switch fact {
        case .nowcast(let nowcast): note(nowcast)
        case .figure(let figure): learn(figure)
        case .highForecast, .highSoFar, .high: break
        }
    }

    private mutating func note(_ nowcast: Nowcast) {
        guard nowcast.value.isFinite, nowcast.error.map({ $0.isFinite && $0 > 0 }) ?? true, nowcast.step.isFinite, nowcast.step > 0 else { return }
        var releases = nowcasts[nowcast.figure] ?? [:]
        releases[nowcast.release, default: [:]][nowcast.source] = nowcast
        if releases.count > Self.mostReleases, let oldest = releases.keys.min() { releases[oldest] = nil }
        nowcasts[nowcast.figure] = releases
    }

    /// A figure that is published again teaches nothing twice: its nowcasts are gone.
    private mutating func learn(_ figure: OfficialFigure) {
        guard figure.value.isFinite, let said = nowcasts[figure.figure]?.removeValue(forKey: figure.release) else { return }
        for nowcast in said.values.sorted(by: { $0.source < $1.source }) {
            let source = Source(figure: figure.figure, name: nowcast.source)
            let missed = figure.value - nowcast.value
            if var known = known(source, nowcast) {
                known.learn(missed)
                errors[source] = known
            } else {
                errors[source] = Errors(firstMiss: missed, step: nowcast.step)
            }
        }
    }

    // MARK: - Forecast

    public func forecast(_ market: Market, at now: Timestamp, staleness: Interval) -> Result<Forecast, NoForecast> {
        guard let figure = market.underlying, let releases = nowcasts[figure] else { return .failure(.noModelForMarket) }
        guard now < market.closeTime else { return .failure(.pastClose) }
        // The exchange closes these markets some minutes before the release.
        guard let said = releases[market.closeTime.utcDay] else { return .failure(.noNowcast) }
        guard let (nowcast, known) = best(said) else { return .failure(.nowcastUnlearned) }
        guard let span = market.strike.published(step: nowcast.step) else { return .failure(.noModelForMarket) }
        let law = HighLaw(
            centre: nowcast.value + known.bias, deviation: known.variance.squareRoot(), centreError: (known.variance / known.weight).squareRoot(),
            relativeSpreadError: (1 / (2 * known.weight)).squareRoot())
        let inputs: [Forecast.Input] = [
            .init("nowcast_\(nowcast.source)", nowcast.value), .init("expected_figure", law.centre), .init("spread", law.deviation),
            .init("releases_seen", Double(known.releases)),
        ]
        return .success(Forecast(strategy: Self.name, probability: law.probability(span), uncertainty: law.uncertainty { $0.probability(span) }, inputs: inputs))
    }

    /// The source that was least wrong.
    private func best(_ said: [String: Nowcast]) -> (Nowcast, Errors)? {
        let all = said.values.sorted { $0.source < $1.source }.compactMap { nowcast in
            known(Source(figure: nowcast.figure, name: nowcast.source), nowcast).map { (nowcast, $0) }
        }
        return all.min { $0.1.variance < $1.1.variance }
    }

    private func known(_ source: Source, _ nowcast: Nowcast) -> Errors? { errors[source] ?? nowcast.error.map { Errors(stated: $0, worth: priorReleases) } }

    public func feed(into digest: inout Digest) {
        for source in errors.keys.sorted() {
            digest.feed(errors[source]?.bias ?? 0)
            digest.feed(errors[source]?.variance ?? 0)
        }
        for figure in nowcasts.keys.sorted() {
            for release in (nowcasts[figure] ?? [:]).keys.sorted() {
                for source in (nowcasts[figure]?[release] ?? [:]).keys.sorted() { digest.feed(nowcasts[figure]?[release]?[source]?.value ?? 0) }
            }
        }
    }
}

extension Strike {
    /// The figures that resolve YES, as an interval between half steps. Nil where no number decides.
    func published(step: Double) -> (low: Double, high: Double)? {
        // 0.3 / 0.1 is a little less than three.
        func down(_ k: Double) -> Double { (k / step + 1e-6).rounded(.down) * step }
        func up(_ k: Double) -> Double { (k / step - 1e-6).rounded(.up) * step }
        return switch self {
        case .greater(let k): (down(k) + step / 2, .infinity)
        case .greaterOrEqual(let k): (up(k) - step / 2, .infinity)
        case .less(let k): (-.infinity, up(k) - step / 2)
        case .lessOrEqual(let k): (-.infinity, down(k) + step / 2)
        case .between(let low, let high): low <= high ? (up(low) - step / 2, down(high) + step / 2) : nil
        case .other: nil
        }
    }
}
