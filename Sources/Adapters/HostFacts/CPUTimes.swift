/// What the processors did since the machine started, in ticks: the first line of `/proc/stat` (proc(5)).
public struct CPUTimes: Sendable, Equatable {
    /// user, nice, system, idle, iowait, irq, softirq, steal. The guest's times are within user and nice.
    let ticks: [UInt64]
    public let cores: Int
    /// Seconds since 1970.
    public let bootTime: Int64?
    let contextSwitches: UInt64?

    public init?(_ root: HostRoot) {
        let lines = root.lines("/proc/stat")
        guard let total = lines.first(where: { $0.hasPrefix("cpu ") }) else { return nil }
        let words = fields(total).dropFirst().prefix(8)
        ticks = words.compactMap { UInt64($0) }
        // A word that is no number would move all after it to another's place.
        guard ticks.count >= 4, ticks.count == words.count else { return nil }
        cores = lines.count { $0.hasPrefix("cpu") && !$0.hasPrefix("cpu ") }
        bootTime = CPUTimes.value("btime", lines).flatMap { Int64($0) }.flatMap { (0..<8_000_000_000).contains($0) ? $0 : nil }
        contextSwitches = CPUTimes.value("ctxt", lines).flatMap { UInt64($0) }
    }

    private static func value(_ name: String, _ lines: [Substring]) -> String? {
        lines.first { $0.hasPrefix(name + " ") }.map { String($0.dropFirst(name.count + 1)) }
    }

    private var idle: UInt64 { ticks[3] &+ (ticks.count > 4 ? ticks[4] : 0) }
    private var all: UInt64 { ticks.reduce(0, &+) }

    /// The share of the time since `earlier` in which the processors worked, in percent of all of them. Nil when no tick has passed, or the counters went back.
    public func busy(since earlier: CPUTimes) -> Double? {
        guard all > earlier.all, idle >= earlier.idle, idle - earlier.idle <= all - earlier.all else { return nil }
        return percent(Double(all - earlier.all - (idle - earlier.idle)), of: Double(all - earlier.all))
    }

    /// The share that was taken by another guest of the same machine.
    public func stolen(since earlier: CPUTimes) -> Double? {
        guard ticks.count > 7, earlier.ticks.count > 7, all > earlier.all, ticks[7] >= earlier.ticks[7] else { return nil }
        return percent(Double(ticks[7] - earlier.ticks[7]), of: Double(all - earlier.all))
    }
}
