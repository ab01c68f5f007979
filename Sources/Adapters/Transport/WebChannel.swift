import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket
import Synchronization

/// One connection to a `WebServer`: Hummingbird's HTTP, unless the first request asks for a WebSocket and gets it.
///
/// Hummingbird hands the sockets over and reads HTTP; the upgrade is NIO's own, decided before Hummingbird sees the request. A refused
/// upgrade goes on as an ordinary request, whose answer is the refusal.
struct WebChannel: ServerChildChannel, HTTPChannelHandler {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let negotiated: EventLoopFuture<Negotiated>
    }

    enum Negotiated: Sendable {
        case http(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
        case webSocket(HTTPRequest, WebSocketConnection)
    }

    let responder: Responder
    private let webSocket: WebSocketRoute?
    private let channels: OpenChannels
    private let refusals: Refusals

    init(handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse, webSocket: WebSocketRoute?, bodyLimit: Int, channels: OpenChannels) {
        let refusals = Refusals()
        self.webSocket = webSocket
        self.channels = channels
        self.refusals = refusals
        self.responder = { request, writer, channel in
            let exchange = HTTPExchange(bodyLimit: bodyLimit, isUpgradeTarget: webSocket != nil)
            try await exchange.answer(request, writer, channel, refusal: refusals.take(channel), handler: handler)
        }
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channels.add(channel)
        return channel.eventLoop.makeCompletedFuture {
            let state = ConnectionState()
            // Two minutes without a byte either way end an HTTP connection; WebSockets have heartbeats of their own.
            try channel.pipeline.syncOperations.addHandler(IdleStateHandler(allTimeout: .seconds(120)))
            try channel.pipeline.syncOperations.addHandler(IdleCloser(state: state))
            var pipeline = NIOUpgradableHTTPServerPipelineConfiguration(
                upgradeConfiguration: NIOTypedHTTPServerUpgradeConfiguration(upgraders: upgraders(state), notUpgradingCompletionHandler: Self.useHTTP))
            // NIOAsyncChannel queues pipelined requests itself.
            pipeline.enablePipelining = false
            return Value(channel: channel, negotiated: try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(configuration: pipeline))
        }
    }

    func handle(value: Value, logger: Logger) async {
        // A failed negotiation has closed the channel: there is nobody to tell.
        guard let negotiated = try? await value.negotiated.get() else { return value.channel.close(promise: nil) }
        switch negotiated {
        case .http(let channel):
            await handleHTTP(asyncChannel: channel, logger: logger)
        case .webSocket(let request, let connection):
            await webSocket?.session(request, connection)
            await connection.close()
        }
    }

    private static func useHTTP(_ channel: any Channel) -> EventLoopFuture<Negotiated> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            let configuration = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>.Configuration(isOutboundHalfClosureEnabled: true)
            return .http(try NIOAsyncChannel(wrappingChannelSynchronously: channel, configuration: configuration))
        }
    }

    private func upgraders(_ state: ConnectionState) -> [any NIOTypedHTTPServerProtocolUpgrader<Negotiated>] {
        guard let route = webSocket else { return [] }
        return [
            NIOTypedWebSocketServerUpgrader(
                maxFrameSize: route.limits.messageBytes, enableAutomaticErrorHandling: false,
                shouldUpgrade: { [refusals] channel, head in
                    let request = HTTPRequest(head, channel)
                    return channel.eventLoop.makeFutureWithTask {
                        switch await route.upgrade(request) {
                        case .accept(let headers):
                            return NIOHTTP1.HTTPHeaders(headers.map { ($0.name, $0.value) })
                        case .refuse(let answer):
                            refusals.put(answer, for: channel)
                            return nil
                        }
                    }
                },
                upgradePipelineHandler: { channel, head in
                    state.isWebSocket.withLock { $0 = true }
                    return channel.eventLoop.makeCompletedFuture {
                        .webSocket(HTTPRequest(head, channel), try WebSocketConnection.make(on: channel, limits: route.limits, masks: false))
                    }
                })
        ]
    }
}

extension WebSocketConnection {
    /// Puts the frame handler at the end of a channel that has just become a WebSocket. On its event loop.
    static func make(on channel: any Channel, limits: WebSocketLimits, masks: Bool) throws -> WebSocketConnection {
        let mailbox = Mailbox(limit: limits.unreadMessages) { channel.read() }
        try channel.pipeline.syncOperations.addHandler(WebSocketFrameHandler(mailbox: mailbox, limits: limits, masks: masks))
        return WebSocketConnection(channel: channel, mailbox: mailbox, masks: masks)
    }
}

extension HTTPRequest {
    init(_ head: HTTPRequestHead, _ channel: any Channel) {
        var headers = HeaderFields()
        for (name, value) in head.headers { headers.add(name, value) }
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(
            method: head.method.rawValue, path: parts.first.map(String.init) ?? "/", query: parts.count > 1 ? String(parts[1]) : "", headers: headers,
            peer: Self.name(channel))
    }

    static func name(_ channel: any Channel) -> String { channel.remoteAddress.map { "\($0.ipAddress ?? "?"):\($0.port ?? 0)" } ?? "?" }
}

/// What became of a connection, for the idle limit.
final class ConnectionState: Sendable {
    let isWebSocket = Mutex(false)
}

final class IdleCloser: ChannelInboundHandler {
    typealias InboundIn = Any
    private let state: ConnectionState

    init(state: ConnectionState) { self.state = state }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is IdleStateHandler.IdleStateEvent else { return context.fireUserInboundEventTriggered(event) }
        if !state.isWebSocket.withLock({ $0 }) { context.close(promise: nil) }
    }
}

/// The answers of refused upgrades, until the same connection's HTTP side sends them.
final class Refusals: Sendable {
    private let waiting = Mutex<[ObjectIdentifier: HTTPResponse]>([:])

    func put(_ answer: HTTPResponse, for channel: any Channel) {
        let id = ObjectIdentifier(channel)
        waiting.withLock { $0[id] = answer }
        channel.closeFuture.whenComplete { _ in _ = self.waiting.withLock { $0.removeValue(forKey: id) } }
    }

    func take(_ channel: any Channel) -> HTTPResponse? { waiting.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) } }
}
