public import Kalshi
import MCP
import MCPHosting
public import Model
import Notation
public import Ports
public import Risk

/// The engine's gateway: every order goes through the Kalshi server's own tool, with an approval that the server opens before it sends anything.
///
/// The server stands in this process and is reached by nothing else. Cancels, decreases, limits of order groups and questions send no order and go straight to the exchange.
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
            let output = try await executed(key.seal(order, at: clock.now()))
            switch output.outcome {
            case .accepted:
                guard let name = output.order_id, let remaining = output.remaining.flatMap({ Quantity($0) }) else { return .unknown(order.id, reason: "an acceptance without its order") }
                return .accepted(order.id, OrderID(name), remaining: remaining)
            case .rejected, .refused: return .rejected(order.id, code: output.code ?? "no_code", message: output.reason ?? "no reason given")
            case .unknown: return .unknown(order.id, reason: output.reason ?? "no reason given")
            }
        } catch {
            // It may have been sent: the exchange is asked.
            return .unknown(order.id, reason: "the Kalshi server could not be asked: \(error)")
        }
    }

    public func amend(_ change: ApprovedChange) async -> OrderReport {
        do {
            let output = try await executed(key.seal(change, at: clock.now()))
            switch output.outcome {
            case .accepted: return .change(change.id, .amended(limit: change.intent.limit, total: change.intent.quantity))
            case .rejected, .refused: return .change(change.id, .refused(code: output.code ?? "no_code", message: output.reason ?? "no reason given"))
            case .unknown: return .change(change.id, .unknown(reason: output.reason ?? "no reason given"))
            }
        } catch {
            // The same here.
            return .change(change.id, .unknown(reason: "the Kalshi server could not be asked: \(error)"))
        }
    }

    private func executed(_ approval: SealedApproval) async throws -> OrderExecute.Output {
        let result = try await client.call(OrderExecute.name, try JSON(encoding: OrderExecute.Arguments(approval)))
        guard !result.isError, let output: OrderExecute.Output = try result.structured?.decode() else { throw ToolFailure("no answer") }
        return output
    }

    public func decrease(_ order: OrderID, _ client: ClientOrderID, market: Ticker, to rest: Quantity) async -> OrderReport {
        await direct.decrease(order, client, market: market, to: rest)
    }
    public func set(_ group: GroupRequest) async -> GroupReport { await direct.set(group) }
    public func cancel(_ order: OrderID, _ client: ClientOrderID, market: Ticker) async -> OrderReport { await direct.cancel(order, client, market: market) }
    public func cancelAll() async throws(VenueError) { try await direct.cancelAll() }
    public func find(_ client: ClientOrderID, market: Ticker) async -> OrderReport { await direct.find(client, market: market) }
    public func account(fillsSince since: Timestamp) async throws(VenueError) -> AccountReport { try await direct.account(fillsSince: since) }
    public var health: VenueHealth { direct.health }
}
