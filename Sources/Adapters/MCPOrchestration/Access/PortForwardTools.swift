import Foundation
import Kubernetes
import MCP
import MCPHosting
import MCPServing
import Notation
import Synchronization

/// Forwarded ports by their handles: 8 at once, each closed when its time is over.
final class Forwards: Sendable {
    static let limit = 8

    private struct Entry {
        let forward: PortForward
        let closing: Task<Void, Never>
    }
    private struct State {
        var entries: [String: Entry] = [:]
        /// Opened soon: they count already.
        var coming = 0
    }
    private let state = Mutex(State())

    func reserve() -> Bool {
        state.withLock { state in
            guard state.entries.count + state.coming < Self.limit else { return false }
            state.coming += 1
            return true
        }
    }
    func release() { state.withLock { $0.coming -= 1 } }

    /// Takes the reserved place.
    func add(_ forward: PortForward, minutes: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        let handle = "pf-" + (0..<2).map { _ in String(UInt64.random(in: .min ... .max, using: &generator), radix: 16) }.joined()
        let closing = Task { [weak self] in
            // Cancelled when it is closed before.
            guard (try? await Task.sleep(for: .seconds(minutes * 60))) != nil else { return }
            await self?.take(handle)?.close()
        }
        state.withLock { state in
            state.coming -= 1
            state.entries[handle] = Entry(forward: forward, closing: closing)
        }
        return handle
    }

    func take(_ handle: String) -> PortForward? {
        let entry = state.withLock { $0.entries.removeValue(forKey: handle) }
        entry?.closing.cancel()
        return entry?.forward
    }
}

struct PortForwardOpenTool: Tool {
    let fleet: Fleet
    let forwards: Forwards

    struct Arguments: Shaped {
        let cluster: String?
        let namespace: String?
        let pod: String
        let port: Int
        let minutes: Int
        static let notes: [String: Note] = [
            "cluster": Say.cluster, "namespace": Say.namespace, "pod": Say.name, "port": Note("Of the pod.", range: 1...65_535), "minutes": Note("Until it closes by itself.", range: 1...120, default: 15),
        ]
    }
    struct Output: Shaped {
        let handle: String
        let localPort: Int
        let expires: String
        static let notes: [String: Note] = ["handle": "For port_forward_close.", "local_port": "On 127.0.0.1.", "expires": ""]
        enum CodingKeys: String, CodingKey {
            case handle, expires
            case localPort = "local_port"
        }
    }

    static let name = "port_forward_open"
    static let title = "Forward a port"
    static let summary = "Makes a pod's port reachable at 127.0.0.1 until it expires. Every program on this machine can use it."
    static let hints = ToolHints(readOnly: false, destructive: false, idempotent: false, openWorld: true)

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let cluster = try fleet.cluster(arguments.cluster)
        let namespace = try fleet.namespace(arguments.namespace, in: cluster)
        guard forwards.reserve() else { throw ToolFailure("\(Forwards.limit) ports are forwarded already: close one first.") }
        let forward: PortForward
        do { forward = try await PortForward.open(cluster.client, pod: arguments.pod, namespace: namespace, port: arguments.port) } catch {
            forwards.release()
            throw error
        }
        let handle = forwards.add(forward, minutes: arguments.minutes)
        return Output(handle: handle, localPort: forward.localPort, expires: KubernetesTime.text(fleet.now() + Double(arguments.minutes * 60)))
    }
}

struct PortForwardCloseTool: Tool {
    let forwards: Forwards

    struct Arguments: Shaped {
        let handle: String
        static let notes: [String: Note] = ["handle": "Of port_forward_open."]
    }
    struct Output: Shaped {
        let closed: Bool
        static let notes: [String: Note] = ["closed": "False when it was closed already, or never open."]
    }

    static let name = "port_forward_close"
    static let title = "Close a forwarded port"
    static let summary = "Closes a forwarded port and its connections."
    static let hints = ToolHints(readOnly: false, destructive: true, idempotent: true, openWorld: false)

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        guard let forward = forwards.take(arguments.handle) else { return Output(closed: false) }
        await forward.close()
        return Output(closed: true)
    }
}
