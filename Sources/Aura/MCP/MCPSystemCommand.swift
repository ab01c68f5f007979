import ArgumentParser
import Foundation
import Healing
import MCPServing
import MCPSystem
import Redis
import Storage

/// `aura mcp system`: the machine, its databases and its services, for an assistant.
struct MCPSystemCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "system", abstract: "Serves figures of this machine, of its GPUs, databases, Redis, logs and of Aura's processes.",
        discussion: "Sets of tools: host, gpu, series, db, redis, logs, services, and by --toolset healing; with --allow-writes also db-admin, redis-admin and ops (--toolset NAME).")

    @OptionGroup var options: MCPOptions
    @Option(name: .customLong("database"), parsing: .singleValue, help: "A further SQLite file to read, as NAME=PATH; may be given several times.") var databases: [String] = []
    @Option(help: "Where db_backup puts copies; `backups` in the data folder unless told.") var backupDir: String?
    @Option(name: .customLong("log"), parsing: .singleValue, help: "A further log to read, as NAME=PATH; may be given several times.") var logs: [String] = []
    @Option(help: "Redis to read from, as HOST:PORT.") var redis: String?
    @Option(help: "The file that holds Redis's password.") var redisPasswordFile: String?
    @Option(name: .customLong("redis-prefix"), parsing: .singleValue, help: "Keys that begin so may be deleted, with --allow-writes and a person's word.") var redisPrefixes: [String] = []
    @Option(help: "NVIDIA's management library, if it is not where the system looks.") var nvml: String = "libnvidia-ml.so.1"

    func run() async throws {
        var settings = SystemSettings(of: try options.folder())
        settings.gpus = GPUProgram(library: nvml).survey
        settings.databases.merge(try named(databases, "--database")) { $1 }
        if let backupDir { settings.backups = (backupDir as NSString).expandingTildeInPath }
        settings.logs = try named(logs, "--log")
        let password = try redisPassword()
        guard redis != nil || (password == nil && redisPrefixes.isEmpty) else { throw Refused("--redis-password-file and --redis-prefix go with --redis") }
        settings.redis = try redis.map { text in
            guard let address = RedisAddress(text, password: password) else { throw Refused("--redis must be as 127.0.0.1:6379, without a password") }
            return address
        }
        settings.redisPrefixes = redisPrefixes
        let server = SystemServer(settings, now: { WallClock().now() })
        try await options.serve(server.product, redactor: Redactor(secrets: password.map { [$0] } ?? [])) { host in Task { await server.run(host) } }
    }

    private func named(_ texts: [String], _ flag: String) throws -> [String: String] {
        var paths: [String: String] = [:]
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, parts[0].wholeMatch(of: /[A-Za-z0-9_.\-]{1,64}/) != nil else { throw Refused("\(flag) must be as NAME=PATH, not '\(text)'") }
            let path = (parts[1] as NSString).expandingTildeInPath
            guard FileManager.default.fileExists(atPath: path) else { throw Refused("\(flag): there is no file \(path)") }
            guard paths.updateValue(path, forKey: parts[0]) == nil else { throw Refused("\(flag): '\(parts[0])' is given twice") }
        }
        return paths
    }

    private func redisPassword() throws -> String? {
        guard let redisPasswordFile else { return nil }
        guard let content = FileManager.default.contents(atPath: (redisPasswordFile as NSString).expandingTildeInPath) else {
            throw Refused("the password file \(redisPasswordFile) cannot be read")
        }
        return String(decoding: content, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

extension SystemSettings {
    /// What of a data folder may be read: its journal and its exchange's memory, where they are, its logs and its audit trails.
    init(of folder: DataFolder) {
        self.init()
        gpus = GPUProgram().survey
        dataFolder = folder.path
        backups = folder.path + "/backups"
        healer = HealerLine(folder: folder.path) { try folder.token() }
        for (name, path) in [("journal", folder.journal), ("exchange", folder.exchange)] where FileManager.default.fileExists(atPath: path) { databases[name] = path }
    }
}
