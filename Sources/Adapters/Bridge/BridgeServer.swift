public import Ports
import Synchronization
public import Transport

/// The hub between the desk and whoever looks at it: a WebSocket at `/`, and GET `/healthz`, `/readyz`, `/metrics`, on one port.
///
/// Starts once and stops once. Pages from elsewhere are refused by their `Origin`; everybody needs the token.
public final class BridgeServer: Sendable {
    private let server: WebServer
    private let hub: Hub
    private let gate: Gate
    private let pollInterval: Duration
    private let polling = Mutex<Task<Void, Never>?>(nil)

    /// - Parameters:
    ///   - port: 0 for any free one; `start` returns which.
    ///   - dashboardPort: pages served from this port of this machine may connect.
    ///   - research: what assistants read; nil at a desk that serves no browser.
    ///   - beside: answers what is none of the bridge's own paths, by its own rules of who may ask; nil for what is none of its either.
    ///   - allowedHosts: names beside the loopback's own under which the bridge may be reached, for a desk in a container.
    public init(
        host: String = "127.0.0.1", port: Int, dashboardPort: Int, token: String, desk: any DeskPort, research: (any ResearchPort)? = nil, limits: BridgeLimits = BridgeLimits(),
        allowedHosts: Set<String> = [], beside: (@Sendable (HTTPRequest) async -> HTTPResponse?)? = nil
    ) {
        precondition(!token.isEmpty, "a bridge without a token would let everybody in")
        let hub = Hub(desk: desk, research: research, limits: limits)
        let gate = Gate(names: LoopbackNames(extra: allowedHosts), dashboardPort: dashboardPort)
        let pages = BridgePages(desk: desk, hub: hub, gate: gate)
        self.hub = hub
        self.gate = gate
        self.pollInterval = limits.pollInterval
        self.server = WebServer(
            // The bridge itself reads no bodies; what stands beside it may take 4 MiB.
            host: host, port: port, requestBodyLimit: beside == nil ? 1 << 16 : 4 << 20,
            webSocket: WebSocketRoute(
                limits: WebSocketLimits(messageBytes: 1 << 16, pingInterval: .seconds(10), silence: .seconds(30)),
                upgrade: { gate.decide($0) },
                session: { _, connection in
                    await BridgeSession(connection: connection, hub: hub, desk: desk, token: token, limits: limits).run()
                }),
            handler: { request in
                if let answer = await beside?(request) { return answer }
                return await pages.answer(request)
            })
    }

    /// Returns the port once clients may come.
    public func start() async throws(TransportError) -> Int {
        let port = try await server.start()
        let (hub, interval) = (hub, pollInterval)
        let task = Task {
            while !Task.isCancelled {
                await hub.look()
                // The pace of looking at the desk, not a wait for something; a cancelled sleep ends the loop.
                try? await Task.sleep(for: interval)
            }
        }
        polling.withLock { $0 = task }
        return port
    }

    /// Tells the clients and closes them; done within a second.
    public func stop() async {
        polling.withLock { $0 }?.cancel()
        await server.stop()
    }

    /// For a dashboard that took any free port after the bridge had started.
    public func allow(dashboardPort: Int) { gate.allow(dashboardPort: dashboardPort) }
}

/// Who may open a WebSocket here.
final class Gate: Sendable {
    private let names: LoopbackNames
    private let dashboardPort: Mutex<Int>

    init(names: LoopbackNames, dashboardPort: Int) {
        self.names = names
        self.dashboardPort = Mutex(dashboardPort)
    }

    func allow(dashboardPort port: Int) { dashboardPort.withLock { $0 = port } }

    func isKnown(_ request: HTTPRequest) -> Bool { names.isAllowed(host: request.headers["host"]) }

    func decide(_ request: HTTPRequest) -> WebSocketRoute.Decision {
        guard request.path == "/" else { return .refuse(.text(404, "the bridge is at /\n")) }
        guard isKnown(request) else { return .refuse(.text(403, "this name is not the desk's\n")) }
        guard names.isAllowed(origin: request.headers["origin"], port: dashboardPort.withLock { $0 }) else {
            return .refuse(.text(403, "pages from elsewhere may not connect\n"))
        }
        return .accept()
    }
}
