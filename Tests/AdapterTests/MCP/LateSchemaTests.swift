import MCP
import MCPHosting
import Notation
import Synchronization
import Testing

/// Schemas are made for whoever asks for them, and for nobody else.
@Suite struct LateSchemaTests {
    private static let made = Mutex<[String]>([])

    private struct Asked: Tool {
        struct Arguments: Shaped {
            static var notes: [String: Note] {
                made.withLock { $0.append("asked") }
                return [:]
            }
        }
        static let (name, title, summary, hints) = ("asked", "Asked", "Is called.", ToolHints.readsHere)
        func call(_ arguments: Arguments, _ context: CallContext) async throws -> Nothing { Nothing() }
    }

    private struct Passed: Tool {
        struct Arguments: Shaped {
            static var notes: [String: Note] {
                made.withLock { $0.append("passed") }
                return [:]
            }
        }
        static let (name, title, summary, hints) = ("passed", "Passed", "Is not called.", ToolHints.readsHere)
        func call(_ arguments: Arguments, _ context: CallContext) async throws -> Nothing { Nothing() }
    }

    @Test func `a conversation opens without any schema, a call makes its own, and a list makes all of them once`() async throws {
        func made() -> Set<String> { Set(Self.made.withLock { $0 }) }
        let host = ServiceHost(Service(identity: Implementation(name: "late", version: "1"), tools: [Declared(Asked()), Declared(Passed())]))
        let client = Client(InProcessLink(host), info: Implementation(name: "tester", version: "1"))
        _ = try await client.connect()
        #expect(made() == [])
        #expect(try await !client.call("asked").isError)
        #expect(made() == ["asked"])
        let first = try await client.tools()
        #expect(first.map(\.name) == ["asked", "passed"] && made() == ["asked", "passed"])
        let count = Self.made.withLock { $0.count }
        #expect(try await client.tools() == first)
        #expect(Self.made.withLock { $0.count } == count)
        await client.close()
    }
}
