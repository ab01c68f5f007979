import Notation
import Transport

/// What a command in a container said, and how it ended.
public struct ExecResult: Hashable, Sendable {
    public var output: [UInt8] = []
    public var errors: [UInt8] = []
    /// Nil when the cluster did not say.
    public var exitCode: Int?
    /// There was more than was taken; the command was cut off.
    public var isCut = false
}

/// Streams to a pod over WebSocket: the first byte of a message is its channel (`v4.channel.k8s.io`).
extension KubernetesClient {
    private static let protocolName = "v4.channel.k8s.io"
    /// The socket is asked for life every 15 s: a proxy in between must not take silence for death.
    private static let limits = WebSocketLimits(messageBytes: 1 << 20, pingInterval: .seconds(15), silence: .seconds(60))

    /// Runs a program in a container, without a shell and without input.
    /// - Parameters:
    ///   - command: the program and its arguments, each as it is.
    ///   - limit: bytes of output and errors together; beyond it the command is cut off.
    ///   - timeout: for all of it; what was said by then is returned as cut.
    public func exec(
        _ pod: String, namespace: String, container: String? = nil, command: [String], limit: Int = 64 << 10, timeout: Duration = .seconds(30)
    ) async throws(KubernetesError) -> ExecResult {
        guard !command.isEmpty else { throw .notConfigured("there is no command to run") }
        if let container, !KubernetesName.isLabel(container) { throw .notConfigured("\"\(container.prefix(80))\" is no name of a container") }
        var query = command.map { ("command", $0) } + [("stdout", "true"), ("stderr", "true")]
        if let container { query.append(("container", container)) }
        let connection = try await open(try path(.pods, pod, namespace, "exec"), query)
        let reading = Task { await KubernetesClient.read(connection, limit) }
        let clock = Task {
            // Cancelled when the command was quicker.
            guard (try? await Task.sleep(for: timeout)) != nil else { return }
            reading.cancel()
        }
        var result = await withTaskCancellationHandler { await reading.value } onCancel: { reading.cancel() }
        result.isCut = result.isCut || reading.isCancelled
        clock.cancel()
        await connection.close()
        return result
    }

    private static func read(_ connection: WebSocketConnection, _ limit: Int) async -> ExecResult {
        var result = ExecResult()
        for await message in connection.incoming {
            guard case .binary(let bytes) = message, let channel = bytes.first else {
                if case .closed = message { break }
                continue
            }
            switch channel {
            case 1: result.output += bytes.dropFirst()
            case 2: result.errors += bytes.dropFirst()
            case 3:
                result.exitCode = exitCode(Array(bytes.dropFirst()))
                return result
            default: break
            }
            if result.output.count + result.errors.count > limit {
                result.output = Array(result.output.prefix(limit))
                result.errors = Array(result.errors.prefix(limit))
                result.isCut = true
                return result
            }
        }
        return result
    }

    /// Channel 3 carries a `Status`: success, or why not with the exit code among its causes.
    private static func exitCode(_ status: [UInt8]) -> Int? {
        guard let json = try? JSON(parsing: status) else { return nil }
        if json["status"] == "Success" { return 0 }
        return (json.at("details", "causes")?.asArray ?? []).first { $0["reason"] == "ExitCode" }?["message"]?.asText.flatMap { Int($0) }
    }

    func open(_ path: String, _ query: [(String, String)]) async throws(KubernetesError) -> WebSocketConnection {
        var headers = try await headers(nil, accept: "*/*")
        headers["sec-websocket-protocol"] = Self.protocolName
        let url = address(path, query)
        // http:// becomes ws://, https:// wss://.
        let socket = "ws" + url.dropFirst("http".count)
        do { return try await WebSocketClient.connect(url: socket, headers: headers, limits: Self.limits, tls: tls) } catch {
            guard case .refused(_, let status) = error else { throw .unreachable(error) }
            throw KubernetesError(status: status, body: Array("the cluster refused the stream to the pod".utf8))
        }
    }
}
