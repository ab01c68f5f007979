import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket

/// One connection to a `WebServer`: Hummingbird's HTTP, unless the first request asks for a WebSocket and gets it.
///
/// Hummingbird hands the sockets over and reads HTTP; the upgrade is NIO's own, decided before Hummingbird sees the request.
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

    init(handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse, webSocket: WebSocketRoute?, bodyLimit: Int, channels: OpenChannels) {
        self.webSocket = webSocket
        self.channels = channels
        let exchange = HTTPExchange(bodyLimit: bodyLimit)
        self.responder = { request, writer, channel in try await exchange.answer(request, writer, channel, handler: handler) }
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channels.add(channel)
        return channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let state = UpgradeState()
            // Two minutes without a byte either way end an HTTP connection; WebSockets have heartbeats of their own.
            try pipeline.addHandler(IdleStateHandler(allTimeout: .seconds(120)))
            try pipeline.addHandler(IdleCloser(state: state))
            let upgrade = NIOTypedHTTPServerUpgradeConfiguration(upgraders: upgraders(state)) { Self.answerWithHTTP($0, state) }
            var configuration = NIOUpgradableHTTPServerPipelineConfiguration(upgradeConfiguration: upgrade)
            // NIOAsyncChannel queues pipelined requests itself.
            configuration.enablePipelining = false
            let negotiated = try pipeline.configureUpgradableHTTPServerPipeline(configuration: configuration)
            let upgrader = try pipeline.handler(type: NIOTypedHTTPServerUpgradeHandler<Negotiated>.self)
            try pipeline.addHandler(UpgradeFilter(state: state, isOffered: webSocket != nil), position: .before(upgrader))
            return Value(channel: channel, negotiated: negotiated)
        }
    }

    func handle(value: Value, logger: Logger) async {
        // A failed negotiation has been answered, or the channel is gone: there is nobody to tell.
        guard let negotiated = try? await value.negotiated.get() else { return value.channel.close(promise: nil) }
        switch negotiated {
        case .http(let channel):
            await handleHTTP(asyncChannel: channel, logger: logger)
        case .webSocket(let request, let connection):
            await webSocket?.session(request, connection)
            await connection.close()
        }
    }

    /// Hands the channel to Hummingbird; or, when a WebSocket was asked for and not given, says so and ends.
    private static func answerWithHTTP(_ channel: any Channel, _ state: UpgradeState) -> EventLoopFuture<Negotiated> {
        if state.isWanted {
            let answer = state.refusal ?? .text(400, "not a valid WebSocket handshake\n")
            return HTTPExchange.refuse(answer, on: channel).flatMapThrowing { throw TransportError.closed }
        }
        return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            let configuration = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>.Configuration(isOutboundHalfClosureEnabled: true)
            return .http(try NIOAsyncChannel(wrappingChannelSynchronously: channel, configuration: configuration))
        }
    }

    private func upgraders(_ state: UpgradeState) -> [any NIOTypedHTTPServerProtocolUpgrader<Negotiated>] {
        guard let route = webSocket else { return [] }
        return [
            NIOTypedWebSocketServerUpgrader(
                maxFrameSize: route.limits.messageBytes, enableAutomaticErrorHandling: false,
                shouldUpgrade: { channel, head in
                    let request = HTTPRequest(head, channel)
                    return channel.eventLoop.makeFutureWithTask {
                        switch await route.upgrade(request) {
                        case .accept(let headers):
                            return NIOHTTP1.HTTPHeaders(headers.map { ($0.name, $0.value) })
                        case .refuse(let answer):
                            state.refuse(with: answer)
                            return nil
                        }
                    }
                },
                upgradePipelineHandler: { channel, head in
                    state.upgraded()
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
        let pipeline = channel.pipeline.syncOperations
        let port = masks ? nil : RawPort()
        if let port { try pipeline.addHandler(port, position: .before(try pipeline.handler(type: WebSocketFrameEncoder.self))) }
        try pipeline.addHandler(WebSocketFrameHandler(mailbox: mailbox, limits: limits, masks: masks, port: port))
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
