import Matching
import Model
import Notation
import Transport

/// One answer: a status and a body, or none (204).
struct Answer {
    let status: Int
    let body: JSON?

    static func ok(_ members: KeyValuePairs<String, JSON?>) -> Answer { Answer(status: 200, body: .object(members)) }
}

extension ExchangeHouse {
    /// Answers one routed request. `account` is there for whatever is private.
    func answer(_ operation: Operation, _ request: HTTPRequest, account: AccountID?) throws(APIError) -> Answer {
        catchUp()
        let query = Query(request.queryItems, operation: operation.name)
        if operation.isPrivate {
            guard let account, venue.account(account) != nil else { throw .keyUnknown }
            return try answerPrivate(operation, request, query, account)
        }
        switch operation {
        case .exchangeStatus: return status()
        case .exchangeSchedule: return .ok(["schedule": StaticAnswers.schedule])
        case .userDataTimestamp: return .ok(["as_of_time": .text(CivilTime.text(time))])
        case .endpointCosts: return .ok(["default_cost": 10, "endpoint_costs": StaticAnswers.endpointCosts])
        case .seriesList: return .ok(["series": .array(allSeries().map(\.json))])
        case .series(let ticker): return try series(ticker)
        case .events: return try events(query)
        case .event(let ticker): return try event(ticker, query)
        case .markets: return try markets(query)
        case .market(let ticker): return try market(ticker)
        case .orderbook(let ticker): return try orderbook(ticker, query)
        case .orderbooks: return try orderbooks(query)
        case .trades: return try trades(query)
        case .limits, .balance, .positions, .fills, .orders, .order, .settlements, .createOrder, .cancelOrder, .cancelAll: throw .notFound
        }
    }

    private func status() -> Answer {
        let active = venue.exchangeActive && trouble == nil
        return .ok([
            "exchange_active": .bool(active), "trading_active": .bool(active && venue.tradingActive), "intra_exchange_transfers_active": false,
        ])
    }

    // MARK: Series and events

    private func allSeries() -> [SeriesFacts] {
        let bySeries = Dictionary(grouping: allFacts(), by: \.market.series)
        return bySeries.keys.sorted().map { SeriesFacts(ticker: $0, markets: bySeries[$0] ?? []) }
    }

    private func series(_ ticker: String) throws(APIError) -> Answer {
        guard let series = allSeries().first(where: { $0.ticker.text == ticker }) else { throw .notFound }
        return .ok(["series": series.json])
    }

    private func events(_ query: Query) throws(APIError) -> Answer {
        let limit = try query.limit(default: 200, maximum: 200)
        let status = try query.choice("status", of: ["unopened", "open", "closed", "settled"])
        let series = query.text("series_ticker")
        let tickers = query.list("tickers").map(Set.init)
        let minimumClose = try query.seconds("min_close_ts")
        let all = eventFacts { series == nil || $0.market.series.text == series }.filter { event in
            (status == nil || event.queryStatus == status) && (tickers?.contains(event.ticker.text) ?? true)
                && (minimumClose.map { least in event.markets.contains { $0.market.closeTime >= least } } ?? true)
        }
        let page = Page(of: all, key: \.ticker.text, after: query.text("cursor"), limit: limit)
        let nested = query.flag("with_nested_markets")
        return .ok([
            "events": .array(page.rows.map { $0.json(nested: nested) }), "milestones": query.flag("with_milestones") ? [] : nil,
            "cursor": .text(page.cursor),
        ])
    }

    private func event(_ ticker: String, _ query: Query) throws(APIError) -> Answer {
        guard let event = eventFacts(where: { $0.market.event.text == ticker }).first else { throw .notFound }
        let nested = query.flag("with_nested_markets")
        return .ok(["event": event.json(nested: nested), "markets": .array(nested ? [] : event.markets.map(\.json))])
    }

    // MARK: Markets

    private func markets(_ query: Query) throws(APIError) -> Answer {
        let limit = try query.limit(default: 100, maximum: 1000)
        let status = try query.choice("status", of: ["unopened", "open", "paused", "closed", "settled"])
        let event = query.list("event_ticker").map(Set.init)
        let series = query.text("series_ticker")
        let tickers = query.list("tickers").map(Set.init)
        let close = (try query.seconds("min_close_ts"), try query.seconds("max_close_ts"))
        let wanted = venue.allMarkets.filter { record in
            (status == nil || record.status.queryName == status) && (event?.contains(record.market.event.text) ?? true)
                && (series == nil || record.market.series.text == series) && (tickers?.contains(record.market.ticker.text) ?? true)
                && (close.0.map { record.market.closeTime >= $0 } ?? true) && (close.1.map { record.market.closeTime <= $0 } ?? true)
        }
        let page = Page(of: wanted.map(\.market.ticker).sorted(), key: \.text, after: query.text("cursor"), limit: limit)
        return .ok(["markets": .array(page.rows.compactMap { facts($0)?.json }), "cursor": .text(page.cursor)])
    }

    private func market(_ ticker: String) throws(APIError) -> Answer {
        guard let facts = facts(Ticker(ticker)) else { throw .notFound }
        return .ok(["market": facts.json])
    }

    private func orderbook(_ ticker: String, _ query: Query) throws(APIError) -> Answer {
        let depth = try query.integer("depth") ?? 0
        guard (0...100).contains(depth) else { throw APIError.query("GetMarketOrderbook", "Depth", tag: depth < 0 ? "gte" : "lte") }
        guard let book = levels(Ticker(ticker)) else { throw .notFound }
        return .ok(["orderbook_fp": book.restMessage(depth: Int(depth))])
    }

    private func orderbooks(_ query: Query) throws(APIError) -> Answer {
        let tickers = query.list("tickers") ?? []
        guard !tickers.isEmpty else { throw APIError.query("GetMarketOrderbooks", "Tickers", tag: "required") }
        guard tickers.count <= 100 else { throw APIError.query("GetMarketOrderbooks", "Tickers", tag: "max") }
        let books = tickers.compactMap { ticker -> JSON? in
            guard let book = levels(Ticker(ticker)) else { return nil }
            return .object(["ticker": .text(ticker), "orderbook_fp": book.restMessage(depth: 0)])
        }
        return .ok(["orderbooks": .array(books)])
    }

    private func trades(_ query: Query) throws(APIError) -> Answer {
        let limit = try query.limit(default: 100, maximum: 1000)
        let ticker = query.text("ticker")
        let times = (try query.seconds("min_ts"), try query.seconds("max_ts"))
        let wanted = tape.trades.reversed().filter { entry in
            (ticker == nil || entry.trade.market.text == ticker) && (times.0.map { entry.trade.time >= $0 } ?? true)
                && (times.1.map { entry.trade.time <= $0 } ?? true)
        }
        let page = Page(of: wanted, key: { PageCursor.newestFirst($0.serial) }, after: query.text("cursor"), limit: limit)
        return .ok(["trades": .array(page.rows.map(\.trade.json)), "cursor": .text(page.cursor)])
    }
}
