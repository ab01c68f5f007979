import Dispatch
public import Foundation
import Synchronization

/// A program of somebody else's, run once by its absolute path: no shell, no input, what it says of errors unread; bounded in time and in output.
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

    public func run() async throws(Trouble) -> Ended {
        let child = Process()
        child.executableURL = URL(fileURLWithPath: program)
        child.arguments = arguments
        child.environment = environment
        let pipe = Pipe()
        child.standardInput = FileHandle.nullDevice
        child.standardOutput = pipe
        child.standardError = FileHandle.nullDevice
        do { try child.run() } catch { throw .notStarted }
        let isLate = Mutex(false)
        let limit = DispatchWorkItem {
            isLate.withLock { $0 = true }
            kill(child.processIdentifier, SIGKILL)
        }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds), execute: limit)
        let data = await withCheckedContinuation { continuation in
            DispatchQueue(label: "process").async {
                var data = Data()
                while data.count <= outputLimit, case let piece = pipe.fileHandleForReading.availableData, !piece.isEmpty { data += piece }
                if data.count > outputLimit { kill(child.processIdentifier, SIGKILL) }
                child.waitUntilExit()
                continuation.resume(returning: data)
            }
        }
        limit.cancel()
        guard !isLate.withLock({ $0 }) else { throw .late }
        return Ended(output: data, isWhole: data.count <= outputLimit, hasExited: child.terminationReason == .exit, status: child.terminationStatus)
    }
}
