public import Foundation
import Glibc

/// A program, run once by its absolute path: no shell, no input, what it says of errors unread; bounded in time and in output.
///
/// What it has started itself and left behind in its process group is ended with it where it is killed.
public struct BoundedProcess: Sendable {
    public enum Trouble: Error, Sendable, Equatable {
        case notStarted
        /// It was killed when its time was over.
        case late
    }

    public struct Ended: Sendable {
        public let output: Data
        /// False where it wrote more than it may, and was killed for it.
        public let isWhole: Bool
        /// By itself, and not by a signal.
        public let hasExited: Bool
        /// The exit code, or the signal's number.
        public let status: Int32
    }

    let program: String
    let arguments: [String]
    let environment: [String: String]
    /// Wall-clock seconds.
    let seconds: Int
    /// Bytes.
    let outputLimit: Int

    public init(_ program: String, _ arguments: [String], environment: [String: String], seconds: Int, outputLimit: Int) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.seconds = seconds
        self.outputLimit = outputLimit
    }

    /// Returns when it is over and its number is free again, which of one that the kernel does not let die may be never.
    public func run() async throws(Trouble) -> Ended {
        let ended = await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: Result { () throws(Trouble) in try runHere() }) }
        }
        return try ended.get()
    }

    private func runHere() throws(Trouble) -> Ended {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw .notStarted }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        let child: pid_t
        do {
            defer { close(ends[1]) }
            child = try ChildProcess.start(program, arguments, environment: environment, output: ends[1], errors: nil)
        } catch { throw .notStarted }
        let deadline = ContinuousClock.now + .seconds(seconds)
        let output = read(ends[0], until: deadline)
        let isWhole = output.count <= outputLimit
        let isLate = isWhole && !waits(for: child, until: deadline)
        // Its number is its own until it is waited for.
        if isLate || !isWhole { kill(-child, SIGKILL) }
        // Of whom the kernel tells nothing, nobody says that he ended well.
        var status: Int32 = 255 << 8
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        guard !isLate else { throw .late }
        let signal = status & 0x7F
        return Ended(output: output, isWhole: isWhole, hasExited: signal == 0, status: signal == 0 ? (status >> 8) & 0xFF : signal)
    }

    /// Until everybody has closed the other end, or too much came, or the time is over.
    private func read(_ file: Int32, until deadline: ContinuousClock.Instant) -> Data {
        var output = Data()
        var piece = [UInt8](repeating: 0, count: 1 << 14)
        while output.count <= outputLimit {
            let left = (deadline - .now) / .milliseconds(1)
            guard left > 0 else { break }
            var place = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
            guard poll(&place, 1, Int32(left.rounded(.up))) == 1 else { continue }
            let count = Glibc.read(file, &piece, piece.count)
            if count > 0 { output += piece[..<count] } else if count == 0 || errno != EINTR { break }
        }
        return output
    }

    /// Whether it ends in time; it stays to be waited for. Who has closed its output has mostly ended already.
    private func waits(for child: pid_t, until deadline: ContinuousClock.Instant) -> Bool {
        while true {
            var ending = siginfo_t()
            ending.si_signo = 0
            guard waitid(P_PID, id_t(child), &ending, WEXITED | WNOWAIT | WNOHANG) == 0 || errno == EINTR else { return true }
            if ending.si_signo != 0 { return true }
            guard ContinuousClock.now < deadline else { return false }
            poll(nil, 0, 1)
        }
    }
}
