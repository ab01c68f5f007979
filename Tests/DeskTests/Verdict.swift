import Accounting
import Engine
import Exchange
import Model
@testable import Node
import Testing

extension DeskUnderTest {
    /// Stops trading, waits until nothing is open and the account agrees, and compares the two memories: no order twice, no fill lost, no order on a book that
    /// was not true, no difference left; and the journal replays to the same state.
    /// - Returns: one line of what was counted.
    func verdict(_ when: Comment = "at the end") async throws -> String {
        exchange.clearFaults()
        _ = try await node.command(.stop)
        var memory = try ExchangeMemory(ledger)
        do {
            try await wait("agreement with the ledger", within: .seconds(60)) { engine in
                guard engine.state == .stopped, engine.openOrders == 0, engine.reconciled, engine.blocked == nil, engine.unsettled.isEmpty else { return false }
                guard engine.orders.values.allSatisfy({ !$0.mayStillFill }) else { return false }
                memory = try ExchangeMemory(ledger)
                let held = engine.portfolio.positions.reduce(into: [Ticker: Quantity]()) { if !$1.position.net.isZero { $0[$1.market] = $1.position.net } }
                // A settlement may be on its way between the two: then the next look is compared.
                return memory.resting == 0 && memory.cash == engine.portfolio.cash && memory.positions == held
            }
        } catch let missed as Missed {
            // Which fills only one side knows says more than the sums.
            let (memory, filled) = (try ExchangeMemory(ledger), try Audit(journal, settings).filled)
            let (lost, invented) = (memory.trades.subtracting(filled).map(\.text).sorted(), filled.subtracting(memory.trades).map(\.text).sorted())
            let books = try "\n" + MoneyBooks.differences(ledger, journal).joined(separator: "\n")
            throw Missed(description: "\(missed); the ledger: cash \(memory.cash), \(memory.resting) resting; fills only there: \(lost), only here: \(invented)\(books)")
        }
        // The journal gathers rows for a quarter second when nothing waits for them: the newest fills may not lie in it yet.
        var audit = try Audit(journal, settings)
        let deadline = ContinuousClock.now + .seconds(5)
        while audit.filled != memory.trades, ContinuousClock.now < deadline {
            // Polling: what is waited for is another task's write.
            try await Task.sleep(for: .milliseconds(50))
            audit = try Audit(journal, settings)
        }
        #expect(Set(memory.clients).count == memory.clients.count && Set(audit.placed).count == audit.placed.count, when)
        #expect(Set(memory.clients).isSubset(of: audit.placed.map(\.text)), when)
        #expect(memory.trades == audit.filled, when)
        #expect(audit.violations.isEmpty, when)
        return "\(audit.placed.count) orders sent, \(memory.orders.count) arrived, \(memory.trades.count) fills, \(audit.unknowns) outcomes unknown, \(audit.breaks) breaks of the contract, "
            + "\(audit.restarts) restarts; "
            + "0 duplicates, 0 fills lost, \(audit.violations.count) sent wrongly, 0 differences left"
    }

    /// The journal, played again, wants the same effects and comes to the same state.
    func replaysToItself() async throws -> Bool {
        var replay = JournalReplay()
        try journal.read { try replay.take($0) }
        replay.finish()
        return replay.firstDifference == nil
    }
}
