public import Model

/// What became of a market.
public enum MarketChange: String, Hashable, Sendable, Codable {
    case listed, redefined, activated, paused, closed, determined, settled
    /// Its close time moved (`close_date_updated`).
    case rescheduled
    /// Its price grid changed (`price_level_structure_updated`).
    case regridded
    /// Its result is questioned; nothing is paid until it is stated again.
    case disputed
    /// A payout was taken back.
    case reversed
}

/// Something that changed at the venue, in the order in which it changed: to be published and stored.
public enum VenueEvent: Equatable, Sendable {
    /// A level of the public book changed. `owner` is whose order did it, where it was an account's.
    case bookDelta(Ticker, Side, Price, change: Quantity, owner: BookOwner?)
    case trade(PublicTrade)
    case fill(FillRecord)
    /// An order's new state; sent after the fills that led to it.
    case order(OrderRecord)
    /// A payout, or one that was taken back (`reversed`).
    indirect case settled(SettlementRecord)
    indirect case market(MarketRecord, MarketChange)
    indirect case group(OrderGroupRecord, OrderGroupChange)
    indirect case transfer(TransferRecord)
    /// Cash, positions or settings of this account changed: ask `account(_:)` and store it.
    case account(AccountID)
}

/// Whose order changed a level. It holds the order as it was then, which the events after it hold as well: three names would be three to count.
public struct BookOwner: Sendable {
    private let order: OrderRecord

    public init(_ order: OrderRecord) { self.order = order }

    public var account: AccountID { order.account }
    public var subaccount: Int { order.subaccount }
    public var client: ClientOrderID { order.client }
}

extension BookOwner: Equatable {
    public static func == (a: BookOwner, b: BookOwner) -> Bool { a.account == b.account && a.subaccount == b.subaccount && a.client == b.client }
}
