import Kalshi
import MCP
import MCPHosting
import Model
import Notation
import Ports

/// `exchange_status`.
struct ExchangeStatusTool: Tool {
    struct Output: Shaped {
        let environment: String
        let as_of: String
        let exchange_active: Bool
        let trading_active: Bool
        let maintenance: [String]
        let tier: String?
        let reads_per_second: Double?
        let writes_per_second: Double?
        let clock_offset_ms: Int64?
        let desk_state: String?
        let feed: String?
        static let notes: [String: Note] = [
            "environment": .plain, "as_of": .plain, "exchange_active": .plain, "trading_active": .plain,
            "maintenance": .plain, "tier": .plain, "reads_per_second": .plain, "writes_per_second": .plain,
            "clock_offset_ms": .plain, "desk_state": .plain, "feed": .plain,
        ]
    }
    static let name = "exchange_status"
    static let summary = "Trading, environment, maintenance, rate limits, the desk's state."
    static let hints = ToolHints.readsElsewhere
    let door: KalshiDoor

    func call(_ arguments: Nothing, _ context: CallContext) async throws -> Output {
        let client = try await door.client()
        let status = try await client.exchangeStatus()
        let schedule = try await client.schedule()
        let limits = door.hasAccount ? try await client.limits() : nil
        let desk = await door.desk?.view().status
        let now = door.clock.now()
        return Output(
            environment: door.environment.rawValue, as_of: now.told, exchange_active: status.exchangeActive, trading_active: status.tradingActive,
            maintenance: schedule.maintenance.filter { $0.end > now }.prefix(5).map { "\($0.start.told)/\($0.end.told)" }, tier: limits?.tier,
            reads_per_second: limits?.read.refillPerSecond, writes_per_second: limits?.write.refillPerSecond,
            clock_offset_ms: client.clockOffset.map { $0.estimate.nanoseconds / 1_000_000 }, desk_state: desk?.state, feed: desk?.feed)
    }
}
