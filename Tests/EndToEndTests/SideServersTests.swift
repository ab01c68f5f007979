import Foundation
import MCP
import MCPHosting
import Notation
import Testing
import Transport

/// The servers beside the Kalshi server, at a running desk and over its real port.
@Suite(.serialized) struct SideServersTests {
    private func client(_ desk: RunningDesk, _ server: String) async throws -> Client {
        let secret = try String(contentsOfFile: desk.ready.data_dir + "/mcp-token", encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        let link = HTTPLink("http://127.0.0.1:\(desk.ready.bridge_port)/mcp/\(server)", headers: ["authorization": "Bearer \(secret)"])
        let client = Client(link, info: Implementation(name: "tester", version: "1"))
        try await client.connect()
        return client
    }

    private func said(_ result: ToolResult) -> String { if case .text(let text, _)? = result.content.first { text } else { "" } }

    @Test func `a running desk serves its machine, a browser and clusters to read, and makes none before it is asked for`() async throws {
        try await Scratch.with { scratch in
            // No program, and no cluster: what is missing is told, and the desk runs on.
            try scratch.write("apiVersion: v1\nkind: Config\ncontexts: []\n", to: "kubeconfig")
            try scratch.write(
                "assistants:\n  chromium: /nowhere/chromium\n  browser_origins: https://example.org\n  kubeconfig: \(scratch.file("kubeconfig"))\n", to: "aura.yaml")
            try await RunningDesk.with(scratch) { desk in
                let audit = desk.ready.data_dir + "/audit/"
                #expect(!FileManager.default.fileExists(atPath: audit + "system.jsonl"), "nobody has asked for it")

                let web = WebClient()
                for server in ["system", "browser", "orchestration"] {
                    let url = "http://127.0.0.1:\(desk.ready.bridge_port)/mcp/\(server)"
                    #expect(try await web.request("POST", url, headers: ["content-type": "application/json"], body: Array("{}".utf8)).status == 401)
                    let page: HeaderFields = ["content-type": "application/json", "origin": "http://elsewhere.example"]
                    #expect(try await web.request("POST", url, headers: page, body: Array("{}".utf8)).status == 403)
                    let bridge: HeaderFields = ["content-type": "application/json", "authorization": "Bearer \(desk.token)"]
                    #expect(try await web.request("POST", url, headers: bridge, body: Array("{}".utf8)).status == 401, "the bridge's token opens the bridge alone")
                    #expect(!FileManager.default.fileExists(atPath: audit + "\(server).jsonl"), "who is not let in starts nothing")
                }
                await web.shutdown()

                let system = try await client(desk, "system")
                #expect(system.server?.identity?.name == "aura-system")
                let tools = try await system.tools().map(\.name)
                #expect(tools.contains("host_overview") && tools.contains("db_query") && !tools.contains("process_signal"))
                let rows = try await system.call("db_query", .object(["database": "journal", "sql": "SELECT count(*) AS n FROM journal"]))
                #expect(!rows.isError, "\(said(rows))")
                await system.close()

                let browser = try await client(desk, "browser")
                #expect(try await browser.tools().allSatisfy { $0.annotations?.destructiveHint != true && $0.name != "page_act" })
                let elsewhere = try await browser.call("page_open", .object(["url": "https://elsewhere.example/"]))
                #expect(elsewhere.isError && said(elsewhere).contains("by assistants.browser_origins in the configuration"), "only the origins of the configuration: \(said(elsewhere))")
                let page = try await browser.call("page_open", .object(["url": "https://example.org/"]))
                #expect(page.isError && said(page).contains("/nowhere/chromium"), "\(said(page))")
                await browser.close()

                let clusters = try await client(desk, "orchestration")
                #expect(try await !clusters.tools().contains { $0.name == "manifest_apply" })
                let pods = try await clusters.call("pods_list")
                #expect(pods.isError && said(pods).contains("No cluster is configured"), "\(said(pods))")
                await clusters.close()

                let (end, _) = try await desk.stop(SIGTERM)
                #expect(end.code == 0 && end.errors.isEmpty, "\(end.errors)")
            }
        }
    }

    @Test func `only the servers of the configuration are there, and one that there is not is refused`() async throws {
        try await Scratch.with { scratch in
            try scratch.write("assistants:\n  servers: system\n", to: "aura.yaml")
            try await RunningDesk.with(scratch) { desk in
                let web = WebClient()
                func status(_ server: String) async throws -> Int {
                    try await web.request("GET", "http://127.0.0.1:\(desk.ready.bridge_port)/mcp/\(server)").status
                }
                #expect(try await status("system") == 401)
                #expect(try await status("browser") == 404)
                #expect(try await status("orchestration") == 404)
                await web.shutdown()
                _ = try await desk.stop(SIGTERM)
            }
            try scratch.write("assistants:\n  servers: system, everything\n", to: "aura.yaml")
            let process = try AuraProcess(["run", "--data-dir", "data"], in: scratch.path)
            let end = try await process.ended(within: .seconds(20))
            #expect(end.code == 78)
            #expect(end.errors.contains("assistants.servers must be servers beside the Kalshi server"), "\(end.errors)")
        }
    }
}
