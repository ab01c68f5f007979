import Matching
import Model
import Notation

// Candlesticks: of one market, of many, of an event's, and of what is history.

extension ExchangeHouse {
    /// At most so many candles are given in all (contract: /markets/candlesticks).
    static let candleLimit = 10_000

    private struct CandleQuery {
        let start: Int64
        let end: Int64
        let period: CandlePeriod

        init(_ query: Query, _ operation: String) throws(APIError) {
            guard let start = try query.seconds("start_ts") else { throw .query(operation, "StartTs", tag: "required") }
            guard let end = try query.seconds("end_ts") else { throw .query(operation, "EndTs", tag: "required") }
            guard let minutes = try query.integer("period_interval") else { throw .query(operation, "PeriodInterval", tag: "required") }
            guard let period = CandlePeriod(rawValue: minutes) else { throw .query(operation, "PeriodInterval", tag: "oneof") }
            guard start <= end else { throw .invalidParameters("start_ts must not be after end_ts") }
            self.start = start.wholeSeconds
            self.end = end.wholeSeconds
            self.period = period
        }
    }

    func candles(_ series: String, _ ticker: String, _ query: Query) throws(APIError) -> Answer {
        let asked = try CandleQuery(query, "GetMarketCandlesticks")
        guard let record = venue.market(Ticker(ticker)), record.market.series.text == series, !isHistorical(record) else { throw .notFound }
        let found = candles(record, asked, latest: query.flag("include_latest_before_start"), limit: ExchangeHouse.candleLimit)
        return .ok(["ticker": .text(ticker), "candlesticks": .array(found.map(\.json))])
    }

    func candlesBatch(_ query: Query) throws(APIError) -> Answer {
        let operation = "BatchGetMarketCandlesticks"
        let tickers = query.list("market_tickers") ?? []
        guard !tickers.isEmpty else { throw .query(operation, "MarketTickers", tag: "required") }
        guard tickers.count <= 100 else { throw .query(operation, "MarketTickers", tag: "max") }
        let asked = try CandleQuery(query, operation)
        let latest = query.flag("include_latest_before_start")
        var left = ExchangeHouse.candleLimit
        var all: [JSON] = []
        for ticker in tickers {
            guard let record = venue.market(Ticker(ticker)), !isHistorical(record) else { continue }
            let found = candles(record, asked, latest: latest, limit: left)
            left -= found.count
            all.append(.object(["market_ticker": .text(ticker), "candlesticks": .array(found.map(\.json))]))
        }
        return .ok(["markets": .array(all)])
    }

    func eventCandles(_ series: String, _ ticker: String, _ query: Query) throws(APIError) -> Answer {
        let asked = try CandleQuery(query, "GetMarketCandlesticksByEvent")
        let records = venue.allMarkets.filter { $0.market.event.text == ticker && $0.market.series.text == series }
            .sorted { $0.market.ticker < $1.market.ticker }
        guard !records.isEmpty else { throw .notFound }
        // So that every market is told as far as the others.
        let each = ExchangeHouse.candleLimit / records.count
        let found = records.map { candles($0, asked, latest: false, limit: each) }
        let end = found.filter { $0.count == each }.compactMap(\.last?.end).min() ?? asked.end
        return .ok([
            "market_tickers": .array(records.map { .text($0.market.ticker.text) }),
            "market_candlesticks": .array(found.map { list in .array(list.filter { $0.end <= end }.map(\.json)) }),
            "adjusted_end_ts": .integer(end),
        ])
    }

    func historicalCandles(_ ticker: String, _ query: Query) throws(APIError) -> Answer {
        let asked = try CandleQuery(query, "GetMarketCandlesticksHistorical")
        guard let record = venue.market(Ticker(ticker)), isHistorical(record) else { throw .notFound }
        let found = candles(record, asked, latest: false, limit: ExchangeHouse.candleLimit)
        return .ok(["ticker": .text(ticker), "candlesticks": .array(found.map(\.historicalJSON))])
    }

    private func candles(_ record: MarketRecord, _ asked: CandleQuery, latest: Bool, limit: Int) -> [Candle] {
        let ticker = record.market.ticker
        var found = candleBook.candles(
            ticker, asked.period, from: asked.start, to: asked.end, until: min(time, record.market.closeTime), limit: limit)
        if latest, let before = candleBook.latest(ticker, asked.period, before: asked.start), found.first?.end != before.end { found.insert(before, at: 0) }
        return found
    }

    /// The quotes and trades that were just told, kept as candles.
    func keepHistory(_ events: [VenueEvent]) {
        var moved: [Ticker] = []
        for event in events {
            switch event {
            case .bookDelta(let market, _, _, _, _): if moved.last != market { moved.append(market) }
            case .trade(let trade):
                candleBook.trade(trade)
                if moved.last != trade.market { moved.append(trade.market) }
            default: continue
            }
        }
        for market in Set(moved).sorted() {
            // A market that is over keeps the candles it had: what leaves its book then is not a quote.
            guard let record = venue.market(market), record.status == .active else { continue }
            let (bid, noBid) = bestPrices(market)
            candleBook.quote(market, bid: bid ?? .zero, ask: noBid?.complement ?? .one, openInterest: record.volume, at: time)
        }
    }

    private func bestPrices(_ market: Ticker) -> (yes: Price?, no: Price?) {
        guard venue.market(market)?.isRecorded == true else { return (venue.best(market, .yes), venue.best(market, .no)) }
        let book = levels(market)
        return (book?.yes.last?.price, book?.no.last?.price)
    }
}
