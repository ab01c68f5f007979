import MCP
@testable import MCPHosting
import Notation
import Synchronization
import Testing

@Suite struct SealBookTests {
    private let target = Call.Target.tool(name: "sell", arguments: .object(["what": "house", "price": 5]))
    private func binding(_ principal: String = "ada", _ target: Call.Target? = nil) -> SealBook.Binding { SealBook.Binding(principal: principal, target: target ?? self.target) }

    @Test func `a seal opens for the call it was made for, whatever the order of its arguments`() throws {
        let book = SealBook()
        let sealed = book.seal("state", for: binding())
        #expect(try book.open(sealed, for: binding()).state == "state")
        #expect(try book.open(sealed, for: binding("ada", .tool(name: "sell", arguments: .object(["price": 5, "what": "house"])))).state == "state")
    }

    @Test func `it opens for nobody else and nothing else`() {
        let book = SealBook()
        let sealed = book.seal("state", for: binding())
        let others = [
            binding("eve"), binding("ada", .tool(name: "buy", arguments: .object(["what": "house", "price": 5]))),
            binding("ada", .tool(name: "sell", arguments: .object(["what": "house", "price": 6]))), binding("ada", .tool(name: "sell", arguments: .object([]))),
            binding("ada", .prompt(name: "sell", arguments: [:])), binding("ada", .resource(uri: "sell")),
        ]
        for other in others { #expect(throws: ProtocolError.self) { try book.open(sealed, for: other) } }
        #expect(throws: ProtocolError.self) { try SealBook().open(sealed, for: binding()) }
    }

    @Test func `a seal with any character changed does not open`() {
        let book = SealBook(key: [UInt8](repeating: 7, count: 32))
        let sealed = Array(book.seal(.object(["step": 1]), for: binding()))
        for i in sealed.indices {
            var forged = sealed
            forged[i] = sealed[i] == "A" ? "B" : "A"
            #expect(throws: ProtocolError.self, "\(i)") { try book.open(String(forged), for: binding()) }
        }
        for nonsense in ["", ".", "a.b", String(sealed.dropLast()), String(sealed) + ".x", String(sealed) + "A"] {
            #expect(throws: ProtocolError.self) { try book.open(nonsense, for: binding()) }
        }
    }

    @Test func `it is good for ten minutes, and once`() throws {
        let now = Mutex<Int64>(1_000_000)
        let book = SealBook(now: { now.withLock { $0 } })
        let sealed = book.seal("state", for: binding())
        now.withLock { $0 += 599 }
        let opened = try book.open(sealed, for: binding())
        try book.spend(opened)
        #expect(throws: ProtocolError.self) { try book.spend(opened) }
        #expect(throws: ProtocolError.self) { try book.open(sealed, for: binding()) }
        let other = book.seal("state", for: binding())
        now.withLock { $0 += 600 }
        #expect(throws: ProtocolError.self) { try book.open(other, for: binding()) }
    }

    @Test func `when too many are remembered nothing is confirmed until some have expired`() throws {
        let now = Mutex<Int64>(0)
        let book = SealBook(now: { now.withLock { $0 } })
        for _ in 0..<SealBook.spentLimit { try book.spend(book.open(book.seal(1, for: binding()), for: binding())) }
        #expect(throws: ProtocolError.self) { try book.spend(book.open(book.seal(1, for: binding()), for: binding())) }
        now.withLock { $0 = 601 }
        try book.spend(book.open(book.seal(1, for: binding()), for: binding()))
    }
}
