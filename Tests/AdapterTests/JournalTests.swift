import Foundation
import GRDB
import Model
import Ports
import Testing

@testable import Storage

@Suite struct JournalTests {
    @Test func `what was appended is read back, in order, and again by the next process`() throws {
        try withFolder { folder in
            let rows = (0..<1200).map { row($0) }
            do {
                let journal = try SQLiteJournal(in: folder, at: .seconds(7))
                try journal.append(Array(rows[..<3]))
                try journal.append(Array(rows[3...]))
                #expect(try all(journal) == rows)
            }
            let again = try SQLiteJournal(in: folder, at: .seconds(9))
            #expect(again.created == .seconds(7))
            #expect(try all(again) == rows)
            let summary = try again.verify()
            #expect(summary.rows == 1200)
            #expect(summary.events == rows.reduce(0) { $0 + Int64($1.events) })
            #expect(summary.first == .seconds(0))
            #expect(summary.last == .seconds(1199))
        }
    }

    @Test func `a large body is stored compressed and comes back as it was; JSON of ordinary length stays text`() throws {
        try withFolder { folder in
            let body = [UInt8](repeating: 42, count: 1 << 20)
            let journal = try SQLiteJournal(in: folder, at: .zero)
            try journal.append([JournalRow(kind: .market, time: .zero, events: 9000, body: body)])
            #expect(try all(journal).first?.body == body)
            let stored = try journal.database.read { try Int.fetchOne($0, sql: "SELECT length(body) FROM journal") }
            #expect((stored ?? .max) < 1000)
            let decision = "{\"decided\":{\"why\":\"\(String(repeating: "edge ", count: 500))\"}}"
            try journal.append([JournalRow(kind: .effect, time: .zero, events: 0, body: Array(decision.utf8))])
            let text = try journal.database.read { try String.fetchOne($0, sql: "SELECT json_extract(CAST(body AS TEXT), '$.decided.why') FROM journal WHERE seq = 2") }
            #expect(text?.hasPrefix("edge edge") == true, "SQL can read a decision")
        }
    }

    @Test func `a changed byte, a row taken out or a row moved is named`() throws {
        for (change, name) in [
            ("UPDATE journal SET body = CAST(X'00' || substr(body, 2) AS BLOB) WHERE seq = 17", "row 17"),
            ("UPDATE journal SET time = time + 1 WHERE seq = 1", "row 1:"),
            ("UPDATE journal SET kind = 'effect' WHERE seq = 31", "row 31"),
            ("DELETE FROM journal WHERE seq = 20", "row 20: that row is missing"),
            ("UPDATE journal SET seq = -seq WHERE seq IN (5, 6); UPDATE journal SET seq = 11 + seq WHERE seq < 0", "row 5:"),
            ("UPDATE meta SET value = 'another' WHERE name = 'desk'", "row 1:"),
            ("UPDATE journal SET size = 99999999 WHERE seq = 40", "row 40"),
        ] {
            try withFolder { folder in
                do { try SQLiteJournal(in: folder, at: .zero).append((0..<40).map { row($0) } + [row(40)]) }
                try DatabaseQueue(path: folder.journal).write { try $0.execute(sql: change) }
                let journal = try SQLiteJournal(reading: folder.journal)
                let error = #expect(throws: JournalError.self) { try journal.verify() }
                #expect(error?.description.contains(name) == true, "\(change): \(String(describing: error))")
                #expect(throws: JournalError.self) { try journal.read { _ in } }
            }
        }
    }

    @Test func `nothing is appended to an end that is not what was written`() throws {
        try withFolder { folder in
            do { try SQLiteJournal(in: folder, at: .zero).append([row(0), row(1)]) }
            try DatabaseQueue(path: folder.journal).write { try $0.execute(sql: "UPDATE journal SET events = 5 WHERE seq = 2") }
            let error = #expect(throws: JournalError.self) { try SQLiteJournal(in: folder, at: .zero) }
            #expect(error?.description.contains("breaks at row 2") == true)
        }
    }

    @Test func `a second writer is refused with a sentence, a reader is not`() throws {
        try withFolder { folder in
            do {
                let journal = try SQLiteJournal(in: folder, at: .zero)
                try journal.append([row(0)])
                let error = #expect(throws: JournalError.self) { try SQLiteJournal(in: folder, at: .zero) }
                #expect(error?.description == "another Aura (process \(getpid())) is using \(folder.journal): stop it first, or choose another data folder")
                #expect(try all(SQLiteJournal(reading: folder.journal)) == [row(0)])
            }
            _ = try SQLiteJournal(in: folder, at: .zero)
        }
    }

    @Test func `a copy taken at any moment, its log cut at any byte, is a clean prefix`() throws {
        try withFolder { folder in
            let rows = (0..<60).map { row($0) }
            let journal = try SQLiteJournal(in: folder, at: .zero)
            for row in rows { try journal.append([row]) }
            let log = try Data(contentsOf: URL(fileURLWithPath: folder.journal + "-wal"))
            var seen: Set<Int> = []
            for cut in stride(from: 0, through: log.count, by: max(log.count / 37, 1)) + [log.count] {
                try withFolder { copy in
                    try FileManager.default.copyItem(atPath: folder.journal, toPath: copy.journal)
                    try log.prefix(cut).write(to: URL(fileURLWithPath: copy.journal + "-wal"))
                    let found = try SQLiteJournal(in: copy, at: .zero)
                    let left = try all(found)
                    #expect(left == Array(rows.prefix(left.count)))
                    seen.insert(left.count)
                    try found.append([row(60)])
                    #expect(try all(found).count == left.count + 1)
                }
            }
            #expect(seen.contains(60) && seen.count > 10)
        }
    }

    @Test func `a writer killed in the middle leaves a clean prefix with everything it was told is durable`() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("aura-storage-\(UUID().uuidString)").path
        // What a test left in the temporary folder harms nobody, should it stay.
        defer { try? FileManager.default.removeItem(atPath: path) }
        for round in 0..<5 {
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, round = round as Int] in
                let folder = try DataFolder(path)
                let journal = try SQLiteJournal(in: folder, at: .zero)
                var next = Int(try journal.verify().rows)
                let killer = Thread {
                    usleep(UInt32(20_000 + round * 7_321))
                    kill(getpid(), SIGKILL)
                }
                killer.start()
                while true {
                    try journal.append([row(next), row(next + 1), row(next + 2)])
                    next += 3
                    try Data("\(next)".utf8).write(to: URL(fileURLWithPath: folder.path + "/durable"), options: .atomic)
                }
            }
            let folder = try DataFolder(path)
            let rows = try all(SQLiteJournal(in: folder, at: .zero))
            #expect(rows == (0..<rows.count).map { row($0) })
            #expect(rows.count > 0 && rows.count % 3 == 0, "an append is all or none")
            let durable = try String(contentsOfFile: folder.path + "/durable", encoding: .utf8)
            #expect(rows.count >= Int(durable) ?? .max)
        }
    }

    @Test func `a full disk takes all rows of an append or none, and says so`() throws {
        try withFolder { folder in
            let journal = try SQLiteJournal(path: folder.journal, .writing, at: .zero, pageLimit: 16)
            try journal.append([row(0)])
            var random = SeededRandom(seed: 1)
            let noise = (0..<100_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let error = #expect(throws: JournalError.self) {
                try journal.append([row(1), JournalRow(kind: .event, time: .zero, events: 1, body: noise)])
            }
            #expect(error?.description.contains("the disk is full") == true)
            try journal.append([row(1)])
            #expect(try all(journal) == [row(0), row(1)])
        }
    }

    @Test func `a file that is no journal is refused with a sentence and stays as it is`() throws {
        let other = try withFolder { folder in
            try DatabaseQueue(path: folder.journal).write { try $0.execute(sql: "CREATE TABLE songs (name TEXT)") }
            return try Data(contentsOf: URL(fileURLWithPath: folder.journal))
        }
        let newer = try withFolder { folder in
            do { _ = try SQLiteJournal(in: folder, at: .zero) }
            try DatabaseQueue(path: folder.journal).inDatabase { try $0.execute(sql: "PRAGMA user_version = 2; PRAGMA wal_checkpoint(TRUNCATE)") }
            return try Data(contentsOf: URL(fileURLWithPath: folder.journal))
        }
        let long = try withFolder { folder in
            do { try SQLiteJournal(in: folder, at: .zero).append((0..<500).map { row($0) }) }
            return try Data(contentsOf: URL(fileURLWithPath: folder.journal))
        }
        var garbled = long
        garbled.replaceSubrange(30_000..<50_000, with: Data(repeating: 0x5A, count: 20_000))
        for (bytes, sentence) in [
            (Data("# notes\n".utf8), "is not a database"), (Data(repeating: 7, count: 9000), "is not a database"), (Data(long.prefix(60)), "is not a database"),
            (other, "not Aura's journal"), (newer, "has format 2 of the journal"), (Data(long.prefix(long.count / 2)), "is damaged"), (garbled, "is damaged"),
        ] {
            try withFolder { folder in
                try bytes.write(to: URL(fileURLWithPath: folder.journal))
                let error = #expect(throws: JournalError.self) {
                    let journal = try SQLiteJournal(in: folder, at: .zero)
                    _ = try journal.verify()
                }
                #expect(error?.description.contains(sentence) == true, "\(sentence): \(String(describing: error))")
                #expect(try Data(contentsOf: URL(fileURLWithPath: folder.journal)) == bytes)
            }
        }
    }

    @Test func `a journal that is not there is not made by reading`() throws {
        try withFolder { folder in
            let error = #expect(throws: JournalError.self) { try SQLiteJournal(reading: folder.journal) }
            #expect(error?.description.contains("there is no journal") == true)
            #expect(!FileManager.default.fileExists(atPath: folder.journal))
        }
    }

    @Test func `the newest three snapshots are kept, each sealed to its own row`() throws {
        try withFolder { folder in
            let journal = try SQLiteJournal(in: folder, at: .zero)
            #expect(try journal.snapshots().isEmpty)
            func body(_ number: Int) -> [UInt8] { [UInt8](repeating: UInt8(number), count: 2000) }
            for number in 0..<5 {
                try journal.append([row(number)])
                let mark = try journal.mark()
                // The journal goes on while a state is being written down.
                if number == 4 { try journal.append([row(5), row(6)]) }
                try journal.saveSnapshot(body(number), at: mark)
            }
            let kept = try journal.snapshots()
            #expect(kept.map(\.row) == [3, 4, 5])
            let newest = try #require(kept.last)
            #expect(try journal.snapshot(at: newest) == .whole(body(4)))
            #expect(throws: JournalError.self) { try journal.saveSnapshot([], at: JournalMark(row: newest.row, events: newest.events + 1)) }
            #expect(throws: JournalError.self) { try journal.saveSnapshot([], at: JournalMark(row: 99, events: 99)) }
            var rest: [JournalRow] = []
            try journal.readAfter(newest.row) { rest.append($0) }
            #expect(rest == [row(5), row(6)])
            #expect(try journal.snapshot(at: JournalMark(row: 1, events: 1)) == .gone)
        }
    }

    @Test(arguments: [
        ("body = X'28B52FFD'", "cannot be unpacked"), ("body = zeroblob(7)", "cannot be unpacked"),
        ("(body, size) = (zeroblob(7), NULL)", "is not what was written, or not of this journal"), ("hash = zeroblob(32)", "is not what was written, or not of this journal"),
        ("events = events + 1", "stands after a row that this journal does not have"), ("seq = 77", "stands after a row that this journal does not have"),
    ]) func `a snapshot that was damaged or moved says so`(change: String, sentence: String) throws {
        try withFolder { folder in
            let journal = try SQLiteJournal(in: folder, at: .zero)
            try journal.append([row(0), row(1)])
            try journal.saveSnapshot([UInt8](repeating: 7, count: 2000), at: journal.mark())
            try journal.database.write { try $0.execute(sql: "UPDATE snapshot SET \(change)") }
            let mark = try #require(try journal.snapshots().first)
            #expect(try journal.snapshot(at: mark) == .damaged(sentence))
        }
    }

    @Test func `a snapshot whose pages of the file are damaged says so, the rows are read, and the next one is kept`() throws {
        try withFolder { folder in
            var random = SeededRandom(seed: 3)
            // Of what cannot be packed, so that it lies on pages of its own.
            let body = (0..<60_000).map { _ in UInt8.random(in: 0...255, using: &random) }
            do {
                let journal = try SQLiteJournal(in: folder, at: .zero)
                try journal.append([row(0), row(1)])
                try journal.saveSnapshot(body, at: journal.mark())
                try journal.database.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
                try journal.database.close()
            }
            var file = try Data(contentsOf: URL(fileURLWithPath: folder.journal))
            let inside = try #require(file.firstRange(of: Data(body[30_000..<30_032])))
            let page = inside.lowerBound / 4096 * 4096
            file.replaceSubrange(page..<page + 4096, with: Data(count: 4096))
            try file.write(to: URL(fileURLWithPath: folder.journal))
            let journal = try SQLiteJournal(in: folder, at: .zero)
            let mark = try #require(try journal.snapshots().first)
            let found = try journal.snapshot(at: mark)
            #expect(found == .damaged("cannot be read from the file: database disk image is malformed"))
            var rows: [JournalRow] = []
            try journal.read { rows.append($0) }
            #expect(rows == [row(0), row(1)])
            for number in 2..<6 {
                try journal.append([row(number)])
                try journal.saveSnapshot([UInt8(number)], at: journal.mark())
            }
            #expect(try journal.snapshot(at: journal.mark()) == .whole([5]))
        }
    }

    @Test func `a snapshot of another journal is not believed`() throws {
        try withFolder { folder in
            let journal = try SQLiteJournal(in: folder, at: .zero)
            try journal.append([row(0)])
            try journal.saveSnapshot([1, 2, 3], at: journal.mark())
            let stolen = try #require(try journal.database.read { try Row.fetchOne($0, sql: "SELECT * FROM snapshot") })
            try withFolder { other in
                let stranger = try SQLiteJournal(in: other, at: .zero)
                try stranger.append([row(0)])
                try stranger.database.write { db in
                    try db.execute(sql: "INSERT INTO snapshot VALUES (?, ?, ?, ?, ?)", arguments: [stolen["seq"] as Int64, stolen["events"] as Int64, stolen["size"] as Int64?, stolen["body"] as Data, stolen["hash"] as Data])
                }
                #expect(try stranger.snapshot(at: stranger.mark()) == .damaged("is not what was written, or not of this journal"))
            }
        }
    }
}

/// A row that tells by its number; every seventh is large enough to be compressed.
private func row(_ number: Int) -> JournalRow {
    let text = "{\"row\":\(number),\"why\":\"\(String(repeating: "so ", count: number % 7 == 5 ? 400 : 3))\"}"
    let kind: JournalRow.Kind = number % 3 == 2 ? .effect : number % 7 == 5 ? .market : .event
    return JournalRow(kind: kind, time: .seconds(Int64(number)), events: kind == .effect ? 0 : kind == .market ? 12 : 1, body: Array(text.utf8))
}

private func all(_ journal: SQLiteJournal) throws -> [JournalRow] {
    var rows: [JournalRow] = []
    try journal.read { rows.append($0) }
    return rows
}

/// A data folder that is gone afterwards.
func withFolder<T>(_ body: (DataFolder) throws -> T) throws -> T {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("aura-storage-\(UUID().uuidString)").path
    // What a test left in the temporary folder harms nobody, should it stay.
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(DataFolder(path))
}
