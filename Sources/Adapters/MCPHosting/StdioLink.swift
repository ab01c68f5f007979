import Dispatch
import Foundation
public import MCP
import Synchronization

/// A server that runs as a child of this process, and is spoken to through its pipes.
public final class StdioLink: ClientLink {
    private let process = Mutex<Process?>(nil)
    private let writer = Mutex<LineWriter?>(nil)
    private let executable: String
    private let arguments: [String]
    private let environment: [String: String]?

    /// - Parameter environment: nil hands down this process's own.
    public init(_ executable: String, _ arguments: [String] = [], environment: [String: String]? = nil) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
    }

    public func start(_ deliver: @escaping @Sendable (LinkEvent) -> Void) async throws {
        // A server that ends early is told by the loss of the link, not by a signal that would end this process.
        signal(SIGPIPE, SIG_IGN)
        let (input, output) = (Pipe(), Pipe())
        let child = Process()
        child.executableURL = URL(fileURLWithPath: executable)
        child.arguments = arguments
        if let environment { child.environment = environment }
        child.standardInput = input
        child.standardOutput = output
        try child.run()
        process.withLock { $0 = child }
        // Descriptors of our own, which no file handle closes behind our back, and no other child inherits.
        let writing = LineWriter(fcntl(input.fileHandleForWriting.fileDescriptor, F_DUPFD_CLOEXEC, 0))
        let reading = fcntl(output.fileHandleForReading.fileDescriptor, F_DUPFD_CLOEXEC, 0)
        input.fileHandleForWriting.closeFile()
        output.fileHandleForReading.closeFile()
        writer.withLock { $0 = writing }
        DispatchQueue(label: "mcp.link.read").async {
            let why = StdioLink.read(reading, deliver)
            Foundation.close(reading)
            deliver(.lost(why: why))
        }
    }

    /// Reads until there is nothing more to read, and says why.
    private static func read(_ file: Int32, _ deliver: (LinkEvent) -> Void) -> String {
        var reader = LineReader(file, limit: StdioServer.lineLimit)
        while let lines = reader.next() {
            for line in lines {
                switch line {
                // What is no message is noise on the wrong channel; the protocol forbids it, and nothing depends on it.
                case .whole(let line): if let message = try? Envelope(parsing: line) { deliver(.message(message)) }
                // It may have been the answer that somebody waits for.
                case .tooLong: return "the server has sent a line of more than \(StdioServer.lineLimit) bytes"
                }
            }
        }
        return "the server has closed its output"
    }

    public func send(_ message: Envelope, _ context: LinkContext) { writer.withLock { $0 }?.write(message.json) }

    /// Closes the server's input, which ends it; after two seconds it is asked by a signal, after two more it is ended.
    public func close() async {
        let (child, writing) = (process.withLock { $0 }, writer.withLock { $0 })
        writing?.close()
        guard let child else { return }
        let ended = DispatchSemaphore(value: 0)
        child.terminationHandler = { _ in ended.signal() }
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "mcp.link.close").async {
                if child.isRunning, ended.wait(timeout: .now() + 2) == .timedOut { child.terminate() }
                if child.isRunning, ended.wait(timeout: .now() + 2) == .timedOut { kill(child.processIdentifier, SIGKILL) }
                continuation.resume()
            }
        }
    }
}
