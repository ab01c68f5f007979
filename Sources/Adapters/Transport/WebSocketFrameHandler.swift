import NIOCore
import NIOWebSocket

/// Frames to messages, on the event loop: joins fragments, answers pings, sends heartbeats, notices silence, says goodbye.
final class WebSocketFrameHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let mailbox: Mailbox
    private let limits: WebSocketLimits
    /// Clients mask what they send and get unmasked frames; servers the other way round (RFC 6455, 5.1).
    private let masks: Bool
    /// Servers only: where an outlet's bytes leave.
    private let port: RawPort?
    private var outlet: WebSocketOutlet?
    private var parts: (opcode: WebSocketOpcode, bytes: [UInt8])?
    private var lastHeard = NIODeadline.now()
    private var timers: [RepeatedTask] = []
    private var saidGoodbye = false
    private var isFinished = false
    private var isSilent = false

    init(mailbox: Mailbox, limits: WebSocketLimits, masks: Bool, port: RawPort? = nil) {
        self.port = port
        self.mailbox = mailbox
        self.limits = limits
        self.masks = masks
    }

    // MARK: - Life

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        if let interval = limits.pingInterval {
            let every = TimeAmount(interval)
            timers.append(context.eventLoop.scheduleRepeatedTask(initialDelay: every, delay: every) { _ in
                let (handler, context) = bound.value
                handler.send(.ping, ByteBuffer(string: "heartbeat"), context)
            })
        }
        if let silence = limits.silence {
            let check = TimeAmount(silence / 6)
            timers.append(context.eventLoop.scheduleRepeatedTask(initialDelay: check, delay: check) { _ in
                let (handler, context) = bound.value
                handler.checkSilence(silence, context)
            })
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { end(code: 1006, "the connection broke") }

    func channelInactive(context: ChannelHandlerContext) {
        end(code: 1006, "the connection broke")
        context.fireChannelInactive()
    }

    // MARK: - In

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        lastHeard = .now()
        let frame = unwrapInboundIn(data)
        // No extension is ever agreed on, so none of their bits may be set (RFC 6455, 5.2).
        guard !frame.rsv1, !frame.rsv2, !frame.rsv3 else { return goodbye(1002, "a frame of an extension that was not agreed on", context) }
        guard (frame.maskKey == nil) == masks else { return goodbye(1002, "frames from clients are masked, from servers they are not", context) }
        var bytes = frame.unmaskedData
        switch frame.opcode {
        case .text, .binary: begin(frame.opcode, &bytes, isWhole: frame.fin, context)
        case .continuation: join(&bytes, isLast: frame.fin, context)
        case .ping: send(.pong, bytes, context)
        case .pong: break
        case .connectionClose: farewell(&bytes, context)
        default: goodbye(1002, "an unknown kind of frame", context)
        }
    }

    private func begin(_ opcode: WebSocketOpcode, _ bytes: inout ByteBuffer, isWhole: Bool, _ context: ChannelHandlerContext) {
        guard parts == nil else { return goodbye(1002, "a new message began inside another", context) }
        let content = bytes.readBytes(length: bytes.readableBytes) ?? []
        if isWhole { deliver(opcode, content) } else { parts = (opcode, content) }
    }

    private func join(_ bytes: inout ByteBuffer, isLast: Bool, _ context: ChannelHandlerContext) {
        guard let begun = parts else { return goodbye(1002, "a continuation without a beginning", context) }
        guard begun.bytes.count + bytes.readableBytes <= limits.messageBytes else { return goodbye(1009, "the message is too large", context) }
        parts?.bytes.append(contentsOf: bytes.readableBytesView)
        guard isLast, let whole = parts else { return }
        parts = nil
        deliver(whole.opcode, whole.bytes)
    }

    private func deliver(_ opcode: WebSocketOpcode, _ bytes: [UInt8]) {
        guard !isFinished else { return }
        mailbox.put(opcode == .binary ? .binary(bytes) : .text(bytes))
    }

    /// The peer says goodbye: answer it if it is not the answer to ours, and close.
    private func farewell(_ bytes: inout ByteBuffer, _ context: ChannelHandlerContext) {
        let code = bytes.readInteger(as: UInt16.self).map(Int.init) ?? 1005
        let reason = String(decoding: bytes.readableBytesView, as: UTF8.self)
        if !saidGoodbye { sendClose(code == 1005 ? 1000 : code, "", context) }
        end(code: code, reason)
        closeSoon(context, after: masks ? .seconds(1) : .zero)
    }

    // MARK: - Out

    /// The socket is read only while the reader keeps up.
    func read(context: ChannelHandlerContext) {
        if mailbox.hold() { lastHeard = .distantFuture } else {
            if lastHeard == .distantFuture { lastHeard = .now() }
            context.read()
        }
    }

    /// Nothing follows a goodbye (RFC 6455, 5.5.1).
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if saidGoodbye { promise?.fail(ChannelError.outputClosed) } else { context.write(data, promise: promise) }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        switch event {
        case let event as Goodbye:
            drain(context)
            goodbye(event.code, event.reason, context, patience: .seconds(1))
        case let event as OutletRequest: serve(event.outlet, context)
        case is Silence:
            isSilent = true
            // Nor does it judge the peer any more: without its pings there are no pongs to hear.
            stopTimers()
        default: return context.triggerUserOutboundEvent(event, promise: promise)
        }
        promise?.succeed()
    }

    private func serve(_ outlet: WebSocketOutlet, _ context: ChannelHandlerContext) {
        guard !isFinished else { return outlet.abandon() }
        self.outlet = outlet
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        outlet.attach {
            bound.eventLoop.execute {
                let (handler, context) = bound.value
                handler.outlet?.looked()
                handler.drain(context)
            }
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        drain(context)
        context.fireChannelWritabilityChanged()
    }

    /// Writes what waits, for as long as the socket takes it.
    private func drain(_ context: ChannelHandlerContext) {
        guard let outlet, let port, !saidGoodbye, !isSilent else { return }
        while context.channel.isWritable, let piece = outlet.take() { port.writeAndFlush(piece) }
    }

    private func send(_ opcode: WebSocketOpcode, _ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        guard !saidGoodbye, !isSilent else { return }
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: masks ? .random() : nil, data: bytes)
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }

    // MARK: - Trouble and the end

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The peer closed its half: nothing more will come, so nothing more is wanted.
        if let event = event as? ChannelEvent, case .inputClosed = event {
            end(code: 1006, "the other side closed the socket")
            context.close(promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error as? NIOWebSocketError {
        case .invalidFrameLength: goodbye(1009, "the message is too large", context)
        case .some: goodbye(1002, "a malformed frame", context)
        case nil:
            end(code: 1006, "the connection broke: \(error)")
            context.close(promise: nil)
        }
    }

    private func checkSilence(_ limit: Duration, _ context: ChannelHandlerContext) {
        guard lastHeard != .distantFuture, NIODeadline.now() - lastHeard > TimeAmount(limit) else { return }
        end(code: 1006, "nothing was heard for \(limit.components.seconds) s")
        context.close(promise: nil)
    }

    /// Closes from this side. A peer that broke the protocol gets a moment to read why; one that did not gets time to answer.
    private func goodbye(_ code: Int, _ reason: String, _ context: ChannelHandlerContext, patience: TimeAmount = .milliseconds(100)) {
        guard !saidGoodbye else { return }
        sendClose(code, reason, context)
        end(code: code, reason)
        closeSoon(context, after: patience)
    }

    private func sendClose(_ code: Int, _ reason: String, _ context: ChannelHandlerContext) {
        var bytes = context.channel.allocator.buffer(capacity: 2 + reason.utf8.count)
        bytes.writeInteger(UInt16(clamping: code))
        // A control frame holds 125 bytes (RFC 6455, 5.5).
        bytes.writeBytes(reason.utf8.prefix(123))
        send(.connectionClose, bytes, context)
        saidGoodbye = true
    }

    private func closeSoon(_ context: ChannelHandlerContext, after delay: TimeAmount) {
        guard delay > .zero else { return context.close(promise: nil) }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: delay) { bound.value.close(promise: nil) }
    }

    private func end(code: Int, _ reason: String) {
        guard !isFinished else { return }
        isFinished = true
        parts = nil
        outlet?.abandon()
        stopTimers()
        mailbox.finish(.closed(code: code, reason: reason))
    }

    private func stopTimers() {
        for timer in timers { timer.cancel() }
        timers = []
    }
}
