public import Notation

/// How much work waited for a resource: pressure stall information (kernel documentation, accounting/psi).
public struct PressureFacts: Shaped, Equatable {
    /// Percent of the last 10 seconds in which some task waited.
    public let some10: Double
    public let some60: Double
    /// Everything waited at once. The kernel does not tell it for the processors of a whole machine.
    public let full10: Double?
    public let full60: Double?

    public static let notes: [String: Note] = [
        "some10": "", "some60": "", "full10": "", "full60": "",
    ]

    /// - Parameter file: `/proc/pressure/cpu` or a cgroup's `cpu.pressure`.
    init?(_ root: HostRoot, _ file: String) {
        var averages: [String: [String: Double]] = [:]
        for line in root.lines(file) {
            let parts = fields(line)
            guard let kind = parts.first else { continue }
            for part in parts.dropFirst() {
                let pair = part.split(separator: "=")
                if pair.count == 2, let value = Double(pair[1]), value.isFinite { averages[kind, default: [:]][String(pair[0])] = value }
            }
        }
        guard let some10 = averages["some"]?["avg10"], let some60 = averages["some"]?["avg60"] else { return nil }
        self.some10 = some10
        self.some60 = some60
        full10 = averages["full"]?["avg10"]
        full60 = averages["full"]?["avg60"]
    }
}
