import Foundation
import MCP
import MCPHosting
import MCPServing
import Model
import Notation
import Redis
import Synchronization
import Testing
@testable import MCPSystem

/// The tools against a real Redis, started for the test; where there is none, that is said.
@Suite(.timeLimit(.minutes(1))) struct RedisToolsTests {
    /// Answers every question with yes.
    private struct Yes: ClientAnswers {
        let capabilities: JSON = .object(["elicitation": .object(["form": .object([])])])
        func answer(_ method: String, _ params: JSON) async throws -> JSON { .object(["action": "accept", "content": .object([])]) }
    }

    private func with(_ answers: any ClientAnswers = NoAnswers(), _ body: (Client, RedisConnection) async throws -> Void) async throws {
        guard let server = try RedisServer(password: "canary-password") else { return print("skipped: redis-server is not installed") }
        defer { server.stop() }
        let connection = try server.connect()
        let tree = try MachineTree()
        var settings = SystemSettings()
        settings.root = tree.root
        settings.redis = server.address
        settings.redisPrefixes = ["cache:"]
        let trail = try AuditTrail(tree.folder.path + "/audit.jsonl", now: { "2023-11-15T00:00:00Z" })
        let host = try SystemServer(settings, now: { .seconds(1) }).product.host(ServerModes(allowsChanges: true, extraSets: ["redis-admin"]), version: "1", audit: trail)
        let client = Client(InProcessLink(host), info: Implementation(name: "tester", version: "1"), answers: answers)
        _ = try await client.connect()
        do { try await body(client, connection) } catch { Issue.record(error) }
        await client.close()
    }

    @Test func `every kind of key is told with its kind, time to live and size, bounded`() async throws {
        try await with { client, redis in
            for command in [
                "SET cache:a hello", "SET cache:long \(String(repeating: "x", count: 5000)) PX 600000", "RPUSH cache:l 1 2 3", "SADD cache:s x", "HSET cache:h f v g w", "ZADD cache:z 1.5 m",
                "XADD cache:x 1-1 k v", "SET desk:api_token canary", "SET cache:empty ''",
            ] { _ = try redis.ask(command.split(separator: " ").map { $0 == "''" ? "" : String($0) }) }
            func get(_ key: String, _ more: KeyValuePairs<String, JSON?> = [:]) async throws -> JSON? {
                try await client.call("redis_get", .object([JSON.Member(key: "key", value: .text(key))] + (JSON.object(more).asObject ?? []))).structured
            }
            let plain = try await get("cache:a")
            #expect(plain?["values"] == ["hello"] && plain?["truncated"] == false && plain?["ttl_ms"] == nil)
            let long = try await get("cache:long", ["max_bytes": 6000])
            #expect(long?["size"] == 5000 && (long?["ttl_ms"]?.asInteger ?? 0) > 500_000)
            #expect(try await get("cache:long", ["max_bytes": 256])?["truncated"] == true)
            let list = try await get("cache:l", ["limit": 2])
            #expect(list?["values"] == ["1", "2"] && list?["truncated"] == true)
            #expect(try await get("cache:s")?["values"] == ["x"])
            #expect(try await get("cache:z")?["values"] == ["m", "1.5"])
            #expect(try await get("cache:x")?["values"] == ["[1-1, [k, v]]"])
            #expect(try await get("cache:h")?["values"]?.asArray?.count == 4)
            #expect(try await get("cache:empty")?["truncated"] == false)
            #expect(try await get("desk:api_token")?["values"] == ["[redacted]"], "a name that says so is believed")
            #expect(try await client.call("redis_get", .object(["key": "nowhere"])).isError)
        }
    }

    @Test func `all keys are found, a page at a time`() async throws {
        try await with { client, redis in
            for number in 0..<500 { _ = try redis.ask(["SET", "k:\(number)", "v"]) }
            var found: Set<String> = []
            var cursor: String?
            repeat {
                let page = try await client.call("redis_scan", .object(["match": "k:*", "limit": 50, "cursor": cursor.map { .text($0) }])).structured
                found.formUnion(page?["keys"]?.asArray?.compactMap { $0["key"]?.asText } ?? [])
                cursor = page?["cursor"]?.asText
            } while cursor != nil && found.count <= 500
            #expect(found.count == 500)
        }
    }

    @Test func `facts of the server, without its password`() async throws {
        try await with { client, _ in
            let info = try await client.call("redis_info", .object(["sections": ["server", "memory"]])).structured
            #expect(info?["facts"]?.asArray?.contains { $0["name"] == "redis_version" } == true && !(info?.rendered.contains("canary") ?? true))
        }
    }

    @Test func `keys are deleted by exact names within the allowed prefixes, and by a person's word`() async throws {
        try await with(Yes()) { client, redis in
            for key in ["cache:a", "cache:*", "desk:a"] { _ = try redis.ask(["SET", key, "v"]) }
            #expect(try await client.call("redis_delete", .object(["keys": ["cache:*", "cache:gone"]])).structured?["deleted"] == 1)
            for keys in [["desk:a"], ["cache:a", "desk:a"], ["cache:"]] { #expect(try await client.call("redis_delete", .object(["keys": .array(keys.map { .text($0) })])).isError) }
            #expect(try redis.ask(["DBSIZE"]).number == 2)
        }
        try await with { client, redis in
            _ = try redis.ask(["SET", "cache:a", "v"])
            #expect((try? await client.call("redis_delete", .object(["keys": ["cache:a"]]))) == nil, "nobody can be asked")
            #expect(try redis.ask(["EXISTS", "cache:a"]).number == 1)
        }
    }

    @Test func `a wrong password and a server that is not there are told in a sentence`() async throws {
        guard let server = try RedisServer(password: "right-password") else { return print("skipped: redis-server is not installed") }
        defer { server.stop() }
        _ = try server.connect()
        #expect { try RedisConnection(RedisAddress(host: "127.0.0.1", port: server.address.port, password: "wrong-canary")) } throws: { "\($0)".contains("WRONGPASS") && !"\($0)".contains("canary") }
        #expect { try RedisConnection(RedisAddress(host: "127.0.0.1", port: server.address.port)).ask(["GET", "x"]) } throws: { "\($0)".contains("NOAUTH") }
        server.stop()
        #expect { try server.connectOnce() } throws: { "\($0)".contains("cannot be reached") }
    }
}

/// A real server on a port of its own, without persistence.
final class RedisServer {
    let address: RedisAddress
    private let process = Process()

    /// Nil where Redis is not installed.
    init?(password: String) throws {
        guard let program = ["/usr/bin/redis-server", "/usr/local/bin/redis-server"].first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else { return nil }
        address = RedisAddress(host: "127.0.0.1", port: try RedisServer.freePort(), password: password)
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["--port", "\(address.port)", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--requirepass", password, "--dir", NSTemporaryDirectory()]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
    }

    private static func freePort() throws -> Int {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0 }
        }
        try #require(bound)
        return Int(UInt16(bigEndian: address.sin_port))
    }

    func connectOnce() throws -> RedisConnection { try RedisConnection(address) }

    /// Waits until the server takes connections, ten seconds at most.
    func connect() throws -> RedisConnection {
        let deadline = ContinuousClock.now + .seconds(10)
        while true {
            do { return try connectOnce() } catch {
                guard .now < deadline, process.isRunning else { throw error }
                usleep(10_000)
            }
        }
    }

    func stop() {
        guard process.isRunning else { return }
        // A child of a test may have been born with the milder signals blocked; and it has nothing to save.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
