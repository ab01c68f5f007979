public import Kalshi
import MCP
import MCPHosting
public import Model
import Notation
public import Ports
public import Risk

/// The engine's gateway: every order goes through the Kalshi server's own tool, with an approval that the server opens before it sends anything.
///
/// The server stands in this process and is reached by nothing else. Cancels and questions add no risk and go straight to the exchange.
public final class SealedGateway: OrderGateway {
    private let direct: KalshiGateway
    private let key = ApprovalKey()
    private let clock: any Ports.Clock
    private let client: Client

    /// Returns when the server can be called.
    public init(_ direct: KalshiGateway, clock: any Ports.Clock) async throws {
        self.direct = direct
        self.clock = clock
        let tool = OrderExecute(gateway: direct, approvals: ApprovalDesk(key: key, clock: clock))
        let host = ServiceHost(Service(identity: Implementation(name: "aura-kalshi-execution", version: "1"), tools: [Declared(tool)]))
        client = Client(InProcessLink(host, principal: "engine"), info: Implementation(name: "aura-engine", version: "1"))
        try await client.connect()
    }

    public func place(_ order: ApprovedOrder) async -> OrderReport {
        do {
            let arguments = try JSON(encoding: OrderExecute.Arguments(key.seal(order, at: clock.now())))
            let result = try await client.call(OrderExecute.name, arguments)
            guard !result.isError, let output: OrderExecute.Output = try result.structured?.decode() else { return .unknown(order.id, reason: "the Kalshi server gave no answer") }
            return report(output, order.id)
        } catch {
            // It may have been sent: the exchange is asked.
            return .unknown(order.id, reason: "the Kalshi server could not be asked: \(error)")
        }
    }

    private func report(_ output: OrderExecute.Output, _ id: ClientOrderID) -> OrderReport {
        switch output.outcome {
        case .accepted:
            guard let order = output.order_id, let remaining = output.remaining.flatMap({ Quantity($0) }) else { return .unknown(id, reason: "an acceptance without its order") }
            return .accepted(id, OrderID(order), remaining: remaining)
        case .rejected, .refused: return .rejected(id, code: output.code ?? "no_code", message: output.reason ?? "no reason given")
        case .unknown: return .unknown(id, reason: output.reason ?? "no reason given")
        }
    }

    public func cancel(_ order: OrderID, _ client: ClientOrderID, market: Ticker) async -> OrderReport { await direct.cancel(order, client, market: market) }
    public func cancelAll() async throws(VenueError) { try await direct.cancelAll() }
    public func find(_ client: ClientOrderID, market: Ticker) async -> OrderReport { await direct.find(client, market: market) }
    public func account(fillsSince since: Timestamp) async throws(VenueError) -> AccountReport { try await direct.account(fillsSince: since) }
    public var health: VenueHealth { direct.health }
}
