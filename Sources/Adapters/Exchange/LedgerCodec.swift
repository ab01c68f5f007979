import Accounting
import Foundation
import Matching
import Model
import Notation
import Ports

/// The exchange's records as the ledger keeps them: one kind for each sort of thing, JSON inside.
enum LedgerCodec {
    enum Kind: String {
        case account, stake, order, group, transfer, fill, settlement, market, world, key, tier, rfq, quote, combo
    }

    /// An account. `publicKey` is read from folders that were written before keys were records of their own.
    struct StoredAccount: Codable {
        let record: AccountRecord
        var publicKey: String?
    }

    /// What a subaccount holds in one market: an account's own record holds the money alone, so that a fill writes one position and not all there ever were.
    struct StoredStake: Codable {
        let account: AccountID
        let subaccount: Int
        let market: Ticker
        let position: Position

        init(_ key: StakeKey, _ position: Position) {
            account = key.account
            subaccount = key.subaccount
            market = key.market
            self.position = position
        }

        var key: StakeKey { StakeKey(account: account, subaccount: subaccount, market: market) }
    }

    static func key(_ stake: StakeKey) -> String { "\(stake.account.text)/\(stake.subaccount)/\(stake.market.text)" }

    /// The tier that an account was granted.
    struct StoredTier: Codable {
        let account: AccountID
        let tier: UsageTier
    }

    /// Orders and fills are kept under the time they were made at: what is new lies together at the end of the file, and one write of the ledger touches few of
    /// its pages. (Nineteen digits from 2001 to 2286; a key only has to be the same each time.)
    static func key(_ order: OrderRecord) -> String { "\(order.created.nanoseconds)/\(order.id.text)" }
    static func key(_ fill: FillRecord) -> String { "\(fill.fill.time.nanoseconds)/\(fill.fill.trade.text)/\(fill.fill.order.text)" }

    static func record(_ kind: Kind, _ key: String, _ value: some Encodable) throws(JournalError) -> LedgerRecord {
        do {
            return LedgerRecord(kind: kind.rawValue, key: key, body: try LedgerWriter.bytes(value))
        } catch {
            throw JournalError("the exchange's \(kind.rawValue) \(key) cannot be written: \(error)")
        }
    }

    static func load<Value: Decodable>(_ kind: Kind, as type: Value.Type, from ledger: any ExchangeLedger) throws(JournalError) -> [Value] {
        let records = try ledger.load(kind: kind.rawValue)
        var values: [Value] = []
        values.reserveCapacity(records.count)
        for record in records {
            do {
                values.append(try JSONDecoder().decode(type, from: Data(record.body)))
            } catch {
                throw JournalError("the exchange's \(kind.rawValue) \(record.key) in the ledger cannot be read: \(error)")
            }
        }
        return values
    }

    /// The accounts with what they hold. In ledgers of before there were stakes, accounts hold their positions themselves: a stake that was written since
    /// is newer.
    static func accounts(from ledger: any ExchangeLedger) throws(JournalError) -> [AccountRecord] {
        var held: [AccountID: [Int: [Ticker: Position]]] = [:]
        for stake in try load(.stake, as: StoredStake.self, from: ledger) {
            held[stake.account, default: [:]][stake.subaccount, default: [:]][stake.market] = stake.position
        }
        return try load(.account, as: StoredAccount.self, from: ledger).map(\.record).map { account in
            AccountRecord(id: account.id, subaccounts: account.subaccounts.map { $0.holding(held[account.id]?[$0.number] ?? [:]) })
        }
    }

    /// What accounts of such older ledgers hold, to be written as stakes before the accounts are written without.
    static func unwrittenStakes(in ledger: any ExchangeLedger) throws(JournalError) -> [StoredStake] {
        let held = try load(.account, as: StoredAccount.self, from: ledger).flatMap { stored in
            stored.record.subaccounts.flatMap { subaccount in
                subaccount.portfolio.positions.map { held in
                    StoredStake(StakeKey(account: stored.record.id, subaccount: subaccount.number, market: held.market), held.position)
                }
            }
        }
        guard !held.isEmpty else { return [] }
        let written = Set(try load(.stake, as: StoredStake.self, from: ledger).map(\.key))
        return held.filter { !written.contains($0.key) }
    }

    /// Everything a venue starts with, in the order of its creation.
    static func state(from ledger: any ExchangeLedger) throws(JournalError) -> VenueState {
        VenueState(
            accounts: try accounts(from: ledger),
            orders: newest(try load(.order, as: OrderRecord.self, from: ledger)).sorted { ($0.created, $0.id) < ($1.created, $1.id) },
            groups: try load(.group, as: OrderGroupRecord.self, from: ledger).sorted { ($0.created, $0.id) < ($1.created, $1.id) },
            transfers: try load(.transfer, as: TransferRecord.self, from: ledger).sorted { ($0.time, $0.id) < ($1.time, $1.id) },
            fills: try load(.fill, as: FillRecord.self, from: ledger).sorted { ($0.fill.time, $0.fill.trade) < ($1.fill.time, $1.fill.trade) },
            settlements: try load(.settlement, as: SettlementRecord.self, from: ledger).sorted { ($0.time, $0.settlement.market) < ($1.time, $1.settlement.market) },
            markets: try load(.market, as: MarketRecord.self, from: ledger))
    }

    /// An older ledger kept orders under their ids: one that was changed since is there twice.
    private static func newest(_ orders: [OrderRecord]) -> some Collection<OrderRecord> {
        Dictionary(orders.map { ($0.id, $0) }) { $0.updated > $1.updated ? $0 : $1 }.values
    }
}

extension SubaccountRecord {
    /// With these positions in place of its own, where both have one.
    fileprivate func holding(_ positions: [Ticker: Position]) -> SubaccountRecord {
        var all = Dictionary(uniqueKeysWithValues: portfolio.positions.map { ($0.market, $0.position) })
        all.merge(positions) { _, newer in newer }
        let held = all.filter { $0.value != Position() }.map { (market: $0.key, position: $0.value) }
        return SubaccountRecord(
            number: number, portfolio: Portfolio(cash: portfolio.cash, reserved: portfolio.reserved, positions: held), netting: netting, collateral: collateral)
    }
}
