import Foundation
import Kalshi
import MCPHosting
import MCPKalshi
import MCPServing
import Model
import Ports
import Storage
import Transport

/// The way of assistants to a running desk: the Kalshi server at /mcp/kalshi on the bridge's port, with a token of its own.
///
/// What it orders are commands to the engine. It holds no gateway, so there is no other way out for it.
struct Assistants: Sendable {
    static let path = "/mcp/kalshi"
    static let tokenFile = "mcp-token"

    let endpoint: StreamableEndpoint
    let tier: AssistantTier
    let tokenPath: String
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
        let host: ServiceHost
        do {
            host = try KalshiServer.product(door).host(
                ServerModes(allowsChanges: door.tier != .read, extraSets: Set(configuration.assistantToolsets)), version: AuraCommand.version, audit: trail,
                redactor: Redactor(secrets: [token, try folder.token()]))
        } catch let error as ModeError {
            throw Refused("assistants.toolsets: \(error)")
        }
        endpoint = StreamableEndpoint(host, path: Self.path, access: .token(token, principal: "assistant"))
        watch = ResourceWatch(door, host)
        tokenPath = folder.path + "/" + Self.tokenFile
    }

    /// Tells subscribers of changes until it is cancelled.
    func run() async { await watch.run() }
}
