public import Notation

/// What the control group of this process allows it, version 1 or 2. A limit that is not set is absent.
///
/// Every group above limits too, so the tightest on the way to the root counts.
public struct CgroupFacts: Shaped, Equatable {
    public let version: Int
    public let memoryLimit: Int64?
    public let memoryUsed: Int64?
    /// Processors' worth of time that is allowed.
    public let cpus: Double?
    /// Percent of periods that this cut short.
    public let throttled: Double?
    public let tasksLimit: Int64?
    public let oomKills: Int64?

    public static let notes: [String: Note] = [
        "version": "", "memory_limit": "", "memory_used": "", "cpus": "", "throttled": "", "tasks_limit": "", "oom_kills": "",
    ]
    enum CodingKeys: String, CodingKey {
        case version, cpus, throttled
        case memoryLimit = "memory_limit"
        case memoryUsed = "memory_used"
        case tasksLimit = "tasks_limit"
        case oomKills = "oom_kills"
    }

    init?(_ root: HostRoot) {
        // hierarchy:controllers:path, one a line; version 2 is the line "0::path".
        let groups = root.lines("/proc/self/cgroup").compactMap { line -> (controllers: String, path: String)? in
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            return parts.count == 3 ? (String(parts[1]), String(parts[2])) : nil
        }
        let unified = "/sys/fs/cgroup"
        if root.exists(unified + "/cgroup.controllers"), let path = groups.first(where: { $0.controllers.isEmpty })?.path {
            self.init(root, versionTwo: Cgroup(root, mount: unified, path: path))
        } else if !groups.isEmpty, root.exists("/sys/fs/cgroup/memory") || root.exists("/sys/fs/cgroup/cpu") {
            let path = { (name: String) in groups.first { $0.controllers.split(separator: ",").contains(Substring(name)) }?.path ?? "/" }
            let group = { (name: String) in Cgroup(root, mount: "/sys/fs/cgroup/\(name)", path: path(name)) }
            self.init(memory: group("memory"), cpu: group("cpu"), pids: group("pids"))
        } else {
            return nil
        }
    }

    private init(_ root: HostRoot, versionTwo group: Cgroup) {
        version = 2
        memoryLimit = group.least("memory.max")
        memoryUsed = group.number("memory.current")
        cpus = group.above.compactMap { folder -> Double? in
            let parts = root.word(folder + "/cpu.max").map { fields($0) } ?? []
            guard parts.count == 2, let quota = Double(parts[0]), let period = Double(parts[1]), period > 0 else { return nil }
            return rounded(quota / period)
        }.min()
        throttled = group.throttled
        tasksLimit = group.least("pids.max")
        oomKills = group.member("memory.events", "oom_kill")
    }

    private init(memory: Cgroup, cpu: Cgroup, pids: Cgroup) {
        version = 1
        // "No limit" is the largest multiple of a page below 2^63.
        memoryLimit = memory.least("memory.limit_in_bytes").flatMap { $0 < Int64.max - (1 << 20) ? $0 : nil }
        memoryUsed = memory.number("memory.usage_in_bytes")
        cpus = cpu.above.compactMap { folder -> Double? in
            guard let quota = cpu.root.number(folder + "/cpu.cfs_quota_us"), quota > 0, let period = cpu.root.number(folder + "/cpu.cfs_period_us"), period > 0 else {
                return nil
            }
            return rounded(Double(quota) / Double(period))
        }.min()
        throttled = cpu.throttled
        tasksLimit = pids.least("pids.max")
        oomKills = memory.member("memory.oom_control", "oom_kill")
    }
}

/// One group and those above it.
private struct Cgroup {
    let root: HostRoot
    /// From the group itself up to the mount. Inside a container the path may name what is not visible: then the mount alone is left.
    let above: [String]

    init(_ root: HostRoot, mount: String, path: String) {
        self.root = root
        var parts = path.split(separator: "/")
        if parts.contains("..") { parts = [] }
        var folders: [String] = []
        for count in stride(from: parts.count, through: 0, by: -1) {
            let folder = ([mount] + parts.prefix(count).map(String.init)).joined(separator: "/")
            if root.exists(folder) { folders.append(folder) }
        }
        above = folders
    }

    func number(_ file: String) -> Int64? { above.first.flatMap { root.number($0 + "/" + file) } }
    /// The tightest; "max" is no number and no limit.
    func least(_ file: String) -> Int64? { above.compactMap { root.number($0 + "/" + file) }.min() }

    func member(_ file: String, _ name: String) -> Int64? {
        guard let folder = above.first, let line = root.lines(folder + "/" + file).first(where: { $0.hasPrefix(name + " ") }) else { return nil }
        return field(line, 1).flatMap { Int64($0) }
    }

    var throttled: Double? {
        guard let periods = member("cpu.stat", "nr_periods"), let cut = member("cpu.stat", "nr_throttled") else { return nil }
        return percent(Double(cut), of: Double(periods))
    }
}
