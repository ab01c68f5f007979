import Foundation
import MCP
import MCPHosting
import Notation
import Testing

/// A client and a server in two processes.
@Suite(.timeLimit(.minutes(1))) struct StdioLinkTests {
    /// The fixture is built beside the tests.
    private static var fixture: String {
        if let given = ProcessInfo.processInfo.environment["AURA_MCP_FIXTURE"] { return given }
        let folder = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
        return folder.appendingPathComponent("aura-mcp-fixture").path
    }

    private func client(_ link: StdioLink, _ era: ClientDialogue.Era = .either) -> Client { Client(link, info: Implementation(name: "tester", version: "1"), era: era) }

    @Test(arguments: [ClientDialogue.Era.either, .sessions]) func `a server is started, spoken to, and ended`(era: ClientDialogue.Era) async throws {
        let client = client(StdioLink(Self.fixture), era)
        let facts = try await client.connect()
        #expect(facts.identity?.name == "aura-mcp-fixture" && facts.revision == (era == .sessions ? .november2025 : .july2026))
        let tools = try await client.tools()
        #expect(tools.count > 30)
        let sum = try await client.call("test_structured_add", .object(["a": 2, "b": 3]))
        #expect(sum.structured?["sum"] == 5)
        await client.close()
        await #expect(throws: ClientError.self) { try await client.tools() }
    }

    @Test func `a program that ends at once, or is not there, is told as such`() async throws {
        await #expect(throws: ClientError.self) { try await client(StdioLink("/usr/bin/env", ["true"])).connect() }
        let endless = client(StdioLink("/bin/sh", ["-c", "head -c 9000000 /dev/zero | tr '\\0' x 2>/dev/null; exec sleep 60"]))
        await #expect(throws: ClientError.lost("the server has sent a line of more than 8388608 bytes")) { try await endless.connect(patience: .seconds(30)) }
        await endless.close()
        await #expect(throws: (any Error).self) { try await client(StdioLink("/no/such/program")).connect() }
    }
}
