import Kubernetes
import Notation
import Synchronization
import Transport

/// A Kubernetes API server in memory, over real sockets: for the tests that must be quick. The same suite drives the real one (`make test-cluster`).
///
/// It stores, lists, watches, patches, applies with field managers, dry-runs, scales and evicts; the controllers that make ReplicaSets and pods of a
/// Deployment are in it. Kubelets are not: the tests play them, as they do with the real control plane.
final class FakeCluster: Sendable {
    let state = Mutex(FakeState())
    private let server = Mutex<WebServer?>(nil)
    private let bound = Mutex(0)
    /// What answers to exec and port-forward.
    let kubelet = FakeKubelet()

    init() {
        state.withLock { state in
            for name in ["default", "kube-system"] { state.seed("namespaces", .object(["metadata": .object(["name": .text(name)]), "status": .object(["phase": "Active"])])) }
        }
    }

    var address: String { "http://127.0.0.1:\(bound.withLock { $0 })" }

    func start(port: Int = 0) async throws {
        let route = WebSocketRoute(
            limits: .server,
            upgrade: { [self] request in
                guard let refusal = state.withLock({ $0.authorize(request) }) else { return .accept(["sec-websocket-protocol": "v4.channel.k8s.io"]) }
                return .refuse(refusal)
            },
            session: { [self] request, connection in await kubelet.serve(request, connection) })
        let new = WebServer(port: port, requestBodyLimit: 4 << 20, webSocket: route) { [self] in await answer($0) }
        let port = try await new.start()
        bound.withLock { $0 = port }
        server.withLock { $0 = new }
    }

    func stop() async {
        state.withLock { $0.endWatches() }
        await server.withLock { $0 }?.stop()
    }

    /// Stops and comes back on the same port with the same objects, as an API server does.
    func restart() async throws {
        let port = bound.withLock { $0 }
        await stop()
        try await start(port: port)
    }

    private func answer(_ request: HTTPRequest) async -> HTTPResponse {
        let answer = state.withLock { $0.answer(request) }
        switch answer {
        case .object(let status, let json): return .json(status, json.bytes)
        case .text(let text): return .text(200, text)
        case .failure(let failure): return failure.response
        case .watch(let queue):
            var response = HTTPResponse(status: 200, headers: ["content-type": "application/json"])
            response.stream = HTTPBodyStream(next: { await queue.next() }, ended: { queue.finish() })
            return response
        }
    }
}

enum FakeAnswer {
    case object(Int, JSON)
    case text(String)
    case failure(FakeFailure)
    case watch(PieceQueue)
}

/// A `Status` that says no.
struct FakeFailure: Error {
    let code: Int
    let reason: String
    let message: String
    var causes: [(field: String, message: String)] = []

    var json: JSON {
        let rows = causes.map { JSON.object(["field": .text($0.field), "message": .text($0.message)]) }
        return .object([
            "kind": "Status", "apiVersion": "v1", "status": "Failure", "message": .text(message), "reason": .text(reason),
            "details": rows.isEmpty ? nil : .object(["causes": .array(rows)]), "code": .integer(Int64(code)),
        ])
    }
    var response: HTTPResponse { .json(code, json.bytes) }

    static func notFound(_ what: String) -> FakeFailure { FakeFailure(code: 404, reason: "NotFound", message: "\(what) not found") }
    static func conflict(_ what: String) -> FakeFailure { FakeFailure(code: 409, reason: "Conflict", message: what) }
    static func invalid(_ field: String, _ message: String) -> FakeFailure {
        FakeFailure(code: 422, reason: "Invalid", message: "\(field): \(message)", causes: [(field, message)])
    }
    static func bad(_ message: String) -> FakeFailure { FakeFailure(code: 400, reason: "BadRequest", message: message) }
}

/// Pieces of a body on their way to one reader.
final class PieceQueue: Sendable {
    private struct State {
        var pieces: [[UInt8]] = []
        var isFinished = false
        var reader: CheckedContinuation<[UInt8]?, Never>?
    }
    private let state = Mutex(State())

    func add(_ piece: [UInt8]) {
        let reader = state.withLock { state -> CheckedContinuation<[UInt8]?, Never>? in
            guard !state.isFinished else { return nil }
            guard let reader = state.reader else {
                state.pieces.append(piece)
                return nil
            }
            state.reader = nil
            return reader
        }
        reader?.resume(returning: piece)
    }

    func finish() {
        let reader = state.withLock { state in
            state.isFinished = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    func next() async -> [UInt8]? {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> [UInt8]?? in
                if !state.pieces.isEmpty { return .some(state.pieces.removeFirst()) }
                if state.isFinished { return .some(nil) }
                state.reader = continuation
                return .none
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }
}
