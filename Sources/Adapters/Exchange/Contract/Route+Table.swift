extension Route {
    /// Every operation that this exchange has; what is missing here is answered with 404.
    static let all: [Route] = exchange + listings + historical + account + portfolio + orders + groups + communications + reference

    private static let exchange: [Route] = [
        Route("GET", "/exchange/status", "GetExchangeStatus") { _ in .exchangeStatus },
        Route("GET", "/exchange/schedule", "GetExchangeSchedule") { _ in .exchangeSchedule },
        Route("GET", "/exchange/user_data_timestamp", "GetUserDataTimestamp") { _ in .userDataTimestamp },
    ]

    private static let listings: [Route] = [
        Route("GET", "/series", "GetSeriesList") { _ in .seriesList },
        Route("GET", "/series/fee_changes", "GetSeriesFeeChanges") { _ in .seriesFeeChanges },
        Route("GET", "/series/:series_ticker", "GetSeries") { .series($0[0]) },
        Route("GET", "/series/:series_ticker/markets/:ticker/candlesticks", "GetMarketCandlesticks") { .candles(series: $0[0], market: $0[1]) },
        Route("GET", "/series/:series_ticker/events/:ticker/candlesticks", "GetMarketCandlesticksByEvent") { .eventCandles(series: $0[0], event: $0[1]) },
        Route("GET", "/events", "GetEvents") { _ in .events },
        Route("GET", "/events/fee_changes", "GetEventFeeChanges") { _ in .eventFeeChanges },
        Route("GET", "/events/multivariate", "GetMultivariateEvents") { _ in .multivariateEvents },
        Route("GET", "/events/:event_ticker", "GetEvent") { .event($0[0]) },
        Route("GET", "/events/:event_ticker/metadata", "GetEventMetadata") { .eventMetadata($0[0]) },
        Route("GET", "/markets", "GetMarkets") { _ in .markets },
        Route("GET", "/markets/candlesticks", "BatchGetMarketCandlesticks") { _ in .candlesBatch },
        Route("GET", "/markets/orderbooks", "GetMarketOrderbooks") { _ in .orderbooks },
        Route("GET", "/markets/trades", "GetTrades") { _ in .trades },
        Route("GET", "/markets/:ticker", "GetMarket") { .market($0[0]) },
        Route("GET", "/markets/:ticker/orderbook", "GetMarketOrderbook") { .orderbook($0[0]) },
    ]

    private static let historical: [Route] = [
        Route("GET", "/historical/cutoff", "GetHistoricalCutoff") { _ in .historicalCutoff },
        Route("GET", "/historical/markets", "GetHistoricalMarkets") { _ in .historicalMarkets },
        Route("GET", "/historical/markets/:ticker", "GetHistoricalMarket") { .historicalMarket($0[0]) },
        Route("GET", "/historical/markets/:ticker/candlesticks", "GetMarketCandlesticksHistorical") { .historicalCandles($0[0]) },
        Route("GET", "/historical/trades", "GetTradesHistorical") { _ in .historicalTrades },
        Route("GET", "/historical/fills", "GetFillsHistorical", .key(.read)) { _ in .historicalFills },
        Route("GET", "/historical/orders", "GetHistoricalOrders", .key(.read)) { _ in .historicalOrders },
        Route("GET", "/historical/positions", "GetHistoricalPositions", .key(.read)) { _ in .historicalPositions },
    ]

    private static let account: [Route] = [
        Route("GET", "/account/endpoint_costs", "GetAccountEndpointCosts") { _ in .endpointCosts },
        Route("GET", "/account/limits", "GetAccountApiLimits", .key(.read)) { _ in .limits },
        Route("POST", "/account/api_usage_level/upgrade", "UpgradeAccountApiUsageLevel", .key(.write), cost: 30) { _ in .upgrade },
        Route("GET", "/account/api_usage_level/volume_progress", "GetAccountApiUsageLevelVolumeProgress", .key(.read)) { _ in .volumeProgress },
        Route("GET", "/api_keys", "GetApiKeys", .unlockedKey(.read)) { _ in .apiKeys },
        Route("POST", "/api_keys", "CreateApiKey", .unlockedKey(.write)) { _ in .createKey },
        Route("POST", "/api_keys/generate", "GenerateApiKey", .unlockedKey(.write)) { _ in .generateKey },
        Route("DELETE", "/api_keys/:api_key", "DeleteApiKey", .unlockedKey(.write)) { .deleteKey($0[0]) },
    ]

    private static let portfolio: [Route] = [
        Route("GET", "/portfolio/balance", "GetBalance", .key(.readBalance)) { _ in .balance },
        Route("GET", "/portfolio/positions", "GetPositions", .key(.read)) { _ in .positions },
        Route("GET", "/portfolio/fills", "GetFills", .key(.read)) { _ in .fills },
        Route("GET", "/portfolio/settlements", "GetSettlements", .key(.read)) { _ in .settlements },
        Route("GET", "/portfolio/deposits", "GetDeposits", .key(.read)) { _ in .deposits },
        Route("GET", "/portfolio/withdrawals", "GetWithdrawals", .key(.read)) { _ in .withdrawals },
        Route("GET", "/portfolio/summary/total_resting_order_value", "GetPortfolioRestingOrderTotalValue", .key(.read)) { _ in .restingValue },
        Route("POST", "/portfolio/subaccounts", "CreateSubaccount", .unlockedKey(.write)) { _ in .createSubaccount },
        Route("GET", "/portfolio/subaccounts/balances", "GetSubaccountBalances", .unlockedKey(.readBalance)) { _ in .subaccountBalances },
        Route("GET", "/portfolio/subaccounts/netting", "GetSubaccountNetting", .unlockedKey(.read)) { _ in .netting },
        Route("PUT", "/portfolio/subaccounts/netting", "UpdateSubaccountNetting", .unlockedKey(.write)) { _ in .setNetting },
        Route("POST", "/portfolio/subaccounts/transfer", "ApplySubaccountTransfer", .unlockedKey(.writeTransfer)) { _ in .transfer },
        Route("GET", "/portfolio/subaccounts/transfers", "GetSubaccountTransfers", .unlockedKey(.read)) { _ in .transfers },
    ]

    private static let orders: [Route] = [
        Route("POST", "/portfolio/events/orders", "CreateOrderV2", .key(.writeTrade)) { _ in .createOrder },
        Route("DELETE", "/portfolio/events/orders", "CancelAllOrders", .key(.writeTrade)) { _ in .cancelAll },
        Route("POST", "/portfolio/events/orders/batched", "BatchCreateOrdersV2", .key(.writeTrade), isBatch: true) { _ in .createOrders },
        Route("DELETE", "/portfolio/events/orders/batched", "BatchCancelOrdersV2", .key(.writeTrade), cost: 2, isBatch: true) { _ in .cancelOrders },
        Route("DELETE", "/portfolio/events/orders/:order_id", "CancelOrderV2", .key(.writeTrade), cost: 2) { .cancelOrder($0[0]) },
        Route("POST", "/portfolio/events/orders/:order_id/amend", "AmendOrderV2", .key(.writeTrade)) { .amendOrder($0[0]) },
        Route("POST", "/portfolio/events/orders/:order_id/decrease", "DecreaseOrderV2", .key(.writeTrade)) { .decreaseOrder($0[0]) },
        Route("GET", "/portfolio/orders", "GetOrders", .key(.read)) { _ in .orders },
        Route("GET", "/portfolio/orders/queue_positions", "GetOrderQueuePositions", .key(.read)) { _ in .queuePositions },
        Route("GET", "/portfolio/orders/:order_id", "GetOrder", .key(.read), cost: 2) { .order($0[0]) },
        Route("GET", "/portfolio/orders/:order_id/queue_position", "GetOrderQueuePosition", .key(.read)) { .queuePosition($0[0]) },
        // Integer cents are gone since 2026; whoever still sends them is told so.
        Route("POST", "/portfolio/orders", "CreateOrder", .key(.writeTrade)) { _ in .retired },
        Route("POST", "/portfolio/orders/batched", "BatchCreateOrders", .key(.writeTrade)) { _ in .retired },
        Route("DELETE", "/portfolio/orders/batched", "BatchCancelOrders", .key(.writeTrade)) { _ in .retired },
        Route("DELETE", "/portfolio/orders/:order_id", "CancelOrder", .key(.writeTrade)) { _ in .retired },
        Route("POST", "/portfolio/orders/:order_id/amend", "AmendOrder", .key(.writeTrade)) { _ in .retired },
        Route("POST", "/portfolio/orders/:order_id/decrease", "DecreaseOrder", .key(.writeTrade)) { _ in .retired },
    ]

    private static let groups: [Route] = [
        Route("GET", "/portfolio/order_groups", "GetOrderGroups", .key(.read)) { _ in .orderGroups },
        Route("POST", "/portfolio/order_groups/create", "CreateOrderGroup", .key(.writeTrade)) { _ in .createGroup },
        Route("GET", "/portfolio/order_groups/:order_group_id", "GetOrderGroup", .key(.read)) { .orderGroup($0[0]) },
        Route("DELETE", "/portfolio/order_groups/:order_group_id", "DeleteOrderGroup", .key(.writeTrade)) { .deleteGroup($0[0]) },
        Route("PUT", "/portfolio/order_groups/:order_group_id/limit", "UpdateOrderGroupLimit", .key(.writeTrade)) { .limitGroup($0[0]) },
        Route("PUT", "/portfolio/order_groups/:order_group_id/reset", "ResetOrderGroup", .key(.writeTrade)) { .resetGroup($0[0]) },
        Route("PUT", "/portfolio/order_groups/:order_group_id/trigger", "TriggerOrderGroup", .key(.writeTrade)) { .triggerGroup($0[0]) },
    ]

    private static let communications: [Route] = [
        Route("GET", "/communications/id", "GetCommunicationsID", .key(.read)) { _ in .communicationsID },
        Route("GET", "/communications/rfqs", "GetRFQs", .key(.read)) { _ in .rfqs },
        Route("POST", "/communications/rfqs", "CreateRFQ", .key(.writeTrade)) { _ in .createRFQ },
        Route("GET", "/communications/rfqs/:rfq_id", "GetRFQ", .key(.read)) { .rfq($0[0]) },
        Route("DELETE", "/communications/rfqs/:rfq_id", "DeleteRFQ", .key(.writeTrade)) { .deleteRFQ($0[0]) },
        Route("GET", "/communications/quotes", "GetQuotes", .key(.read)) { _ in .quotes },
        Route("POST", "/communications/quotes", "CreateQuote", .key(.writeTrade), cost: 2) { _ in .createQuote },
        Route("GET", "/communications/quotes/:quote_id", "GetQuote", .key(.read), cost: 2) { .quote($0[0], rfq: nil) },
        Route("DELETE", "/communications/quotes/:quote_id", "DeleteQuote", .key(.writeTrade), cost: 2) { .deleteQuote($0[0], rfq: nil) },
        Route("PUT", "/communications/quotes/:quote_id/accept", "AcceptQuote", .key(.writeTrade)) { .acceptQuote($0[0], rfq: nil) },
        Route("PUT", "/communications/quotes/:quote_id/confirm", "ConfirmQuote", .key(.writeTrade)) { .confirmQuote($0[0], rfq: nil) },
        Route("GET", "/communications/rfqs/:rfq_id/quotes/:quote_id", "GetRFQQuote", .key(.read), cost: 2) { .quote($0[1], rfq: $0[0]) },
        Route("DELETE", "/communications/rfqs/:rfq_id/quotes/:quote_id", "DeleteRFQQuote", .key(.writeTrade), cost: 2) { .deleteQuote($0[1], rfq: $0[0]) },
        Route("PUT", "/communications/rfqs/:rfq_id/quotes/:quote_id/accept", "AcceptRFQQuote", .key(.writeTrade)) { .acceptQuote($0[1], rfq: $0[0]) },
        Route("PUT", "/communications/rfqs/:rfq_id/quotes/:quote_id/confirm", "ConfirmRFQQuote", .key(.writeTrade)) { .confirmQuote($0[1], rfq: $0[0]) },
    ]

    private static let reference: [Route] = [
        Route("GET", "/multivariate_event_collections", "GetMultivariateEventCollections") { _ in .collections },
        Route("GET", "/multivariate_event_collections/:collection_ticker", "GetMultivariateEventCollection") { .collection($0[0]) },
        Route("POST", "/multivariate_event_collections/:collection_ticker", "CreateMarketInMultivariateEventCollection", .key(.writeTrade)) {
            .createCombo($0[0])
        },
        Route("GET", "/milestones", "GetMilestones") { _ in .milestones },
        Route("GET", "/milestones/:milestone_id", "GetMilestone") { .milestone($0[0]) },
        Route("GET", "/structured_targets", "GetStructuredTargets") { _ in .structuredTargets },
        Route("GET", "/structured_targets/:structured_target_id", "GetStructuredTarget") { .structuredTarget($0[0]) },
        Route("GET", "/incentive_programs", "GetIncentivePrograms") { _ in .incentives },
        Route("GET", "/search/filters_by_sport", "GetFiltersForSports") { _ in .sportFilters },
        Route("GET", "/search/tags_by_categories", "GetTagsForSeriesCategories") { _ in .categoryTags },
    ]
}
