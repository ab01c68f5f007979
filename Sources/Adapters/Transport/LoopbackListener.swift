import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// One accepted TCP connection: bytes both ways, and nothing more.
public struct TCPConnection: Sendable {
    let inbound: NIOAsyncChannelInboundStream<ByteBuffer>
    let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

    /// Hands over what arrives, piece by piece, until the other side has said its last word or `piece` returns false. Call it once.
    public func read(_ piece: ([UInt8]) async -> Bool) async {
        do {
            for try await bytes in inbound { guard await piece(Array(bytes.readableBytesView)) else { return } }
        } catch { return }  // A broken connection is one that says no more.
    }

    public func write(_ bytes: [UInt8]) async throws(TransportError) {
        do { try await outbound.write(ByteBuffer(bytes: bytes)) } catch { throw .connectionLost("bytes to a local connection were not sent") }
    }
}

/// A TCP port on 127.0.0.1, for what is no HTTP. Starts once and stops once.
public final class LoopbackListener: Sendable {
    /// More connections at once are closed unread.
    static let connectionLimit = 64

    private let session: @Sendable (TCPConnection) async -> Void
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// - Parameter session: runs for as long as its connection should live.
    public init(session: @escaping @Sendable (TCPConnection) async -> Void) { self.session = session }

    /// - Parameter port: 0 for any free one.
    /// - Returns: the port once connections are accepted.
    public func start(port: Int = 0) async throws(TransportError) -> Int {
        let server: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>
        do {
            server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: "127.0.0.1", port: port) { channel in
                    channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel) }
                }
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw .portInUse(port)
        } catch { throw .cannotListen(host: "127.0.0.1", port: port, why: "\(error)") }
        task.withLock { $0 = Task { [session] in await LoopbackListener.serve(server, session) } }
        return server.channel.localAddress?.port ?? port
    }

    /// Closes the port and every connection.
    public func stop() async {
        let running = task.withLock { $0 }
        running?.cancel()
        await running?.value
    }

    private static func serve(_ server: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>, _ session: @escaping @Sendable (TCPConnection) async -> Void) async {
        let open = OpenCount()
        do {
            try await server.executeThenClose { connections in
                try await withThrowingDiscardingTaskGroup { group in
                    for try await connection in connections {
                        guard open.enter(limit: connectionLimit) else {
                            connection.channel.close(promise: nil)
                            continue
                        }
                        group.addTask {
                            // What breaks one connection ends that one.
                            try? await connection.executeThenClose { inbound, outbound in await session(TCPConnection(inbound: inbound, outbound: outbound)) }
                            open.leave()
                        }
                    }
                }
            }
        } catch { return }  // Stopped, or the port is gone: nobody waits for more of it.
    }
}

private final class OpenCount: Sendable {
    private let count = Mutex(0)

    func enter(limit: Int) -> Bool {
        count.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
    }
    func leave() { count.withLock { $0 -= 1 } }
}
