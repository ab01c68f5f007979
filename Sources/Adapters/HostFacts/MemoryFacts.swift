public import Notation

/// Main memory and swap, from `/proc/meminfo`; bytes.
public struct MemoryFacts: Shaped, Equatable {
    public let total: Int64
    /// What could be had without swapping, as the kernel reckons it.
    public let available: Int64?
    /// The share that is not available, in percent.
    public let used: Double?
    public let swap: Int64?
    public let swapFree: Int64?

    public static let notes: [String: Note] = [
        "total": "", "available": "", "used": "", "swap": "", "swap_free": "",
    ]
    enum CodingKeys: String, CodingKey {
        case total, available, used, swap
        case swapFree = "swap_free"
    }

    init?(_ root: HostRoot) {
        var found: [Substring: Int64] = [:]
        for line in root.lines("/proc/meminfo") {
            guard let colon = line.firstIndex(of: ":"), let number = fields(line[line.index(after: colon)...]).first.flatMap({ Int64($0) }) else { continue }
            found[line[..<colon]] = number.multipliedReportingOverflow(by: 1024).partialValue
        }
        guard let total = found["MemTotal"], total > 0 else { return nil }
        self.total = total
        available = found["MemAvailable"]
        used = available.flatMap { percent(Double(total) - Double($0), of: Double(total)) }
        swap = found["SwapTotal"]
        swapFree = found["SwapFree"]
    }
}
