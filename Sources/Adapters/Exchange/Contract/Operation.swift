/// What a request asks for, once its method and path have been taken apart by `Route` (Kalshi reference, section 7).
enum Operation: Hashable, Sendable {
    // The exchange itself.
    case exchangeStatus, exchangeSchedule, userDataTimestamp
    // What is listed.
    case seriesList, series(String), seriesFeeChanges
    case events, event(String), eventMetadata(String), eventFeeChanges, multivariateEvents
    case markets, market(String), orderbook(String), orderbooks, trades
    case candles(series: String, market: String), candlesBatch, eventCandles(series: String, event: String)
    // What is older than the live answers reach.
    case historicalCutoff, historicalMarkets, historicalMarket(String), historicalCandles(String), historicalTrades
    case historicalFills, historicalOrders, historicalPositions
    // The account and its keys.
    case endpointCosts, limits, upgrade, volumeProgress
    case apiKeys, createKey, generateKey, deleteKey(String)
    case balance, positions, fills, settlements, deposits, withdrawals, restingValue
    // Orders.
    case orders, order(String), queuePositions, queuePosition(String)
    case createOrder, createOrders, cancelOrder(String), cancelOrders, cancelAll, amendOrder(String), decreaseOrder(String)
    case orderGroups, orderGroup(String), createGroup, deleteGroup(String), resetGroup(String), triggerGroup(String), limitGroup(String)
    // Subaccounts.
    case createSubaccount, subaccountBalances, netting, setNetting, transfer, transfers
    // Requests for quotes.
    case communicationsID, rfqs, rfq(String), createRFQ, deleteRFQ(String)
    case quotes, quote(String, rfq: String?), createQuote, deleteQuote(String, rfq: String?), acceptQuote(String, rfq: String?), confirmQuote(String, rfq: String?)
    // Combinations.
    case collections, collection(String), createCombo(String)
    // What a simulated world has none of.
    case milestones, milestone(String), structuredTargets, structuredTarget(String), incentives, sportFilters, categoryTags
    /// An order endpoint of the first API, switched off.
    case retired
}
