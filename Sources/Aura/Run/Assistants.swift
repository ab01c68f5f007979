import Foundation
import Kalshi
import MCPHosting
import MCPKalshi
import MCPServing
import Model
import Ports
import Storage
import Transport

/// The way of assistants to a running desk: the Kalshi server at /mcp/kalshi on the bridge's port, with a token of its own, and the others beside it.
///
/// What it orders are commands to the engine. It holds no gateway, so there is no other way out for it.
struct Assistants: Sendable {
    static let path = "/mcp/kalshi"
    static let tokenFile = "mcp-token"

    let others: SideServers
    let tier: AssistantTier
    let tokenPath: String
    private let endpoint: StreamableEndpoint
    private let watch: ResourceWatch

    init(_ desk: Desk, _ configuration: Configuration, _ plan: RunPlan) throws {
        let client = desk.client
        let folder = desk.folder
        let door = KalshiDoor(
            environment: plan.mode, hasAccount: true, clock: plan.clock, index: try SQLiteMarketIndex(), desk: desk.node, tier: configuration.assistantTier
        ) { client }
        tier = door.tier
        let clock = plan.clock
        let trail = try AuditTrail(try MCPOptions.trailPath(KalshiServer.name, in: folder), now: { CivilTime.text(clock.now(), decimals: 3) })
        let token = try folder.token(Self.tokenFile)
        let redactor = Redactor(secrets: [token, try folder.token()])
        let host: ServiceHost
        do {
            host = try KalshiServer.product(door).host(
                ServerModes(allowsChanges: door.tier != .read, extraSets: Set(configuration.assistantToolsets)), version: AuraCommand.version, audit: trail,
                redactor: redactor)
        } catch {
            throw Refused("assistants.toolsets: \(error)")
        }
        let access = AccessPolicy.token(token, principal: "assistant")
        endpoint = StreamableEndpoint(host, path: Self.path, access: access)
        others = SideServers(configuration, folder, access: access, redactor: redactor)
        watch = ResourceWatch(door, host)
        tokenPath = folder.path + "/" + Self.tokenFile
    }

    /// Tells subscribers of changes until it is cancelled.
    func run() async { await watch.run() }

    /// Nil when the path is none of theirs.
    func answer(_ request: HTTPRequest) async -> HTTPResponse? {
        if let answer = await endpoint.answer(request) { return answer }
        return await others.answer(request)
    }

    func stop() async {
        endpoint.stop()
        await others.stop()
    }
}
