public import Notation

/// The machine in one look. What the kernel does not tell is absent.
public struct HostOverview: Shaped, Equatable {
    /// Seconds.
    public let uptime: Int64?
    public let cores: Int?
    /// Percent busy since the last sample.
    public let cpu: Double?
    /// Percent taken by other guests of the same machine.
    public let stolen: Double?
    /// Of one, five and fifteen minutes.
    public let load: [Double]?
    public let memory: MemoryFacts?
    /// By resource: cpu, memory, io.
    public let pressure: [String: PressureFacts]?
    /// What this process is allowed.
    public let cgroup: CgroupFacts?
    public let kernel: String?

    public static let notes: [String: Note] = [
        "uptime": "", "cores": "", "cpu": "", "stolen": "", "load": "", "memory": "", "pressure": "", "cgroup": "", "kernel": "",
    ]

    /// - Parameter earlier: what the processors had done before; without it nothing is said of how busy they are.
    public init(_ root: HostRoot, since earlier: CPUTimes? = nil) {
        let times = CPUTimes(root)
        uptime = root.word("/proc/uptime").flatMap { fields($0).first }.flatMap { Double($0) }.flatMap { Int64(exactly: $0.rounded(.down)) }
        cores = times.map(\.cores)
        cpu = earlier.flatMap { times?.busy(since: $0) }
        stolen = earlier.flatMap { times?.stolen(since: $0) }
        let averages = root.word("/proc/loadavg").map { fields($0).prefix(3).compactMap { Double($0) }.filter(\.isFinite) }
        load = averages.flatMap { $0.count == 3 ? $0 : nil }
        memory = MemoryFacts(root)
        var pressure: [String: PressureFacts] = [:]
        for resource in ["cpu", "memory", "io"] { pressure[resource] = PressureFacts(root, "/proc/pressure/\(resource)") }
        self.pressure = pressure.isEmpty ? nil : pressure
        cgroup = CgroupFacts(root)
        kernel = root.word("/proc/sys/kernel/osrelease")
    }
}
