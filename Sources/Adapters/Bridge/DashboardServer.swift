public import Transport

/// What a page needs to find its bridge, told only to pages that this server has served.
public struct DashboardSession: Encodable, Sendable {
    var bridge: String
    var token: String
    var mode: String
    var version: String

    /// - Parameter mode: SIMULATED, RECORDED, DEMO or LIVE.
    public init(bridgePort: Int, token: String, mode: String, version: String) {
        bridge = "ws://127.0.0.1:\(bridgePort)/"
        self.token = token
        self.mode = mode
        self.version = version
    }
}

/// The dashboard's built files from a folder, and `/session.json`, which hands the token to the page and to nobody else.
///
/// Starts once and stops once. Requests under a name that is not this machine's are refused, so that no foreign page can reach the token.
public actor DashboardServer {
    private let host: String
    private let port: Int
    private let files: StaticFiles
    private let session: DashboardSession
    private let names: LoopbackNames
    private let folder: String
    private var server: WebServer?
    private var boundPort = 0

    /// - Parameters:
    ///   - port: 0 for any free one; `start` returns which.
    ///   - folder: where `index.html` is. Without it every page says so.
    public init(host: String = "127.0.0.1", port: Int, folder: String, session: DashboardSession, allowedHosts: Set<String> = []) {
        self.host = host
        self.port = port
        self.folder = folder
        self.files = StaticFiles(folder: folder)
        self.session = session
        self.names = LoopbackNames(extra: allowedHosts)
    }

    public func start() async throws(TransportError) -> Int {
        let server = WebServer(host: host, port: port, requestBodyLimit: 1 << 16) { [self] in await answer($0) }
        self.server = server
        boundPort = try await server.start()
        return boundPort
    }

    public func stop() async { await server?.stop() }

    private func answer(_ request: HTTPRequest) -> HTTPResponse {
        var answer = content(request)
        answer.headers["content-security-policy"] = policy
        answer.headers["x-content-type-options"] = "nosniff"
        answer.headers["referrer-policy"] = "no-referrer"
        answer.headers["cross-origin-resource-policy"] = "same-origin"
        answer.headers["cross-origin-opener-policy"] = "same-origin"
        return answer
    }

    private func content(_ request: HTTPRequest) -> HTTPResponse {
        guard names.isAllowed(host: request.headers["host"], port: boundPort) else { return .text(403, "this name is not the dashboard's\n") }
        guard request.method == "GET" || request.method == "HEAD" else { return .text(405, "only GET\n") }
        if request.path == "/session.json" { return sessionAnswer(request) }
        if let file = files.answer(request) { return file }
        return files.hasIndex ? .text(404, "there is no such file\n") : .text(503, "the dashboard's files are not in \(folder)\n")
    }

    /// Browsers say where a request comes from; a page from elsewhere gets nothing, and could not read it either.
    private func sessionAnswer(_ request: HTTPRequest) -> HTTPResponse {
        let site = request.headers["sec-fetch-site"] ?? "none"
        guard site == "same-origin" || site == "none", names.isAllowed(origin: request.headers["origin"], port: boundPort) else {
            return .text(403, "pages from elsewhere get no session\n")
        }
        guard let body = JSONText.encode(session) else { preconditionFailure("four texts are always JSON") }
        var answer = HTTPResponse.json(200, body)
        answer.headers["cache-control"] = "no-store"
        return answer
    }

    /// Scripts, styles and connections from here, and the bridge; small pictures may be in the page itself.
    private var policy: String {
        "default-src 'self'; connect-src 'self' \(session.bridge); img-src 'self' data:; object-src 'none'; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'"
    }
}
