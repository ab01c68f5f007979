public import Notation

/// One sensor of the machine: hwmon, or a thermal zone. Virtual machines mostly have none.
public struct SensorFacts: Shaped, Equatable {
    public enum Kind: String, Choice { case temperature, fan, throttling }

    public let name: String?
    public let kind: Kind?
    /// Degrees Celsius, turns a minute, or how often since the start.
    public let value: Double?
    public let high: Double?
    public let critical: Double?

    public static let notes: [String: Note] = [
        "name": "", "kind": "", "value": "", "high": "", "critical": "",
    ]
}

extension SensorFacts {
    public static func all(_ root: HostRoot) -> [SensorFacts] { hwmon(root) + zones(root) + throttling(root) }

    /// Kernel documentation, hwmon/sysfs-interface: temperatures are thousandths of a degree.
    private static func hwmon(_ root: HostRoot) -> [SensorFacts] {
        root.entries("/sys/class/hwmon").flatMap { chip -> [SensorFacts] in
            let folder = "/sys/class/hwmon/\(chip)"
            let name = root.word(folder + "/name") ?? chip
            return root.entries(folder).filter { $0.hasSuffix("_input") }.compactMap { file in
                let channel = String(file.dropLast("_input".count))
                guard let value = root.number("\(folder)/\(file)") else { return nil }
                let label = "\(name) " + (root.word("\(folder)/\(channel)_label") ?? channel)
                if channel.hasPrefix("fan") { return SensorFacts(name: label, kind: .fan, value: Double(value), high: nil, critical: nil) }
                guard channel.hasPrefix("temp") else { return nil }
                return SensorFacts(
                    name: label, kind: .temperature, value: celsius(value), high: limit(root.number("\(folder)/\(channel)_max")),
                    critical: limit(root.number("\(folder)/\(channel)_crit")))
            }
        }
    }

    /// Kernel documentation, driver-api/thermal/sysfs-api.
    private static func zones(_ root: HostRoot) -> [SensorFacts] {
        root.entries("/sys/class/thermal").filter { $0.hasPrefix("thermal_zone") }.compactMap { zone in
            let folder = "/sys/class/thermal/\(zone)"
            guard let value = root.number(folder + "/temp") else { return nil }
            var trips: [String: Int64] = [:]
            for file in root.entries(folder) where file.hasPrefix("trip_point_") && file.hasSuffix("_type") {
                let trip = file.dropLast("_type".count)
                if let kind = root.word("\(folder)/\(file)"), let at = root.number("\(folder)/\(trip)_temp") { trips[kind] = at }
            }
            return SensorFacts(
                name: root.word(folder + "/type") ?? zone, kind: .temperature, value: celsius(value), high: limit(trips["hot"] ?? trips["passive"]),
                critical: limit(trips["critical"]))
        }
    }

    /// How often the processors slowed themselves down because of heat, all cores together.
    private static func throttling(_ root: HostRoot) -> [SensorFacts] {
        let counts = root.entries("/sys/devices/system/cpu").filter { $0.hasPrefix("cpu") }.compactMap { core in
            root.number("/sys/devices/system/cpu/\(core)/thermal_throttle/core_throttle_count")
        }
        guard !counts.isEmpty else { return [] }
        return [SensorFacts(name: "cpu cores", kind: .throttling, value: Double(counts.reduce(0, &+)), high: nil, critical: nil)]
    }

    private static func celsius(_ thousandths: Int64) -> Double { rounded(Double(thousandths) / 1000) }
    /// Chips that have no limit often say 0 or less.
    private static func limit(_ thousandths: Int64?) -> Double? { thousandths.flatMap { $0 > 0 ? celsius($0) : nil } }
}
