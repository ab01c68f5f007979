import Accounting
import Foundation
import Matching
import Model
import Notation
import Ports

/// The exchange's records as the ledger keeps them: one kind for each sort of thing, JSON inside.
enum LedgerCodec {
    enum Kind: String {
        case account, order, fill, settlement, market, world
    }

    /// An account with the key that speaks for it.
    struct StoredAccount: Codable {
        let record: AccountRecord
        let publicKey: String
    }

    static func record(_ kind: Kind, _ key: String, _ value: some Encodable) throws(JournalError) -> LedgerRecord {
        do {
            return LedgerRecord(kind: kind.rawValue, key: key, body: Array(try JSONEncoder().encode(value)))
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
    static func state(from ledger: any ExchangeLedger) throws(JournalError) -> (state: VenueState, keys: [(keyID: String, publicKey: String)]) {
        let accounts = try load(.account, as: StoredAccount.self, from: ledger)
        let state = VenueState(
            accounts: accounts.map(\.record),
            orders: try load(.order, as: OrderRecord.self, from: ledger).sorted { ($0.created, $0.id) < ($1.created, $1.id) },
            fills: try load(.fill, as: FillRecord.self, from: ledger).sorted { ($0.fill.time, $0.fill.trade) < ($1.fill.time, $1.fill.trade) },
            settlements: try load(.settlement, as: SettlementRecord.self, from: ledger).sorted { ($0.time, $0.settlement.market) < ($1.time, $1.settlement.market) },
            markets: try load(.market, as: MarketRecord.self, from: ledger))
        return (state, accounts.map { ($0.record.id.text, $0.publicKey) })
    }
}
