import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// One connection to a `WebServer`: HTTP, unless the first request asks for a WebSocket and gets it.
///
/// Hummingbird hands the sockets over; the protocol, the upgrade and the order of pipelined requests are NIO's (docs/decisions/0017).
struct WebChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let negotiated: EventLoopFuture<Negotiated>
    }

    enum Negotiated: Sendable {
        case http(HTTPAnswerer)
        case webSocket(HTTPRequest, WebSocketConnection)
    }

    let handler: @Sendable (HTTPRequest) async -> HTTPResponse
    let webSocket: WebSocketRoute?
    let bodyLimit: Int
    let answersOnLoop: Bool
    let channels: OpenChannels

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channels.add(channel)
        return channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let state = UpgradeState()
            // Two minutes without a byte either way end an HTTP connection; WebSockets have heartbeats of their own.
            try pipeline.addHandler(IdleStateHandler(allTimeout: .seconds(120)))
            try pipeline.addHandler(IdleCloser(state: state))
            let upgrade = NIOTypedHTTPServerUpgradeConfiguration(upgraders: upgraders(state)) { answerWithHTTP($0, state) }
            let configuration = NIOUpgradableHTTPServerPipelineConfiguration(upgradeConfiguration: upgrade)
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
        case .http(let answerer):
            await withTaskCancellationHandler { await answerer.finished() } onCancel: { answerer.stop() }
        case .webSocket(let request, let connection):
            await webSocket?.session(request, connection)
            await connection.close()
        }
    }

    /// Answers requests; or, when a WebSocket was asked for and not given, says so and ends.
    private func answerWithHTTP(_ channel: any Channel, _ state: UpgradeState) -> EventLoopFuture<Negotiated> {
        if state.isWanted {
            let answer = state.refusal ?? .text(400, "not a valid WebSocket handshake\n")
            return answer.refuse(channel).flatMapThrowing { throw TransportError.closed }
        }
        return channel.eventLoop.makeCompletedFuture {
            let answerer = HTTPAnswerer(channel, bodyLimit: bodyLimit, onLoop: answersOnLoop, handler: handler)
            try channel.pipeline.syncOperations.addHandler(answerer)
            return .http(answerer)
        }
    }

    private func upgraders(_ state: UpgradeState) -> [any NIOTypedHTTPServerProtocolUpgrader<Negotiated>] {
        guard let route = webSocket else { return [] }
        return [
            NIOTypedWebSocketServerUpgrader(
                maxFrameSize: route.limits.messageBytes, enableAutomaticErrorHandling: false,
                shouldUpgrade: { channel, head in
                    let request = HTTPRequest(head, peer: HTTPRequest.name(channel))
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
                        .webSocket(HTTPRequest(head, peer: HTTPRequest.name(channel)), try WebSocketConnection.make(on: channel, limits: route.limits, masks: false))
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
    init(_ head: HTTPRequestHead, peer: String) {
        var headers = HeaderFields()
        for (name, value) in head.headers { headers.add(name, value) }
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(
            method: head.method.rawValue, path: parts.first.map(String.init) ?? "/", query: parts.count > 1 ? String(parts[1]) : "", headers: headers,
            peer: peer)
    }

    static func name(_ channel: any Channel) -> String { channel.remoteAddress.map { "\($0.ipAddress ?? "?"):\($0.port ?? 0)" } ?? "?" }
}
