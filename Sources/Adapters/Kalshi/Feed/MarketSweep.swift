import Model
import Ports
import Synchronization

/// One market as REST just showed it.
struct Finding: Hashable, Sendable {
    let market: Market
    let status: MarketStatus
    let result: MarketResult?
}

/// Asks REST which markets there are and what became of those we know: the truth behind a stream that says some things once and others never
/// (no message marks the passing of `open_time` or `close_time`, Kalshi reference 11.4).
final class MarketSweep: Sendable {
    private struct State {
        var watched: Set<Ticker>
        var events: [EventTicker: (event: KalshiEvent, read: ContinuousClock.Instant)] = [:]
        var series: [SeriesTicker: (series: KalshiSeries, read: ContinuousClock.Instant)] = [:]
        /// Markets of the last sweep that cannot be traded, and why: each reason is told once.
        var unusable: [Ticker: String] = [:]
        /// The next moment that a market opens or closes.
        var boundary: Timestamp?
    }

    /// Fees may change: what an event and a series say is asked again after this.
    private static let freshness = Duration.seconds(600)

    private let client: KalshiClient
    private let settings: KalshiFeedSettings
    private let clock: any Ports.Clock
    private let state: Mutex<State>

    init(client: KalshiClient, settings: KalshiFeedSettings, clock: any Ports.Clock) {
        self.client = client
        self.settings = settings
        self.clock = clock
        state = Mutex(State(watched: Set(settings.watched)))
    }

    /// Markets that are not paid yet and therefore asked for even when no list has them any more.
    func watch(_ tickers: Set<Ticker>) { state.withLock { $0.watched.formUnion(tickers) } }

    func forgetFees() {
        state.withLock { state in
            state.events = [:]
            state.series = [:]
        }
    }

    /// How long until there is something to look for.
    func untilNext() -> Duration {
        guard let boundary = state.withLock({ $0.boundary }) else { return settings.sweepInterval }
        // A quarter of a second later, so that the exchange has moved.
        let wait = Duration.nanoseconds((boundary - clock.now()).nanoseconds + 250_000_000)
        return min(settings.sweepInterval, max(wait, .milliseconds(100)))
    }

    /// What could be learned, soonest close first, and what could not.
    func run() async -> (findings: [Finding], troubles: [String]) {
        var troubles: [String] = []
        var rows: [Ticker: KalshiMarket] = [:]
        for series in settings.series {
            for status in [KalshiClient.StatusFilter.open, .unopened] {
                do {
                    for market in try await client.markets(series: series, status: status) { rows[market.ticker] = market }
                } catch {
                    troubles.append(error.description)
                }
            }
        }
        let missing = state.withLock { $0.watched }.subtracting(rows.keys).sorted()
        if !missing.isEmpty {
            do {
                for market in try await client.markets(missing) { rows[market.ticker] = market }
            } catch {
                troubles.append(error.description)
            }
        }
        var findings: [Finding] = []
        for row in rows.values {
            do {
                if let finding = try await finding(row) { findings.append(finding) }
            } catch {
                troubles.append("\(error)")
            }
        }
        findings.sort { ($0.market.closeTime, $0.market.ticker) < ($1.market.closeTime, $1.market.ticker) }
        remember(findings, rows)
        return (findings.enumerated().filter { $0.offset < settings.mostMarkets || missing.contains($0.element.market.ticker) }.map(\.element), troubles)
    }

    private func finding(_ row: KalshiMarket) async throws -> Finding? {
        let event = try await event(row.event)
        let series = try await series(event.series)
        do {
            let market = try KalshiListing.market(row, event: event, series: series)
            state.withLock { $0.unusable[row.ticker] = nil }
            return Finding(market: market, status: row.status, result: row.result)
        } catch {
            // What it lacks may come later; until then it is told once.
            let before = state.withLock { $0.unusable.updateValue(error.description, forKey: row.ticker) }
            if before == error.description { return nil }
            throw error
        }
    }

    private func event(_ ticker: EventTicker) async throws(KalshiError) -> KalshiEvent {
        if let known = state.withLock({ $0.events[ticker] }), ContinuousClock.now - known.read < Self.freshness { return known.event }
        let event = try await client.event(ticker)
        state.withLock { $0.events[ticker] = (event, .now) }
        return event
    }

    private func series(_ ticker: SeriesTicker) async throws(KalshiError) -> KalshiSeries {
        if let known = state.withLock({ $0.series[ticker] }), ContinuousClock.now - known.read < Self.freshness { return known.series }
        let series = try await client.series(ticker)
        state.withLock { $0.series[ticker] = (series, .now) }
        return series
    }

    private func remember(_ findings: [Finding], _ rows: [Ticker: KalshiMarket]) {
        let now = clock.now()
        state.withLock { state in
            for finding in findings where finding.status == .finalized { state.watched.remove(finding.market.ticker) }
            state.boundary = findings.flatMap { [$0.market.openTime, $0.market.closeTime] }.filter { $0 > now }.min()
            state.unusable = state.unusable.filter { rows[$0.key] != nil }
            // What nobody asked for in ten minutes goes, so that events do not pile up with the days.
            state.events = state.events.filter { ContinuousClock.now - $0.value.read < Self.freshness }
        }
    }
}
