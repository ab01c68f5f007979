import NIOCore
import NIOPosix

/// One client of the proxy: reads the head of its request, has the target judged, and joins it with the other side.
final class ProxyHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Of a request's head, and of an answer's.
    static let headLimit = 64 << 10

    private let limits: ForwardProxy.Limits
    private let judge: @Sendable (ProxyTarget) async -> ProxyVerdict
    private var head = ByteBuffer()
    private var isHeadWhole = false

    init(limits: ForwardProxy.Limits, judge: @escaping @Sendable (ProxyTarget) async -> ProxyVerdict) {
        self.limits = limits
        self.judge = judge
    }

    func channelActive(context: ChannelHandlerContext) { context.read() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        head.writeBuffer(&buffer)
        guard !isHeadWhole else { return }
        guard let end = ProxyHead.end(of: head.readableBytesView) else { return head.readableBytes > Self.headLimit ? context.close(promise: nil) : context.read() }
        isHeadWhole = true
        let text = String(decoding: head.readBytes(length: end) ?? [], as: UTF8.self)
        guard let request = ProxyHead.Request(text) else { return context.close(promise: nil) }
        decide(request, context)
    }

    /// The client said all it will say before anything was decided: it is gone.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func decide(_ request: ProxyHead.Request, _ context: ChannelHandlerContext) {
        let (judge, channel, loop) = (judge, context.channel, context.eventLoop)
        let verdict = loop.makePromise(of: [InternetAddress].self)
        verdict.completeWithTask {
            switch await judge(request.target) {
            case .connect(let addresses): addresses
            case .refuse: []
            }
        }
        verdict.futureResult.assumeIsolated().whenComplete { result in
            guard case .success(let addresses) = result, channel.isActive else { return channel.close(promise: nil) }
            self.connect(addresses[...], request, channel)
        }
    }

    private func connect(_ addresses: ArraySlice<InternetAddress>, _ request: ProxyHead.Request, _ client: any Channel) {
        guard let address = addresses.first, let socket = try? SocketAddress(ipAddress: "\(address)", port: request.target.port) else { return client.close(promise: nil) }
        ClientBootstrap(group: client.eventLoop)
            .connectTimeout(TimeAmount(limits.connectTimeout))
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(to: socket)
            .assumeIsolated()
            .whenComplete { result in
                switch result {
                case .success(let server): self.join(client, server, request)
                case .failure: self.connect(addresses.dropFirst(), request, client)
                }
            }
    }

    private func join(_ client: any Channel, _ server: any Channel, _ request: ProxyHead.Request) {
        guard client.isActive, server.isActive else {
            server.close(promise: nil)
            return client.close(promise: nil)
        }
        let inward = ProxyGlue(limit: limits.bytesIn, editsHead: !request.target.isTunnel)
        let outward = ProxyGlue(limit: .max, editsHead: false)
        inward.partner = outward
        outward.partner = inward
        do {
            try server.pipeline.syncOperations.addHandler(inward)
            try client.pipeline.syncOperations.addHandler(outward)
        } catch {
            server.close(promise: nil)
            return client.close(promise: nil)
        }
        if request.target.isTunnel {
            client.writeAndFlush(ByteBuffer(string: "HTTP/1.1 200 Connection established\r\n\r\n"), promise: nil)
        } else {
            server.write(ByteBuffer(string: request.forwarded), promise: nil)
        }
        if head.readableBytes > 0 { server.write(head, promise: nil) }
        server.flush()
        client.pipeline.syncOperations.removeHandler(self, promise: nil)
        client.read()
        server.read()
    }
}

/// One end of a joined pair: what comes in here goes out there, and is read only as fast as it goes out.
final class ProxyGlue: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    var partner: ProxyGlue?
    private var context: ChannelHandlerContext?
    private var left: Int
    private var head: ByteBuffer?
    private var isReadPending = false

    /// - Parameter editsHead: what comes in are answers of plain HTTP: each is told to be the last on its connection, so that no later request for another
    ///   target can follow it there.
    init(limit: Int, editsHead: Bool) {
        left = limit
        head = editsHead ? ByteBuffer() : nil
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        partner = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        left -= buffer.readableBytes
        guard left >= 0 else { return close() }
        guard head != nil else { return pass(buffer) }
        head?.writeBuffer(&buffer)
        passHead()
    }

    private func passHead() {
        while var waiting = head {
            guard let end = ProxyHead.end(of: waiting.readableBytesView) else {
                if waiting.readableBytes > ProxyHandler.headLimit { close() }
                return
            }
            guard let answer = ProxyHead.Answer(String(decoding: waiting.readBytes(length: end) ?? [], as: UTF8.self)) else { return close() }
            pass(ByteBuffer(string: answer.forwarded))
            head = waiting
            // "100 Continue" and "103 Early Hints" come before the answer itself.
            guard answer.isInterim else {
                head = nil
                return waiting.readableBytes > 0 ? pass(waiting) : ()
            }
        }
    }

    private func pass(_ buffer: ByteBuffer) { partner?.context?.write(wrapOutboundOut(buffer), promise: nil) }
    private func close() { context?.close(promise: nil) }

    func channelReadComplete(context: ChannelHandlerContext) {
        partner?.context?.flush()
        readOn()
    }

    func channelInactive(context: ChannelHandlerContext) { partner?.context?.close(promise: nil) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { partner?.context?.close(mode: .output, promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelWritabilityChanged(context: ChannelHandlerContext) { if context.channel.isWritable { partner?.resume() } }

    private func readOn() {
        guard let partner = partner?.context else { return }
        if partner.channel.isWritable { context?.read() } else { isReadPending = true }
    }

    private func resume() {
        guard isReadPending else { return }
        isReadPending = false
        context?.read()
    }
}
