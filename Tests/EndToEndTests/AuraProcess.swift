import Foundation

/// One run of the real executable, watched from outside.
final class AuraProcess: Sendable {
    struct Output: Sendable {
        var out = Data()
        var err = Data()
        var openEnds = 2
        var code: Int32?

        var text: String { String(decoding: out, as: UTF8.self) }
        var errors: String { String(decoding: err, as: UTF8.self) }
    }

    let seen = Watched(Output())
    let number: pid_t

    /// What `swift build` puts beside the tests; AURA_BINARY names another one, an optimized one for the long test of kills.
    static var executable: URL {
        if let other = ProcessInfo.processInfo.environment["AURA_BINARY"] { return URL(fileURLWithPath: other) }
        return URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent("aura")
    }

    /// - Parameter environment: on top of this process's, of which nothing that aura would read is handed on.
    init(_ arguments: [String], in folder: String, environment: [String: String] = [:]) throws {
        let foreign = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("AURA_") && !$0.key.hasPrefix("KALSHI_") }
        var (out, err): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
        guard pipe(&out) == 0, pipe(&err) == 0 else { throw Missed(description: "no pipe: \(String(cString: strerror(errno)))") }
        // Or the next process would keep this one's pipes open.
        for end in out + err { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // Also on a Thursday morning in New York.
        let always = ["AURA_SIMULATED_MAINTENANCE": "false"]
        number = try Self.spawn(arguments, foreign.merging(always) { $1 }.merging(environment) { $1 }, folder, out[1], err[1])
        close(out[1])
        close(err[1])
        let (seen, number, outEnd, errEnd) = (seen, number, out[0], err[0])
        // Threads of their own: Foundation's Process was seen to miss the end of a process that lives for a hundredth of a second.
        Thread.detachNewThread { Self.read(outEnd) { data in seen.update { if data.isEmpty { $0.openEnds -= 1 } else { $0.out += data } } } }
        Thread.detachNewThread { Self.read(errEnd) { data in seen.update { if data.isEmpty { $0.openEnds -= 1 } else { $0.err += data } } } }
        Thread.detachNewThread {
            var status: Int32 = 0
            while waitpid(number, &status, 0) < 0, errno == EINTR {}
            // The exit code, or the signal that ended it.
            let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : status & 0x7F
            seen.update { $0.code = code }
        }
    }

    private static func spawn(_ arguments: [String], _ environment: [String: String], _ folder: String, _ out: Int32, _ err: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, out, 1)
        posix_spawn_file_actions_adddup2(&actions, err, 2)
        // `env` goes to the folder and becomes aura, under the same number.
        let words = (["env", "-C", folder, executable.path] + arguments).map { strdup($0) } + [nil]
        let settings = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for each in words + settings { free(each) } }
        var number: pid_t = 0
        let failure = posix_spawn(&number, "/usr/bin/env", &actions, nil, words, settings)
        guard failure == 0 else { throw Missed(description: "\(executable.path) does not start: \(String(cString: strerror(failure)))") }
        return number
    }

    private static func read(_ file: Int32, _ take: (Data) -> Void) {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        var count = 0
        repeat {
            count = Foundation.read(file, &bytes, bytes.count)
            // The last one is empty: the other side is closed.
            take(Data(bytes[..<max(count, 0)]))
        } while count > 0
        close(file)
    }

    func send(_ signal: Int32) {
        if seen.value.code == nil { kill(number, signal) }
    }

    /// The whole of what it said, once it has ended.
    func ended(within limit: Duration = .seconds(60)) async throws -> Output {
        try await seen.wait("the end of the process", within: limit) { $0.code != nil && $0.openEnds == 0 }
    }

    /// Runs a command to its end; the process does not outlive the call.
    static func result(_ arguments: [String], in folder: String, environment: [String: String] = [:], within limit: Duration = .seconds(60)) async throws -> Output {
        let aura = try AuraProcess(arguments, in: folder, environment: environment)
        defer { aura.send(SIGKILL) }
        return try await aura.ended(within: limit)
    }
}

/// A folder of its own for one test, removed afterwards.
struct Scratch: Sendable {
    let path: String

    @discardableResult
    static func with<Result>(_ body: (Scratch) async throws -> Result) async throws -> Result {
        let scratch = Scratch(path: NSTemporaryDirectory() + "aura-e2e-" + UUID().uuidString)
        try FileManager.default.createDirectory(atPath: scratch.path, withIntermediateDirectories: true)
        defer { do { try FileManager.default.removeItem(atPath: scratch.path) } catch { print("left behind: \(scratch.path)") } }
        return try await body(scratch)
    }

    func file(_ name: String) -> String { path + "/" + name }
    func write(_ text: String, to name: String) throws { try text.write(toFile: file(name), atomically: true, encoding: .utf8) }

    /// Every file below and what is in it, but for locks and what SQLite keeps beside a database that is open.
    func contents(of name: String) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for inner in FileManager.default.enumerator(atPath: file(name))?.compactMap({ $0 as? String }) ?? [] {
            if [".lock", "-shm", "-wal"].contains(where: inner.hasSuffix) { continue }
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: file(name + "/" + inner), isDirectory: &isFolder), !isFolder.boolValue else { continue }
            found[inner] = try Data(contentsOf: URL(fileURLWithPath: file(name + "/" + inner)))
        }
        return found
    }
}
