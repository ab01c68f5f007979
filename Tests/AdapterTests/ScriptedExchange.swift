import Foundation
import Kalshi
import Keys
import Model
import Ports
import Synchronization
import Transport

/// An exchange that answers what a test told it to, over a real socket, and writes down what it was asked.
final class ScriptedExchange: Sendable {
    struct Asked: Sendable {
        let method: String
        let target: String
        let body: String
        let headers: HeaderFields
    }
    enum Reply: Sendable {
        case answer(Int, String)
        case dated(Int, String, date: String)
        /// Takes the request and never answers.
        case silence
    }

    private let script: Mutex<@Sendable (Asked, Int) -> Reply>
    private let log = Mutex<[Asked]>([])
    private let server = Mutex<WebServer?>(nil)
    private let found = Mutex(0)

    /// - Parameter script: gets the request and how many with the same method and path came before.
    init(_ script: @escaping @Sendable (Asked, Int) -> Reply) async throws {
        self.script = Mutex(script)
        let server = WebServer(port: 0) { [weak self] request in
            guard let self else { return .text(500, "gone") }
            return await self.reply(to: request)
        }
        let port = try await server.start()
        self.server.withLock { $0 = server }
        found.withLock { $0 = port }
    }

    var port: Int { found.withLock { $0 } }
    var asked: [Asked] { log.withLock { $0 } }
    func stop() async { await server.withLock { $0 }?.stop() }

    func client(timeout: Duration = .seconds(5)) throws -> KalshiClient {
        KalshiClient(
            endpoint: .local(port: port), credentials: KalshiCredentials(keyID: "key-1", key: try SigningKey.generate(.ed25519)), clock: WallClock(),
            web: WebClient(), timeout: timeout)
    }

    private func reply(to request: HTTPRequest) async -> HTTPResponse {
        let asked = Asked(
            method: request.method, target: request.query.isEmpty ? request.path : "\(request.path)?\(request.query)", body: String(decoding: request.body, as: UTF8.self),
            headers: request.headers)
        let before = log.withLock { log in
            defer { log.append(asked) }
            return log.count { $0.method == asked.method && $0.target.prefix { $0 != "?" } == request.path }
        }
        switch script.withLock({ $0 })(asked, before) {
        case .answer(let status, let body): return .json(status, Array(body.utf8))
        case .dated(let status, let body, let date): return HTTPResponse(status: status, headers: ["date": date], body: Array(body.utf8))
        case .silence:
            // The client's limit is shorter; a cancelled server ends it.
            try? await Task.sleep(for: .seconds(20))
            return .text(500, "too late")
        }
    }
}

struct WallClock: Ports.Clock {
    func now() -> Timestamp { Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970 * 1e9)) }
}
