import NIOCore
import Synchronization

/// The sockets that a server has open, so that it can close them.
final class OpenChannels: Sendable {
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    func add(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        channels.withLock { $0[id] = channel }
        channel.closeFuture.whenComplete { _ in _ = self.channels.withLock { $0.removeValue(forKey: id) } }
    }

    func forEach(_ body: (any Channel) -> Void) {
        for channel in channels.withLock({ Array($0.values) }) { body(channel) }
    }
}
