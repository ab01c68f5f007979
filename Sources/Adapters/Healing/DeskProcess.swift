import Foundation
import Glibc
import Synchronization
import Transport

/// A desk as a child of this process, in a process group of its own: a ctrl-C is for the healer, which ends the desk in order.
final class DeskProcess: Sendable {
    let pid: pid_t
    private let isOver = Mutex(false)

    /// - Parameters:
    ///   - showsOutput: whether its standard output is ours; else it goes nowhere.
    ///   - errors: the file that takes its errors.
    ///   - whenOver: called once, with how it ended.
    init(_ program: String, _ arguments: [String], showsOutput: Bool, errors: Int32, whenOver: @escaping @Sendable (pid_t, HealingMachine.Ending) -> Void) throws(HealingError) {
        // Nothing else of ours is open in it: neither the healer's own door nor what was opened without saying that no child may have it.
        do { pid = try ChildProcess.start(program, arguments, output: showsOutput ? STDOUT_FILENO : nil, errors: errors) } catch { throw HealingError(error.description) }
        Thread.detachNewThread { [self] in whenOver(pid, wait()) }
    }

    /// To this process alone: once it is over its number may belong to another, so nothing is sent any more.
    func send(_ signal: Int32) { isOver.withLock { if !$0 { kill(pid, signal) } } }

    private func wait() -> HealingMachine.Ending {
        // It stays a zombie, and its number taken, until nothing can be sent to it any more.
        while waitid(P_PID, id_t(pid), nil, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        // Of whom the kernel tells nothing, nobody says that he ended on purpose.
        var status: Int32 = 255 << 8
        isOver.withLock { isOver in
            isOver = true
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        }
        return status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .signaled(status & 0x7F)
    }
}
