public import Model

/// The name of an account at the venue.
public struct AccountID: Name {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// What to do when an order meets another of the same account.
public enum SelfTradePrevention: String, Hashable, Sendable, Codable {
    /// The incoming order's remainder is canceled; what rests is untouched.
    case takerAtCross = "taker_at_cross"
    /// The resting order is canceled and the incoming one goes on.
    case maker
}

/// What an account asks for: to buy `quantity` of `side` at `limit` or better. An ask on YES at p is a buy of NO at 1 - p.
public struct OrderRequest: Hashable, Sendable, Codable {
    public var market: Ticker
    /// Permanent in its account. Nil lets the venue use the order's own id.
    public var client: ClientOrderID?
    public var side: Side
    /// In `side`'s own dollars.
    public var limit: Price
    public var quantity: Quantity
    public var timeInForce: TimeInForce
    public var postOnly: Bool
    public var selfTrade: SelfTradePrevention
    /// Good-till-canceled orders only.
    public var expiration: Timestamp?
    /// Immediate-or-cancel orders only: the size is capped at the open position of the other leg.
    public var reduceOnly: Bool

    public init(
        market: Ticker, client: ClientOrderID? = nil, side: Side, limit: Price, quantity: Quantity, timeInForce: TimeInForce = .goodTillCanceled,
        postOnly: Bool = false, selfTrade: SelfTradePrevention = .takerAtCross, expiration: Timestamp? = nil, reduceOnly: Bool = false
    ) {
        self.market = market
        self.client = client
        self.side = side
        self.limit = limit
        self.quantity = quantity
        self.timeInForce = timeInForce
        self.postOnly = postOnly
        self.selfTrade = selfTrade
        self.expiration = expiration
        self.reduceOnly = reduceOnly
    }

    public init(_ intent: OrderIntent, client: ClientOrderID) {
        self.init(
            market: intent.market, client: client, side: intent.side, limit: intent.limit, quantity: intent.quantity, timeInForce: intent.timeInForce,
            postOnly: intent.postOnly)
    }
}

/// Why the venue refused a request; `code` is the exchange's own word (Kalshi reference, section 6).
public enum OrderRefusal: Error, Hashable, Sendable {
    case unknownAccount
    case marketNotFound
    /// Not open, or past its close: every order operation is refused, cancels too.
    case marketInactive
    case tradingPaused
    case exchangePaused
    case invalidPrice
    case invalidSize
    case invalidOrder(String)
    case postOnlyCross
    case insufficientBalance
    case orderAlreadyExists
    /// A cancel found nothing resting: unknown, executed or canceled before.
    case notFound
    case fillOrKillInsufficientVolume

    public var code: String {
        switch self {
        case .unknownAccount, .notFound: "not_found"
        case .marketNotFound: "market_not_found"
        case .marketInactive: "market_inactive"
        case .tradingPaused: "trading_is_paused"
        case .exchangePaused: "exchange_is_paused"
        case .invalidPrice: "invalid_price"
        case .invalidSize: "invalid_order_size"
        case .invalidOrder, .postOnlyCross: "invalid_order"
        case .insufficientBalance: "insufficient_balance"
        case .orderAlreadyExists: "order_already_exists"
        case .fillOrKillInsufficientVolume: "fill_or_kill_insufficient_resting_volume"
        }
    }

    public var message: String { code.map { $0 == "_" ? " " : String($0) }.joined() }

    public var details: String? {
        switch self {
        case .postOnlyCross: "post only cross"
        case .marketInactive: "MARKET_NOT_ACTIVE"
        case .invalidOrder(let why): why
        case .unknownAccount, .notFound, .marketNotFound, .tradingPaused, .exchangePaused, .invalidPrice, .invalidSize, .insufficientBalance,
            .orderAlreadyExists, .fillOrKillInsufficientVolume: nil
        }
    }

    /// The HTTP status that goes with it.
    public var status: Int {
        switch self {
        case .invalidPrice, .invalidSize, .invalidOrder, .postOnlyCross, .insufficientBalance, .marketInactive: 400
        case .unknownAccount, .notFound, .marketNotFound: 404
        case .orderAlreadyExists, .fillOrKillInsufficientVolume, .tradingPaused, .exchangePaused: 409
        }
    }
}
