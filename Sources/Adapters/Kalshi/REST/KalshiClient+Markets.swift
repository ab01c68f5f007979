public import Model

extension KalshiClient {
    /// The filter that the exchange offers, one at a time (Kalshi reference, section 15).
    public enum StatusFilter: String, Sendable {
        case unopened, open, paused, closed, settled
    }

    public func exchangeStatus() async throws(KalshiError) -> KalshiStatus {
        try await get(KalshiStatus.self, "reading the exchange's status", "/exchange/status")
    }

    /// Every market that fits, all pages.
    public func markets(series: SeriesTicker? = nil, event: EventTicker? = nil, status: StatusFilter? = nil) async throws(KalshiError) -> [KalshiMarket] {
        try await pages(
            MarketsPage.self, "listing markets", "/markets",
            [("limit", "1000"), ("series_ticker", series?.text), ("event_ticker", event?.text), ("status", status?.rawValue)])
    }

    /// These markets, as far as the exchange knows them.
    public func markets(_ tickers: [Ticker]) async throws(KalshiError) -> [KalshiMarket] {
        var found: [KalshiMarket] = []
        // A URL of a hundred tickers stays below the 8 kB that servers take.
        for start in stride(from: 0, to: tickers.count, by: 100) {
            let some = tickers[start..<min(start + 100, tickers.count)].map(\.text).joined(separator: ",")
            found += try await pages(MarketsPage.self, "reading markets", "/markets", [("limit", "1000"), ("tickers", some)])
        }
        return found
    }

    public func market(_ ticker: Ticker) async throws(KalshiError) -> KalshiMarket {
        try await get(MarketAnswer.self, "reading market \(ticker)", "/markets/\(KalshiClient.percentEncoded(ticker.text))").market
    }

    /// The book, to a depth; 0 is all of it.
    public func orderbook(_ ticker: Ticker, depth: Int = 0) async throws(KalshiError) -> KalshiOrderbook {
        try await get(
            KalshiOrderbook.self, "reading the book of \(ticker)", "/markets/\(KalshiClient.percentEncoded(ticker.text))/orderbook", [("depth", String(depth))])
    }

    public func event(_ ticker: EventTicker) async throws(KalshiError) -> KalshiEvent {
        try await get(EventAnswer.self, "reading event \(ticker)", "/events/\(KalshiClient.percentEncoded(ticker.text))").event
    }

    public func events(series: SeriesTicker) async throws(KalshiError) -> [KalshiEvent] {
        try await pages(EventsPage.self, "listing events of \(series)", "/events", [("limit", "200"), ("series_ticker", series.text)])
    }

    public func series(_ ticker: SeriesTicker) async throws(KalshiError) -> KalshiSeries {
        try await get(SeriesAnswer.self, "reading series \(ticker)", "/series/\(KalshiClient.percentEncoded(ticker.text))").series
    }
}
