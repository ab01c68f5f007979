import Kalshi
import Model
import Ports

/// What is known here of all markets: the index for searching, and the rules of fees.
actor Catalogue {
    /// More open markets than that are not listed; the answer says so.
    static let mostMarkets = 50_000
    static let feeFreshness = Interval.seconds(600)
    /// Events whose fees are remembered; past it all are asked for anew.
    static let mostTerms = 10_000

    nonisolated let index: any MarketIndex
    private let line: VenueLine
    private let clock: any Ports.Clock
    private let freshness: Interval
    private var listed: Timestamp?
    private var listing: Task<Timestamp, any Error>?
    private var terms: [EventTicker: (terms: FeeTerms, read: Timestamp)] = [:]
    private var series: [SeriesTicker: (detail: KalshiSeriesDetail, read: Timestamp)] = [:]

    init(line: VenueLine, index: any MarketIndex, clock: any Ports.Clock, freshness: Interval) {
        self.line = line
        self.index = index
        self.clock = clock
        self.freshness = freshness
    }

    /// Sees to it that the index is filled, and returns from when it is. One that has grown old is renewed beside the searches, not before them, unless it is very old.
    func prepared() async throws -> Timestamp {
        if let listed {
            let age = clock.now() - listed
            if age > freshness, listing == nil { renew() }
            if age.nanoseconds <= 4 * freshness.nanoseconds { return listed }
        } else if listing == nil {
            renew()
        }
        guard let listing else { return clock.now() }
        do { return try await listing.value } catch {
            self.listing = nil
            throw error
        }
    }

    private func renew() {
        listing = Task { [line, index, clock] in
            let client = try await line.client()
            let began = clock.now()
            let events = try await client.eventDetails(status: .open, most: Self.mostMarkets)
            let known = Dictionary(events.map { ($0.event.ticker, $0) }, uniquingKeysWith: { a, _ in a })
            let markets = try await client.marketDetails(status: .open, most: Self.mostMarkets).prefix(Self.mostMarkets)
            try index.replace(with: markets.map { IndexedMarket($0, known[$0.market.event]) })
            self.finished(began)
            return began
        }
    }

    private func finished(_ time: Timestamp) {
        listed = time
        listing = nil
    }

    // MARK: - Fees

    func seriesDetail(_ ticker: SeriesTicker) async throws -> KalshiSeriesDetail {
        if let known = series[ticker], clock.now() - known.read < Self.feeFreshness { return known.detail }
        let detail = try await line.client().seriesDetail(ticker)
        series[ticker] = (detail, clock.now())
        return detail
    }

    /// The rule that the event's markets are charged by.
    func fees(of event: EventTicker) async throws -> FeeTerms {
        if let known = terms[event], clock.now() - known.read < Self.feeFreshness { return known.terms }
        let detail = try await line.client().event(event)
        let rule = try await seriesDetail(detail.series).fees(detail)
        if terms.count >= Self.mostTerms { terms = [:] }
        terms[event] = (rule, clock.now())
        return rule
    }
}

extension IndexedMarket {
    init(_ detail: KalshiMarketDetail, _ event: KalshiEventDetail?) {
        self.init(
            ticker: detail.market.ticker, event: detail.market.event, series: event?.event.series ?? SeriesTicker(""), category: event?.category ?? "",
            title: detail.market.title, rules: "\(detail.rulesPrimary) \(event?.event.title ?? "") \(event?.subtitle ?? "")", status: detail.market.status,
            closes: detail.market.closeTime, yesBid: detail.yesBid, yesAsk: detail.yesAsk, last: detail.last, volumeOfDay: detail.volumeOfDay ?? .zero)
    }
}
