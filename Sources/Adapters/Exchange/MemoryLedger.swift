public import Ports
import Synchronization

/// A ledger that lives as long as the process: for tests, and for an exchange that is meant to forget.
public final class MemoryLedger: ExchangeLedger {
    private let records = Mutex<[String: [String: [UInt8]]]>([:])

    public init() {}

    public func upsert(_ records: [LedgerRecord]) throws(JournalError) {
        self.records.withLock { kinds in
            for record in records { kinds[record.kind, default: [:]][record.key] = record.body }
        }
    }

    public func load(kind: String) throws(JournalError) -> [LedgerRecord] {
        records.withLock { kinds in
            (kinds[kind] ?? [:]).sorted { $0.key < $1.key }.map { LedgerRecord(kind: kind, key: $0.key, body: $0.value) }
        }
    }
}
