import MCPHosting
import Synchronization

/// How a part of a server that was made before its host tells subscribers that a resource changed.
public final class ChangeRelay: Sendable {
    private struct State { weak var host: ServiceHost? }
    private let state = Mutex(State())

    public init() {}

    func attach(_ host: ServiceHost) { state.withLock { $0.host = host } }

    var host: ServiceHost? { state.withLock { $0.host } }

    /// Before there is a host there is nobody to tell.
    public func resourceChanged(_ uri: String) { host?.resourceChanged(uri) }
}
