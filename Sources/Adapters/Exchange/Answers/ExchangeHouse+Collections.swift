import Matching
import Model
import Notation

// The one collection of this exchange: combinations of any of its events, made on demand (Kalshi reference, section 9.4).

extension ExchangeHouse {
    func collection(of ticker: Ticker) -> String? { isCombo(ticker) ? Combo.collection : nil }

    func collections(_ query: Query) throws(APIError) -> Answer {
        _ = try query.limit(default: 100, maximum: 200)
        let status = try query.choice("status", of: ["unopened", "open", "closed"])
        let (event, series) = (query.text("associated_event_ticker"), query.text("series_ticker"))
        let events = comboEvents()
        let isWanted = (status ?? "open") == "open" && (series ?? Combo.series.text) == Combo.series.text && (event.map { events.contains(EventTicker($0)) } ?? true)
        return .ok(["multivariate_contracts": isWanted ? [json(events)] : [], "cursor": ""])
    }

    func collection(_ ticker: String) throws(APIError) -> Answer {
        guard ticker == Combo.collection else { throw .notFound }
        return .ok(["multivariate_contract": json(comboEvents())])
    }

    /// Those whose markets trade now, in ascending order.
    private func comboEvents() -> [EventTicker] {
        Set(venue.allMarkets.filter { $0.status == .active && !isCombo($0.market.ticker) }.map(\.market.event)).sorted()
    }

    /// `MultivariateEventCollection` of the contract.
    private func json(_ events: [EventTicker]) -> JSON {
        let associated = events.map { event in
            JSON.object(["ticker": .text(event.text), "is_yes_only": false, "size_max": 1, "size_min": .null, "active_quoters": []])
        }
        return .object([
            "collection_ticker": .text(Combo.collection), "series_ticker": .text(Combo.series.text), "exchange_index": 0,
            "title": "Combinations of simulated markets", "description": "Pays when every chosen side does.", "open_date": "2024-12-01T00:00:00Z",
            "close_date": "2200-12-01T00:00:00Z", "associated_events": .array(associated), "associated_event_tickers": .array(events.map { .text($0.text) }),
            "is_ordered": false, "is_single_market_per_event": true, "is_all_yes": false, "size_min": .integer(Int64(Combo.sizes.lowerBound)),
            "size_max": .integer(Int64(Combo.sizes.upperBound)),
            "functional_description": "The product of what the chosen sides pay; void when one of them is.",
            "price_level_structure": .text(Combo.grid.structureName), "price_ranges": Combo.grid.json,
        ])
    }

    func createCombo(_ caller: Caller, _ collection: String, _ bytes: [UInt8]) throws(APIError) -> Answer {
        let body = try Body(bytes, as: "CreateMarketInMultivariateEventCollectionRequest")
        guard collection == Combo.collection else { throw .notFound }
        let combo = Combo(try legs(body), creator: caller.account, at: time)
        if !isCombo(combo.ticker) {
            guard openCombos.count < ExchangeHouse.openComboLimit else { throw .tooManyRequests }
            let week = time - Interval.seconds(7 * 86_400)
            guard combos.values.count(where: { $0.creator == caller.account && $0.created >= week }) < ExchangeHouse.combosPerWeek else { throw .tooManyRequests }
            listCombo(combo)
        }
        let isWhole = try body.flag("with_market_payload") ?? false
        return .ok([
            "event_ticker": .text(combo.event.text), "market_ticker": .text(combo.ticker.text), "market": isWhole ? facts(combo.ticker).map(json) : nil,
        ])
    }

    private func legs(_ body: Body) throws(APIError) -> [Combo.Leg] {
        var legs: [Combo.Leg] = []
        for item in try body.objects("selected_markets", as: "TickerPair") {
            let (market, event) = (Ticker(try item.required("market_ticker")), EventTicker(try item.required("event_ticker")))
            let side: Side = try item.choice("side", of: ["yes", "no"]) == "yes" ? .yes : .no
            guard let record = venue.market(market), !isCombo(market) else { throw .marketNotFound }
            guard record.market.event == event else { throw .invalidParameters("event_ticker") }
            guard record.status == .active else { throw .refused(OrderRefusal.marketInactive) }
            if let same = legs.first(where: { $0.market == market }) {
                throw .nested(400, same.side == side ? "duplicated_legs" : "conflicting_leg_outcomes")
            }
            guard !legs.contains(where: { $0.event == event }) else { throw .nested(400, "invalid_market_combination") }
            legs.append(Combo.Leg(market: market, event: event, side: side))
        }
        guard Combo.sizes.contains(legs.count) else { throw .nested(400, "invalid_market_combination") }
        return legs
    }

    /// A market as REST shows it, with its legs where it is a combination.
    func json(_ facts: MarketFacts) -> JSON {
        guard let combo = combos[facts.market.ticker], case .object(let members) = facts.json else { return facts.json }
        let legs = combo.legs.map { leg in
            JSON.object([
                "event_ticker": .text(leg.event.text), "market_ticker": .text(leg.market.text), "side": .text(leg.side.rawValue),
                "yes_settlement_value_dollars": venue.market(leg.market)?.result?.yesValue.map { .text($0.description) },
            ])
        }
        return .object(
            members + [
                JSON.Member(key: "mve_collection_ticker", value: .text(Combo.collection)), JSON.Member(key: "mve_selected_legs", value: .array(legs)),
            ])
    }
}
