import Foundation
import GRDB
import Notation
import Model
import Testing
@testable import MCPSystem

/// SQL from somebody who means harm: nothing is changed, nothing outside the file is touched, and nothing runs for ever.
@Suite(.timeLimit(.minutes(1))) struct ReadOnlyDatabaseTests {
    private let folder: ScratchFolder
    private var path: String { folder.path + "/desk.sqlite" }

    init() throws {
        folder = try ScratchFolder()
        let queue = try DatabaseQueue(path: folder.path + "/desk.sqlite")
        try queue.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE fill(id INTEGER PRIMARY KEY, ticker TEXT NOT NULL, price INTEGER, note BLOB);
                    CREATE INDEX fill_ticker ON fill(ticker);
                    CREATE TABLE account(id INTEGER PRIMARY KEY, name TEXT, api_token TEXT, password TEXT);
                    CREATE TABLE child(id INTEGER PRIMARY KEY, account INTEGER REFERENCES account(id));
                    CREATE VIEW cheap AS SELECT * FROM fill WHERE price < 50;
                    CREATE TABLE "odd ""name"" -- ;"(a);
                    INSERT INTO fill VALUES (1, 'KXBTC', 43, x'00ff'), (2, 'KXETH', 60, NULL), (3, 'KXBTC', 9007199254740993, NULL);
                    INSERT INTO account VALUES (1, 'desk', 'canary-token', 'canary-password');
                    """)
        }
        try queue.close()
    }

    private func open(_ limit: Duration = .seconds(5), _ cancellation: Cancellation = Cancellation()) throws -> ReadOnlyDatabase {
        try ReadOnlyDatabase(path, deadline: .now + limit, cancellation: cancellation)
    }

    private func rows(_ sql: String, _ values: [JSON] = []) throws -> [[JSON]] { try open().rows(sql, values) }

    // MARK: - What is refused

    static let attacks = [
        "DELETE FROM fill", "WITH x AS (SELECT 1) DELETE FROM fill", "WITH RECURSIVE x(n) AS (SELECT 1) UPDATE fill SET price = 0", "INSERT INTO fill(ticker) VALUES ('x')",
        "REPLACE INTO fill(id, ticker) VALUES (1, 'x')", "INSERT INTO fill(ticker) SELECT name FROM account RETURNING *", "DROP TABLE fill", "ALTER TABLE fill ADD COLUMN x",
        "CREATE TABLE x(a)", "CREATE TEMP TABLE x(a)", "CREATE VIEW x AS SELECT 1", "CREATE TRIGGER x AFTER INSERT ON fill BEGIN SELECT 1; END",
        "CREATE VIRTUAL TABLE x USING fts5(a)", "CREATE INDEX x ON fill(price)", "VACUUM", "VACUUM INTO '/dev/shm/aura-stolen.sqlite'", "REINDEX", "ANALYZE",
        "ATTACH '/etc/passwd' AS x", "ATTACH ':memory:' AS x", "ATTACH 'file:/dev/shm/x?mode=rwc' AS x", "DETACH main", "BEGIN", "BEGIN IMMEDIATE", "COMMIT", "SAVEPOINT x", "RELEASE x",
        "ROLLBACK", "PRAGMA journal_mode = DELETE", "PRAGMA user_version = 7", "PRAGMA writable_schema = ON", "PRAGMA query_only = OFF", "PRAGMA temp_store_directory = '/tmp'",
        "PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA optimize", "PRAGMA incremental_vacuum", "PRAGMA database_list", "PRAGMA key = 'x'", "SELECT load_extension('/dev/shm/x.so')",
        "SELECT writefile('/dev/shm/aura-stolen', 'x')", "SELECT readfile('/etc/passwd')", "SELECT edit('x')", "SELECT fts3_tokenizer('simple')", "SELECT 1; DROP TABLE fill",
        "SELECT 1; SELECT 2", "SELECT 1;;; DELETE FROM fill", "SELECT 1 /* ; */; -- \n DELETE FROM fill", "SELECT 1; nonsense", "EXPLAIN DELETE FROM fill",
        "EXPLAIN QUERY PLAN UPDATE fill SET price = 1", "", "   ", "-- nothing", ";", "SELECT 1\u{0}; DROP TABLE fill", "nonsense", "SELECT * FROM nowhere",
        "SELECT * FROM pragma_journal_mode", "SELECT * FROM pragma_database_list", "SELECT zeroblob(1000000000)", "SELECT hex(zeroblob(3000000))", "SELECT replace(hex(zeroblob(1000000)), '0', '" + String(repeating: "x", count: 100) + "')",
        "SELECT 1" + String(repeating: "+1", count: 200), "SELECT " + String(repeating: "x", count: 20_001), String(repeating: "(", count: 5000), "SELECT ?1001",
    ]

    @Test(arguments: attacks) func `it is refused, in a sentence, and the file stays as it was`(sql: String) throws {
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect { try rows(sql) } throws: { error in
            let text = (error as? DatabaseTrouble)?.description ?? ""
            return !text.isEmpty && !text.contains("\n") && text.utf8.count < 300
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(left == ["desk.sqlite"])
        #expect(!FileManager.default.fileExists(atPath: "/dev/shm/aura-stolen.sqlite") && !FileManager.default.fileExists(atPath: "/dev/shm/aura-stolen"))
    }

    static let endless = [
        "WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT count(*) FROM x", "WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT n FROM x ORDER BY n",
        "SELECT count(*) FROM (WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x LIMIT 100000) SELECT n FROM x) a, (SELECT * FROM fill) b, (WITH RECURSIVE y(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM y LIMIT 100000) SELECT n FROM y) c",
    ]

    @Test(arguments: endless) func `what would not end is stopped by the clock`(sql: String) throws {
        #expect { try open(.milliseconds(100)).rows(sql, [], limit: .max) } throws: { "\($0)".contains("took too long") }
    }

    @Test func `values and rows are read up to a length`() throws {
        #expect(try rows("SELECT length(printf('%.*c', 60000, 'x')), printf('%.*c', 60000, 'x')").first?.first == 60_000)
        #expect { try rows("SELECT hex(zeroblob(40000))") } throws: { "\($0)".contains("larger than 65536 bytes") }
        let wide = "SELECT " + (1...200).map { _ in "printf('%.*c', 60000, 'x')" }.joined(separator: ", ")
        #expect { try rows(wide) } throws: { "\($0)".contains("a row of 12000000 bytes is too long to be told") }
    }

    @Test func `functions whose time goes with the square of the length have short values, or one`() throws {
        #expect(try rows("SELECT instr(printf('%.*c', 64000, 'a'), printf('%.*c', 32000, 'a') || 'b'), trim('  x ')") == [[0, "x"]])
        #expect { try rows("SELECT trim('xxaxx', 'x')") } throws: { "\($0)".contains("one value") }
    }

    @Test func `what nobody waits for any longer is stopped`() throws {
        let cancellation = Cancellation()
        cancellation.raise()
        #expect { try open(.seconds(60), cancellation).rows(Self.endless[0], []) } throws: { "\($0)".contains("cancelled") }
    }

    // MARK: - What is told

    @Test func `reading reads, with values bound by position`() throws {
        #expect(try rows("SELECT id, ticker FROM fill WHERE ticker = ? AND price < ? -- done", ["KXBTC", 100]) == [[1, "KXBTC"]])
        #expect(try rows("SELECT count(*) FROM cheap; ") == [[1]])
        #expect(try rows("WITH x AS (SELECT max(price) AS p FROM fill) SELECT p > 60 FROM x") == [[1]])
        #expect(try rows("SELECT value FROM json_each('[7, 8]')") == [[7], [8]])
        #expect(try rows("SELECT name FROM pragma_table_info('child')") == [["id"], ["account"]])
        // A value is a value, whatever it says.
        #expect(try rows("SELECT count(*) FROM fill WHERE ticker = ?", ["x' OR 1=1; DROP TABLE fill; --"]) == [[0]])
        #expect(try rows("SELECT ?, ?, ?, ?", [.null, true, .number(1.5), "ä"]) == [[.null, 1, .number(1.5), "ä"]])
    }

    @Test(arguments: [([], "1 parameters, and 0"), (["a", "b"], "1 parameters, and 2"), ([.array([])], "parameter 1 is a array")] as [([JSON], String)])
    func `values that do not fit the statement are told`(values: [JSON], why: String) {
        #expect { try rows("SELECT ?", values) } throws: { "\($0)".contains(why) }
    }

    @Test func `every kind of value has its form, and no digit is lost`() throws {
        #expect(try rows("SELECT note FROM fill ORDER BY id LIMIT 1") == [[.object(["blob": "00ff", "bytes": 2])]])
        #expect(try rows("SELECT price FROM fill WHERE id = 3") == [["9007199254740993"]])
        #expect(try rows("SELECT 9e999, -9e999, NULL, 0.5, x''") == [["inf", "-inf", .null, .number(0.5), .object(["blob": "", "bytes": 0])]])
    }

    @Test(arguments: [
        "SELECT * FROM account", "SELECT password AS p, api_token AS t FROM account", "SELECT substr(password, 1, 3) || api_token FROM account",
        "SELECT a.name FROM account a ORDER BY password", "SELECT count(*) FROM account WHERE password LIKE 'canary%'", "SELECT group_concat(api_token) FROM (SELECT * FROM account)",
    ]) func `a column that is named as a secret reads as null, however it is asked for`(sql: String) throws {
        let database = try open()
        let found = try database.rows(sql, [])
        #expect(!JSON.array(found.map { .array($0) }).rendered.contains("canary") && !database.warden.hidden.isEmpty)
        if sql.contains("LIKE") { #expect(found == [[0]], "what cannot be read cannot be guessed at either") }
    }

    @Test func `tables are described, whatever their names are`() throws {
        let tables = try open().tables(named: nil, countUntil: .now + .seconds(5))
        #expect(tables.map(\.name) == ["account", "cheap", "child", "fill", "odd \"name\" -- ;"])
        #expect(tables[3].rows == 3 && tables[3].indexes == ["fill_ticker(ticker)"] && tables[3].columns?.prefix(2) == ["id INTEGER primary key", "ticker TEXT not null"])
        #expect(tables[1].kind == "view" && tables[1].rows == nil && tables[4].rows == 0)
    }

    @Test func `a file that is none, is gone or is broken is told in a sentence`() throws {
        let text = folder.path + "/text"
        try Data("this is not a database, and longer than a header of a hundred bytes would be: \(String(repeating: "x", count: 200))".utf8).write(to: URL(fileURLWithPath: text))
        for (path, why) in [(text, "not an SQLite database"), (folder.path + "/gone", "cannot be opened"), (folder.path, "")] {
            #expect { try ReadOnlyDatabase(path, deadline: .now + .seconds(1), cancellation: Cancellation()).rows("SELECT * FROM sqlite_schema", []) } throws: { $0 is DatabaseTrouble && (why.isEmpty || "\($0)".contains(why)) }
        }
    }

    @Test func `a database is read while another process writes it`() throws {
        let queue = try DatabaseQueue(path: folder.path + "/live.sqlite")
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
        try queue.write { try $0.execute(sql: "CREATE TABLE t(a); INSERT INTO t VALUES (1)") }
        let database = try ReadOnlyDatabase(folder.path + "/live.sqlite", deadline: .now + .seconds(5), cancellation: Cancellation())
        #expect(try database.rows("SELECT a FROM t", []) == [[1]])
        try queue.write { try $0.execute(sql: "INSERT INTO t VALUES (2)") }
        #expect(try database.rows("SELECT count(*) FROM t", []) == [[2]])
        #expect(try database.file(folder.path + "/live.sqlite").journal == "wal")
        try queue.close()
    }

    @Test func `whatever is made of the words of SQL, nothing is changed`() throws {
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let words = [
            "SELECT", "DELETE", "FROM", "fill", "account", "*", "WHERE", "1", "(", ")", ",", ";", "--", "/*", "*/", "'", "\"", "UNION", "ALL", "WITH", "RECURSIVE", "x", "AS", "UPDATE", "SET",
            "price", "=", "INSERT", "INTO", "VALUES", "PRAGMA", "ATTACH", "EXPLAIN", "BEGIN", "?", "LIMIT", "ORDER", "BY", "password", "RETURNING", "DROP", "TABLE", "\n",
        ]
        var random = SeededRandom(seed: 11)
        for _ in 0..<3000 {
            let sql = (0..<Int(random.next() % 12 + 1)).map { _ in words[Int(random.next() % UInt64(words.count))] }.joined(separator: " ")
            // Most are refused; those that are not, read.
            if let rows = try? open(.milliseconds(200)).rows(sql, []) { #expect(!JSON.array(rows.map { .array($0) }).rendered.contains("canary"), "\(sql)") }
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }
}
