/// What a request asks for: the method and path of the contract, taken apart (Kalshi reference, section 7).
enum Operation: Hashable, Sendable {
    case exchangeStatus, exchangeSchedule, userDataTimestamp
    case seriesList, series(String)
    case events, event(String)
    case markets, market(String), orderbook(String), orderbooks, trades
    case endpointCosts, limits
    case balance, positions, fills, orders, order(String), settlements
    case createOrder, cancelOrder(String), cancelAll

    /// Nil for anything that this exchange does not have: 404.
    init?(method: String, segments: [String]) {
        guard segments.count > 2, segments[0] == "trade-api", segments[1] == "v2" else { return nil }
        let path = Array(segments[2...])
        let found: Operation? =
            switch (method, path.count) {
            case ("GET", 1): Operation.list(path[0])
            case ("GET", 2): Operation.item(path[0], path[1])
            case ("GET", 3): Operation.nested(path[0], path[1], path[2])
            case ("POST", 3) where path == ["portfolio", "events", "orders"]: .createOrder
            case ("DELETE", 3) where path == ["portfolio", "events", "orders"]: .cancelAll
            case ("DELETE", 4) where Array(path[..<3]) == ["portfolio", "events", "orders"]: .cancelOrder(path[3])
            default: nil
            }
        guard let found else { return nil }
        self = found
    }

    private static func list(_ name: String) -> Operation? {
        switch name {
        case "series": .seriesList
        case "events": .events
        case "markets": .markets
        default: nil
        }
    }

    private static func item(_ first: String, _ second: String) -> Operation? {
        switch (first, second) {
        case ("exchange", "status"): .exchangeStatus
        case ("exchange", "schedule"): .exchangeSchedule
        case ("exchange", "user_data_timestamp"): .userDataTimestamp
        case ("account", "limits"): .limits
        case ("account", "endpoint_costs"): .endpointCosts
        case ("series", let ticker) where ticker != "fee_changes": .series(ticker)
        case ("events", let ticker) where ticker != "fee_changes" && ticker != "multivariate": .event(ticker)
        case ("markets", "orderbooks"): .orderbooks
        case ("markets", "trades"): .trades
        case ("markets", let ticker) where ticker != "candlesticks": .market(ticker)
        case ("portfolio", "balance"): .balance
        case ("portfolio", "positions"): .positions
        case ("portfolio", "fills"): .fills
        case ("portfolio", "orders"): .orders
        case ("portfolio", "settlements"): .settlements
        default: nil
        }
    }

    private static func nested(_ first: String, _ second: String, _ third: String) -> Operation? {
        switch (first, second, third) {
        case ("markets", let ticker, "orderbook"): .orderbook(ticker)
        case ("portfolio", "orders", let id) where id != "queue_positions": .order(id)
        default: nil
        }
    }

    /// Whether it can only be answered to an account.
    var isPrivate: Bool {
        switch self {
        case .limits, .balance, .positions, .fills, .orders, .order, .settlements, .createOrder, .cancelOrder, .cancelAll: true
        case .exchangeStatus, .exchangeSchedule, .userDataTimestamp, .seriesList, .series, .events, .event, .markets, .market, .orderbook, .orderbooks,
            .trades, .endpointCosts:
            false
        }
    }

    /// The name that parameter errors bear.
    var name: String {
        switch self {
        case .exchangeStatus: "GetExchangeStatus"
        case .exchangeSchedule: "GetExchangeSchedule"
        case .userDataTimestamp: "GetUserDataTimestamp"
        case .seriesList: "GetSeriesList"
        case .series: "GetSeries"
        case .events: "GetEvents"
        case .event: "GetEvent"
        case .markets: "GetMarkets"
        case .market: "GetMarket"
        case .orderbook: "GetMarketOrderbook"
        case .orderbooks: "GetMarketOrderbooks"
        case .trades: "GetTrades"
        case .endpointCosts: "GetAccountEndpointCosts"
        case .limits: "GetAccountApiLimits"
        case .balance: "GetBalance"
        case .positions: "GetPositions"
        case .fills: "GetFills"
        case .orders: "GetOrders"
        case .order: "GetOrder"
        case .settlements: "GetSettlements"
        case .createOrder: "CreateOrderV2"
        case .cancelOrder: "CancelOrderV2"
        case .cancelAll: "CancelAllOrdersV2"
        }
    }
}
