import Browser
import Foundation
import MCPBrowser
import MCPHosting
import MCPOrchestration
import MCPServing
import MCPSystem
import Model
import Ports
import Storage
import Synchronization
import Transport

/// The servers beside the Kalshi server at a running desk: /mcp/system, /mcp/browser, /mcp/orchestration. They read; what changes something is listed by
/// `aura mcp` alone.
///
/// Each is made when the first request with the token comes for it: a desk whose assistants ask for none pays for none.
final class SideServers: Sendable {
    static let all = ["system", "browser", "orchestration"]

    /// Those that are on.
    let names: [String]
    /// What the browser's server reads; nil where there is none.
    var research: (any ResearchPort)? { book }
    private let book: ResearchBook?
    private let endpoints: [StreamableEndpoint]
    private let works: Works

    /// What runs for the servers that were asked for.
    private final class Works: Sendable {
        private struct State {
            var isOver = false
            var tasks: [Task<Void, Never>] = []
            var browser: Browser?
        }
        private let state = Mutex(State())

        func keep(_ work: @escaping @Sendable () async -> Void) {
            state.withLock { if !$0.isOver { $0.tasks.append(Task { await work() }) } }
        }

        func keep(_ browser: Browser) { state.withLock { $0.browser = browser } }

        func stop() async {
            let (tasks, browser) = state.withLock { state in
                state.isOver = true
                return (state.tasks, state.browser)
            }
            for task in tasks { task.cancel() }
            await browser?.stop()
            for task in tasks { await task.value }
        }
    }

    init(_ configuration: Configuration, _ folder: DataFolder, access: AccessPolicy, redactor: Redactor) {
        let works = Works()
        self.works = works
        names = Self.all.filter(configuration.sideServers.contains)
        let book = ResearchBook(redactor: redactor)
        self.book = names.contains("browser") ? book : nil
        endpoints = names.map { name in
            let make = Self.maker(name, Chosen(configuration), folder, works, book)
            // Watches and checks take nothing away, and the operator sees them on the dashboard.
            let modes = ServerModes(allowsChanges: false, extraSets: name == "browser" ? ["watch", "settlement"] : [])
            return StreamableEndpoint(path: "/mcp/\(name)", access: access) {
                let (server, beside) = try make()
                let trail = try AuditTrail(try MCPOptions.trailPath(name, in: folder), now: { CivilTime.text(WallClock().now(), decimals: 3) })
                let host = try server.host(modes, version: AuraCommand.version, audit: trail, redactor: redactor)
                beside?(host)
                return host
            }
        }
    }

    /// Nil when the path is none of theirs.
    func answer(_ request: HTTPRequest) async -> HTTPResponse? {
        for endpoint in endpoints { if let answer = await endpoint.answer(request) { return answer } }
        return nil
    }

    func stop() async {
        for endpoint in endpoints { endpoint.stop() }
        book?.close()
        await works.stop()
    }

    // MARK: - Each of them

    /// What the operator chose for them, without the rest of the configuration.
    private struct Chosen: Sendable {
        let origins: [OriginPattern]
        let program: String
        let sandbox: Bool
        let kubeconfig: String?
        let namespaces: [String]

        init(_ configuration: Configuration) {
            // The configuration takes nothing else.
            origins = configuration.browserOrigins.compactMap { OriginPattern($0) }
            program = configuration.browserProgram
            sandbox = configuration.browserSandbox
            kubeconfig = configuration.kubeconfig.isEmpty ? nil : configuration.kubeconfig
            namespaces = configuration.clusterNamespaces
        }
    }

    private typealias Made = (server: ProductServer, beside: ((ServiceHost) -> Void)?)

    private static func maker(_ name: String, _ chosen: Chosen, _ folder: DataFolder, _ works: Works, _ book: ResearchBook) -> @Sendable () throws -> Made {
        switch name {
        case "system":
            return {
                let server = SystemServer(SystemSettings(of: folder), now: { WallClock().now() })
                return (server.product, { host in works.keep { await server.run(host) } })
            }
        case "browser":
            return {
                var settings = Browser.Settings(rules: AccessRules(origins: chosen.origins, means: .key("assistants.browser_origins")))
                settings.executable = chosen.program
                settings.withoutSandbox = !chosen.sandbox
                let browser = Browser(settings)
                works.keep(browser)
                return (BrowserServer.make(browser, research: book, now: { WallClock().now() }), nil)
            }
        default:
            return {
                let policy = OrchestrationPolicy(namespaces: chosen.namespaces.isEmpty ? nil : Set(chosen.namespaces), allowedKinds: [], replicaLimit: 0, commands: [])
                return (OrchestrationServer.make(try Fleet.ofUser(chosen.kubeconfig, policy)), nil)
            }
        }
    }
}
