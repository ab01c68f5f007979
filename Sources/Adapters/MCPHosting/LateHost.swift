import Synchronization

/// A service that is made when the first request that may see it comes, and kept.
final class LateHost: Sendable {
    private enum State {
        case waiting(@Sendable () throws -> ServiceHost)
        case open(ServiceHost)
    }

    private let state: Mutex<State>

    init(_ host: ServiceHost) { state = Mutex(.open(host)) }
    init(opening: @escaping @Sendable () throws -> ServiceHost) { state = Mutex(.waiting(opening)) }

    /// What could not be made is tried again at the next request.
    func opened() throws -> ServiceHost {
        try state.withLock { state in
            switch state {
            case .open(let host): return host
            case .waiting(let opening):
                let host = try opening()
                state = .open(host)
                return host
            }
        }
    }
}
