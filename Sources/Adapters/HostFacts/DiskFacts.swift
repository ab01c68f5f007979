import Glibc
public import Notation

/// One file system that lies on a device, or in memory; bytes. `reads` and `writes` are rates, and need an earlier reading.
public struct DiskFacts: Shaped, Equatable {
    public let mount: String?
    public let device: String?
    public let kind: String?
    public let size: Int64?
    /// For ordinary users.
    public let free: Int64?
    public let used: Double?
    /// Percent in use.
    public let inodes: Double?
    public let isReadOnly: Bool?
    /// Bytes a second.
    public let reads: Double?
    public let writes: Double?
    /// Percent of the time in which it had something to do.
    public let busy: Double?

    public static let notes: [String: Note] = [
        "mount": "", "device": "", "kind": "", "size": "", "free": "", "used": "", "inodes": "", "read_only": "", "reads": "", "writes": "", "busy": "",
    ]
    enum CodingKeys: String, CodingKey {
        case mount, device, kind, size, free, used, inodes, reads, writes, busy
        case isReadOnly = "read_only"
    }
}

/// Blocks and inodes of a mounted file system.
public struct FileSystemSpace: Sendable, Equatable {
    public let size: Int64
    public let used: Int64
    public let free: Int64
    public let inodes: UInt64
    public let inodesFree: UInt64

    public init(size: Int64, used: Int64, free: Int64, inodes: UInt64, inodesFree: UInt64) {
        self.size = size
        self.used = used
        self.free = free
        self.inodes = inodes
        self.inodesFree = inodesFree
    }

    /// Made-up file systems tell numbers that no disk has.
    private static func bytes(_ blocks: fsblkcnt_t, _ unit: UInt) -> Int64 {
        let (bytes, overflow) = UInt64(blocks).multipliedReportingOverflow(by: UInt64(unit))
        return overflow ? .max : Int64(clamping: bytes)
    }

    /// As the system tells it; nil when it does not.
    public static func of(_ mount: String) -> FileSystemSpace? {
        var state = statvfs()
        guard statvfs(mount, &state) == 0, state.f_blocks > 0 else { return nil }
        let unit = state.f_frsize
        return FileSystemSpace(
            size: bytes(state.f_blocks, unit), used: bytes(state.f_blocks - min(state.f_bfree, state.f_blocks), unit), free: bytes(state.f_bavail, unit),
            inodes: UInt64(state.f_files), inodesFree: UInt64(state.f_ffree))
    }
}

/// Counters of all block devices at one moment: `/proc/diskstats`, by "major:minor".
public struct DiskCounters: Sendable, Equatable {
    struct Counts: Sendable, Equatable {
        let read: UInt64
        let written: UInt64
        let busyMilliseconds: UInt64
    }

    let devices: [String: Counts]

    public init(_ root: HostRoot) {
        var devices: [String: Counts] = [:]
        for line in root.lines("/proc/diskstats") {
            let parts = fields(line)
            guard parts.count >= 13, let read = UInt64(parts[5]), let written = UInt64(parts[9]), let busy = UInt64(parts[12]) else { continue }
            // Sectors of 512 bytes, whatever the device has (kernel documentation, block/stat).
            devices["\(parts[0]):\(parts[1])"] = Counts(read: read &* 512, written: written &* 512, busyMilliseconds: busy)
        }
        self.devices = devices
    }
}

extension DiskFacts {
    /// Kinds of file systems without a device that hold files all the same.
    private static let held: Set<String> = ["tmpfs", "overlay", "zfs", "btrfs", "nfs", "nfs4", "cifs", "9p", "virtiofs"]

    /// - Parameters:
    ///   - space: asks the system; a mount that it does not know is listed without figures.
    ///   - earlier: the counters of `seconds` ago.
    public static func all(
        _ root: HostRoot, space: (String) -> FileSystemSpace? = FileSystemSpace.of, since earlier: DiskCounters? = nil, seconds: Double = 0
    ) -> [DiskFacts] {
        let now = DiskCounters(root)
        var seen: Set<String> = []
        return root.lines("/proc/self/mountinfo").compactMap { line in
            // id parent major:minor root mount options [optional...] - kind source superoptions (proc(5))
            let parts = fields(line)
            guard let dash = parts.firstIndex(of: "-"), dash >= 6, parts.count > dash + 2 else { return nil }
            let (number, mount, kind, source) = (parts[2], unescaped(parts[4]), parts[dash + 1], unescaped(parts[dash + 2]))
            guard source.hasPrefix("/dev/") || held.contains(kind), !mount.hasPrefix("/proc"), !mount.hasPrefix("/sys") else { return nil }
            // One device mounted twice is one disk.
            guard seen.insert(source.hasPrefix("/dev/") ? number : mount).inserted else { return nil }
            let room = space(mount)
            guard room != nil || source.hasPrefix("/dev/") else { return nil }
            let rates = earlier.flatMap { Rates(now.devices[number], $0.devices[number], seconds) }
            return DiskFacts(
                mount: mount, device: source, kind: kind, size: room?.size, free: room?.free,
                used: room.flatMap { percent(Double($0.used), of: Double($0.used) + Double($0.free)) },
                inodes: room.flatMap { percent(Double($0.inodes &- $0.inodesFree), of: Double($0.inodes)) },
                isReadOnly: parts[5].split(separator: ",").contains("ro"), reads: rates?.reads, writes: rates?.writes, busy: rates?.busy)
        }
    }

    private struct Rates {
        let reads: Double
        let writes: Double
        let busy: Double

        init?(_ now: DiskCounters.Counts?, _ then: DiskCounters.Counts?, _ seconds: Double) {
            guard let now, let then, seconds > 0, now.read >= then.read, now.written >= then.written, now.busyMilliseconds >= then.busyMilliseconds else { return nil }
            reads = rounded(Double(now.read - then.read) / seconds)
            writes = rounded(Double(now.written - then.written) / seconds)
            busy = min(100, rounded(Double(now.busyMilliseconds - then.busyMilliseconds) / (seconds * 10)))
        }
    }

    /// Spaces in mount points are written as octal: `\040`.
    private static func unescaped(_ text: String) -> String {
        guard text.contains("\\") else { return text }
        var out: [UInt8] = []
        let bytes = Array(text.utf8)
        var at = 0
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "\\"), at + 3 < bytes.count, let code = UInt8(String(decoding: bytes[(at + 1)...(at + 3)], as: UTF8.self), radix: 8) {
                out.append(code)
                at += 4
            } else {
                out.append(bytes[at])
                at += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
