import HTTPTypes
import HummingbirdCore
import NIOCore

/// One request and its answer, between Hummingbird's types and ours.
struct HTTPExchange: Sendable {
    let bodyLimit: Int
    let isUpgradeTarget: Bool

    func answer(
        _ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel, refusal: HTTPResponse?,
        handler: @Sendable (HTTPRequest) async -> HTTPResponse
    ) async throws {
        var whole = head(request, channel)
        if let refusal { return try await write(refusal, to: whole, writer) }
        if isUpgradeTarget, whole.headers["upgrade"]?.lowercased() == "websocket" {
            return try await write(.text(400, "not a valid WebSocket handshake\n"), to: whole, writer)
        }
        if whole.headers["expect"]?.lowercased() == "100-continue" { try await writer.writeInformationalHead(.init(status: .continue)) }
        switch try await collect(request) {
        case .whole(let body):
            whole.body = body
            try await write(await handler(whole), to: whole, writer)
        case .tooLarge(let isRead):
            var answer = HTTPResponse.text(413, "the body is larger than \(bodyLimit) bytes\n")
            if !isRead { answer.headers["connection"] = "close" }
            try await write(answer, to: whole, writer)
            // Whoever still sends after the drain's limit is cut off: throwing closes the connection.
            if !isRead { throw TransportError.closed }
        }
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
            method: request.method.rawValue, path: parts.first.map(String.init) ?? "/", query: parts.count > 1 ? String(parts[1]) : "", headers: headers,
            peer: HTTPRequest.name(channel))
    }

    private func write(_ answer: HTTPResponse, to request: HTTPRequest, _ writer: consuming ResponseWriter) async throws {
        var fields = HTTPFields()
        for field in answer.headers {
            guard let name = HTTPField.Name(field.name) else { preconditionFailure("\"\(field.name)\" is not the name of a header") }
            fields.append(HTTPField(name: name, value: field.value))
        }
        let hasBody = answer.status != 204 && answer.status != 304
        if hasBody { fields[.contentLength] = String(answer.body.count) }
        let body = hasBody && request.method != "HEAD" ? ByteBuffer(bytes: answer.body) : ByteBuffer()
        try await writer.write(
            response: HTTPTypes.HTTPResponse(status: .init(code: answer.status), headerFields: fields), body: ResponseBody(byteBuffer: body))
    }
}
