import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTP1

/// One request and its answer, between Hummingbird's types and ours.
struct HTTPExchange: Sendable {
    let bodyLimit: Int

    func answer(
        _ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel, handler: @Sendable (HTTPRequest) async -> HTTPResponse
    ) async throws {
        var whole = head(request, channel)
        if whole.headers["expect"]?.lowercased() == "100-continue" { try await writer.writeInformationalHead(.init(status: .continue)) }
        switch try await collect(request) {
        case .whole(let body):
            whole.body = body
            try await write(await handler(whole), to: whole, channel, writer)
        case .tooLarge(let isRead):
            var answer = HTTPResponse.text(413, "the body is larger than \(bodyLimit) bytes\n")
            if !isRead { answer.headers["connection"] = "close" }
            try await write(answer, to: whole, channel, writer)
            // Whoever still sends after the drain's limit is cut off: throwing closes the connection.
            if !isRead { throw TransportError.closed }
        }
    }

    /// Writes an answer on a channel that is still plain NIO, and closes it.
    static func refuse(_ answer: HTTPResponse, on channel: any Channel) -> EventLoopFuture<Void> {
        var headers = NIOHTTP1.HTTPHeaders(answer.headers.map { ($0.name, $0.value) })
        headers.replaceOrAdd(name: "content-length", value: String(answer.body.count))
        headers.replaceOrAdd(name: "connection", value: "close")
        let head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        channel.write(HTTPServerResponsePart.body(.byteBuffer(channel.allocator.buffer(bytes: answer.body))), promise: nil)
        return channel.writeAndFlush(HTTPServerResponsePart.end(nil)).flatMap { channel.close() }
    }

    private enum Body {
        case whole([UInt8])
        case tooLarge(isRead: Bool)
    }

    /// Reads the body up to the limit, then, without keeping it, 16 MiB more, so that the client is ready to hear the refusal.
    private func collect(_ request: Request) async throws -> Body {
        var bytes: [UInt8] = []
        var count = 0
        for try await part in request.body {
            count += part.readableBytes
            if count > bodyLimit + 16 << 20 { return .tooLarge(isRead: false) }
            if count <= bodyLimit { bytes.append(contentsOf: part.readableBytesView) }
        }
        return count > bodyLimit ? .tooLarge(isRead: true) : .whole(bytes)
    }

    private func head(_ request: Request, _ channel: any Channel) -> HTTPRequest {
        var headers = HeaderFields()
        // Hummingbird's types carry Host as the authority.
        if let authority = request.head.authority { headers.add("host", authority) }
        for field in request.headers { headers.add(field.name.rawName, field.value) }
        let parts = (request.head.path ?? "/").split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return HTTPRequest(
            method: request.method.rawValue, path: parts.first.map(String.init) ?? "/", query: parts.count > 1 ? String(parts[1]) : "",
            headers: headers, peer: HTTPRequest.name(channel))
    }

    private func write(_ answer: HTTPResponse, to request: HTTPRequest, _ channel: any Channel, _ writer: consuming ResponseWriter) async throws {
        if answer.hangsUp { throw TransportError.closed }
        var fields = HTTPFields()
        for field in answer.headers {
            guard let name = HTTPField.Name(field.name) else { preconditionFailure("\"\(field.name)\" is not the name of a header") }
            fields.append(HTTPField(name: name, value: field.value))
        }
        if let stream = answer.stream { return try await write(stream, answer.status, fields, channel, writer) }
        let hasBody = answer.status != 204 && answer.status != 304
        if hasBody { fields[.contentLength] = String(answer.body.count) }
        let body = hasBody && request.method != "HEAD" ? ByteBuffer(bytes: answer.body) : ByteBuffer()
        try await writer.write(
            response: HTTPTypes.HTTPResponse(status: .init(code: answer.status), headerFields: fields), body: ResponseBody(byteBuffer: body))
    }

    /// Each piece is taken when the one before it has been handed to the socket: a slow client is waited for, not buffered for.
    private func write(_ stream: HTTPBodyStream, _ status: Int, _ fields: HTTPFields, _ channel: any Channel, _ writer: consuming ResponseWriter) async throws {
        defer { stream.ended() }
        let watch = DepartureWatch(onDeparture: stream.ended)
        try await channel.pipeline.addHandler(watch, position: .first)
        let body = ResponseBody { writer in
            while let piece = await stream.next() { try await writer.write(ByteBuffer(bytes: piece)) }
            try await writer.finish(nil)
        }
        try await writer.write(response: HTTPTypes.HTTPResponse(status: .init(code: status), headerFields: fields), body: body)
        // The connection may live on for many streams: each takes its watch with it. One that is closed has taken it already.
        try? await channel.pipeline.removeHandler(watch)
    }
}
