import Glibc
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// What to do with requests that want to become WebSockets.
public struct WebSocketRoute: Sendable {
    public enum Decision: Sendable {
        case accept(HeaderFields = [:])
        /// The answer that the client gets instead of its WebSocket.
        case refuse(HTTPResponse)
    }

    let limits: WebSocketLimits
    let upgrade: @Sendable (HTTPRequest) async -> Decision
    let session: @Sendable (HTTPRequest, WebSocketConnection) async -> Void

    /// - Parameter session: runs for as long as the connection should live; when it returns, the connection is closed.
    public init(
        limits: WebSocketLimits = .server, upgrade: @escaping @Sendable (HTTPRequest) async -> Decision,
        session: @escaping @Sendable (HTTPRequest, WebSocketConnection) async -> Void
    ) {
        self.limits = limits
        self.upgrade = upgrade
        self.session = session
    }
}

/// HTTP/1.1 and WebSocket on one port.
///
/// Starts once and stops once. A session of a WebSocket is cancelled when the server stops: it must not hold on.
public actor WebServer {
    private let host: String
    private let port: Int
    private let channels = OpenChannels()
    private let finished = OneShot<Bool>()
    private let setup: WebChannel
    private var run: Task<Void, Never>?

    /// - Parameters:
    ///   - port: 0 for any free one; `start` returns which.
    ///   - requestBodyLimit: a larger body is answered with 413.
    ///   - answersOnLoop: whether `handler` runs where the bytes arrive: faster, where it never blocks.
    public init(
        host: String = "127.0.0.1", port: Int, requestBodyLimit: Int = 1 << 20, webSocket: WebSocketRoute? = nil, answersOnLoop: Bool = false,
        handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
    ) {
        self.host = host
        self.port = port
        self.setup = WebChannel(handler: handler, webSocket: webSocket, bodyLimit: requestBodyLimit, answersOnLoop: answersOnLoop, channels: channels)
    }

    /// Returns the port once connections are accepted.
    public func start() async throws(TransportError) -> Int {
        precondition(run == nil, "a web server starts once")
        let started = OneShot<Result<Int, TransportError>>()
        let (host, port, setup, finished) = (host, port, setup, finished)
        run = Task {
            do {
                // 1024 connections at once; more wait in the system's backlog.
                let configuration = ServerConfiguration(
                    address: .hostname(host, port: port), availableConnectionsDelegate: MaximumAvailableConnections(1024))
                let server = Server(
                    childChannelSetup: setup, configuration: configuration,
                    onServerRunning: { channel in started.set(.success(channel.localAddress?.port ?? port)) },
                    eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: .silent)
                try await server.run()
            } catch {
                started.set(.failure(Self.listenError(error, host, port)))
            }
            finished.set(true)
        }
        guard let result = await started.wait(atMost: .seconds(10)) else {
            throw .cannotListen(host: host, port: port, why: "no answer from the system")
        }
        return try result.get()
    }

    /// Stops accepting, says goodbye to WebSockets and closes every socket; done within a second.
    public func stop() async {
        guard let run else { return }
        channels.forEach { $0.triggerUserOutboundEvent(Goodbye(code: 1001, reason: "the server stops"), promise: nil) }
        run.cancel()
        _ = await finished.wait(atMost: .milliseconds(300))
        // What is still open was busy, or accepted so late that nobody had taken it.
        channels.closeAll()
        _ = await finished.wait(atMost: .milliseconds(500))
    }

    private static func listenError(_ error: any Error, _ host: String, _ port: Int) -> TransportError {
        if let error = error as? IOError, error.errnoCode == EADDRINUSE { return .portInUse(port) }
        if let error = error as? IOError, error.errnoCode == EACCES { return .cannotListen(host: host, port: port, why: "permission denied") }
        return .cannotListen(host: host, port: port, why: "\(error)")
    }
}

extension Logger {
    /// The libraries underneath have nothing to say that our errors do not.
    static let silent = Logger(label: "transport", factory: { _ in SwiftLogNoOpLogHandler() })
}
