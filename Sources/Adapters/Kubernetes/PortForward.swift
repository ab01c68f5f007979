import Synchronization
import Transport

/// A port of a pod, on a port of this machine's loopback interface, until it is closed. Every connection is a stream of its own through the API server.
public final class PortForward: Sendable {
    private let listener: LoopbackListener
    public let localPort: Int

    /// - Parameter port: of the pod.
    public static func open(_ client: KubernetesClient, pod: String, namespace: String, port: Int) async throws(KubernetesError) -> PortForward {
        guard (1...65_535).contains(port) else { throw .notConfigured("a port is a number from 1 to 65535, not \(port)") }
        let path = try client.path(.pods, pod, namespace, "portforward")
        // Tried once now: who may not, or a pod that is not there, is told here and not to the first connection.
        _ = try await client.get(.pods, pod, namespace: namespace)
        let probe = try await client.open(path, [("ports", "\(port)")])
        await probe.close()
        let listener = LoopbackListener { connection in await Self.join(connection, client, path, port) }
        do { return PortForward(listener, try await listener.start()) } catch { throw .unreachable(error) }
    }

    private init(_ listener: LoopbackListener, _ localPort: Int) {
        self.listener = listener
        self.localPort = localPort
    }

    public func close() async { await listener.stop() }

    /// So long the pod may still speak when this side has said its last word.
    private static let lastWords = Duration.seconds(5)

    private static func join(_ local: TCPConnection, _ client: KubernetesClient, _ path: String, _ port: Int) async {
        // A stream that cannot be opened closes the local connection: that is all that TCP can say.
        guard let remote = try? await client.open(path, [("ports", "\(port)")]) else { return }
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await local.read { bytes in (try? await remote.send(binary: [0] + bytes)) != nil }
                return false
            }
            group.addTask {
                await Self.receive(remote, local)
                return true
            }
            if await group.next() == false {
                group.addTask {
                    // Cancelled when the pod has ended.
                    try? await Task.sleep(for: lastWords)
                    return true
                }
                _ = await group.next()
            }
            group.cancelAll()
            await remote.close()
        }
    }

    /// Channel 0 is the port's data and 1 its errors; the first message of each is the port's number.
    private static func receive(_ remote: WebSocketConnection, _ local: TCPConnection) async {
        var begun: Set<UInt8> = []
        for await message in remote.incoming {
            guard case .binary(let bytes) = message, let channel = bytes.first else {
                if case .closed = message { return }
                continue
            }
            if begun.insert(channel).inserted, bytes.count == 3 { continue }
            guard channel == 0, (try? await local.write(Array(bytes.dropFirst()))) != nil else { return }
        }
    }
}
