import StateCoding
import Testing

struct StateCodingTests {
    private enum Act: Hashable, Codable {
        case nothing
        case buy(String, price: Int32)
        indirect case both(Act, Act)
    }

    private struct Empty: Hashable, Codable {}

    private struct Everything: Hashable, Codable {
        var numbers: [Int64] = [0, 1, -1, 63, 64, -64, -65, .max, .min]
        var unsigned: [UInt64] = [0, 127, 128, .max]
        var narrow: [Int8] = [.min, .max]
        var bytes: [UInt8] = [0, 255]
        var words: [UInt32] = [.max]
        var flags = [true, false]
        var texts = ["", "short", "just fifteen by", "more than fifteen bytes", "more than fifteen bytes", "äöü € 𝄞 over fifteen"]
        var missing: Int?
        var there: Int? = 5
        var maybe: [Int?] = [1, nil, 3]
        var nested: [String: [Int: [String]]] = ["a": [1: ["x"], 2: []], "b": [:]]
        var acts: [Act] = [.nothing, .buy("T", price: 42), .both(.nothing, .buy("a market with a long name", price: -1))]
        var sets: Set<String> = ["p", "q", "a member with a long name"]
        var empty = Empty()
        var empties = [Empty(), Empty()]
        var last = "the end"
    }

    @Test func `what was written is read`() throws {
        let value = Everything()
        #expect(try StateCoding.value(Everything.self, from: StateCoding.bytes(of: value)) == value)
    }

    @Test func `a double keeps every bit`() throws {
        let doubles = [0, -0.0, 0.1, 1 / 3, .infinity, -.infinity, .leastNonzeroMagnitude, -.greatestFiniteMagnitude, Double.nan, Double(nan: 5, signaling: false)]
        let read = try StateCoding.value([Double].self, from: StateCoding.bytes(of: doubles))
        #expect(read.map(\.bitPattern) == doubles.map(\.bitPattern))
        #expect(try StateCoding.value(Float.self, from: StateCoding.bytes(of: Float.pi)) == .pi)
    }

    @Test func `texts that are equal and of other bytes stay as they are`() throws {
        let texts = ["a café with a long name", "a cafe\u{301} with a long name", "a café with a long name"]
        #expect(texts[0] == texts[1])
        let read = try StateCoding.value([String].self, from: StateCoding.bytes(of: texts))
        #expect(read.map { Array($0.utf8) } == texts.map { Array($0.utf8) })
    }

    private struct Before: Codable { var a = 1, b = 2, c = [3], d = "four" }
    private struct Turned: Codable, Equatable { var d = "", c = [0], b = 0, a = 0 }
    private struct More: Codable { var a = 1, added = 2 }

    @Test func `keys are found in any order, and one that is not there is an error`() throws {
        let bytes = try StateCoding.bytes(of: Before())
        #expect(try StateCoding.value(Turned.self, from: bytes) == Turned(d: "four", c: [3], b: 2, a: 1))
        #expect(throws: (any Error).self) { try StateCoding.value(More.self, from: bytes) }
        #expect(throws: (any Error).self) { try StateCoding.value([Int].self, from: bytes) }
    }

    /// A snapshot is sealed by a hash; what gets past it must still not bring the desk down.
    @Test func `bytes that were cut or changed are an error or another value, never a crash`() throws {
        let bytes = try StateCoding.bytes(of: Everything())
        for count in 0..<bytes.count { #expect(throws: (any Error).self) { try StateCoding.value(Everything.self, from: Array(bytes[..<count])) } }
        for place in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[place] ^= 1 << UInt8(bit)
                // Either answer will do.
                _ = try? StateCoding.value(Everything.self, from: changed)
            }
        }
    }
}
