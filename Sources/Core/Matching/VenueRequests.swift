public import Model

/// The name of an account at the venue.
public struct AccountID: Name {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// What to do when an order meets another of the same account, whatever their subaccounts.
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
    /// Immediate-or-cancel orders only: what all fills together may cost, fees included; the rest is canceled.
    public var maxCost: Money?
    /// Canceled when trading or the exchange pauses.
    public var cancelOnPause: Bool
    /// 0 is the primary one.
    public var subaccount: Int
    /// A group of the same subaccount.
    public var group: OrderGroupID?

    public init(
        market: Ticker, client: ClientOrderID? = nil, side: Side, limit: Price, quantity: Quantity, timeInForce: TimeInForce = .goodTillCanceled,
        postOnly: Bool = false, selfTrade: SelfTradePrevention = .takerAtCross, expiration: Timestamp? = nil, reduceOnly: Bool = false,
        maxCost: Money? = nil, cancelOnPause: Bool = false, subaccount: Int = 0, group: OrderGroupID? = nil
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
        self.maxCost = maxCost
        self.cancelOnPause = cancelOnPause
        self.subaccount = subaccount
        self.group = group
    }

    public init(_ intent: OrderIntent, client: ClientOrderID) {
        self.init(
            market: intent.market, client: client, side: intent.side, limit: intent.limit, quantity: intent.quantity, timeInForce: intent.timeInForce,
            postOnly: intent.postOnly, group: intent.group)
    }
}

extension OrderRequest {
    /// Requests that were stored before there were subaccounts are the primary one's.
    public init(from decoder: any Decoder) throws {
        let stored = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            market: try stored.decode(Ticker.self, forKey: .market), client: try stored.decodeIfPresent(ClientOrderID.self, forKey: .client),
            side: try stored.decode(Side.self, forKey: .side), limit: try stored.decode(Price.self, forKey: .limit),
            quantity: try stored.decode(Quantity.self, forKey: .quantity), timeInForce: try stored.decode(TimeInForce.self, forKey: .timeInForce),
            postOnly: try stored.decode(Bool.self, forKey: .postOnly), selfTrade: try stored.decode(SelfTradePrevention.self, forKey: .selfTrade),
            expiration: try stored.decodeIfPresent(Timestamp.self, forKey: .expiration), reduceOnly: try stored.decode(Bool.self, forKey: .reduceOnly),
            maxCost: try stored.decodeIfPresent(Money.self, forKey: .maxCost),
            cancelOnPause: try stored.decodeIfPresent(Bool.self, forKey: .cancelOnPause) ?? false,
            subaccount: try stored.decodeIfPresent(Int.self, forKey: .subaccount) ?? 0,
            group: try stored.decodeIfPresent(OrderGroupID.self, forKey: .group))
    }
}
