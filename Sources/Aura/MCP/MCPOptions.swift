import AccessTokens
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
    @Option(help: "With --http: let in who shows an access token (JWT) of this issuer.") var issuer: String?
    @Option(help: "With --issuer: its public keys, a JWK set: a file, or an https address.") var jwks: String?
    @Option(help: "With --issuer: what its tokens for this server say in 'aud' (default: the server's address).") var audience: String?
    @Option(help: "With --issuer: the scope that a token needs.") var scope: String = "mcp"
    @Flag(help: "List tools that change something. Those that cannot be undone ask a person first.") var allowWrites = false
    @Option(name: .customLong("toolset"), parsing: .singleValue, help: "A further set of tools to list, or 'all'; may be given several times.") var toolsets: [String] = []
    @Option(help: "The folder that holds the audit trail and the token (default: the configuration's, else ~/.aura).") var dataDir: String?

    var modes: ServerModes { ServerModes(allowsChanges: allowWrites, extraSets: Set(toolsets)) }

    func folder() throws -> DataFolder { try DataFolder(try dataDir ?? Configuration.load(file: nil).dataFolder) }

    /// Serves until the input ends or a signal comes.
    /// - Parameter beside: what runs beside the server for as long as it serves, and is cancelled then.
    func serve(_ server: ProductServer, redactor: Redactor = Redactor(), beside: ((ServiceHost) -> Task<Void, Never>)? = nil) async throws {
        do { try await run(server, redactor, beside) } catch let error as any CustomStringConvertible { throw Refused(error.description) }
    }

    private func run(_ server: ProductServer, _ redactor: Redactor, _ beside: ((ServiceHost) -> Task<Void, Never>)?) async throws {
        if let port, !(0...65_535).contains(port) { throw Refused("--http must be from 0 to 65535, not \(port)") }
        guard port != nil || (tokenFile == nil && !noToken && issuer == nil) else { throw Refused("--token-file, --no-token and --issuer go with --http") }
        guard [tokenFile != nil, noToken, issuer != nil].count(where: { $0 }) <= 1 else { throw Refused("--token-file, --no-token and --issuer exclude each other") }
        guard (issuer == nil) == (jwks == nil) else { throw Refused("--issuer and --jwks go together") }
        let folder = try folder()
        let trail = try AuditTrail(try MCPOptions.trailPath(server.name, in: folder), now: { CivilTime.text(WallClock().now(), decimals: 3) })
        let host = try server.host(modes, version: AuraCommand.version, audit: trail, redactor: redactor)
        let work = beside?(host)
        defer { work?.cancel() }
        guard let port else { return await StdioServer(host).run() }
        let access = try await access(folder, port: port)
        let web = StreamableServer(port: port, endpoints: [StreamableEndpoint(host, access: access)])
        let interruption = Interruption()
        let bound = try await web.start()
        print("{\"url\":\"http://127.0.0.1:\(bound)/mcp\"}")
        fflush(nil)
        await interruption.wait()
        await web.stop()
    }

    static func trailPath(_ server: String, in folder: DataFolder) throws -> String { try folder.folder("audit") + "/\(server).jsonl" }

    private func access(_ folder: DataFolder, port: Int) async throws -> AccessPolicy {
        if noToken { return .open }
        guard let issuer, let jwks else { return .token(try token(folder)) }
        guard port != 0 || audience != nil else { throw Refused("--http 0 with --issuer needs --audience: tokens name the address they are for") }
        let keys = try KeySetSource(jwks)
        let judge = TokenJudge(issuer: issuer, audience: audience ?? "http://127.0.0.1:\(port)/mcp", load: { try await keys.bytes() }, now: { .nanoseconds(WallClock().now().nanoseconds) })
        try await judge.prepare()
        let scope = scope
        return .bearer(issuers: [issuer], scopes: [scope]) { token in
            switch await judge.judge(token) {
            case .invalid: .refused(.wrongToken)
            case .valid(let subject, let scopes): scopes.contains(scope) ? .allowed(principal: subject) : .refused(.insufficientScope)
            }
        }
    }

    private func token(_ folder: DataFolder) throws -> String {
        guard let tokenFile else { return try folder.token() }
        guard let content = FileManager.default.contents(atPath: (tokenFile as NSString).expandingTildeInPath) else { throw Refused("the token file \(tokenFile) cannot be read") }
        let token = String(decoding: content, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard token.utf8.count >= 16 else { throw Refused("the token in \(tokenFile) is shorter than 16 characters") }
        return token
    }
}
