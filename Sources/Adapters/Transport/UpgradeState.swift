import NIOCore
import NIOHTTP1
import Synchronization

/// How far one connection has come on its way to a WebSocket.
final class UpgradeState: Sendable {
    private struct State {
        var isWanted = false
        var refusal: HTTPResponse?
        var isWebSocket = false
    }

    private let state = Mutex(State())

    var isWanted: Bool { state.withLock { $0.isWanted } }
    var refusal: HTTPResponse? { state.withLock { $0.refusal } }
    var isWebSocket: Bool { state.withLock { $0.isWebSocket } }

    func want() { state.withLock { $0.isWanted = true } }
    func refuse(with answer: HTTPResponse) { state.withLock { $0.refusal = answer } }
    func upgraded() { state.withLock { $0.isWebSocket = true } }
}

/// Looks at the first request before NIO's upgrade handler does: that one swallows whatever asks for an upgrade that it cannot give, so
/// only requests for a WebSocket that is on offer may pass as they are. From any other the wish is removed, and an answer is its last.
final class UpgradeFilter: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private let state: UpgradeState
    private let isOffered: Bool
    private var isDone = false

    init(state: UpgradeState, isOffered: Bool) {
        self.state = state
        self.isOffered = isOffered
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // After the first head the channel may carry frames: hands off.
        guard !isDone, case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        isDone = true
        let wishes = head.headers[canonicalForm: "upgrade"].map { $0.lowercased() }
        if isOffered, head.method == .GET, wishes.contains("websocket") {
            state.want()
        } else if !wishes.isEmpty {
            head.headers.remove(name: "upgrade")
            // NIO's parser reads nothing after a request with an upgrade.
            head.headers.replaceOrAdd(name: "connection", value: "close")
        }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }
}

/// Closes connections that have been idle for too long, unless they are WebSockets.
final class IdleCloser: ChannelInboundHandler {
    typealias InboundIn = Any
    private let state: UpgradeState

    init(state: UpgradeState) { self.state = state }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is IdleStateHandler.IdleStateEvent else { return context.fireUserInboundEventTriggered(event) }
        if !state.isWebSocket { context.close(promise: nil) }
    }
}
