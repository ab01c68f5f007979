import NIOCore
import Synchronization

/// The way out for a WebSocket that is told much: text messages are framed as they come, wait here in order, and leave in large pieces.
///
/// Nobody waits for anybody: `put` copies and returns, and the socket's event loop takes what there is whenever the peer has room. Bounded: what happens
/// at the bound is the caller's to decide, from `put`'s answer. One outlet a connection; what is sent past it (`WebSocketConnection.send`) is not in order with it.
public final class WebSocketOutlet: Sendable {
    public enum Room: Hashable, Sendable {
        case plenty
        /// It is in, but the part that is meant for data is full.
        case reserveOnly
        /// It is not in: there is no room at all, or the socket is closed.
        case none
    }

    /// Bytes that leave in one system call, and how many messages end in them.
    struct Piece {
        var bytes: ByteBuffer
        var messages: Int
    }

    private struct State {
        var pieces: [Piece] = []
        var messages = 0
        var bytes = 0
        /// The event loop has been asked to look, and has not looked yet.
        var isCalled = false
        var isClosed = false
        var wakeUp: (@Sendable () -> Void)?
    }

    /// About what a socket takes at once; a piece is closed when it is reached.
    static let pieceBytes = 64 << 10

    private let state = Mutex(State())
    private let messageLimit: Int
    private let reserve: Int
    private let byteLimit: Int

    /// - Parameters:
    ///   - messageLimit: how many messages wait at most, the reserve among them.
    ///   - reserve: the last so many places are for answers and goodbyes, so that a peer which is too slow for its data can still be told so.
    ///   - byteLimit: how many bytes wait at most.
    public init(messageLimit: Int, reserve: Int, byteLimit: Int = 64 << 20) {
        self.messageLimit = messageLimit
        self.reserve = reserve
        self.byteLimit = byteLimit
    }

    /// Appends one text message. It leaves with the next `flush`, or before.
    public func put(text: [UInt8]) -> Room {
        state.withLock { state in
            guard !state.isClosed, state.messages < messageLimit, state.bytes + text.count <= byteLimit else { return .none }
            if state.pieces.isEmpty || state.pieces[state.pieces.count - 1].bytes.writableBytes < text.count + 10 {
                state.pieces.append(Piece(bytes: ByteBufferAllocator().buffer(capacity: max(WebSocketOutlet.pieceBytes, text.count + 10)), messages: 0))
            }
            let last = state.pieces.count - 1
            let before = state.pieces[last].bytes.readableBytes
            WebSocketOutlet.write(text, to: &state.pieces[last].bytes)
            state.pieces[last].messages += 1
            state.messages += 1
            // Its frame's head counted: what `take` takes off is what was put on.
            state.bytes += state.pieces[last].bytes.readableBytes - before
            return state.messages < messageLimit - reserve ? .plenty : .reserveOnly
        }
    }

    /// Lets what waits leave as soon as the peer takes it.
    public func flush() {
        let wakeUp = state.withLock { state -> (@Sendable () -> Void)? in
            guard !state.isCalled, state.messages > 0 else { return nil }
            state.isCalled = state.wakeUp != nil
            return state.wakeUp
        }
        wakeUp?()
    }

    /// Takes no more; what is in already may still leave.
    public func close() { state.withLock { $0.isClosed = true } }

    /// Takes out what waits, message by message: for an outlet that no connection serves.
    public func takeMessages() -> [[UInt8]] {
        var messages: [[UInt8]] = []
        while var piece = take() {
            while let short: UInt8 = piece.readBytes(length: 2)?[1] {
                let length = short == 126 ? piece.readInteger(as: UInt16.self).map(Int.init) : short == 127 ? piece.readInteger(as: UInt64.self).map(Int.init) : Int(short)
                guard let length, let message = piece.readBytes(length: length) else { preconditionFailure("a piece holds whole messages") }
                messages.append(message)
            }
        }
        return messages
    }

    // MARK: - The event loop's side

    func attach(wakeUp: @escaping @Sendable () -> Void) {
        state.withLock { $0.wakeUp = wakeUp }
        flush()
    }

    func looked() { state.withLock { $0.isCalled = false } }

    /// The next piece to write.
    func take() -> ByteBuffer? {
        state.withLock { state in
            guard !state.pieces.isEmpty else { return nil }
            let piece = state.pieces.removeFirst()
            state.messages -= piece.messages
            state.bytes -= piece.bytes.readableBytes
            return piece.bytes
        }
    }

    /// The socket is gone: nothing that waits can be delivered.
    func abandon() {
        state.withLock { state in
            state = State()
            state.isClosed = true
        }
    }

    /// A text frame from a server, final and not masked (RFC 6455, 5.2).
    private static func write(_ text: [UInt8], to buffer: inout ByteBuffer) {
        buffer.writeInteger(0x81 as UInt8)
        switch text.count {
        case ...125: buffer.writeInteger(UInt8(text.count))
        case ...0xFFFF:
            buffer.writeInteger(126 as UInt8)
            buffer.writeInteger(UInt16(text.count))
        default:
            buffer.writeInteger(127 as UInt8)
            buffer.writeInteger(UInt64(text.count))
        }
        buffer.writeBytes(text)
    }
}

/// Asks the channel's frame handler to serve an outlet.
struct OutletRequest: Sendable {
    let outlet: WebSocketOutlet
}

/// Asks the channel's frame handler to say nothing any more.
struct Silence: Sendable {}

/// Sits between the frame encoder and the socket, so that bytes which are framed already can be put onto the wire.
final class RawPort: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func writeAndFlush(_ bytes: ByteBuffer) { context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil) }
}
