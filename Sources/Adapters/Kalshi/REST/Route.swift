/// One operation of the exchange's REST interface: its method and its path, with a brace where a name goes (Kalshi reference, section 7).
struct Route: Sendable, Hashable {
    let method: String
    /// From behind "/trade-api/v2": "/portfolio/orders/{order_id}".
    let template: String

    init(_ method: String, _ template: String) {
        self.method = method
        self.template = template
    }

    /// The path with its names in place, each percent-encoded.
    func path(_ names: [String]) -> String {
        var left = names[...]
        let parts = template.split(separator: "/").map { part -> String in
            guard part.hasPrefix("{") else { return String(part) }
            guard let name = left.popFirst() else { preconditionFailure("\(template) needs another name") }
            return KalshiClient.percentEncoded(name)
        }
        precondition(left.isEmpty, "\(template) takes fewer names")
        return "/" + parts.joined(separator: "/")
    }

    var description: String { "\(method) \(template)" }
}

extension Route {
    static let exchangeStatus = Route("GET", "/exchange/status")
    static let exchangeSchedule = Route("GET", "/exchange/schedule")
    static let userDataTimestamp = Route("GET", "/exchange/user_data_timestamp")
    static let accountLimits = Route("GET", "/account/limits")
    static let endpointCosts = Route("GET", "/account/endpoint_costs")

    static let markets = Route("GET", "/markets")
    static let market = Route("GET", "/markets/{ticker}")
    static let orderbook = Route("GET", "/markets/{ticker}/orderbook")
    static let orderbooks = Route("GET", "/markets/orderbooks")
    static let trades = Route("GET", "/markets/trades")
    static let candlesticksOfMarkets = Route("GET", "/markets/candlesticks")
    static let candlesticksOfMarket = Route("GET", "/series/{series_ticker}/markets/{ticker}/candlesticks")
    static let candlesticksOfEvent = Route("GET", "/series/{series_ticker}/events/{ticker}/candlesticks")
    static let events = Route("GET", "/events")
    static let event = Route("GET", "/events/{event_ticker}")
    static let eventMetadata = Route("GET", "/events/{event_ticker}/metadata")
    static let eventFeeChanges = Route("GET", "/events/fee_changes")
    static let seriesList = Route("GET", "/series")
    static let series = Route("GET", "/series/{series_ticker}")
    static let seriesFeeChanges = Route("GET", "/series/fee_changes")

    static let historicalCutoff = Route("GET", "/historical/cutoff")
    static let historicalMarkets = Route("GET", "/historical/markets")
    static let historicalMarket = Route("GET", "/historical/markets/{ticker}")
    static let historicalCandlesticks = Route("GET", "/historical/markets/{ticker}/candlesticks")
    static let historicalTrades = Route("GET", "/historical/trades")
    static let historicalFills = Route("GET", "/historical/fills")
    static let historicalOrders = Route("GET", "/historical/orders")
    static let historicalPositions = Route("GET", "/historical/positions")

    static let balance = Route("GET", "/portfolio/balance")
    static let positions = Route("GET", "/portfolio/positions")
    static let fills = Route("GET", "/portfolio/fills")
    static let settlements = Route("GET", "/portfolio/settlements")
    static let orders = Route("GET", "/portfolio/orders")
    static let order = Route("GET", "/portfolio/orders/{order_id}")
    static let queuePositions = Route("GET", "/portfolio/orders/queue_positions")
    static let queuePosition = Route("GET", "/portfolio/orders/{order_id}/queue_position")

    static let createOrder = Route("POST", "/portfolio/events/orders")
    static let cancelOrder = Route("DELETE", "/portfolio/events/orders/{order_id}")
    static let cancelAllOrders = Route("DELETE", "/portfolio/events/orders")
    static let amendOrder = Route("POST", "/portfolio/events/orders/{order_id}/amend")
    static let decreaseOrder = Route("POST", "/portfolio/events/orders/{order_id}/decrease")
    static let createOrders = Route("POST", "/portfolio/events/orders/batched")
    static let cancelOrders = Route("DELETE", "/portfolio/events/orders/batched")

    static let orderGroups = Route("GET", "/portfolio/order_groups")
    static let createOrderGroup = Route("POST", "/portfolio/order_groups/create")
    static let orderGroup = Route("GET", "/portfolio/order_groups/{order_group_id}")
    static let deleteOrderGroup = Route("DELETE", "/portfolio/order_groups/{order_group_id}")
    static let limitOrderGroup = Route("PUT", "/portfolio/order_groups/{order_group_id}/limit")
    static let resetOrderGroup = Route("PUT", "/portfolio/order_groups/{order_group_id}/reset")
    static let triggerOrderGroup = Route("PUT", "/portfolio/order_groups/{order_group_id}/trigger")

    static let incentives = Route("GET", "/incentive_programs")
    static let milestones = Route("GET", "/milestones")
    static let milestone = Route("GET", "/milestones/{milestone_id}")
    static let targets = Route("GET", "/structured_targets")
    static let target = Route("GET", "/structured_targets/{structured_target_id}")
    static let tagsByCategory = Route("GET", "/search/tags_by_categories")
    static let filtersBySport = Route("GET", "/search/filters_by_sport")
    static let combinedEvents = Route("GET", "/events/multivariate")
    static let collections = Route("GET", "/multivariate_event_collections")
    static let collection = Route("GET", "/multivariate_event_collections/{collection_ticker}")
    static let combine = Route("POST", "/multivariate_event_collections/{collection_ticker}")

    static let communicationsID = Route("GET", "/communications/id")
    static let rfqs = Route("GET", "/communications/rfqs")
    static let createRFQ = Route("POST", "/communications/rfqs")
    static let rfq = Route("GET", "/communications/rfqs/{rfq_id}")
    static let deleteRFQ = Route("DELETE", "/communications/rfqs/{rfq_id}")
    static let quotes = Route("GET", "/communications/quotes")
    static let createQuote = Route("POST", "/communications/quotes")
    static let quote = Route("GET", "/communications/quotes/{quote_id}")
    static let deleteQuote = Route("DELETE", "/communications/quotes/{quote_id}")
    static let acceptQuote = Route("PUT", "/communications/quotes/{quote_id}/accept")
    static let confirmQuote = Route("PUT", "/communications/quotes/{quote_id}/confirm")

    static let apiKeys = Route("GET", "/api_keys")
    static let volumeProgress = Route("GET", "/account/api_usage_level/volume_progress")
    static let deposits = Route("GET", "/portfolio/deposits")
    static let withdrawals = Route("GET", "/portfolio/withdrawals")
    static let restingValue = Route("GET", "/portfolio/summary/total_resting_order_value")
    static let createSubaccount = Route("POST", "/portfolio/subaccounts")
    static let subaccountBalances = Route("GET", "/portfolio/subaccounts/balances")
    static let netting = Route("GET", "/portfolio/subaccounts/netting")
    static let setNetting = Route("PUT", "/portfolio/subaccounts/netting")
    static let transfer = Route("POST", "/portfolio/subaccounts/transfer")
    static let transfers = Route("GET", "/portfolio/subaccounts/transfers")
}
