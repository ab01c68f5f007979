public import Accounting
public import Model

/// A market paid out to one subaccount.
public struct SettlementRecord: Hashable, Sendable, Codable {
    public let account: AccountID
    public let subaccount: Int
    public let event: EventTicker
    public let settlement: Settlement
    public let time: Timestamp
    /// When the payout was taken back; nil while it is in force.
    public internal(set) var reversed: Timestamp?

    /// There is one for each: a second payout of the same market takes the place of the one that was reversed.
    public var key: String { subaccount == 0 ? "\(account.text)/\(settlement.market.text)" : "\(account.text)/\(settlement.market.text)/\(subaccount)" }
}

extension SettlementRecord {
    /// Payouts that were stored before there were subaccounts are the primary one's.
    public init(from decoder: any Decoder) throws {
        let stored = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            account: try stored.decode(AccountID.self, forKey: .account), subaccount: try stored.decodeIfPresent(Int.self, forKey: .subaccount) ?? 0,
            event: try stored.decode(EventTicker.self, forKey: .event), settlement: try stored.decode(Settlement.self, forKey: .settlement),
            time: try stored.decode(Timestamp.self, forKey: .time), reversed: try stored.decodeIfPresent(Timestamp.self, forKey: .reversed))
    }
}

/// Collateral that the exchange gave back on the positions of one event, because no outcome can take it.
public struct CollateralRecord: Hashable, Sendable, Codable {
    public let event: EventTicker
    public let returned: Money
}

/// One of an account's portfolios. Number 0 is the primary one, which every account has.
public struct SubaccountRecord: Hashable, Sendable, Codable {
    public let number: Int
    /// Its cash has the returned collateral in it.
    public let portfolio: Portfolio
    public let netting: Bool
    /// In ascending order of event; only what is not zero.
    public let collateral: [CollateralRecord]

    public init(number: Int, portfolio: Portfolio, netting: Bool = false, collateral: [CollateralRecord] = []) {
        self.number = number
        self.portfolio = portfolio
        self.netting = netting
        self.collateral = collateral
    }
}

/// An account's money and positions. Its permanent client order ids are those of its orders.
public struct AccountRecord: Hashable, Sendable {
    public let id: AccountID
    /// In the order of their numbers, from 0 without gaps.
    public let subaccounts: [SubaccountRecord]

    public init(id: AccountID, subaccounts: [SubaccountRecord]) {
        precondition(!subaccounts.isEmpty, "an account has its primary portfolio")
        self.id = id
        self.subaccounts = subaccounts
    }

    public init(id: AccountID, portfolio: Portfolio) { self.init(id: id, subaccounts: [SubaccountRecord(number: 0, portfolio: portfolio)]) }

    /// The primary one.
    public var portfolio: Portfolio { subaccounts[0].portfolio }
    /// Nil for a subaccount that was not opened.
    public func portfolio(_ subaccount: Int) -> Portfolio? { subaccounts.indices.contains(subaccount) ? subaccounts[subaccount].portfolio : nil }
}

extension AccountRecord: Codable {
    private enum CodingKeys: String, CodingKey { case id, subaccounts, portfolio }

    /// Accounts that were stored before there were subaccounts have their one portfolio.
    public init(from decoder: any Decoder) throws {
        let stored = try decoder.container(keyedBy: CodingKeys.self)
        let id = try stored.decode(AccountID.self, forKey: .id)
        guard let all = try stored.decodeIfPresent([SubaccountRecord].self, forKey: .subaccounts) else {
            self.init(id: id, portfolio: try stored.decode(Portfolio.self, forKey: .portfolio))
            return
        }
        guard all.map(\.number) == Array(all.indices), !all.isEmpty else {
            throw DecodingError.dataCorruptedError(forKey: .subaccounts, in: stored, debugDescription: "subaccounts are numbered from 0 without gaps")
        }
        self.init(id: id, subaccounts: all)
    }

    public func encode(to encoder: any Encoder) throws {
        var stored = encoder.container(keyedBy: CodingKeys.self)
        try stored.encode(id, forKey: .id)
        try stored.encode(subaccounts, forKey: .subaccounts)
    }
}

/// Names what one subaccount has in one market.
public struct StakeKey: Hashable, Comparable, Sendable {
    public let account: AccountID
    public let subaccount: Int
    public let market: Ticker

    public init(account: AccountID, subaccount: Int, market: Ticker) {
        self.account = account
        self.subaccount = subaccount
        self.market = market
    }

    public init(_ fill: FillRecord) { self.init(account: fill.account, subaccount: fill.subaccount, market: fill.fill.market) }
    public init(_ paid: SettlementRecord) { self.init(account: paid.account, subaccount: paid.subaccount, market: paid.settlement.market) }

    public static func < (a: StakeKey, b: StakeKey) -> Bool { (a.account, a.subaccount, a.market) < (b.account, b.subaccount, b.market) }
}

/// What one subaccount has in one market, with what its fills there add up to. It changes by fills and payouts alone.
public struct StakeRecord: Hashable, Sendable {
    public let key: StakeKey
    public let position: Position
    /// What all fills cost, fees not included.
    public let traded: Money
    public let volume: Quantity
    /// When it was last filled or paid.
    public let updated: Timestamp

    /// False where orders rested and nothing ever traded.
    public var isTouched: Bool { !volume.isZero || position != Position() }
}

/// Money moved between two subaccounts of one account.
public struct TransferRecord: Hashable, Sendable, Codable {
    public let account: AccountID
    /// The client's own; permanent in its account.
    public let id: String
    public let from: Int
    public let to: Int
    public let amount: Money
    public let time: Timestamp
}

/// A market and where it stands in its life.
public struct MarketRecord: Hashable, Sendable, Codable {
    public internal(set) var market: Market
    /// Its liquidity is a recording's, not orders'.
    public let isRecorded: Bool
    public internal(set) var status: MarketStatus
    public internal(set) var result: MarketResult?
    /// When a determined market pays by itself; nil where somebody else says when.
    public internal(set) var settles: Timestamp?
    /// When the status last changed.
    public internal(set) var changed: Timestamp
    public internal(set) var lastPrice: Price?
    public internal(set) var volume: Quantity = .zero
}

/// Everything a venue must remember across a restart. The liquidity of strangers is not part of it.
public struct VenueState: Equatable, Sendable, Codable {
    public var accounts: [AccountRecord]
    /// In the order of their creation.
    public var orders: [OrderRecord]
    public var groups: [OrderGroupRecord]
    public var transfers: [TransferRecord]
    /// Oldest first.
    public var fills: [FillRecord]
    public var settlements: [SettlementRecord]
    public var markets: [MarketRecord]

    public init(
        accounts: [AccountRecord] = [], orders: [OrderRecord] = [], groups: [OrderGroupRecord] = [], transfers: [TransferRecord] = [],
        fills: [FillRecord] = [], settlements: [SettlementRecord] = [], markets: [MarketRecord] = []
    ) {
        self.accounts = accounts
        self.orders = orders
        self.groups = groups
        self.transfers = transfers
        self.fills = fills
        self.settlements = settlements
        self.markets = markets
    }
}
