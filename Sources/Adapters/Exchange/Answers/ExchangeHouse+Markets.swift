import Matching
import Model
import Notation

// Markets, their books and their trades.

extension ExchangeHouse {
    func markets(_ query: Query) throws(APIError) -> Answer {
        let filter = try MarketFilter(query)
        return try marketPage(query) { filter.accepts($0) && filter.accepts(isCombo: isCombo($0.market.ticker)) && !isHistorical($0) }
    }

    func historicalMarkets(_ query: Query) throws(APIError) -> Answer {
        _ = try query.choice("mve_filter", of: ["exclude"])
        let filter = try MarketFilter(query)
        return try marketPage(query) { filter.accepts($0) && filter.accepts(isCombo: isCombo($0.market.ticker)) && isHistorical($0) }
    }

    private func marketPage(_ query: Query, where wanted: (MarketRecord) -> Bool) throws(APIError) -> Answer {
        let limit = try query.limit(default: 100, maximum: 1000)
        let tickers = venue.allMarkets.filter(wanted).map(\.market.ticker).sorted()
        let page = Page(of: tickers, key: \.text, after: query.text("cursor"), limit: limit)
        return .ok(["markets": .array(page.rows.compactMap { facts($0).map(json) }), "cursor": .text(page.cursor)])
    }

    func market(_ ticker: String) throws(APIError) -> Answer {
        guard let facts = facts(Ticker(ticker)) else { throw .notFound }
        return .ok(["market": json(facts)])
    }

    func historicalMarket(_ ticker: String) throws(APIError) -> Answer {
        guard let facts = facts(Ticker(ticker)), isHistorical(facts.record) else { throw .notFound }
        return .ok(["market": json(facts)])
    }

    // MARK: Books

    func orderbook(_ ticker: String, _ query: Query) throws(APIError) -> Answer {
        let depth = try query.integer("depth") ?? 0
        guard (0...100).contains(depth) else { throw APIError.query("GetMarketOrderbook", "Depth", tag: depth < 0 ? "gte" : "lte") }
        guard let book = levels(Ticker(ticker)) else { throw .notFound }
        return .ok(["orderbook_fp": book.restMessage(depth: Int(depth))])
    }

    func orderbooks(_ query: Query) throws(APIError) -> Answer {
        let tickers = query.list("tickers") ?? []
        guard !tickers.isEmpty else { throw APIError.query("GetMarketOrderbooks", "Tickers", tag: "required") }
        guard tickers.count <= 100 else { throw APIError.query("GetMarketOrderbooks", "Tickers", tag: "max") }
        let books = tickers.compactMap { ticker -> JSON? in
            guard let book = levels(Ticker(ticker)) else { return nil }
            return .object(["ticker": .text(ticker), "orderbook_fp": book.restMessage(depth: 0)])
        }
        return .ok(["orderbooks": .array(books)])
    }

    // MARK: Trades

    /// There are no block trades here.
    func trades(_ query: Query, isHistorical: Bool) throws(APIError) -> Answer {
        let limit = try query.limit(default: 100, maximum: 1000)
        let ticker = query.text("ticker")
        let times = (try query.seconds("min_ts"), try query.seconds("max_ts"))
        let cutoff = cutoff
        let wanted = query.flag("is_block_trade") ? [] : tape.trades.reversed().filter { entry in
            (ticker == nil || entry.trade.market.text == ticker) && (times.0.map { entry.trade.time >= $0 } ?? true)
                && (times.1.map { entry.trade.time <= $0 } ?? true) && (entry.trade.time < cutoff) == isHistorical
        }
        let page = Page(of: wanted, key: { PageCursor.newestFirst($0.serial) }, after: query.text("cursor"), limit: limit)
        return .ok(["trades": .array(page.rows.map(\.trade.json)), "cursor": .text(page.cursor)])
    }
}

/// The filters of the list of markets, and which of them go together (Kalshi reference, section 5).
struct MarketFilter {
    private let status: String?
    private let events: Set<String>?
    private let series: String?
    private let tickers: Set<String>?
    private let combos: String?
    private let created: TimeRange
    private let closing: TimeRange
    private let settled: TimeRange
    private let updated: TimeRange

    /// Both ends included; an end that is nil is open.
    struct TimeRange {
        let from: Timestamp?
        let to: Timestamp?

        init(_ query: Query, _ name: String) throws(APIError) {
            from = try query.seconds("min_\(name)_ts")
            to = try query.seconds("max_\(name)_ts")
        }

        var isGiven: Bool { from != nil || to != nil }
        func contains(_ time: Timestamp) -> Bool { from.map { time >= $0 } ?? true && to.map { time <= $0 } ?? true }
    }

    init(_ query: Query) throws(APIError) {
        status = try query.choice("status", of: ["unopened", "open", "paused", "closed", "settled"])
        events = query.list("event_ticker").map(Set.init)
        series = query.text("series_ticker")
        tickers = query.list("tickers").map(Set.init)
        combos = try query.choice("mve_filter", of: ["only", "exclude"])
        created = try TimeRange(query, "created")
        closing = try TimeRange(query, "close")
        settled = try TimeRange(query, "settled")
        updated = try TimeRange(query, "updated")
        try check()
    }

    private func check() throws(APIError) {
        let given = [("created", created, ["unopened", "open"]), ("close", closing, ["closed"]), ("settled", settled, ["settled"])].filter { $0.1.isGiven }
        guard given.count <= 1 else { throw .invalidParameters("timestamp filters of different kinds cannot be combined") }
        if let (name, _, allowed) = given.first, let status, !allowed.contains(status) {
            throw .invalidParameters("\(name) timestamp filters cannot be used with status \(status)")
        }
        guard updated.isGiven else { return }
        guard given.isEmpty, status == nil, events == nil, tickers == nil, combos != "only" else {
            throw .invalidParameters("updated timestamp filters go with mve_filter=exclude and series_ticker only")
        }
    }

    func accepts(isCombo: Bool) -> Bool { combos == nil || (combos == "only") == isCombo }

    func accepts(_ record: MarketRecord) -> Bool {
        let market = record.market
        guard status == nil || record.status.queryName == status, series == nil || market.series.text == series else { return false }
        guard events?.contains(market.event.text) ?? true, tickers?.contains(market.ticker.text) ?? true else { return false }
        if settled.isGiven, record.status != .finalized || !settled.contains(record.changed) { return false }
        return created.contains(market.openTime) && closing.contains(market.closeTime) && updated.contains(record.changed)
    }
}
