import Keys
import Notation
public import Transport

/// The healer's door on 127.0.0.1: GET `/healthz`, `/readyz` for anybody here; GET `/status` and POST `/pause`, `/resume`, `/restart` for whoever has the token.
public final class HealerServer: Sendable {
    public static let entryLimit = 500

    private let server: WebServer

    /// - Parameter port: 0 for any free one; `start` returns which.
    public init(_ healer: Healer, port: Int, token: String) {
        precondition(!token.isEmpty, "a healer without a token would let everybody restart the desk")
        server = WebServer(port: port, requestBodyLimit: 4096) { await HealerServer.answer($0, healer, token) }
    }

    public func start() async throws(TransportError) -> Int { try await server.start() }
    public func stop() async { await server.stop() }

    /// What a person says with a command.
    struct Wish: Shaped {
        let reason: String?
        static let notes: [String: Note] = ["reason": Note("", lengths: 1...200)]
    }

    static func answer(_ request: HTTPRequest, _ healer: Healer, _ token: String) async -> HTTPResponse {
        // A foreign name that resolves to this machine is a foreign name, and no page has any business here.
        guard LoopbackNames().isAllowed(host: request.headers["host"]) else { return .text(403, "this name is not the healer's\n") }
        guard request.headers["origin"] == nil else { return .text(403, "pages may not ask\n") }
        switch (request.method, request.path) {
        case ("GET", "/healthz"): return .text(200, "alive\n")
        case ("GET", "/readyz"):
            let state = await healer.status.state
            return .text(state == "ready" ? 200 : 503, "\(state)\n")
        case (_, "/healthz"), (_, "/readyz"): return HTTPResponse(status: 405, headers: ["allow": "GET"])
        case (let method, "/status") where method != "GET": return HTTPResponse(status: 405, headers: ["allow": "GET"])
        case (let method, "/pause") where method != "POST", (let method, "/resume") where method != "POST", (let method, "/restart") where method != "POST":
            return HTTPResponse(status: 405, headers: ["allow": "POST"])
        case (_, "/status"), (_, "/pause"), (_, "/resume"), (_, "/restart"):
            guard isTrusted(request, token) else {
                var refusal = HTTPResponse.text(401, "the token of the data folder is needed\n")
                refusal.headers["www-authenticate"] = "Bearer"
                return refusal
            }
            return await trusted(request, healer)
        default: return .text(404, "here are /healthz, /readyz, /status, /pause, /resume, /restart\n")
        }
    }

    private static func isTrusted(_ request: HTTPRequest, _ token: String) -> Bool {
        guard let header = request.headers["authorization"], header.hasPrefix("Bearer ") else { return false }
        return sameSecret(String(header.dropFirst("Bearer ".count)), token)
    }

    private static func trusted(_ request: HTTPRequest, _ healer: Healer) async -> HTTPResponse {
        if request.path == "/status" {
            let entries = request.query("entries").map { Int($0) ?? -1 } ?? 50
            guard (0...entryLimit).contains(entries) else { return .text(400, "entries must be from 0 to \(entryLimit)\n") }
            return told(await healer.report(entries: entries))
        }
        guard case .success(let wish) = Shape(Wish.self).read(request.body.isEmpty ? .object([]) : (try? JSON(parsing: request.body[...])) ?? .null) else {
            return .text(400, "the body must be empty or as {\"reason\": \"...\"}, with 200 characters at most\n")
        }
        switch request.path {
        case "/pause": await healer.pause(wish.reason)
        case "/resume": await healer.resume()
        default: guard await healer.restart(wish.reason) else { return .text(409, "the healer is ending\n") }
        }
        return told(await healer.report(entries: 50))
    }

    private static func told(_ report: HealerReport) -> HTTPResponse {
        // Texts and numbers are always JSON.
        guard let bytes = try? JSON(encoding: report).bytes else { preconditionFailure("a report has a JSON form") }
        var answer = HTTPResponse.json(200, bytes)
        answer.headers["cache-control"] = "no-store"
        return answer
    }
}
