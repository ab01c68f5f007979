import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// HTTP/1.1 requests over kept-alive connections: one client for all of a program's requests.
///
/// Read the error before sending anything that moves money again: see `TransportError`. Redirects are not followed (a signature is for
/// one path) and nothing is repeated behind the caller's back.
public final class WebClient: Sendable {
    private let client: HTTPClient
    private let answerLimit: Int

    /// - Parameters:
    ///   - connectTimeout: for the TCP connection and the TLS handshake, before anything of the request is sent.
    ///   - answerLimit: a larger answer is an error.
    ///   - proxyPort: of a `ForwardProxy` through which everything goes; nil for none.
    ///   - tls: nil for the system's authorities and no certificate of one's own.
    public init(connectTimeout: Duration = .seconds(3), answerLimit: Int = 64 << 20, proxyPort: Int? = nil, tls: TLSSettings? = nil) {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow, timeout: .init(connect: TimeAmount(connectTimeout)))
        configuration.httpVersion = .http1Only
        configuration.proxy = proxyPort.map { .server(host: "127.0.0.1", port: $0) }
        configuration.tlsConfiguration = tls?.configuration
        // A refused connection is the caller's to handle, at once.
        configuration.connectionPool.retryConnectionEstablishment = false
        self.client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        self.answerLimit = answerLimit
    }

    deinit {
        // The library stops the program when a client disappears with its pool open; a second shutdown is an error that means nothing.
        client.shutdown { _ in }
    }

    /// Sends one request and waits for the whole answer, whatever its status.
    /// - Parameter timeout: for all of it, connecting included.
    public func request(
        _ method: String, _ url: String, headers: HeaderFields = [:], body: [UInt8] = [], timeout: Duration = .seconds(10)
    ) async throws(TransportError) -> HTTPResponse {
        var request = HTTPClientRequest(url: url)
        request.method = HTTPMethod(rawValue: method)
        request.headers = HTTPHeaders(headers.map { ($0.name, $0.value) })
        if !body.isEmpty { request.body = .bytes(ByteBuffer(bytes: body)) }
        do {
            let response = try await client.execute(request, timeout: TimeAmount(timeout), logger: .silent)
            var answer = HTTPResponse(status: Int(response.status.code))
            for (name, value) in response.headers { answer.headers.add(name, value) }
            for try await part in response.body {
                guard answer.body.count + part.readableBytes <= answerLimit else { throw TransportError.answerTooLarge(limit: answerLimit) }
                answer.body.append(contentsOf: part.readableBytesView)
            }
            return answer
        } catch {
            throw Self.meaning(of: error, "\(method) \(url)", url)
        }
    }

    /// Sends one request and hands over the body of its answer piece by piece, for as long as it lasts.
    /// - Parameters:
    ///   - head: called once, before the first piece; the answer in it has no body.
    ///   - piece: called for each; when it returns false, the rest is not wanted and the connection is closed.
    public func stream(
        _ method: String, _ url: String, headers: HeaderFields = [:], body: [UInt8] = [], head: @Sendable (HTTPResponse) async -> Void,
        piece: @Sendable ([UInt8]) async -> Bool
    ) async throws(TransportError) {
        var request = HTTPClientRequest(url: url)
        request.method = HTTPMethod(rawValue: method)
        request.headers = HTTPHeaders(headers.map { ($0.name, $0.value) })
        if !body.isEmpty { request.body = .bytes(ByteBuffer(bytes: body)) }
        do {
            // A stream may live long; whoever reads it decides when it has been silent for too long.
            let response = try await client.execute(request, timeout: .hours(24 * 365), logger: .silent)
            var answer = HTTPResponse(status: Int(response.status.code))
            for (name, value) in response.headers { answer.headers.add(name, value) }
            await head(answer)
            for try await part in response.body { guard await piece(Array(part.readableBytesView)) else { return } }
        } catch {
            throw Self.meaning(of: error, "\(method) \(url)", url)
        }
    }

    /// Closes the connections; requests under way fail. The client cannot be used again.
    public func shutdown() async {
        // Already shut down is what was asked for.
        try? await client.shutdown()
    }

    /// Which kind of trouble a library's error is. What is not known to have happened before sending counts as "outcome unknown".
    static func meaning(of error: any Error, _ what: String, _ url: String) -> TransportError {
        switch error {
        case let error as TransportError: return error
        case let error as HTTPClientError: return meaning(of: error, what, url)
        case is NIOConnectionError: return .couldNotConnect(to: url, why: ConnectFailure.text(error))
        case is NIOSSLError, is NIOSSLExtraError:
            // Only what ends a handshake is known to have come before the request; on a connection that stood, the request may have arrived.
            return endsHandshake(error) ? .tls(to: url, why: "\(error)") : .connectionLost("\(what): \(error)")
        case let error as IOError where error.errnoCode == ECONNREFUSED: return .couldNotConnect(to: url, why: ConnectFailure.text(error))
        default: return .connectionLost("\(what): \(error)")
        }
    }

    private static func meaning(of error: HTTPClientError, _ what: String, _ url: String) -> TransportError {
        switch error {
        case .invalidURL, .emptyHost, .emptyScheme, .missingSocketPath: .badURL(url)
        case .connectTimeout, .getConnectionFromPoolTimeout: .couldNotConnect(to: url, why: "no answer in time")
        case .tlsHandshakeTimeout: .tls(to: url, why: "the handshake took too long")
        case .alreadyShutdown: .couldNotConnect(to: url, why: "the client is shut down")
        case .deadlineExceeded, .readTimeout, .writeTimeout: .timedOut(what)
        case .remoteConnectionClosed: .connectionLost("\(what): closed by the other side before the answer")
        case .cancelled, .requestStreamCancelled: .connectionLost("\(what): cancelled")
        // Its unsupported scheme carries the scheme, so it cannot be matched by value.
        default: "\(error)".contains("unsupportedScheme") ? .badURL(url) : .connectionLost("\(what): \(error)")
        }
    }

    private static func endsHandshake(_ error: any Error) -> Bool {
        switch error as? NIOSSLError {
        case .handshakeFailed, .noCertificateToValidate, .unableToValidateCertificate, .cannotFindPeerIP, .cannotMatchULabel: return true
        default: break
        }
        switch error as? NIOSSLExtraError {
        case .failedToValidateHostname?, .serverHostnameImpossibleToMatch?, .cannotUseIPAddressInSNI?, .invalidSNIHostname?: return true
        default: return false
        }
    }
}
