import Notation

/// Judges a request of Streamable HTTP and says whose it is, in the order of the protocol: verb, media types, JSON, envelope, revision, headers.
///
/// Host, Origin and token come before; whether the session exists, after.
public struct HTTPGate: Sendable {
    public enum Verdict: Sendable {
        case refuse(status: Int, Refusal?, headers: [(name: String, value: String)] = [])
        /// From 2026-07-28: stands alone.
        case alone(Envelope)
        /// Up to 2025-11-25: opens a session.
        case open(Envelope)
        case session(String, Envelope)
        /// The standing stream of a session, or the rest of another after that event.
        case stream(session: String, after: String?)
        case end(session: String)
    }

    /// Why, and which request it answers.
    public struct Refusal: Sendable {
        public let id: RequestID?
        public let error: ProtocolError
    }

    public static let sessionHeader = "Mcp-Session-Id"

    public init() {}

    /// - Parameter tool: looks a tool up by its name, for the arguments that are repeated in headers.
    public func judge(
        method: String, header: (String) -> String?, body: ArraySlice<UInt8>, tool: (String) -> ToolDescription?
    ) -> Verdict {
        let revision = header(RoutingHeaders.version).flatMap(Revision.init)
        switch method {
        case "POST": return post(header, body, tool)
        case "GET" where revision?.isModern == true, "DELETE" where revision?.isModern == true: return notAllowed("POST")
        case "GET": return get(header)
        case "DELETE":
            guard let session = header(HTTPGate.sessionHeader) else { return bad(.invalidRequest("\(HTTPGate.sessionHeader) is missing")) }
            return .end(session: session)
        default: return notAllowed("GET, POST, DELETE")
        }
    }

    private func get(_ header: (String) -> String?) -> Verdict {
        guard HTTPGate.accepts(header("accept"), "text/event-stream") else { return refuse(406, "text/event-stream must be acceptable") }
        guard let session = header(HTTPGate.sessionHeader) else { return bad(.invalidRequest("\(HTTPGate.sessionHeader) is missing")) }
        return .stream(session: session, after: header("last-event-id"))
    }

    private func post(_ header: (String) -> String?, _ body: ArraySlice<UInt8>, _ tool: (String) -> ToolDescription?) -> Verdict {
        guard HTTPGate.isJSON(header("content-type")) else { return refuse(415, "the body must be application/json") }
        guard HTTPGate.accepts(header("accept"), "application/json"), HTTPGate.accepts(header("accept"), "text/event-stream") else {
            return refuse(406, "application/json and text/event-stream must both be acceptable")
        }
        let message: Envelope
        do { message = try Envelope(parsing: body) } catch { return bad(error.error, id: error.id) }

        let named = header(RoutingHeaders.version)
        let isAlone = named.flatMap(Revision.init)?.isModern == true || message.carriesRevision
        if isAlone { return alone(message, header, tool) }
        if let named, Revision(rawValue: named) == nil { return bad(.unsupportedVersion(named), id: message.requestID) }
        if case .request(_, "initialize", _) = message { return .open(message) }
        guard let session = header(HTTPGate.sessionHeader) else {
            return bad(.invalidRequest("\(HTTPGate.sessionHeader) is missing; \"initialize\" gives one"), id: message.requestID)
        }
        return .session(session, message)
    }

    private func alone(_ message: Envelope, _ header: (String) -> String?, _ tool: (String) -> ToolDescription?) -> Verdict {
        switch message {
        case .request(let id, let method, let params):
            // What is missing in the body is told before what differs from it.
            guard params["_meta"]?[MetaKey.protocolVersion]?.asText != nil else {
                return bad(.invalidParams("_meta[\"\(MetaKey.protocolVersion)\"] is missing", status: 400), id: id)
            }
            let named = params["name"]?.asText.flatMap(tool)
            if let error = RoutingHeaders.mismatch(method: method, params: params, tool: named, header: header) { return bad(error, id: id) }
            return .alone(message)
        case .notification(let method, _):
            if let said = header(RoutingHeaders.method), said != method { return bad(.headerMismatch("\(RoutingHeaders.method) must be the message's method")) }
            return .alone(message)
        case .result, .error: return bad(.invalidRequest("nothing was asked"))
        }
    }

    private func bad(_ error: ProtocolError, id: RequestID? = nil) -> Verdict { .refuse(status: 400, Refusal(id: id, error: error)) }
    private func refuse(_ status: Int, _ why: String) -> Verdict { .refuse(status: status, Refusal(id: nil, error: .invalidRequest(why))) }
    private func notAllowed(_ verbs: String) -> Verdict { .refuse(status: 405, nil, headers: [("allow", verbs)]) }

    private static func isJSON(_ type: String?) -> Bool { type?.prefix { $0 != ";" }.lowercased().filter { $0 != " " } == "application/json" }

    /// No header accepts everything (RFC 9110).
    private static func accepts(_ header: String?, _ type: String) -> Bool {
        guard let header else { return true }
        let group = type.prefix { $0 != "/" } + "/*"
        return header.lowercased().split(separator: ",").contains { part in
            let name = part.prefix { $0 != ";" }.filter { $0 != " " }
            return name == type || name == group || name == "*/*"
        }
    }
}

extension Envelope {
    var carriesRevision: Bool { if case .request(_, _, let params) = self { RequestMeta.isPresent(in: params) } else { false } }

    public var requestID: RequestID? { if case .request(let id, _, _) = self { id } else { nil } }
}
