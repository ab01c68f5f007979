import Foundation
public import HostFacts
import Notation
import Transport

/// Has the cards read by a process of its own, which ends with the reading: what NVIDIA's library keeps, leaks or breaks it does not do here, and a driver that hangs
/// holds up nobody but its reader (docs/decisions/0022).
public struct GPUProgram: Sendable {
    private let program: String
    private let library: String
    private let seconds: Int

    static let outputLimit = 1 << 20

    /// - Parameters:
    ///   - library: NVIDIA's, its name or path.
    ///   - program: understands `gpu --nvml LIBRARY` as `aura` does. The default is what this process is, also after its file was replaced.
    ///   - seconds: the reader is killed after so many.
    public init(library: String = "libnvidia-ml.so.1", program: String = "/proc/self/exe", seconds: Int = 10) {
        self.library = library
        self.program = program
        self.seconds = seconds
    }

    public func survey() async -> GPUSurvey {
        // What a container or a person set for the library to be found goes with it.
        let child = BoundedProcess(
            program, ["gpu", "--nvml", library], environment: ProcessInfo.processInfo.environment, seconds: seconds, outputLimit: Self.outputLimit)
        let ended: BoundedProcess.Ended
        do { ended = try await child.run() } catch {
            switch error {
            case .notStarted: return trouble("the cards cannot be read: \(program) cannot be started")
            case .late: return trouble("NVIDIA's library did not answer within \(seconds) s")
            }
        }
        guard ended.isWhole else { return trouble("the reader of the cards told more than can be") }
        guard ended.hasExited else { return trouble("NVIDIA's library broke down under its reader (signal \(ended.status))") }
        guard ended.status == 0, let survey: GPUSurvey = try? JSON(parsing: Array(ended.output)).decode() else {
            return trouble("the reader of the cards told nothing that can be read (exit code \(ended.status))")
        }
        return survey
    }

    private func trouble(_ why: String) -> GPUSurvey { GPUSurvey(none: why, isTrouble: true) }
}
