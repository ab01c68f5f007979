public import Accounting
public import Model

/// An order as the venue remembers it, for ever: what REST answers, the private channel and the store are made of.
///
/// A value in a box: the venue, its events and its answers share one, and whoever changes a shared one copies it first. At millions of orders a second, the
/// copies of its names are what time would go into.
public struct OrderRecord: Sendable {
    /// Why an order was canceled.
    public enum Ending: String, Hashable, Sendable, Codable {
        case byRequest, immediate, expired, selfTrade, marketClosed, marketPaused
        /// Trading or the whole exchange paused, and the order had asked for this.
        case tradingPaused
        /// Its order group triggered, or was deleted.
        case orderGroup
        /// Its price is not on the market's new grid.
        case gridChanged
        /// What is left would cost more than the order may.
        case costLimit
    }

    /// The last thing that happened to an order, where the exchange has a word for it (`user_order.last_update_reason`).
    public enum Update: String, Hashable, Sendable, Codable {
        case decrease = "Decrease"
        case amend = "Amend"
        case trade = "Trade"
        case selfTradeCancel = "SelfTradeCancel"
        case expiryCancel = "ExpiryCancel"
        case closeCancel = "CloseCancel"
        case haltCancel = "HaltCancel"
    }

    struct Values: Equatable, Sendable, Codable {
        let account: AccountID
        let id: OrderID
        var request: OrderRequest
        var client: ClientOrderID
        var formerClients: [ClientOrderID] = []
        let created: Timestamp
        var updated: Timestamp
        var status: VenueOrder.Status
        var ending: Ending?
        var lastUpdate: Update?
        var initial: Quantity
        var filled: Quantity = .zero
        var remaining: Quantity
        var takerCost: Money = .zero
        var makerCost: Money = .zero
        var takerFees: Money = .zero
        var makerFees: Money = .zero
        var feeAccount: OrderFeeAccount
    }

    private var shared: Shared<Values>

    init(_ values: consuming Values) { shared = Shared(values) }

    /// The one way in: whoever changes a shared value gets a box of its own first.
    var values: Values {
        @inline(__always) _read { yield shared.value }
        @inline(__always) _modify { yield &shared.value }
    }

    public var account: AccountID { values.account }
    public var id: OrderID { values.id }
    /// As it was sent, and as it was amended since.
    public var request: OrderRequest { values.request }
    public var client: ClientOrderID { values.client }
    /// Client ids it had before amendments; they stay taken.
    public var formerClients: [ClientOrderID] { values.formerClients }
    public var created: Timestamp { values.created }
    public var updated: Timestamp { values.updated }
    public var status: VenueOrder.Status { values.status }
    /// Why it was canceled.
    public var ending: Ending? { values.ending }
    public var lastUpdate: Update? { values.lastUpdate }
    /// What it asked for: a reduce-only order is capped before, an amended one changes.
    public var initial: Quantity { values.initial }
    public var filled: Quantity { values.filled }
    /// What rests; zero once canceled.
    public var remaining: Quantity { values.remaining }
    public var takerCost: Money { values.takerCost }
    public var makerCost: Money { values.makerCost }
    public var takerFees: Money { values.takerFees }
    public var makerFees: Money { values.makerFees }
    /// The rounding memory of its fees.
    public var feeAccount: OrderFeeAccount { values.feeAccount }

    public var market: Ticker { values.request.market }
    public var side: Side { values.request.side }
    public var subaccount: Int { values.request.subaccount }
    public var group: OrderGroupID? { values.request.group }
    /// In `side`'s own dollars.
    public var limit: Price { values.request.limit }
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

extension OrderRecord: Equatable, Codable {
    public static func == (a: OrderRecord, b: OrderRecord) -> Bool { a.shared.isSame(as: b.shared) || a.values == b.values }
    public init(from decoder: any Decoder) throws { self.init(try Values(from: decoder)) }
    public func encode(to encoder: any Encoder) throws { try values.encode(to: encoder) }
}

extension OrderRecord.Ending {
    var update: OrderRecord.Update? {
        switch self {
        case .byRequest, .immediate, .orderGroup, .gridChanged, .costLimit: nil
        case .expired: .expiryCancel
        case .selfTrade: .selfTradeCancel
        case .marketClosed: .closeCancel
        case .marketPaused, .tradingPaused: .haltCancel
        }
    }
}
