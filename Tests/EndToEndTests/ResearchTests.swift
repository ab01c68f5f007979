import Foundation
import MCP
import MCPHosting
import Notation
import Synchronization
import Testing
import Transport

private let chromium = "/usr/bin/chromium-headless-shell"

/// From an assistant's word to what the operator sees: a running desk, its browser, and a page of our own.
@Suite(.serialized) struct ResearchTests {
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: chromium), "no chromium is installed: what needs a browser was skipped"))
    func `a watch set at a running desk shows the operator how its page changed, and hostile words stay words`() async throws {
        try await Scratch.with { scratch in
            let said = Mutex("<title>Figures</title><p id=v>The figure is 4.1 percent</p>")
            let site = WebServer(port: 0) { request in
                guard request.path == "/page" else { return .text(404, "nothing\n") }
                return HTTPResponse(status: 200, headers: ["content-type": "text/html; charset=utf-8"], body: Array(said.withLock { $0 }.utf8))
            }
            let address = "http://127.0.0.1:\(try await site.start())"
            try scratch.write("assistants:\n  browser_origins: \(address)\n", to: "aura.yaml")
            try await RunningDesk.with(scratch) { desk in
                let secret = try String(contentsOfFile: desk.ready.data_dir + "/mcp-token", encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
                try await desk.bridge { bridge in
                    try await bridge.seen.wait("an empty card") { $0.research == #"{"checks":[],"pages":[],"watches":[]}"# }
                    let client = Client(HTTPLink("http://127.0.0.1:\(desk.ready.bridge_port)/mcp/browser", headers: ["authorization": "Bearer \(secret)"]), info: Implementation(name: "tester", version: "1"))
                    try await client.connect()
                    let watch = try await client.call("watch_create", .object(["url": .text("\(address)/page?sid=\(secret)"), "selector": "#v", "interval_seconds": 15]))
                    #expect(!watch.isError, "\(watch)")
                    let check = try await client.call("settlement_check", .object(["market": "KXCPI-26MAY", "url": .text("\(address)/page"), "text": "figure"]))
                    #expect(check.structured?["found"]?.rendered == #"["The figure is 4.1 percent"]"#, "\(check)")
                    let first = try await bridge.seen.wait("the first look and the check") { $0.research.contains(#""reads":"The figure is 4.1 percent""#) && $0.research.contains("KXCPI-26MAY") }
                    #expect(first.research.contains("page?sid=[redacted]") && !first.research.contains(secret) && !first.research.contains(#""after""#))

                    // A megabyte of it, markup as text, turned letters, a bell, and the desk's own secret.
                    let hostile = "&lt;script&gt;document.title='owned'&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt; &#x202E;deredro&#x2066; \u{7}\u{1B}[2J \(secret) "
                    said.withLock { $0 = "<p id=v>The figure is 4.2 percent \(hostile)" + String(repeating: "x", count: 1 << 20) + "</p>" }
                    let changed = try await bridge.seen.wait("the change", within: .seconds(45)) { $0.research.contains(#""changes":1"#) }
                    let research = try JSON(parsing: Array(changed.research.utf8))
                    let shown = try #require(research["watches"]?.asArray?.first)
                    #expect(shown["before"] == "The figure is 4.1 percent")
                    let after = try #require(shown["after"]?.asText)
                    #expect(after.hasPrefix("The figure is 4.2 percent <script>document.title='owned'</script><img src=x onerror=alert(1)> deredro [2J [redacted] x"), "\(after)")
                    #expect(after.utf8.count <= 320 && changed.research.utf8.count < 8_192 && changed.isGapFree)
                    await client.close()
                }
                let (end, _) = try await desk.stop(SIGTERM)
                #expect(end.code == 0 && end.errors.isEmpty, "\(end.errors)")
            }
            await site.stop()
        }
    }
}
