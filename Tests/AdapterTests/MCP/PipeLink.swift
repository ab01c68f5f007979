import Dispatch
import Foundation
import MCP
import MCPHosting
import Notation
import Synchronization

/// A `StdioServer` at the other end of two pipes, in this process: what `StdioLink` does with a child, without one.
final class PipeLink: ClientLink {
    private let toServer = Pipe()
    private let toClient = Pipe()
    private let lock = Mutex(false)

    init(_ host: ServiceHost) throws {
        let (input, output) = (toServer, toClient)
        Task {
            await StdioServer(host, input: input.fileHandleForReading.fileDescriptor, output: output.fileHandleForWriting.fileDescriptor).run()
            try output.fileHandleForWriting.close()
        }
    }

    func start(_ deliver: @escaping @Sendable (LinkEvent) -> Void) async throws {
        let output = toClient.fileHandleForReading
        DispatchQueue(label: "pipe").async {
            var rest = Data()
            while case let data = output.availableData, !data.isEmpty {
                rest += data
                while let end = rest.firstIndex(of: 0x0A) {
                    if let message = try? Envelope(parsing: Array(rest[rest.startIndex..<end])[...]) { deliver(.message(message)) }
                    rest = Data(rest[(end + 1)...])
                }
            }
            deliver(.lost(why: "the pipe is closed"))
        }
    }

    func send(_ message: Envelope, _ context: LinkContext) {
        lock.withLock { isClosed in
            // A server that has gone is told by the other pipe.
            if !isClosed { try? toServer.fileHandleForWriting.write(contentsOf: Data(message.json.bytes + [0x0A])) }
        }
    }

    func close() async {
        lock.withLock { isClosed in
            if !isClosed { try? toServer.fileHandleForWriting.close() }
            isClosed = true
        }
    }
}
