import Model
import Testing
@testable import Redis

/// Redis's protocol, in any pieces, from a server that may lie.
@Suite struct RESPReaderTests {
    static let values: [(String, RESPValue)] = [
        ("+OK\r\n", .text(Array("OK".utf8))), ("-ERR no\r\n", .failure("ERR no")), (":-42\r\n", .integer(-42)), ("$5\r\nhe\r\nl\r\n", .text(Array("he\r\nl".utf8))),
        ("$0\r\n\r\n", .text([])), ("$-1\r\n", .null), ("*-1\r\n", .null), ("_\r\n", .null), ("#t\r\n", .bool(true)), (",3.25\r\n", .double(3.25)), (",inf\r\n", .double(.infinity)),
        ("(12345678901234567890\r\n", .text(Array("12345678901234567890".utf8))), ("!5\r\nERR x\r\n", .failure("ERR x")), ("=7\r\ntxt:abc\r\n", .text(Array("abc".utf8))),
        ("*2\r\n:1\r\n*1\r\n+a\r\n", .array([.integer(1), .array([.text([97])])])), ("%1\r\n+k\r\n:2\r\n", .map([.text([107]), .integer(2)])), ("~1\r\n:1\r\n", .array([.integer(1)])),
        ("*0\r\n", .array([])), ("|1\r\n+ttl\r\n:9\r\n:5\r\n", .integer(5)),
    ]

    @Test(arguments: values) func `a value is the same in one piece and byte by byte`(bytes: String, value: RESPValue) throws {
        var whole = RESPReader()
        try whole.feed(Array((bytes + bytes).utf8))
        let found = [try whole.next(), try whole.next(), try whole.next()]
        #expect(found == [value, value, nil])
        var pieces = RESPReader()
        for byte in bytes.utf8.dropLast() {
            try pieces.feed([byte])
            let early = try pieces.next()
            #expect(early == nil)
        }
        try pieces.feed(bytes.utf8.suffix(1))
        let last = try pieces.next()
        #expect(last == value)
    }

    @Test(arguments: [
        "x\r\n", ":a\r\n", "$99999999999\r\n", "*99999999999\r\n", "%9223372036854775807\r\n", "$9223372036854775807\r\n", "$3\r\nabcde", ",x\r\n", String(repeating: "*1\r\n", count: 20) + ":1\r\n",
        "+" + String(repeating: "x", count: 70_000), "*200000\r\n*200000\r\n",
    ]) func `what is no answer of Redis is an error, not an end`(bytes: String) {
        #expect(throws: RESPError.self) {
            var reader = RESPReader()
            try reader.feed(Array(bytes.utf8))
            while try reader.next() != nil {}
        }
    }

    @Test(arguments: 1...200) func `any bytes at all`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var reader = RESPReader()
        let alphabet = Array("+-:$*_#,(!=%~>|0123456789\r\n\r\n\r\nab".utf8)
        do {
            for _ in 0..<50 {
                try reader.feed((0..<Int(random.next() % 20)).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] })
                while try reader.next() != nil {}
            }
        } catch {
            #expect(!error.description.isEmpty)
        }
    }

    @Test(arguments: [
        ("127.0.0.1:6379", "127.0.0.1:6379/0"), ("localhost", "localhost:6379/0"), ("[::1]:7000", "[::1]:7000/0"), ("::1", "[::1]:6379/0"), ("", nil), ("host:0", nil), ("host:x", nil),
        ("user:pass@host", nil), ("redis://host", nil), ("ho st", nil), ("host:70000", nil),
    ] as [(String, String?)]) func `an address is read, and never with a password`(text: String, shown: String?) { #expect(RedisAddress(text)?.shown == shown) }
}
