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

/// Whose order changed a level.
public struct BookOwner: Hashable, Sendable {
    public let account: AccountID
    public let subaccount: Int
    public let client: ClientOrderID

    public init(account: AccountID, subaccount: Int = 0, client: ClientOrderID) {
        self.account = account
        self.subaccount = subaccount
        self.client = client
    }
}
