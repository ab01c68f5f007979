public import Model

extension KalshiClient {
    /// The length of one candlestick.
    public enum Period: Int, Sendable {
        case minute = 1
        case hour = 60
        case day = 1440
    }

    /// Public trades, newest first.
    /// - Parameter most: enough of them; the day of a busy market is a long list.
    public func trades(_ market: Ticker? = nil, from: Timestamp? = nil, to: Timestamp? = nil, most: Int = 10_000) async throws(KalshiError) -> [KalshiTrade] {
        try await pages(.trades, "listing trades", .trades, [], KalshiClient.span(market, from, to), most: most)
    }

    public func candlesticks(
        _ market: Ticker, series: SeriesTicker, from: Timestamp, to: Timestamp, _ period: Period
    ) async throws(KalshiError) -> [KalshiCandlestick] {
        try await get(
            CandlesticksOfMarket.self, "reading the candlesticks of \(market)", .candlesticksOfMarket, [series.text, market.text],
            KalshiClient.periods(from, to, period)).sticks
    }

    public func candlesticks(_ markets: [Ticker], from: Timestamp, to: Timestamp, _ period: Period) async throws(KalshiError) -> [Ticker: [KalshiCandlestick]] {
        var found: [Ticker: [KalshiCandlestick]] = [:]
        for some in KalshiClient.hundreds(markets) {
            let rows = try await pages(
                ListShape("markets", CandlesticksOfMarket.self), "reading candlesticks", .candlesticksOfMarkets, [],
                [("market_tickers", some)] + KalshiClient.periods(from, to, period))
            for row in rows { found[row.market] = row.sticks }
        }
        return found
    }

    public func candlesticks(
        of event: EventTicker, series: SeriesTicker, from: Timestamp, to: Timestamp, _ period: Period
    ) async throws(KalshiError) -> [Ticker: [KalshiCandlestick]] {
        try await get(
            CandlesticksOfEvent.self, "reading the candlesticks of event \(event)", .candlesticksOfEvent, [series.text, event.text],
            KalshiClient.periods(from, to, period)).sticks
    }

    // MARK: - What the live endpoints do not have any more (Kalshi reference 16.21)

    public func historicalCutoff() async throws(KalshiError) -> KalshiCutoff {
        try await get(KalshiCutoff.self, "reading where history begins", .historicalCutoff)
    }

    public func historicalMarkets(series: SeriesTicker? = nil, event: EventTicker? = nil, most: Int = .max) async throws(KalshiError) -> [KalshiMarket] {
        try await pages(
            .markets, "listing historical markets", .historicalMarkets, [],
            [("limit", "1000"), ("series_ticker", series?.text), ("event_ticker", event?.text)], most: most)
    }

    public func historicalMarket(_ ticker: Ticker) async throws(KalshiError) -> KalshiMarket {
        try await get(WrappedShape("market", KalshiMarket.self), "reading historical market \(ticker)", .historicalMarket, [ticker.text])
    }

    public func historicalCandlesticks(_ market: Ticker, from: Timestamp, to: Timestamp, _ period: Period) async throws(KalshiError) -> [KalshiCandlestick] {
        try await get(
            CandlesticksOfMarket.self, "reading the historical candlesticks of \(market)", .historicalCandlesticks, [market.text],
            KalshiClient.periods(from, to, period)).sticks
    }

    public func historicalTrades(
        _ market: Ticker? = nil, from: Timestamp? = nil, to: Timestamp? = nil, most: Int = 10_000
    ) async throws(KalshiError) -> [KalshiTrade] {
        try await pages(.trades, "listing historical trades", .historicalTrades, [], KalshiClient.span(market, from, to), most: most)
    }

    public func historicalFills(_ market: Ticker? = nil, from: Timestamp? = nil, to: Timestamp? = nil) async throws(KalshiError) -> [Fill] {
        try await pages(.fills, "listing historical fills", .historicalFills, [], KalshiClient.span(market, from, to) + [KalshiClient.primary]).map(\.fill)
    }

    public func historicalOrders(_ market: Ticker? = nil, from: Timestamp? = nil, to: Timestamp? = nil) async throws(KalshiError) -> [VenueOrder] {
        try await pages(.orders, "listing historical orders", .historicalOrders, [], KalshiClient.span(market, from, to) + [KalshiClient.primary]).map(\.order)
    }

    public func historicalPositions(_ market: Ticker? = nil) async throws(KalshiError) -> [VenuePosition] {
        try await pages(
            .positions, "listing historical positions", .historicalPositions, [], [("limit", "1000"), ("ticker", market?.text), KalshiClient.primary]
        ).map(\.position)
    }

    // MARK: - Parameters

    private static func span(_ market: Ticker?, _ from: Timestamp?, _ to: Timestamp?) -> [(String, String?)] {
        [("limit", "1000"), ("ticker", market?.text), ("min_ts", from.map { String($0.wholeSeconds) }), ("max_ts", to.map { String($0.wholeSeconds) })]
    }

    private static func periods(_ from: Timestamp, _ to: Timestamp, _ period: Period) -> [(String, String?)] {
        [("start_ts", String(from.wholeSeconds)), ("end_ts", String(to.wholeSeconds)), ("period_interval", String(period.rawValue))]
    }
}
