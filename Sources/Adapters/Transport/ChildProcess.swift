import Foundation
public import Glibc

/// Starts a program as a child of this process: in a process group of its own, with no input, no open file of ours, and no signal ignored or blocked because it is here.
public enum ChildProcess {
    public struct NotStarted: Error, Sendable, CustomStringConvertible {
        public let description: String
    }

    /// - Parameters:
    ///   - program: a path; nothing is looked for, and no shell is asked.
    ///   - environment: nil for this process's.
    ///   - output: the descriptor that its standard output is to be; nil for nowhere.
    ///   - errors: the same of its standard error.
    /// - Returns: its number, which is its group's too.
    public static func start(_ program: String, _ arguments: [String], environment: [String: String]? = nil, output: Int32?, errors: Int32?) throws(NotStarted) -> pid_t {
        // Whoever ignores the end of children is told nothing of how they ended; that is inherited, and a service manager may ignore it.
        signal(SIGCHLD, SIG_DFL)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for (file, place) in [(output, Int32(1)), (errors, 2)] {
            if let file { posix_spawn_file_actions_adddup2(&actions, file, place) } else { posix_spawn_file_actions_addopen(&actions, place, "/dev/null", O_WRONLY, 0) }
        }
        // Also what was opened without saying that no child may have it. A few more, for what another thread opens meanwhile; one that is not open does not matter.
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.compactMap { Int32($0) }.max() ?? 0
        for file in 3...max(open, 3) + 64 { posix_spawn_file_actions_addclose(&actions, file) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        posix_spawnattr_setpgroup(&attributes, 0)
        // Memory without an initializer: which module has those of C's types differs from build to build.
        withUnsafeTemporaryAllocation(of: sigset_t.self, capacity: 1) { signals in
            guard let set = signals.baseAddress else { return }
            sigemptyset(set)
            posix_spawnattr_setsigmask(&attributes, set)
            for number in [SIGINT, SIGTERM, SIGPIPE, SIGCHLD] { sigaddset(set, number) }
            posix_spawnattr_setsigdefault(&attributes, set)
        }
        let words = ([program] + arguments).map { strdup($0) } + [nil]
        let settings = environment.map { $0.map { strdup("\($0)=\($1)") } + [nil] }
        defer { for text in words + (settings ?? []) { free(text) } }
        var child: pid_t = 0
        let code = settings.map { posix_spawn(&child, program, &actions, &attributes, words, $0) } ?? posix_spawn(&child, program, &actions, &attributes, words, environ)
        guard code == 0 else { throw NotStarted(description: "\(program): \(String(cString: strerror(code)))") }
        return child
    }
}
