import Matching
import Model
import Notation

// What is listed: series, events, and what belongs to them.

extension ExchangeHouse {
    private func allSeries() -> [SeriesFacts] {
        let bySeries = Dictionary(grouping: allFacts(), by: \.market.series)
        return bySeries.keys.sorted().map { SeriesFacts(ticker: $0, markets: bySeries[$0] ?? []) }
    }

    func seriesList(_ query: Query) throws(APIError) -> Answer {
        let (category, tags) = (query.text("category"), query.list("tags"))
        let updated = try query.seconds("min_updated_ts")
        let volume = query.flag("include_volume")
        let wanted = allSeries().filter { series in
            (category == nil || series.category == category) && (tags.map { !$0.allSatisfy { !series.tags.contains($0) } } ?? true)
                && (updated.map { series.updated >= $0 } ?? true)
        }
        return .ok(["series": .array(wanted.map { $0.json(volume: volume) })])
    }

    func series(_ ticker: String) throws(APIError) -> Answer {
        guard let series = allSeries().first(where: { $0.ticker.text == ticker }) else { throw .notFound }
        return .ok(["series": series.json(volume: true)])
    }

    /// The tags of all series under their category.
    func categoryTags() -> Answer {
        let byCategory = Dictionary(grouping: allSeries(), by: \.category)
        let members = byCategory.keys.sorted().map { category in
            JSON.Member(key: category, value: .array(Set((byCategory[category] ?? []).flatMap(\.tags)).sorted().map(JSON.text)))
        }
        return .ok(["tags_by_categories": .object(members)])
    }

    // MARK: Events

    func events(_ query: Query) throws(APIError) -> Answer {
        let limit = try query.limit(default: 200, maximum: 200)
        let status = try query.choice("status", of: ["unopened", "open", "closed", "settled"])
        let series = query.text("series_ticker")
        let tickers = query.list("tickers").map(Set.init)
        let (close, updated) = (try query.seconds("min_close_ts"), try query.seconds("min_updated_ts"))
        let all = eventFacts { (series == nil || $0.market.series.text == series) && !isCombo($0.market.ticker) && !isHistorical($0) }.filter { event in
            (status == nil || event.queryStatus == status) && (tickers?.contains(event.ticker.text) ?? true)
                && (close.map { least in event.markets.contains { $0.market.closeTime >= least } } ?? true)
                && (updated.map { least in event.markets.contains { $0.record.changed >= least } } ?? true)
        }
        let page = Page(of: all, key: \.ticker.text, after: query.text("cursor"), limit: limit)
        let nested = query.flag("with_nested_markets")
        return .ok([
            "events": .array(page.rows.map { $0.json(nested: nested) }), "milestones": query.flag("with_milestones") ? [] : nil,
            "cursor": .text(page.cursor),
        ])
    }

    func multivariateEvents(_ query: Query) throws(APIError) -> Answer {
        let limit = try query.limit(default: 100, maximum: 200)
        let (series, collection) = (query.text("series_ticker"), query.text("collection_ticker"))
        guard series == nil || collection == nil else { throw .invalidParameters("series_ticker and collection_ticker cannot be used together") }
        let all = eventFacts { record in
            isCombo(record.market.ticker) && (series == nil || record.market.series.text == series)
                && (collection == nil || self.collection(of: record.market.ticker) == collection)
        }
        let page = Page(of: all, key: \.ticker.text, after: query.text("cursor"), limit: limit)
        let nested = query.flag("with_nested_markets")
        return .ok(["events": .array(page.rows.map { $0.json(nested: nested) }), "cursor": .text(page.cursor)])
    }

    func event(_ ticker: String, _ query: Query) throws(APIError) -> Answer {
        guard let event = eventFacts(where: { $0.market.event.text == ticker }).first else { throw .notFound }
        let nested = query.flag("with_nested_markets")
        return .ok(["event": event.json(nested: nested), "markets": .array(nested ? [] : event.markets.map(\.json))])
    }

    /// No pictures here: what is empty is empty.
    func eventMetadata(_ ticker: String) throws(APIError) -> Answer {
        guard let event = eventFacts(where: { $0.market.event.text == ticker }).first else { throw .notFound }
        let details = event.markets.map { facts in
            JSON.object(["market_ticker": .text(facts.market.ticker.text), "image_url": "", "color_code": ""])
        }
        return .ok(["image_url": "", "featured_image_url": "", "market_details": .array(details), "settlement_sources": []])
    }

    // MARK: What links events to the real world: a simulated one has none of it

    func milestones(_ query: Query) throws(APIError) -> Answer {
        guard query.text("limit") != nil else { throw .query("GetMilestones", "Limit", tag: "required") }
        return try emptyPage("milestones", query, maximum: 500)
    }

    func structuredTargets(_ query: Query) throws(APIError) -> Answer {
        _ = try query.limit("page_size", default: 100, maximum: 2000)
        return .ok(["structured_targets": [], "cursor": ""])
    }

    func incentives(_ query: Query) throws(APIError) -> Answer {
        _ = try query.limit(default: 100, maximum: 10_000)
        _ = try query.choice("status", of: ["all", "active", "upcoming", "closed", "paid_out"])
        _ = try query.choice("type", of: ["all", "liquidity", "volume", "margin_maker_volume", "margin_taker_volume"])
        return .ok(["incentive_programs": [], "next_cursor": ""])
    }
}
