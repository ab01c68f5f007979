import Accounting
import Engine
public import Model
public import Ports

extension DeskNode {
    /// What a journal comes to: read before anything else is started, so that a journal that cannot be believed has started nothing.
    public struct Past: Sendable {
        let engine: TradingEngine
        let chronicle: Chronicle
        let rows: Int
        let difference: String?
        /// Events in the snapshot that it was taken up from; 0 for the first row.
        public let snapshotEvents: Int64
        /// What a person should know of how it was read: a sentence for each snapshot that was passed over.
        public let notes: [String]

        /// Markets to be followed whatever their series: those in which something is held or rests, and all that are not paid yet, so that what was
        /// forecast of them meets its outcome.
        public var openMarkets: [Ticker] {
            let held = engine.portfolio.positions.filter { !$0.position.net.isZero }.map(\.market)
            let unpaid = engine.markets.filter { $0.settledAt == nil }.map(\.market.ticker)
            return Set(held + unpaid + engine.orders.values.filter(\.isOpen).map(\.intent.market)).sorted()
        }
    }

    /// Every row from the first.
    public static func past(of journal: any Journal) throws -> Past { try past(JournalReplay(), Chronicle(), 0, []) { try journal.read($0) } }

    /// The newest snapshot that can be used and the rows after it; without one, every row. Both come to the same.
    public static func past(of journal: any SnapshotJournal, _ plan: SnapshotPlan?) throws -> Past {
        guard let plan else { return try past(of: journal) }
        var notes: [String] = []
        var marks: [JournalMark] = []
        // The rows are the truth: if they can be read, nothing is lost with the snapshots.
        do { marks = try journal.snapshots() } catch { notes.append("the snapshots are passed over: \(error)") }
        for mark in marks.reversed() {
            guard let program = plan.program() else {
                notes.append("the snapshots are passed over: the program's own file cannot be read")
                break
            }
            switch DeskSnapshot.read(try journal.snapshot(at: mark), at: mark, by: program) {
            case .failure(let unusable): notes.append("the snapshot after event \(mark.events) is passed over: it \(unusable.why)")
            case .success(let snapshot):
                let replay = JournalReplay(from: snapshot.engine, rows: Int(mark.row))
                let past = try past(replay, snapshot.chronicle, mark.events, notes) { try journal.readAfter(mark.row, $0) }
                guard let difference = past.difference else { return past }
                // Either the journal or the snapshot is wrong, and only the whole journal can say which.
                notes.append("the snapshot after event \(mark.events) is passed over: after it, \(difference)")
            }
        }
        return try past(JournalReplay(), Chronicle(), 0, notes) { try journal.read($0) }
    }

    private static func past(
        _ start: JournalReplay, _ chronicle: Chronicle, _ events: Int64, _ notes: [String], reading: ((JournalRow) throws -> Void) throws -> Void
    ) throws -> Past {
        var (replay, chronicle) = (start, chronicle)
        try reading { row in
            try replay.take(row) { effect, time in chronicle.note(effect, at: time) }
            chronicle.point(replay.engine.equity, at: row.time)
        }
        replay.finish()
        return Past(engine: replay.engine, chronicle: chronicle, rows: replay.rows, difference: replay.firstDifference, snapshotEvents: events, notes: notes)
    }
}

/// Compares the snapshots of a journal with a replay of it from the first row, on its way.
public struct SnapshotCheck {
    /// Snapshots that are the replayed state.
    public private(set) var equal = 0
    /// Of another version of the program: nothing can be said of them.
    public private(set) var foreign = 0
    /// The first that is not what the replay came to; nil when there is none.
    public private(set) var firstDifference: String?
    private let journal: any SnapshotJournal
    private let program: String
    private var left: [JournalMark]

    public init(_ journal: any SnapshotJournal, program: String) throws {
        self.journal = journal
        self.program = program
        left = try journal.snapshots().reversed()
    }

    /// To be called after every row.
    public mutating func look(at replay: JournalReplay) throws {
        guard let mark = left.last, mark.row <= replay.rows else { return }
        left.removeLast()
        let stored = try journal.snapshot(at: mark)
        // A desk that is running has written a newer one.
        if stored == .gone { return }
        switch DeskSnapshot.read(stored, at: mark, by: program) {
        case .success(let snapshot):
            if snapshot.engine.digest().text == replay.engine.digest().text { equal += 1 } else { note(mark, "is not the state that the replay comes to") }
        case .failure(.ofAnotherProgram): foreign += 1
        case .failure(let unusable): note(mark, unusable.why)
        }
    }

    private mutating func note(_ mark: JournalMark, _ what: String) { firstDifference = firstDifference ?? "the snapshot after event \(mark.events) \(what)" }
}
