import Keys
import Notation
import Transport

/// Who may use an endpoint over HTTP (OAuth 2.1's resource server; RFC 6750, RFC 9728). A session's id is never enough.
public struct AccessPolicy: Sendable {
    public enum Judgement: Sendable {
        case allowed(principal: String)
        case refused(Challenge)
    }

    /// What is told to whom is refused: how to get a token that would do.
    public struct Challenge: Sendable {
        public let status: Int
        public let error: String?

        public static let noToken = Challenge(status: 401, error: nil)
        public static let wrongToken = Challenge(status: 401, error: "invalid_token")
        public static let insufficientScope = Challenge(status: 403, error: "insufficient_scope")
    }

    static let metadataPath = "/.well-known/oauth-protected-resource"

    let judge: @Sendable (HTTPRequest) async -> Judgement
    let issuers: [String]
    let scopes: [String]
    private let isOpen: Bool

    /// Everybody who reaches the port: for the loopback interface.
    public static let open = AccessPolicy(isOpen: true, issuers: [], scopes: []) { _ in .allowed(principal: "local") }

    /// Whoever shows this one secret.
    public static func token(_ secret: String, principal: String = "operator", issuers: [String] = [], scopes: [String] = []) -> AccessPolicy {
        precondition(!secret.isEmpty, "an empty token would let everybody in")
        return bearer(issuers: issuers, scopes: scopes) { sameSecret($0, secret) ? .allowed(principal: principal) : .refused(.wrongToken) }
    }

    /// Whoever shows a token that `judge` takes. The token stands in the header; one in the query is not looked at.
    public static func bearer(issuers: [String], scopes: [String], judge: @escaping @Sendable (String) async -> Judgement) -> AccessPolicy {
        AccessPolicy(isOpen: false, issuers: issuers, scopes: scopes) { request in
            guard let header = request.headers["authorization"], header.prefix(7).lowercased() == "bearer " else { return .refused(.noToken) }
            return await judge(String(header.dropFirst(7).drop { $0 == " " }))
        }
    }

    private init(isOpen: Bool, issuers: [String], scopes: [String], judge: @escaping @Sendable (HTTPRequest) async -> Judgement) {
        self.isOpen = isOpen
        self.issuers = issuers
        self.scopes = scopes
        self.judge = judge
    }

    /// RFC 9728. The host has been judged already.
    func metadata(_ request: HTTPRequest, path: String) -> HTTPResponse {
        guard !isOpen else { return .text(404, "no token is needed here\n") }
        guard request.method == "GET" else { return HTTPResponse(status: 405, headers: ["allow": "GET"]) }
        let document = JSON.object([
            "resource": .text("http://\(request.headers["host"] ?? "")\(path)"), "authorization_servers": issuers.isEmpty ? nil : .array(issuers.map { .text($0) }),
            "scopes_supported": scopes.isEmpty ? nil : .array(scopes.map { .text($0) }), "bearer_methods_supported": .array(["header"]),
        ])
        return .json(200, document.bytes)
    }
}

extension AccessPolicy.Challenge {
    func response(_ request: HTTPRequest, path: String) -> HTTPResponse {
        var parts = ["resource_metadata=\"http://\(request.headers["host"] ?? "")\(AccessPolicy.metadataPath)\(path)\""]
        if let error { parts.append("error=\"\(error)\"") }
        var response = HTTPResponse.text(status, status == 401 ? "a bearer token is needed\n" : "this token does not allow it\n")
        response.headers["www-authenticate"] = "Bearer " + parts.joined(separator: ", ")
        return response
    }
}
