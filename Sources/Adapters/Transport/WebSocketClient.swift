import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Synchronization

/// Opens WebSockets, `ws` and `wss`.
public enum WebSocketClient {
    /// Connects and shakes hands. A refused handshake is `.refused` with the HTTP status: 401 means that the signature was not believed.
    /// - Parameters:
    ///   - timeout: for everything up to the open connection.
    ///   - tls: nil for the system's authorities and no certificate of one's own.
    public static func connect(
        url: String, headers: HeaderFields = [:], limits: WebSocketLimits = .client, timeout: Duration = .seconds(10), tls: TLSSettings? = nil
    ) async throws(TransportError) -> WebSocketConnection {
        let target = try Target(url)
        let status = HandshakeStatus()
        do {
            let negotiated = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(TimeAmount(timeout))
                .channelOption(.socketOption(.tcp_nodelay), value: 1)
                .connect(host: target.host, port: target.port) { channel in
                    channel.eventLoop.makeCompletedFuture { try shakeHands(on: channel, target, headers, limits, status, TimeAmount(timeout), tls) }
                }
            return try await negotiated.get()
        } catch {
            throw meaning(of: error, target, status)
        }
    }

    /// Lays out the pipeline: TLS if asked for, HTTP for the handshake, then frames.
    private static func shakeHands(
        on channel: any Channel, _ target: Target, _ headers: HeaderFields, _ limits: WebSocketLimits, _ status: HandshakeStatus,
        _ timeout: TimeAmount, _ tls: TLSSettings?
    ) throws -> EventLoopFuture<WebSocketConnection> {
        let pipeline = channel.pipeline.syncOperations
        if target.isSecure {
            let context = try NIOSSLContext(configuration: tls?.configuration ?? .makeClientConfiguration())
            try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: target.isAddress ? nil : target.host))
        }
        let upgrader = NIOTypedWebSocketClientUpgrader(maxFrameSize: limits.messageBytes, enableAutomaticErrorHandling: false) { channel, _ in
            channel.eventLoop.makeCompletedFuture { try WebSocketConnection.make(on: channel, limits: limits, masks: true) }
        }
        var fields = HTTPHeaders(headers.map { ($0.name, $0.value) })
        fields.replaceOrAdd(name: "Host", value: target.authority)
        let http: [any RemovableChannelHandler] = [
            HTTPRequestEncoder(), ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes)), StatusWatcher(status: status),
        ]
        let upgrade = NIOTypedHTTPClientUpgradeHandler(
            httpHandlers: http,
            upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration(
                upgradeRequestHead: HTTPRequestHead(version: .http1_1, method: .GET, uri: target.path, headers: fields), upgraders: [upgrader],
                notUpgradingCompletionHandler: { channel in
                    channel.close(promise: nil)
                    return channel.eventLoop.makeFailedFuture(TransportError.closed)
                }))
        try pipeline.addHandlers(http)
        try pipeline.addHandler(upgrade)
        let limit = channel.eventLoop.scheduleTask(in: timeout) {
            status.isLate.withLock { $0 = true }
            channel.close(promise: nil)
        }
        let result = upgrade.upgradeResultFuture
        result.whenComplete { _ in limit.cancel() }
        return result
    }

    private static func meaning(of error: any Error, _ target: Target, _ status: HandshakeStatus) -> TransportError {
        if let code = status.code.withLock({ $0 }), code != 101 { return .refused(url: target.text, status: code) }
        if status.isLate.withLock({ $0 }) { return .couldNotConnect(to: target.text, why: "no answer to the handshake in time") }
        switch error {
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: return .tls(to: target.text, why: "\(error)")
        case is NIOConnectionError, is IOError: return .couldNotConnect(to: target.text, why: ConnectFailure.text(error))
        case ChannelError.connectTimeout: return .couldNotConnect(to: target.text, why: "no answer in time")
        default: return .couldNotConnect(to: target.text, why: "the other side did not speak WebSocket (\(error))")
        }
    }

    /// A parsed ws or wss URL.
    private struct Target: Sendable {
        let text: String
        let host: String
        let port: Int
        let isSecure: Bool
        let path: String

        init(_ url: String) throws(TransportError) {
            guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(), scheme == "ws" || scheme == "wss",
                let host = parts.host, !host.isEmpty
            else { throw .badURL(url) }
            text = url
            self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
            isSecure = scheme == "wss"
            port = parts.port ?? (isSecure ? 443 : 80)
            let path = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
            self.path = parts.percentEncodedQuery.map { "\(path)?\($0)" } ?? path
        }

        var isAddress: Bool { host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." } }
        var authority: String {
            let name = host.contains(":") ? "[\(host)]" : host
            return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
        }
    }
}

/// What the handshake's HTTP answer was, and whether it came too late.
final class HandshakeStatus: Sendable {
    let code = Mutex<Int?>(nil)
    let isLate = Mutex(false)
}

/// Notes the status of the handshake's answer on its way to NIO's upgrade handler, which keeps it to itself.
final class StatusWatcher: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    private let status: HandshakeStatus

    init(status: HandshakeStatus) { self.status = status }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) { status.code.withLock { $0 = Int(head.status.code) } }
        context.fireChannelRead(data)
    }
}
