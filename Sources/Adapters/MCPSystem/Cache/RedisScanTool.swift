import MCP
import MCPHosting
import MCPServing
import Notation
import Redis

struct RedisScanTool: Tool {
    enum Kind: String, Choice { case string, list, set, zset, hash, stream }

    struct Arguments: Shaped {
        let match: String?
        let kind: Kind?
        let cursor: String?
        let limit: Int
        let fields: [String]?
        let maxBytes: Int
        static let notes: [String: Note] = [
            "match": Note("Pattern, as `book:*`.", lengths: 1...256), "kind": "Only it.", "cursor": Note("As answered.", pattern: "^[0-9]{1,20}$"),
            "limit": Note("About so many.", range: 1...1000, default: 100), "fields": ListBudget.fields, "max_bytes": ListBudget.maxBytes,
        ]
        enum CodingKeys: String, CodingKey {
            case match, kind, cursor, limit, fields
            case maxBytes = "max_bytes"
        }
    }
    struct Row: Shaped {
        let key: String?
        let kind: String?
        let ttl: Int64?
        let bytes: Int64?
        static let notes: [String: Note] = ["key": "", "kind": "", "ttl_ms": "", "bytes": ""]
        enum CodingKeys: String, CodingKey {
            case key, kind, bytes
            case ttl = "ttl_ms"
        }
    }
    struct Output: Shaped {
        let source: String
        let keys: [Row]
        let cursor: String?
        let truncated: Bool
        static let notes: [String: Note] = ["source": "", "keys": "", "cursor": "", "truncated": ""]
    }
    static let name = "redis_scan"
    static let title = "Redis keys"
    static let summary = "Keys of Redis with kind, time to live and size, by SCAN. Follow `cursor` until it is absent; a page may be empty."
    static let hints = ToolHints.readsHere
    /// Questions of one page: a pattern that nothing fits would walk through everything.
    private static let rounds = 20

    let redis: RedisDesk

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let (rows, cursor) = try await redis.ask { connection in
            var cursor = arguments.cursor ?? "0"
            var keys: [String] = []
            for _ in 0..<RedisScanTool.rounds {
                var words = ["SCAN", cursor, "COUNT", "\(arguments.limit)"]
                if let match = arguments.match { words += ["MATCH", match] }
                if let kind = arguments.kind { words += ["TYPE", kind.rawValue] }
                guard let answer = try connection.ask(words).elements, answer.count == 2, let next = answer[0].string, let page = answer[1].elements else {
                    throw ToolFailure("Redis answered SCAN in a form that is not known")
                }
                cursor = next
                keys += page.compactMap(\.string)
                if cursor == "0" || keys.count >= arguments.limit { break }
            }
            return (try keys.map { try RedisScanTool.row($0, connection) }, cursor)
        }
        let fitted = try ListBudget.fit(rows, fields: arguments.fields, maxBytes: arguments.maxBytes)
        return Output(source: redis.address.shown, keys: fitted.rows, cursor: cursor == "0" ? nil : cursor, truncated: fitted.truncated)
    }

    private static func row(_ key: String, _ connection: RedisConnection) throws -> Row {
        let ttl = try connection.ask(["PTTL", key]).number
        return Row(
            key: key, kind: try connection.ask(["TYPE", key]).string, ttl: ttl.flatMap { $0 >= 0 ? $0 : nil },
            // Not every server knows it, and not every user may ask.
            bytes: (try? connection.ask(["MEMORY", "USAGE", key]))?.number)
    }
}
