import Foundation
import Glibc
import Synchronization

/// A desk as a child of this process, in a process group of its own: a ctrl-C is for the healer, which ends the desk in order.
final class DeskProcess: Sendable {
    let pid: pid_t
    private let isOver = Mutex(false)

    /// - Parameters:
    ///   - showsOutput: whether its standard output is ours; else it goes nowhere.
    ///   - errors: the file that takes its errors.
    ///   - whenOver: called once, with how it ended.
    init(_ program: String, _ arguments: [String], showsOutput: Bool, errors: Int32, whenOver: @escaping @Sendable (pid_t, HealingMachine.Ending) -> Void) throws(HealingError) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        if !showsOutput { posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0) }
        posix_spawn_file_actions_adddup2(&actions, errors, 2)
        // The healer's own door, and whatever else was opened without saying that no child may have it.
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.compactMap { Int32($0) }.max() ?? 0
        // A few more, for what another thread opens meanwhile; one that is not open does not matter.
        for file in 3...max(open, 3) + 64 { posix_spawn_file_actions_addclose(&actions, file) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        posix_spawnattr_setpgroup(&attributes, 0)
        // What this process ignores, the desk must hear. Memory without an initializer: which module has those of C's types differs from build to build.
        withUnsafeTemporaryAllocation(of: sigset_t.self, capacity: 1) { signals in
            guard let set = signals.baseAddress else { return }
            sigemptyset(set)
            posix_spawnattr_setsigmask(&attributes, set)
            for number in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(set, number) }
            posix_spawnattr_setsigdefault(&attributes, set)
        }
        let words = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, program, &actions, &attributes, words, environ)
        guard code == 0 else { throw HealingError("\(program): \(String(cString: strerror(code)))") }
        pid = child
        Thread.detachNewThread { [self] in whenOver(pid, wait()) }
    }

    /// To this process alone: once it is over its number may belong to another, so nothing is sent any more.
    func send(_ signal: Int32) { isOver.withLock { if !$0 { kill(pid, signal) } } }

    private func wait() -> HealingMachine.Ending {
        // It stays a zombie, and its number taken, until nothing can be sent to it any more.
        while waitid(P_PID, id_t(pid), nil, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        var status: Int32 = 0
        isOver.withLock { isOver in
            isOver = true
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        }
        return status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .signaled(status & 0x7F)
    }
}
