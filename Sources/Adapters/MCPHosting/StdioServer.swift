import Dispatch
public import Glibc

/// Serves one client over a pair of file descriptors: one message a line, and nothing else on the way out.
public struct StdioServer: Sendable {
    /// A longer line is refused, and skipped.
    static let lineLimit = 8 << 20
    /// Answers that the client has not read yet; beyond, no more requests are read.
    static let backlogLimit = 1 << 20
    /// How long calls that are under way may still run when the input ends.
    static let graceSeconds = 2

    private let host: ServiceHost
    private let input: Int32
    private let output: Int32

    public init(_ host: ServiceHost, input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO) {
        self.host = host
        self.input = input
        self.output = output
    }

    /// Returns when the input has ended and what it asked for is answered.
    public func run() async {
        // A client that stops reading ends the conversation by the error of a write, not the process by a signal.
        signal(SIGPIPE, SIG_IGN)
        await withCheckedContinuation { continuation in
            let turns = StdioTurns(host, input, output)
            // Reading blocks, so it has threads of its own.
            for thread in ["mcp.stdio.a", "mcp.stdio.b"] {
                DispatchQueue(label: thread).async { if turns.serve() { continuation.resume() } }
            }
        }
    }
}
