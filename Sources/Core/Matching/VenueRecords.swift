public import Accounting
public import Model

/// An order as the venue remembers it, for ever: what REST answers, the private channel and the store are made of.
public struct OrderRecord: Hashable, Sendable, Codable {
    public enum Ending: String, Hashable, Sendable, Codable {
        case byRequest, immediate, expired, selfTrade, marketClosed, marketPaused
    }

    public let account: AccountID
    public let id: OrderID
    /// As it was sent, and as it was amended since.
    public internal(set) var request: OrderRequest
    public internal(set) var client: ClientOrderID
    /// Client ids it had before amendments; they stay taken.
    public internal(set) var formerClients: [ClientOrderID] = []
    public let created: Timestamp
    public internal(set) var updated: Timestamp
    public internal(set) var status: VenueOrder.Status
    /// Why it was canceled.
    public internal(set) var ending: Ending?
    /// What it asked for: a reduce-only order is capped before, an amended one changes.
    public internal(set) var initial: Quantity
    public internal(set) var filled: Quantity = .zero
    /// What rests; zero once canceled.
    public internal(set) var remaining: Quantity
    public internal(set) var takerCost: Money = .zero
    public internal(set) var makerCost: Money = .zero
    public internal(set) var takerFees: Money = .zero
    public internal(set) var makerFees: Money = .zero
    /// The rounding memory of its fees.
    public internal(set) var feeAccount: OrderFeeAccount

    public var market: Ticker { request.market }
    public var side: Side { request.side }
    /// In `side`'s own dollars.
    public var limit: Price { request.limit }
    public var yesPrice: Price { side == .yes ? limit : limit.complement }
    public var cost: Money { takerCost + makerCost }
    public var fees: Money { takerFees + makerFees }
    /// Per contract in `side`'s own dollars, rounded down to a millionth; nil before the first fill.
    public var averageFillPrice: Money? { filled.isZero ? nil : Money(millionths: cost.millionths * 100 / filled.hundredths) }
    /// Per contract, rounded down to a millionth; nil before the first fill.
    public var averageFee: Money? { filled.isZero ? nil : Money(millionths: fees.millionths * 100 / filled.hundredths) }

    public var venueOrder: VenueOrder {
        VenueOrder(
            order: id, clientOrder: client, market: market, side: side, limit: limit, status: status, initial: initial, filled: filled,
            remaining: remaining, created: created)
    }
}

/// One account's part of a trade.
public struct FillRecord: Hashable, Sendable, Codable {
    public let account: AccountID
    public let fill: Fill
    public let charge: FeeCharge
    /// The account's net position in the market right after.
    public let position: Quantity
}

/// A market paid out to one account.
public struct SettlementRecord: Hashable, Sendable, Codable {
    public let account: AccountID
    public let event: EventTicker
    public let settlement: Settlement
    public let time: Timestamp
}

/// An account's money and positions. Its permanent client order ids are those of its orders.
public struct AccountRecord: Hashable, Sendable, Codable {
    public let id: AccountID
    public let portfolio: Portfolio

    public init(id: AccountID, portfolio: Portfolio) {
        self.id = id
        self.portfolio = portfolio
    }
}

/// A market and where it stands in its life.
public struct MarketRecord: Hashable, Sendable, Codable {
    public internal(set) var market: Market
    /// Its liquidity is a recording's, not orders'.
    public let isRecorded: Bool
    public internal(set) var status: MarketStatus
    public internal(set) var result: MarketResult?
    /// When the status last changed.
    public internal(set) var changed: Timestamp
    public internal(set) var lastPrice: Price?
    public internal(set) var volume: Quantity = .zero
}

/// Everything a venue must remember across a restart. The liquidity of strangers is not part of it.
public struct VenueState: Hashable, Sendable, Codable {
    public var accounts: [AccountRecord]
    /// In the order of their creation.
    public var orders: [OrderRecord]
    /// Oldest first.
    public var fills: [FillRecord]
    public var settlements: [SettlementRecord]
    public var markets: [MarketRecord]

    public init(
        accounts: [AccountRecord] = [], orders: [OrderRecord] = [], fills: [FillRecord] = [], settlements: [SettlementRecord] = [],
        markets: [MarketRecord] = []
    ) {
        self.accounts = accounts
        self.orders = orders
        self.fills = fills
        self.settlements = settlements
        self.markets = markets
    }
}

/// What became of a market.
public enum MarketChange: String, Hashable, Sendable, Codable {
    case listed, redefined, activated, paused, closed, determined, settled
}

/// Something that changed at the venue, in the order in which it changed: to be published and stored.
public enum VenueEvent: Hashable, Sendable {
    /// A level of the public book changed. `owner` is whose order did it, where it was an account's.
    case bookDelta(Ticker, Side, Price, change: Quantity, owner: BookOwner?)
    case trade(PublicTrade)
    indirect case fill(FillRecord)
    /// An order's new state; sent after the fills that led to it.
    indirect case order(OrderRecord)
    indirect case settled(SettlementRecord)
    indirect case market(MarketRecord, MarketChange)
    /// Cash or positions of this account changed: ask `account(_:)` and store it.
    case account(AccountID)
}

/// Whose order changed a level.
public struct BookOwner: Hashable, Sendable {
    public let account: AccountID
    public let client: ClientOrderID

    public init(account: AccountID, client: ClientOrderID) {
        self.account = account
        self.client = client
    }
}
