import MCP
import MCPHosting
import MCPServing
import Notation
import Redis

struct RedisInfoTool: Tool {
    enum Section: String, Choice { case server, clients, memory, persistence, stats, replication, cpu, commandstats, latencystats, errorstats, keyspace }

    struct Arguments: Shaped {
        let sections: [Section]?
        let maxBytes: Int
        static let notes: [String: Note] = ["sections": Note("Default: memory, clients, stats, keyspace.", items: 1...11), "max_bytes": ListBudget.maxBytes]
        enum CodingKeys: String, CodingKey {
            case sections
            case maxBytes = "max_bytes"
        }
    }
    struct Fact: Shaped {
        let name: String
        let value: String
        static let notes: [String: Note] = ["name": "", "value": ""]
    }
    struct Output: Shaped {
        let source: String
        let milliseconds: Double
        let facts: [Fact]
        let truncated: Bool
        static let notes: [String: Note] = ["source": "", "latency_ms": "", "facts": "", "truncated": ""]
        enum CodingKeys: String, CodingKey {
            case milliseconds = "latency_ms"
            case source, facts, truncated
        }
    }
    static let name = "redis_info"
    static let title = "Redis"
    static let summary = "Facts that Redis tells of itself (INFO), and how quickly it answers."
    static let hints = ToolHints.readsHere

    let redis: RedisDesk

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let sections = arguments.sections ?? [.memory, .clients, .stats, .keyspace]
        let (latency, texts) = try await redis.ask { connection in
            let start = ContinuousClock.now
            _ = try connection.ask(["PING"])
            let latency = start.duration(to: .now)
            // One section a question: servers before 7.0 take no more.
            return (latency, try sections.map { try connection.ask(["INFO", $0.rawValue]).string ?? "" })
        }
        let facts = texts.flatMap { $0.split(whereSeparator: \.isNewline) }.compactMap { line -> Fact? in
            guard !line.hasPrefix("#"), let colon = line.firstIndex(of: ":") else { return nil }
            return Fact(name: String(line[..<colon]), value: String(line[line.index(after: colon)...]))
        }
        let fitted = try ListBudget.fit(facts, fields: nil, maxBytes: arguments.maxBytes)
        let (seconds, attoseconds) = latency.components
        let milliseconds = Double(seconds) * 1000 + Double(attoseconds) / 1e15
        return Output(
            source: redis.address.shown, milliseconds: (milliseconds * 1000).rounded() / 1000, facts: fitted.rows, truncated: fitted.truncated)
    }
}
