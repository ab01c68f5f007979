public import Transport

/// Endpoints of the protocol on one port of this machine.
public final class StreamableServer: Sendable {
    /// As in the Python SDK: larger bodies are refused with 413.
    public static let bodyLimit = 4 << 20

    private let server: WebServer
    private let endpoints: [StreamableEndpoint]

    /// - Parameter port: 0 for any free one; `start` returns which.
    public init(host: String = "127.0.0.1", port: Int, endpoints: [StreamableEndpoint]) {
        self.endpoints = endpoints
        server = WebServer(host: host, port: port, requestBodyLimit: StreamableServer.bodyLimit) { request in
            for endpoint in endpoints { if let answer = await endpoint.answer(request) { return answer } }
            return .text(404, "here are \(endpoints.map(\.path).joined(separator: ", "))\n")
        }
    }

    public func start() async throws(TransportError) -> Int { try await server.start() }

    public func stop() async {
        for endpoint in endpoints { endpoint.stop() }
        await server.stop()
    }
}
