import NIOCore
import Synchronization

/// The sockets that a server has open, so that it can close them.
final class OpenChannels: Sendable {
    private struct State {
        var open: [ObjectIdentifier: any Channel] = [:]
        var isClosed = false
    }

    private let channels = Mutex(State())

    func add(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        let isLate = channels.withLock { state in
            state.open[id] = channel
            return state.isClosed
        }
        if isLate { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in _ = self.channels.withLock { $0.open.removeValue(forKey: id) } }
    }

    func forEach(_ body: (any Channel) -> Void) {
        for channel in channels.withLock({ Array($0.open.values) }) { body(channel) }
    }

    /// Closes all, and from now on every newcomer.
    func closeAll() {
        channels.withLock { $0.isClosed = true }
        forEach { $0.close(promise: nil) }
    }
}
