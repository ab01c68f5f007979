import ArgumentParser
import Foundation
import MCPHosting
import MCPServing
import Model
import Storage

/// What every server is told on the command line.
struct MCPOptions: ParsableArguments {
    @Option(name: .customLong("http"), help: "Serve Streamable HTTP at http://127.0.0.1:PORT/mcp instead of standard input and output; 0 for any free port.") var port: Int?
    @Option(help: "With --http: the file that holds the bearer token (default: the data folder's).") var tokenFile: String?
    @Flag(help: "With --http: let everybody on this machine in without a token.") var noToken = false
    @Flag(help: "List tools that change something. Those that cannot be undone ask a person first.") var allowWrites = false
    @Option(name: .customLong("toolset"), parsing: .singleValue, help: "A further set of tools to list, or 'all'; may be given several times.") var toolsets: [String] = []
    @Option(help: "The folder that holds the audit trail and the token (default: the configuration's, else ~/.aura).") var dataDir: String?

    var modes: ServerModes { ServerModes(allowsChanges: allowWrites, extraSets: Set(toolsets)) }

    func folder() throws -> DataFolder { try DataFolder(try dataDir ?? Configuration.load(file: nil).dataFolder) }

    /// Serves until the input ends or a signal comes.
    func serve(_ server: ProductServer, redactor: Redactor = Redactor()) async throws {
        do { try await run(server, redactor) } catch let error as any CustomStringConvertible { throw Refused(error.description) }
    }

    private func run(_ server: ProductServer, _ redactor: Redactor) async throws {
        if let port, !(0...65_535).contains(port) { throw Refused("--http must be from 0 to 65535, not \(port)") }
        guard port != nil || (tokenFile == nil && !noToken) else { throw Refused("--token-file and --no-token go with --http") }
        guard !(tokenFile != nil && noToken) else { throw Refused("--token-file and --no-token exclude each other") }
        let folder = try folder()
        let trail = try AuditTrail(try MCPOptions.trailPath(server.name, in: folder), now: { CivilTime.text(WallClock().now(), decimals: 3) })
        let host = try server.host(modes, version: AuraCommand.version, audit: trail, redactor: redactor)
        guard let port else { return await StdioServer(host).run() }
        let access: AccessPolicy = noToken ? .open : .token(try token(folder))
        let web = StreamableServer(port: port, endpoints: [StreamableEndpoint(host, access: access)])
        let interruption = Interruption()
        let bound = try await web.start()
        print("{\"url\":\"http://127.0.0.1:\(bound)/mcp\"}")
        fflush(nil)
        await interruption.wait()
        await web.stop()
    }

    static func trailPath(_ server: String, in folder: DataFolder) throws -> String { try folder.folder("audit") + "/\(server).jsonl" }

    private func token(_ folder: DataFolder) throws -> String {
        guard let tokenFile else { return try folder.token() }
        guard let content = FileManager.default.contents(atPath: (tokenFile as NSString).expandingTildeInPath) else { throw Refused("the token file \(tokenFile) cannot be read") }
        let token = String(decoding: content, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard token.utf8.count >= 16 else { throw Refused("the token in \(tokenFile) is shorter than 16 characters") }
        return token
    }
}
