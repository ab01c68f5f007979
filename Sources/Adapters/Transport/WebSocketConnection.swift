import NIOCore
import NIOWebSocket

/// One open WebSocket, either side of it.
///
/// There is one reader: iterate `incoming` once. Pings are answered and fragments joined underneath. A dropped connection object closes
/// its socket, so keep it (or iterate `incoming`, which keeps it) for as long as it should live.
public final class WebSocketConnection: Sendable {
    private let channel: any Channel
    private let mailbox: Mailbox
    private let masks: Bool
    /// Address and port of the other side, for logs.
    public let peer: String

    init(channel: any Channel, mailbox: Mailbox, masks: Bool) {
        self.channel = channel
        self.mailbox = mailbox
        self.masks = masks
        self.peer = channel.remoteAddress.map { "\($0.ipAddress ?? "?"):\($0.port ?? 0)" } ?? "?"
    }

    deinit { channel.close(promise: nil) }

    /// Every message in order, the last one `.closed`. A reader that lags makes the peer wait; nothing is dropped.
    public var incoming: AsyncStream<WebSocketMessage> {
        AsyncStream(unfolding: { [self] in await mailbox.next() }, onCancel: { [mailbox] in mailbox.abandon() })
    }

    /// Returns when the operating system has taken the message: a slow peer makes this wait, until it is closed for its silence.
    public func send(text: [UInt8]) async throws(TransportError) { try await send([text], .text) }
    public func send(text: String) async throws(TransportError) { try await send([Array(text.utf8)], .text) }
    public func send(binary: [UInt8]) async throws(TransportError) { try await send([binary], .binary) }
    /// Several text messages in one go: one wait and one system call instead of many.
    public func send(texts: [[UInt8]]) async throws(TransportError) { try await send(texts, .text) }

    /// False once either side has said goodbye or the socket broke, even if messages are still to be read.
    public var isOpen: Bool { channel.isActive && !mailbox.isFinished }

    /// Says goodbye and waits for the peer's, for a second at most; then the socket is closed.
    public func close(code: Int = 1000, reason: String = "") async {
        channel.triggerUserOutboundEvent(Goodbye(code: code, reason: reason), promise: nil)
        // Closing has no outcome to report: a socket that is gone already is what was asked for.
        _ = try? await channel.closeFuture.get()
    }

    /// Says goodbye and does not wait; the socket is closed within a second.
    public func end(code: Int, reason: String) { channel.triggerUserOutboundEvent(Goodbye(code: code, reason: reason), promise: nil) }

    /// From now on the outlet's messages leave through this connection. Servers only, and once.
    public func serve(_ outlet: WebSocketOutlet) {
        precondition(!masks, "an outlet's frames are a server's")
        channel.triggerUserOutboundEvent(OutletRequest(outlet: outlet), promise: nil)
    }

    /// Ends the socket without a goodbye. For faults: whoever means well calls `close`.
    public func abort() { channel.close(promise: nil) }
    /// Keeps the socket open and sends nothing any more, pings included. For faults.
    public func mute() { channel.triggerUserOutboundEvent(Silence(), promise: nil) }

    private func send(_ messages: [[UInt8]], _ opcode: WebSocketOpcode) async throws(TransportError) {
        guard let last = messages.last else { return }
        guard isOpen else { throw .closed }
        do {
            for message in messages.dropLast() { channel.write(frame(message, opcode), promise: nil) }
            try await channel.writeAndFlush(frame(last, opcode)).get()
        } catch {
            throw .connectionLost("a message to \(peer) was not sent")
        }
    }

    private func frame(_ bytes: [UInt8], _ opcode: WebSocketOpcode) -> WebSocketFrame {
        WebSocketFrame(fin: true, opcode: opcode, maskKey: masks ? .random() : nil, data: channel.allocator.buffer(bytes: bytes))
    }
}

/// Asks the channel's frame handler to close the connection in good order.
struct Goodbye: Sendable {
    let code: Int
    let reason: String
}
