import Glibc

/// One process at one moment: `/proc/PID/stat` and, where it may be read, `io`, `fd` and `cmdline`. Its environment is never opened.
public struct ProcessReading: Sendable, Equatable {
    public let pid: Int32
    public let parent: Int32
    /// The kernel's name of it, 15 characters at most.
    public let name: String
    public let state: String
    public let threads: Int
    public let user: UInt32?
    /// Ticks of processor time so far.
    public let ticks: UInt64
    /// Ticks after the machine's start: pid and this name a process for good.
    public let startTicks: UInt64
    public let residentBytes: Int64

    /// Clock ticks a second in `/proc` (USER_HZ): 100 on every architecture that Linux still runs on.
    public static let ticksPerSecond = 100.0

    /// Nil when there is no such process, or no longer.
    public init?(_ root: HostRoot, pid: Int32) {
        guard let text = root.text("/proc/\(pid)/stat", limit: 4096), let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")"), open < close else {
            return nil
        }
        // The name stands in brackets and may hold anything, brackets too; what follows the last one is plain. Field 3 is the first of it.
        let rest = text[text.index(after: close)...].split(separator: " ")
        guard rest.count >= 22, let parent = Int32(rest[1]), let user = UInt64(rest[11]), let system = UInt64(rest[12]), let threads = Int(rest[17]),
            let start = UInt64(rest[19]), let pages = Int64(rest[21])
        else { return nil }
        self.pid = pid
        self.parent = parent
        name = String(text[text.index(after: open)..<close])
        state = ProcessReading.states[String(rest[0])] ?? String(rest[0])
        self.threads = threads
        ticks = user &+ system
        startTicks = start
        residentBytes = pages.multipliedReportingOverflow(by: Int64(sysconf(Int32(_SC_PAGESIZE)))).partialValue
        self.user = ProcessReading.owner(root, pid)
    }

    private static let states = [
        "R": "running", "S": "sleeping", "D": "waiting", "Z": "zombie", "T": "stopped", "t": "traced", "I": "idle", "X": "dead",
    ]

    private static func owner(_ root: HostRoot, _ pid: Int32) -> UInt32? {
        if root.isThisMachine {
            var state = stat()
            return stat("/proc/\(pid)", &state) == 0 ? state.st_uid : nil
        }
        let line = root.lines("/proc/\(pid)/status").first { $0.hasPrefix("Uid:") }
        return line.flatMap { field($0, 1) }.flatMap { UInt32($0) }
    }

    /// All processes of the machine, by number.
    public static func all(_ root: HostRoot) -> [ProcessReading] {
        root.entries("/proc").compactMap { Int32($0) }.sorted().compactMap { ProcessReading(root, pid: $0) }
    }

    /// Open files; nil for another user's process.
    public func openFiles(_ root: HostRoot) -> Int? {
        guard access(root.path + "/proc/\(pid)/fd", R_OK | X_OK) == 0 else { return nil }
        return root.entries("/proc/\(pid)/fd").count
    }

    /// Bytes that went to and came from storage; nil for another user's process.
    public func storageBytes(_ root: HostRoot) -> (read: Int64, written: Int64)? {
        let lines = root.lines("/proc/\(pid)/io")
        let value = { (name: String) in lines.first { $0.hasPrefix(name) }.flatMap { field($0, 1) }.flatMap { Int64($0) } }
        guard let read = value("read_bytes:"), let written = value("write_bytes:") else { return nil }
        return (read, written)
    }

    /// What it was started with. Never told as it is: see `CommandLine`.
    func arguments(_ root: HostRoot) -> [String] {
        let bytes = root.bytes("/proc/\(pid)/cmdline", limit: 8192) ?? []
        return bytes.split(separator: UInt8(0), omittingEmptySubsequences: false).dropLast(bytes.last == 0 ? 1 : 0).map { String(decoding: $0, as: UTF8.self) }
    }

    public func command(_ root: HostRoot) -> String? { CommandLine.shown(arguments(root), isFile: root.exists) }

    /// The program's file; nil for another user's process and for the kernel's own.
    public func program(_ root: HostRoot) -> String? { root.target("/proc/\(pid)/exe") }
}
