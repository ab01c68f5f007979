import NIOCore

/// A body that is made while it is sent: events, progress.
public struct HTTPBodyStream: Sendable {
    let next: @Sendable () async -> [UInt8]?
    let ended: @Sendable () -> Void

    /// - Parameters:
    ///   - next: the next piece; nil is the end. After `ended` it must return nil.
    ///   - ended: nobody reads any more, whether the last piece is sent or the client is gone. May be called more than once.
    public init(next: @escaping @Sendable () async -> [UInt8]?, ended: @escaping @Sendable () -> Void) {
        self.next = next
        self.ended = ended
    }
}

/// Hears that the client has closed its side, or is gone, while a body is still being made for it.
final class DepartureWatch: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = Any
    private let onDeparture: @Sendable () -> Void

    init(onDeparture: @escaping @Sendable () -> Void) { self.onDeparture = onDeparture }

    func channelInactive(context: ChannelHandlerContext) {
        onDeparture()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { onDeparture() }
        context.fireUserInboundEventTriggered(event)
    }
}
