import Synchronization
import Transport

/// The head of a streamed answer, and the body when it is no success.
final class Failure: Sendable {
    private struct State {
        var head: HTTPResponse?
        var body: [UInt8] = []
    }
    private let state = Mutex(State())
    private static let bodyLimit = 64 << 10

    func begin(_ head: HTTPResponse) { state.withLock { $0.head = head } }
    var status: Int { state.withLock { $0.head?.status ?? 0 } }
    var isSuccess: Bool { (200...299).contains(status) }

    /// False once enough of the reason is there.
    func take(_ bytes: [UInt8]) -> Bool {
        state.withLock { state in
            state.body += bytes
            return state.body.count < Self.bodyLimit
        }
    }

    var error: KubernetesError {
        state.withLock { state in
            guard let head = state.head else { return .unreadable("the answer has no status") }
            return KubernetesError(status: head.status, body: state.body, headers: head.headers)
        }
    }
}
