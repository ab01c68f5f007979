public import Model

extension KalshiClient {
    /// The filter that the exchange offers, one at a time (Kalshi reference, section 15).
    public enum StatusFilter: String, Sendable {
        case unopened, open, paused, closed, settled
    }

    /// Every market that fits, all pages.
    public func markets(series: SeriesTicker? = nil, event: EventTicker? = nil, status: StatusFilter? = nil) async throws(KalshiError) -> [KalshiMarket] {
        try await pages(
            .markets, "listing markets", .markets, [],
            [("limit", "1000"), ("series_ticker", series?.text), ("event_ticker", event?.text), ("status", status?.rawValue)])
    }

    /// These markets, as far as the exchange knows them.
    public func markets(_ tickers: [Ticker]) async throws(KalshiError) -> [KalshiMarket] {
        var found: [KalshiMarket] = []
        for some in KalshiClient.hundreds(tickers) {
            found += try await pages(.markets, "reading markets", .markets, [], [("limit", "1000"), ("tickers", some)])
        }
        return found
    }

    /// Tickers in lists of a hundred, with commas: the most that some questions take, and a URL below the 8 kB that servers take.
    static func hundreds(_ tickers: [Ticker]) -> [String] {
        stride(from: 0, to: tickers.count, by: 100).map { start in tickers[start..<min(start + 100, tickers.count)].map(\.text).joined(separator: ",") }
    }

    public func market(_ ticker: Ticker) async throws(KalshiError) -> KalshiMarket {
        try await get(WrappedShape("market", KalshiMarket.self), "reading market \(ticker)", .market, [ticker.text])
    }

    /// The book, to a depth; 0 is all of it.
    public func orderbook(_ ticker: Ticker, depth: Int = 0) async throws(KalshiError) -> KalshiOrderbook {
        try await get(OrderbookAnswer.self, "reading the book of \(ticker)", .orderbook, [ticker.text], [("depth", String(depth))]).book
    }

    public func orderbooks(_ tickers: [Ticker]) async throws(KalshiError) -> [Ticker: KalshiOrderbook] {
        var books: [Ticker: KalshiOrderbook] = [:]
        for some in KalshiClient.hundreds(tickers) {
            let rows = try await pages(ListShape("orderbooks", OrderbookAnswer.self), "reading books", .orderbooks, [], [("tickers", some)])
            for row in rows { if let ticker = row.ticker { books[ticker] = row.book } }
        }
        return books
    }

    public func event(_ ticker: EventTicker) async throws(KalshiError) -> KalshiEvent {
        try await get(WrappedShape("event", KalshiEvent.self, beside: "markets"), "reading event \(ticker)", .event, [ticker.text])
    }

    public func events(series: SeriesTicker? = nil, status: StatusFilter? = nil) async throws(KalshiError) -> [KalshiEvent] {
        try await pages(
            .events, "listing events", .events, [], [("limit", "200"), ("series_ticker", series?.text), ("status", status?.rawValue)])
    }

    public func eventMetadata(_ ticker: EventTicker) async throws(KalshiError) -> KalshiEventMetadata {
        try await get(KalshiEventMetadata.self, "reading the metadata of event \(ticker)", .eventMetadata, [ticker.text])
    }

    public func series(_ ticker: SeriesTicker) async throws(KalshiError) -> KalshiSeries {
        try await get(WrappedShape("series", KalshiSeries.self), "reading series \(ticker)", .series, [ticker.text])
    }

    public func series(category: String? = nil, tags: String? = nil) async throws(KalshiError) -> [KalshiSeries] {
        try await pages(.series, "listing series", .seriesList, [], [("category", category), ("tags", tags)])
    }
}
