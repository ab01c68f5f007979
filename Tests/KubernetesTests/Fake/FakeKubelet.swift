import Notation
import Synchronization
import Transport

/// The other end of exec and port-forward: an echo for both, and what it was asked for.
final class FakeKubelet: Sendable {
    let asked = Mutex<[String]>([])

    func serve(_ request: HTTPRequest, _ connection: WebSocketConnection) async {
        asked.withLock { $0.append("\(request.path)?\(request.query)") }
        if request.path.hasSuffix("/exec") { await exec(request, connection) } else { await forward(request, connection) }
    }

    /// `echo`, `fail` and `flood`; channel 1 is the output, 2 the errors, 3 the end.
    private func exec(_ request: HTTPRequest, _ connection: WebSocketConnection) async {
        let command = request.queryItems.filter { $0.name == "command" }.map(\.value)
        do {
            switch command.first {
            case "/bin/echo":
                try await connection.send(binary: [1] + Array((command.dropFirst().joined(separator: " ") + "\n").utf8))
                try await end(connection, .object(["metadata": .object([]), "status": "Success"]))
            case "/bin/flood":
                for _ in 0..<64 { try await connection.send(binary: [1] + [UInt8](repeating: 0x78, count: 64 << 10)) }
                try await end(connection, .object(["status": "Success"]))
            default:
                try await connection.send(binary: [2] + Array("no such file\n".utf8))
                let causes = JSON.array([.object(["reason": "ExitCode", "message": "3"])])
                try await end(connection, .object(["status": "Failure", "reason": "NonZeroExitCode", "message": "command terminated with non-zero exit code", "details": .object(["causes": causes])]))
            }
        } catch { return }  // The other side has gone: there is nobody to serve.
    }

    private func end(_ connection: WebSocketConnection, _ status: JSON) async throws { try await connection.send(binary: [3] + status.bytes) }

    /// Channel 0 is the port's data, 1 its errors; each begins with the port's number.
    private func forward(_ request: HTTPRequest, _ connection: WebSocketConnection) async {
        let port = UInt16(request.query("ports") ?? "") ?? 0
        let number = [UInt8(port & 0xFF), UInt8(port >> 8)]
        do {
            try await connection.send(binary: [0] + number)
            try await connection.send(binary: [1] + number)
            for await message in connection.incoming {
                guard case .binary(let bytes) = message, bytes.first == 0 else { continue }
                try await connection.send(binary: [0] + bytes.dropFirst().map { $0 >= 0x61 && $0 <= 0x7A ? $0 - 32 : $0 })
            }
        } catch { return }
    }
}
