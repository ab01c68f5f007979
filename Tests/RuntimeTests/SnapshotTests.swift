@testable import Engine
import Model
@testable import Node
import Ports
import StateCoding
import Synchronization
import TestSupport
import Testing

/// A start from a snapshot comes to what a start from the first row comes to.
struct SnapshotTests {
    private static func plan(_ journal: MemoryJournal, program: String? = "this", told: Told = Told()) -> SnapshotPlan {
        SnapshotPlan(journal, every: 20, program: { program }, onTrouble: { told.add($0) })
    }

    private final class Told: Sendable {
        private let sentences = Mutex<[String]>([])
        func add(_ sentence: String) { sentences.withLock { $0.append(sentence) } }
        var all: [String] { sentences.withLock { $0 } }
    }

    /// A desk that has traded and written its state down on its way.
    private static func traded(by program: String? = "this", told: Told = Told()) async throws -> MemoryJournal {
        let journal = MemoryJournal()
        let rig = Rig(journal: journal, snapshots: plan(journal, program: program, told: told))
        try await rig.run { rig.gateway.seen.withLock { !$0.placed.isEmpty } && (program == nil || journal.snapshots().count > 1) }
        return journal
    }

    private static func expectSame(_ past: DeskNode.Past, _ whole: DeskNode.Past) {
        #expect(StateText.difference(whole.engine, past.engine) == nil)
        #expect(past.engine.digest().text == whole.engine.digest().text)
        #expect(past.rows == whole.rows && past.difference == nil && past.openMarkets == whole.openMarkets)
        #expect(past.chronicle.decisions == whole.chronicle.decisions && past.chronicle.log == whole.chronicle.log)
    }

    @Test func `a start goes on from the newest snapshot and comes to what every row comes to`() async throws {
        let journal = try await Self.traded()
        let (past, whole) = (try DeskNode.past(of: journal, Self.plan(journal)), try DeskNode.past(of: journal))
        #expect(past.snapshotEvents == journal.snapshots().last?.events && past.notes.isEmpty)
        #expect(whole.snapshotEvents == 0)
        Self.expectSame(past, whole)
        // And the desk goes on from there.
        let before = journal.rows.withLock { $0.count }
        let rig = Rig(journal: journal, snapshots: Self.plan(journal))
        @Sendable func rows() -> Int { journal.rows.withLock { $0.count } }
        try await rig.run { rows() > before + 20 }
        #expect(rows() > before + 20)
        Self.expectSame(try DeskNode.past(of: journal, Self.plan(journal)), try DeskNode.past(of: journal))
    }

    @Test func `what cannot be used is passed over with a sentence, and the start goes on from the one before, or from the first row`() async throws {
        let journal = try await Self.traded()
        let marks = journal.snapshots()
        let (newest, before) = (try #require(marks.last), marks[marks.count - 2])
        let whole = try DeskNode.past(of: journal)
        func spoil(_ mark: JournalMark, _ body: (StoredSnapshot) -> StoredSnapshot) {
            journal.kept.withLock { kept in for i in kept.indices where kept[i].mark == mark { kept[i].body = body(kept[i].body) } }
        }

        spoil(newest) { _ in .damaged("cannot be unpacked") }
        var past = try DeskNode.past(of: journal, Self.plan(journal))
        #expect(past.notes == ["the snapshot after event \(newest.events) is passed over: it cannot be unpacked"])
        #expect(past.snapshotEvents == before.events)
        Self.expectSame(past, whole)

        // Sealed, and yet not what the state was: the fingerprint knows.
        let older = journal.snapshot(at: before)
        spoil(newest) { _ in older }
        past = try DeskNode.past(of: journal, Self.plan(journal))
        #expect(past.notes == ["the snapshot after event \(newest.events) is passed over: it does not come back as it was written"])
        Self.expectSame(past, whole)

        for mark in marks { spoil(mark) { _ in .whole([1, 2, 3]) } }
        past = try DeskNode.past(of: journal, Self.plan(journal))
        #expect(past.notes.count == marks.count && past.notes.allSatisfy { $0.hasSuffix("is passed over: it cannot be read: these bytes are no state") })
        #expect(past.snapshotEvents == 0)
        Self.expectSame(past, whole)
    }

    @Test func `a snapshot of another program is passed over, whatever it holds`() async throws {
        let journal = try await Self.traded(by: "another")
        let past = try DeskNode.past(of: journal, Self.plan(journal))
        #expect(!past.notes.isEmpty && past.notes.allSatisfy { $0.hasSuffix("it was written by another version of the program") })
        Self.expectSame(past, try DeskNode.past(of: journal))
    }

    /// The digest does not cover everything: a state that is wrong where it does not look shows when it acts.
    @Test func `a snapshot after which the rows do not follow is passed over, and the whole journal decides`() async throws {
        let journal = try await Self.traded()
        // The desk's own snapshots may all lie after its only order; this one lies before the event that made it.
        let rows = journal.rows.withLock { $0 }
        let order = try #require(rows.firstIndex { $0.kind == .effect && String(decoding: $0.body, as: UTF8.self).contains("\"place\"") })
        let cut = try #require(rows[..<order].lastIndex { $0.kind != .effect })
        let mark = JournalMark(row: Int64(cut), events: rows[..<cut].reduce(0) { $0 + Int64($1.events) })
        // The right state but for one thing: it takes the desk for one that is closing, and so would place no order.
        var replay = JournalReplay()
        for row in rows[..<cut] { try replay.take(row) }
        var wrong = replay.engine
        wrong.closing = true
        let bytes = try DeskSnapshot(wrong, Chronicle(), by: "this").bytes
        journal.kept.withLock { $0 = [(mark, .whole(bytes))] }
        let past = try DeskNode.past(of: journal, Self.plan(journal))
        #expect(past.snapshotEvents == 0 && past.notes.count == 1)
        #expect(past.notes.first?.hasPrefix("the snapshot after event \(mark.events) is passed over: after it, ") == true)
        Self.expectSame(past, try DeskNode.past(of: journal))
    }

    @Test func `without the program's fingerprint none is written, and that is said`() async throws {
        let told = Told()
        let journal = try await Self.traded(by: nil, told: told)
        #expect(journal.snapshots().isEmpty)
        #expect(told.all.contains("no snapshot was written: the program's own file cannot be read"))
    }

    @Test func `a replay from the first row finds the snapshot that is not its state`() async throws {
        let journal = try await Self.traded()
        func check() throws -> SnapshotCheck {
            var check = try SnapshotCheck(journal, program: "this")
            var replay = JournalReplay()
            try journal.read {
                try replay.take($0)
                try check.look(at: replay)
            }
            return check
        }
        let sound = try check()
        #expect(sound.equal == journal.snapshots().count && sound.firstDifference == nil)
        let mark = try #require(journal.snapshots().first)
        var other = JournalReplay()
        try journal.read { if other.rows < Int(mark.row) { try other.take($0) } }
        var wrong = other.engine
        wrong.setsLocked += 1
        let bytes = try DeskSnapshot(wrong, Chronicle(), by: "this").bytes
        journal.kept.withLock { $0[0].body = .whole(bytes) }
        #expect(try check().firstDifference == "the snapshot after event \(mark.events) is not the state that the replay comes to")
    }

    /// Every place where the loop may have committed, which is after the last effect of some event.
    @Test(arguments: 1...4 as ClosedRange<UInt64>) func `wherever a session is cut, the rest of it wants the same effects and ends in the same state`(seed: UInt64) async throws {
        let journal = try await Self.traded()
        let rows = journal.rows.withLock { $0 }
        var random = SeededRandom(seed: seed)
        var whole = JournalReplay()
        for row in rows { try whole.take(row) }
        whole.finish()
        for _ in 0..<6 {
            var cut = Int.random(in: 1..<rows.count, using: &random)
            while cut < rows.count, rows[cut].kind == .effect { cut += 1 }
            var first = JournalReplay()
            for row in rows[..<cut] { try first.take(row) }
            first.finish()
            var rest = JournalReplay(from: try StateCoding.value(TradingEngine.self, from: StateCoding.bytes(of: first.engine)), rows: cut)
            for row in rows[cut...] { try rest.take(row) }
            rest.finish()
            #expect(rest.firstDifference == nil && rest.rows == whole.rows)
            #expect(rest.engine.digest().text == whole.engine.digest().text)
            #expect(StateText.difference(whole.engine, rest.engine) == nil, "cut after row \(cut), seed \(seed)")
        }
    }
}
