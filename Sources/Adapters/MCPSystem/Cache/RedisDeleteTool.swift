import MCP
import MCPHosting
import Notation
import Redis

struct RedisDeleteTool: Tool {
    struct Arguments: Shaped {
        let keys: [String]
        static let notes: [String: Note] = ["keys": Note("Exact names.", items: 1...100)]
    }
    struct Output: Shaped {
        let source: String
        let deleted: Int64
        static let notes: [String: Note] = ["source": "", "deleted": "Keys that were there."]
    }
    static let name = "redis_delete"
    static let title = "Delete keys of Redis"
    static let summary = "Deletes keys by their exact names, within the prefixes that the operator allows. A person is asked first."
    static let hints = ToolHints(readOnly: false, destructive: true, idempotent: true, openWorld: false)

    let redis: RedisDesk
    let prefixes: [String]

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        if let outside = arguments.keys.first(where: { key in !prefixes.contains { key.hasPrefix($0) && key.count > $0.count } }) {
            throw ToolFailure("'\(outside.prefix(100))' may not be deleted; allowed are keys that begin with \(prefixes.joined(separator: ", "))")
        }
        let names = arguments.keys.map { "  \($0)" }.joined(separator: "\n")
        switch try await context.confirm("Delete these \(arguments.keys.count) keys from Redis at \(redis.address.shown)?\n\(names)") {
        case .accepted: break
        case .declined, .cancelled: throw ToolFailure("nothing was deleted: the person did not agree")
        }
        let deleted = try await redis.ask { try $0.ask(["DEL"] + arguments.keys).number ?? 0 }
        return Output(source: redis.address.shown, deleted: deleted)
    }
}
