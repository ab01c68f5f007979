import Foundation
import Model
import Ports
import Testing

@testable import Storage

@Suite struct LedgerTests {
    @Test func `what the exchange wrote is there for its next process, by kind, in the order of the keys`() throws {
        try withFolder { folder in
            do {
                let ledger = try SQLiteLedger(in: folder)
                try ledger.upsert([record("order", "b", "1"), record("order", "a", "2"), record("fill", "a", "3")])
                try ledger.upsert([record("order", "b", "4")])
                try ledger.upsert([])
                #expect(throws: JournalError.self) { try SQLiteLedger(in: folder) }
            }
            let again = try SQLiteLedger(in: folder)
            #expect(try again.load(kind: "order") == [record("order", "a", "2"), record("order", "b", "4")])
            #expect(try again.load(kind: "fill") == [record("fill", "a", "3")])
            #expect(try again.load(kind: "market") == [])
        }
    }

    @Test func `the journal and the ledger are not mistaken for each other`() throws {
        try withFolder { folder in
            do { _ = try SQLiteJournal(in: folder, at: .zero) }
            try FileManager.default.moveItem(atPath: folder.journal, toPath: folder.exchange)
            let error = #expect(throws: JournalError.self) { try SQLiteLedger(in: folder) }
            #expect(error?.description.contains("not Aura's exchange's ledger") == true)
        }
    }
}

@Suite struct DataFolderTests {
    @Test func `the folder and the token are for their owner only, and the token stays`() throws {
        try withFolder { folder in
            let token = try folder.token()
            #expect(token.count == 64)
            #expect(try folder.token() == token)
            #expect(try mode(folder.path) == 0o700)
            #expect(try mode(folder.tokenPath) == 0o600)
            chmod(folder.tokenPath, 0o644)
            #expect(try folder.token() == token)
            #expect(try mode(folder.tokenPath) == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["token"])
        }
    }

    @Test func `an empty token is refused, never used`() throws {
        try withFolder { folder in
            try Data().write(to: URL(fileURLWithPath: folder.tokenPath))
            #expect(throws: JournalError.self) { try folder.token() }
        }
    }

    @Test func `a file where a folder is needed is refused with a sentence`() throws {
        try withFolder { folder in
            let file = folder.path + "/file"
            try Data("x".utf8).write(to: URL(fileURLWithPath: file))
            let inPlace = #expect(throws: JournalError.self) { try DataFolder(file) }
            #expect(inPlace?.description == "\(file) is a file, and a folder is needed there")
            let above = #expect(throws: JournalError.self) { try DataFolder(file + "/a/b") }
            #expect(above?.description == "the folder \(file)/a/b cannot be made: \(file) is a file")
        }
    }

    @Test func `a folder that cannot be written in is refused with a sentence`() throws {
        // Nobody makes folders in the kernel's own, not even root.
        let made = #expect(throws: JournalError.self) { try DataFolder("/proc/aura") }
        #expect(made?.description.hasPrefix("the folder /proc/aura cannot be made") == true)
        try withFolder { folder in
            chmod(folder.path, 0o500)
            defer { chmod(folder.path, 0o700) }
            // Modes do not bind root.
            guard geteuid() != 0 else { return }
            let found = #expect(throws: JournalError.self) { try DataFolder(folder.path) }
            #expect(found?.description.contains("cannot be written in") == true)
        }
    }
}

private func record(_ kind: String, _ key: String, _ body: String) -> LedgerRecord { LedgerRecord(kind: kind, key: key, body: Array(body.utf8)) }

/// By Foundation: whose `stat` is, depends on what else was compiled beside this file.
private func mode(_ path: String) throws -> Int? { try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int }
