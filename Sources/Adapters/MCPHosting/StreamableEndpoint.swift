import Keys
import MCP
import Notation
import Synchronization
public import Transport

/// One service under one path, over Streamable HTTP, in both eras.
public final class StreamableEndpoint: Sendable {
    /// Beyond, the session that was idle the longest is ended.
    static let sessionLimit = 64
    static let sessionPatience = Duration.seconds(30 * 60)

    let path: String
    private let host: LateHost
    private let access: AccessPolicy
    private let names: LoopbackNames
    private let gate = HTTPGate()
    private let sessions = Mutex<[String: HTTPSession]>([:])

    /// - Parameter allowedHosts: names beside the loopback's own under which the server may be reached.
    public convenience init(_ host: ServiceHost, path: String = "/mcp", access: AccessPolicy = .open, allowedHosts: Set<String> = []) {
        self.init(LateHost(host), path: path, access: access, allowedHosts: allowedHosts)
    }

    /// - Parameter opening: makes the service when the first request comes that is let in; what it throws is told with status 503, and tried again at the next.
    public convenience init(
        path: String, access: AccessPolicy, allowedHosts: Set<String> = [], opening: @escaping @Sendable () throws -> ServiceHost
    ) {
        self.init(LateHost(opening: opening), path: path, access: access, allowedHosts: allowedHosts)
    }

    private init(_ host: LateHost, path: String, access: AccessPolicy, allowedHosts: Set<String>) {
        self.host = host
        self.path = path
        self.access = access
        self.names = LoopbackNames(extra: allowedHosts)
    }

    /// Nil when the path is not this endpoint's.
    public func answer(_ request: HTTPRequest) async -> HTTPResponse? {
        let isMetadata = request.path == AccessPolicy.metadataPath + path
        guard request.path == path || isMetadata else { return nil }
        // Before anything is read: a page from elsewhere must not even learn what is here.
        guard names.isAllowed(host: request.headers["host"]), isOwn(request) else { return .text(403, "this server answers to its own names and pages alone\n") }
        if isMetadata { return access.metadata(request, path: path) }
        switch await access.judge(request) {
        case .refused(let challenge): return challenge.response(request, path: path)
        case .allowed(let principal):
            let service: ServiceHost
            do { service = try host.opened() } catch { return unmade(request, "\(error)") }
            return await answer(request, service, principal)
        }
    }

    public func stop() {
        let all = sessions.withLock { sessions in
            defer { sessions = [:] }
            return Array(sessions.values)
        }
        for session in all { session.end() }
    }

    /// No `Origin` at all is a program, not a page. A page must come from this very host and port.
    private func isOwn(_ request: HTTPRequest) -> Bool {
        guard let origin = request.headers["origin"] else { return true }
        guard let host = request.headers["host"] else { return false }
        return origin.lowercased() == "http://\(host.lowercased())" || names.extra.contains { origin == "https://\($0)" }
    }

    /// Under the question's own id, so that the client tells its user why.
    private func unmade(_ request: HTTPRequest, _ why: String) -> HTTPResponse {
        let verdict = gate.judge(method: request.method, header: { request.headers[$0] }, body: request.body[...], tool: { _ in nil })
        let id: RequestID? =
            switch verdict {
            case .alone(let message), .open(let message), .session(_, let message): message.requestID
            case .refuse, .stream, .end: nil
            }
        return jsonResponse(Envelope.error(id, .internal(why)).json, status: 503)
    }

    private func answer(_ request: HTTPRequest, _ host: ServiceHost, _ principal: String) async -> HTTPResponse {
        let tools = host.service.tools
        let verdict = gate.judge(
            method: request.method, header: { request.headers[$0] }, body: request.body[...],
            tool: { name in tools.lazy.map(\.description).first { $0.name == name } })
        switch verdict {
        case .refuse(let status, let refusal, let headers):
            guard let refusal else { return HTTPResponse(status: status, headers: HeaderFields(headers)) }
            return jsonResponse(Envelope.error(refusal.id, refusal.error).json, status: status, headers: headers)
        case .alone(let message): return await LoneRequest.answer(message, host: host, principal: principal)
        case .open(let message): return await open(message, host, principal)
        case .session(let id, let message):
            guard let session = session(id, principal) else { return unknownSession(message.requestID) }
            return await session.answer(message)
        case .stream(let id, let event): return session(id, principal)?.open(after: event) ?? unknownSession(nil)
        case .end(let id):
            guard let session = session(id, principal) else { return unknownSession(nil) }
            sessions.withLock { _ = $0.removeValue(forKey: id) }
            session.end()
            return HTTPResponse(status: 204)
        }
    }

    private func open(_ message: Envelope, _ host: ServiceHost, _ principal: String) async -> HTTPResponse {
        let session = HTTPSession(id: randomToken(), principal: principal, host: host)
        let response = await session.answer(message, headers: [(HTTPGate.sessionHeader, session.id)])
        session.prime()
        guard session.isOpen else {
            session.end()
            var refusal = response
            refusal.headers[HTTPGate.sessionHeader] = nil
            return refusal
        }
        for old in sessions.withLock({ Self.makeRoom(&$0, for: session) }) { old.end() }
        return response
    }

    private static func makeRoom(_ sessions: inout [String: HTTPSession], for new: HTTPSession) -> [HTTPSession] {
        let now = ContinuousClock.now
        var gone = sessions.values.filter { $0.isIdle && now - $0.lastUse > sessionPatience }
        if sessions.count - gone.count >= sessionLimit, let oldest = sessions.values.min(by: { $0.lastUse < $1.lastUse }) { gone.append(oldest) }
        for session in gone { sessions[session.id] = nil }
        sessions[new.id] = new
        return gone
    }

    /// A session belongs to whom opened it; to anybody else it does not exist.
    private func session(_ id: String, _ principal: String) -> HTTPSession? {
        sessions.withLock { $0[id] }.flatMap { $0.principal == principal ? $0 : nil }
    }

    private func unknownSession(_ id: RequestID?) -> HTTPResponse {
        jsonResponse(Envelope.error(id, ProtocolError(code: -32600, message: "there is no such session; open a new one")).json, status: 404)
    }
}

extension HeaderFields {
    init(_ headers: [(name: String, value: String)]) {
        self.init()
        for header in headers { add(header.name, header.value) }
    }
}
