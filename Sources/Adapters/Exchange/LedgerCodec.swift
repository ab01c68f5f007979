import Accounting
import Foundation
import Matching
import Model
import Notation
import Ports

/// The exchange's records as the ledger keeps them: one kind for each sort of thing, JSON inside.
enum LedgerCodec {
    enum Kind: String {
        case account, order, group, transfer, fill, settlement, market, world, key, tier, rfq, quote, combo
    }

    /// An account. `publicKey` is read from folders that were written before keys were records of their own.
    struct StoredAccount: Codable {
        let record: AccountRecord
        var publicKey: String?
    }

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

    /// Everything a venue starts with, in the order of its creation.
    static func state(from ledger: any ExchangeLedger) throws(JournalError) -> VenueState {
        VenueState(
            accounts: try load(.account, as: StoredAccount.self, from: ledger).map(\.record),
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
