import Exchange
import Ports
import Synchronization

/// A ledger in memory that refuses to write on command.
final class FragileLedger: ExchangeLedger {
    private let memory = MemoryLedger()
    private let isBroken = Mutex(false)

    func breakDown(_ broken: Bool) { isBroken.withLock { $0 = broken } }

    func upsert(_ records: [LedgerRecord]) throws(JournalError) {
        guard !isBroken.withLock({ $0 }) else { throw JournalError("the disk is full") }
        try memory.upsert(records)
    }

    func load(kind: String) throws(JournalError) -> [LedgerRecord] { try memory.load(kind: kind) }
}
