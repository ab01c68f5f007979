public import Model

extension KalshiClient {
    /// These markets with quotes and rules, as far as the exchange knows them.
    public func marketDetails(_ tickers: [Ticker]) async throws(KalshiError) -> [KalshiMarketDetail] {
        var found: [KalshiMarketDetail] = []
        for some in KalshiClient.hundreds(tickers) {
            found += try await pages(
                ListShape("markets", KalshiMarketDetail.self), "reading markets", .markets, [], [("limit", "1000"), ("tickers", some)])
        }
        return found
    }

    /// - Parameter most: enough of them; the rest is not asked for.
    public func marketDetails(event: EventTicker? = nil, status: StatusFilter? = nil, most: Int = .max) async throws(KalshiError) -> [KalshiMarketDetail] {
        try await pages(
            ListShape("markets", KalshiMarketDetail.self), "listing markets", .markets, [],
            [("limit", "1000"), ("event_ticker", event?.text), ("status", status?.rawValue)], most: most)
    }

    public func eventDetail(_ ticker: EventTicker) async throws(KalshiError) -> KalshiEventDetail {
        try await get(WrappedShape("event", KalshiEventDetail.self, beside: "markets"), "reading event \(ticker)", .event, [ticker.text])
    }

    public func eventDetails(status: StatusFilter? = nil, most: Int = .max) async throws(KalshiError) -> [KalshiEventDetail] {
        try await pages(
            ListShape("events", KalshiEventDetail.self, beside: "milestones"), "listing events", .events, [],
            [("limit", "200"), ("status", status?.rawValue)], most: most)
    }

    public func seriesDetail(_ ticker: SeriesTicker) async throws(KalshiError) -> KalshiSeriesDetail {
        try await get(WrappedShape("series", KalshiSeriesDetail.self), "reading series \(ticker)", .series, [ticker.text])
    }
}
