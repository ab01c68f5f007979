import MCP
import MCPHosting
import MCPServing
import Notation
import Redis

struct RedisGetTool: Tool {
    struct Arguments: Shaped {
        let key: String
        let limit: Int
        let maxBytes: Int
        static let notes: [String: Note] = [
            "key": Note("Its name.", lengths: 1...1024), "limit": Note("Elements.", range: 1...1000, default: 100), "max_bytes": ListBudget.maxBytes,
        ]
        enum CodingKeys: String, CodingKey {
            case key, limit
            case maxBytes = "max_bytes"
        }
    }
    struct Output: Shaped {
        let source: String
        let key: String
        let kind: String
        let ttl: Int64?
        let size: Int64
        let values: [String]
        let truncated: Bool
        static let notes: [String: Note] = [
            "source": "", "key": "", "kind": "", "ttl_ms": "", "size": "", "values": "", "truncated": "",
        ]
        enum CodingKeys: String, CodingKey {
            case ttl = "ttl_ms"
            case source, key, kind, size, values, truncated
        }
    }
    static let name = "redis_get"
    static let title = "Redis value"
    static let summary = "One key of Redis: kind, time to live, size (bytes or elements), values; hash and zset as name and value in turn."
    static let hints = ToolHints.readsHere

    let redis: RedisDesk

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let key = arguments.key
        let most = max(1, min(arguments.maxBytes, ListBudget.most))
        let (kind, ttl, size, values) = try await redis.ask { connection in
            let kind = try connection.ask(["TYPE", key]).string ?? "none"
            guard kind != "none" else { throw ToolFailure("there is no key '\(key.prefix(100))'") }
            guard let reading = RedisGetTool.readings[kind] else { throw ToolFailure("a key of the kind \(kind) cannot be shown") }
            let size = try connection.ask([reading.size, key]).number ?? 0
            let ttl = try connection.ask(["PTTL", key]).number
            let answer = try connection.ask(reading.words(key, arguments.limit, most))
            return (kind, ttl, size, reading.values(answer).map(RedisGetTool.flat))
        }
        // A name that says that it holds a secret is believed.
        guard !Redactor.isSecret(name: key) else {
            return Output(source: redis.address.shown, key: key, kind: kind, ttl: ttl.flatMap { $0 >= 0 ? $0 : nil }, size: size, values: [Redactor.mask], truncated: false)
        }
        var kept: [String] = []
        var bytes = 0
        for value in values.prefix(RedisGetTool.isPaired(kind) ? arguments.limit * 2 : arguments.limit) {
            bytes += value.utf8.count + 3
            guard bytes <= most + 3 else { break }
            kept.append(value)
        }
        let whole = kind == "string" ? kept.first.map { Int64($0.utf8.count) >= size } ?? (size == 0) : Int64(kept.count) >= size * (RedisGetTool.isPaired(kind) ? 2 : 1)
        return Output(source: redis.address.shown, key: key, kind: kind, ttl: ttl.flatMap { $0 >= 0 ? $0 : nil }, size: size, values: kept, truncated: !whole)
    }

    private static func isPaired(_ kind: String) -> Bool { kind == "hash" || kind == "zset" }

    /// How a kind is measured and read without taking all of it.
    private struct Reading {
        let size: String
        let words: @Sendable (_ key: String, _ limit: Int, _ bytes: Int) -> [String]
        var values: @Sendable (RESPValue) -> [RESPValue] = { $0.elements ?? [$0] }
    }

    private static let readings: [String: Reading] = [
        "string": Reading(size: "STRLEN") { key, _, bytes in ["GETRANGE", key, "0", "\(bytes)"] },
        "list": Reading(size: "LLEN") { key, limit, _ in ["LRANGE", key, "0", "\(limit - 1)"] },
        "set": Reading(size: "SCARD", words: { key, limit, _ in ["SSCAN", key, "0", "COUNT", "\(limit)"] }, values: scanned),
        "hash": Reading(size: "HLEN", words: { key, limit, _ in ["HSCAN", key, "0", "COUNT", "\(limit)"] }, values: scanned),
        // RESP3 gives pairs, RESP2 one row of both.
        "zset": Reading(size: "ZCARD", words: { key, limit, _ in ["ZRANGE", key, "0", "\(limit - 1)", "WITHSCORES"] }) { answer in
            (answer.elements ?? []).flatMap { $0.elements ?? [$0] }
        },
        "stream": Reading(size: "XLEN") { key, limit, _ in ["XREVRANGE", key, "+", "-", "COUNT", "\(limit)"] },
    ]

    private static let scanned: @Sendable (RESPValue) -> [RESPValue] = { answer in answer.elements.flatMap { $0.count == 2 ? $0[1].elements : nil } ?? [] }

    /// A stream's entry is a list within a list: written out in brackets.
    private static func flat(_ value: RESPValue) -> String {
        if let elements = value.elements { return "[" + elements.map(flat).joined(separator: ", ") + "]" }
        return value.string ?? "null"
    }
}
