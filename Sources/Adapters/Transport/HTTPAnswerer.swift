import NIOCore
import NIOHTTP1

/// The end of one HTTP connection: gathers each request, has it answered, and writes the answer.
///
/// NIO reads and writes the protocol and keeps pipelined requests waiting; at most one is being answered. Everything here runs on the connection's event
/// loop, which is what `@unchecked` says: only the answering itself may run elsewhere.
final class HTTPAnswerer: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// How much of a body that is refused is still read, without keeping it, so that the client is ready to hear the refusal.
    private static let drain = 16 << 20

    private let channel: any Channel
    private let bodyLimit: Int
    private let handler: @Sendable (HTTPRequest) async -> HTTPResponse
    /// Where `handler` runs; nil for the pool of threads.
    private let executor: LoopExecutor?
    private let peer: String

    private var request: HTTPRequest?
    private var received = 0
    private var keepsAlive = true
    private var answering: Task<Void, Never>?
    private var isStopping = false

    init(_ channel: any Channel, bodyLimit: Int, onLoop: Bool, handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse) {
        self.channel = channel
        self.bodyLimit = bodyLimit
        self.handler = handler
        executor = onLoop ? LoopExecutor(channel.eventLoop) : nil
        peer = HTTPRequest.name(channel)
    }

    // MARK: - The request

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            request = HTTPRequest(head, peer: peer)
            received = 0
            keepsAlive = head.isKeepAlive
            if head.headers.contains(where: { $0.name.lowercased() == "expect" && $0.value.lowercased() == "100-continue" }) {
                context.writeAndFlush(wrapOutboundOut(.head(HTTPResponseHead(version: head.version, status: .continue))), promise: nil)
            }
        case .body(let part):
            received += part.readableBytes
            if received <= bodyLimit {
                request?.body.append(contentsOf: part.readableBytesView)
            } else if received > bodyLimit + Self.drain, let request {
                self.request = nil
                keepsAlive = false
                var answer = tooLarge
                answer.headers["connection"] = "close"
                write(answer, to: request)
            }
        case .end:
            guard let request else { return }
            self.request = nil
            if received > bodyLimit { return write(tooLarge, to: request) }
            answering = Task(executorPreference: executor) { [handler] in
                let answer = await handler(request)
                if let stream = answer.stream { return await self.write(stream, answer, to: request) }
                if self.channel.eventLoop.inEventLoop { self.write(answer, to: request) } else { self.channel.eventLoop.execute { self.write(answer, to: request) } }
            }
        }
    }

    /// A client that has said its last word still gets its answer; NIO tells this after it.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .inputClosed? = event as? ChannelEvent else { return context.fireUserInboundEventTriggered(event) }
        if answering == nil { context.close(promise: nil) } else { isStopping = true }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private var tooLarge: HTTPResponse { .text(413, "the body is larger than \(bodyLimit) bytes\n") }

    // MARK: - The answer

    private func write(_ answer: HTTPResponse, to request: HTTPRequest) {
        if answer.hangsUp { return channel.close(promise: nil) }
        let hasBody = answer.status != 204 && answer.status != 304
        var head = head(answer)
        if hasBody { head.headers.add(name: "content-length", value: String(answer.body.count)) }
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        if hasBody, request.method != "HEAD", !answer.body.isEmpty {
            channel.write(HTTPServerResponsePart.body(.byteBuffer(channel.allocator.buffer(bytes: answer.body))), promise: nil)
        }
        finish(head)
    }

    /// Each piece is taken when the one before it has been handed to the socket: a slow client is waited for, not buffered for.
    private func write(_ stream: HTTPBodyStream, _ answer: HTTPResponse, to request: HTTPRequest) async {
        defer { stream.ended() }
        let watch = DepartureWatch(onDeparture: stream.ended)
        do {
            try await channel.pipeline.addHandler(watch, position: .first)
            let head = head(answer)
            try await channel.writeAndFlush(HTTPServerResponsePart.head(head))
            while let piece = await stream.next() {
                try await channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(channel.allocator.buffer(bytes: piece))))
            }
            // The connection may live on for many streams: each takes its watch with it. One that is closed has taken it already.
            try? await channel.pipeline.removeHandler(watch)
            try await channel.eventLoop.submit { self.finish(head) }.get()
        } catch {
            // The client is gone in the middle of it.
            channel.close(promise: nil)
        }
    }

    /// The answer's first part. A connection that ends with this answer says so.
    private func head(_ answer: HTTPResponse) -> HTTPResponseHead {
        var head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status))
        head.headers.reserveCapacity(answer.headers.fields.count + 2)
        for field in answer.headers { head.headers.add(name: field.name, value: field.value) }
        if !keepsAlive { head.headers.replaceOrAdd(name: "connection", value: "close") }
        return head
    }

    private func finish(_ head: HTTPResponseHead) {
        let closes = isStopping || !head.isKeepAlive
        let written: EventLoopPromise<Void>? = closes ? channel.eventLoop.makePromise() : nil
        if let written { written.futureResult.whenComplete { [channel] _ in channel.close(promise: nil) } }
        channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: written)
        answering = nil
    }

    // MARK: - The end

    /// Ends the connection, at once or with the answer that is under way; that is asked to end.
    func stop() {
        channel.eventLoop.execute {
            self.isStopping = true
            guard let answering = self.answering else { return self.channel.close(promise: nil) }
            answering.cancel()
        }
    }

    /// Returns when the connection is closed and nothing of it is being answered any more.
    func finished() async {
        try? await channel.closeFuture.get()
        let last = try? await channel.eventLoop.submit { self.answering }.get()
        await last?.value
    }
}

extension HTTPResponse {
    /// Writes an answer on a channel that is still plain NIO, and closes it.
    func refuse(_ channel: any Channel) -> EventLoopFuture<Void> {
        var headers = NIOHTTP1.HTTPHeaders(self.headers.map { ($0.name, $0.value) })
        headers.replaceOrAdd(name: "content-length", value: String(body.count))
        headers.replaceOrAdd(name: "connection", value: "close")
        let head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: headers)
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        channel.write(HTTPServerResponsePart.body(.byteBuffer(channel.allocator.buffer(bytes: body))), promise: nil)
        return channel.writeAndFlush(HTTPServerResponsePart.end(nil)).flatMap { channel.close() }
    }
}
