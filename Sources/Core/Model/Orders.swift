/// How long an order lives (Kalshi reference 9.1).
public enum TimeInForce: String, Hashable, Sendable, Codable {
    case goodTillCanceled = "good_till_canceled"
    case immediateOrCancel = "immediate_or_cancel"
    case fillOrKill = "fill_or_kill"
}

/// What is wanted: to buy `quantity` contracts of `side` at `limit` or better. Nothing is sold: to leave a YES position is to buy NO.
public struct OrderIntent: Hashable, Sendable, Codable {
    public let market: Ticker
    public let side: Side
    /// In `side`'s own dollars.
    public let limit: Price
    public let quantity: Quantity
    public let timeInForce: TimeInForce
    public let postOnly: Bool
    /// The exchange takes it off the book then; only of orders that are good till canceled, and in whole seconds. Nil: never.
    public let expires: Timestamp?
    /// The order group that it counts in, by the exchange's name; nil: none.
    public let group: OrderGroupID?

    public init(market: Ticker, side: Side, limit: Price, quantity: Quantity, timeInForce: TimeInForce, postOnly: Bool, expires: Timestamp? = nil, group: OrderGroupID? = nil) {
        self.market = market
        self.side = side
        self.limit = limit
        self.quantity = quantity
        self.timeInForce = timeInForce
        self.postOnly = postOnly
        self.expires = expires
        self.group = group
    }

    /// The same order on other terms.
    public func with(limit: Price, quantity: Quantity) -> OrderIntent {
        OrderIntent(market: market, side: side, limit: limit, quantity: quantity, timeInForce: timeInForce, postOnly: postOnly, expires: expires, group: group)
    }

    /// The same order in a group.
    public func with(group: OrderGroupID) -> OrderIntent {
        OrderIntent(market: market, side: side, limit: limit, quantity: quantity, timeInForce: timeInForce, postOnly: postOnly, expires: expires, group: group)
    }

    /// The limit as the exchange's single book states it: the YES price.
    public var yesPrice: Price { side == .yes ? limit : limit.complement }
}

/// A fill of one of our orders, told once by the exchange and possibly again.
public struct Fill: Hashable, Sendable, Codable {
    public let trade: TradeID
    public let order: OrderID
    /// Absent from REST answers.
    public let clientOrder: ClientOrderID?
    public let market: Ticker
    /// The leg we bought.
    public let side: Side
    /// In `side`'s own dollars: what we paid per contract.
    public let price: Price
    public let quantity: Quantity
    public let liquidity: Liquidity
    public let fee: Money
    public let time: Timestamp

    public init(
        trade: TradeID, order: OrderID, clientOrder: ClientOrderID?, market: Ticker, side: Side, price: Price, quantity: Quantity, liquidity: Liquidity,
        fee: Money, time: Timestamp
    ) {
        self.trade = trade
        self.order = order
        self.clientOrder = clientOrder
        self.market = market
        self.side = side
        self.price = price
        self.quantity = quantity
        self.liquidity = liquidity
        self.fee = fee
        self.time = time
    }
}

/// An order as the exchange shows it.
public struct VenueOrder: Hashable, Sendable, Codable {
    public enum Status: String, Hashable, Sendable, Codable {
        case resting, canceled, executed
        /// A status this version does not know.
        case unknown
    }

    public let order: OrderID
    public let clientOrder: ClientOrderID
    public let market: Ticker
    public let side: Side
    /// In `side`'s own dollars.
    public let limit: Price
    public let status: Status
    public let initial: Quantity
    public let filled: Quantity
    public let remaining: Quantity
    public let created: Timestamp

    public init(
        order: OrderID, clientOrder: ClientOrderID, market: Ticker, side: Side, limit: Price, status: Status, initial: Quantity, filled: Quantity,
        remaining: Quantity, created: Timestamp
    ) {
        self.order = order
        self.clientOrder = clientOrder
        self.market = market
        self.side = side
        self.limit = limit
        self.status = status
        self.initial = initial
        self.filled = filled
        self.remaining = remaining
        self.created = created
    }
}

/// A net position as the exchange shows it: positive YES, negative NO.
public struct VenuePosition: Hashable, Sendable, Codable {
    public let market: Ticker
    public let net: Quantity

    public init(market: Ticker, net: Quantity) {
        self.market = market
        self.net = net
    }
}
