import HostFacts

/// What one sample writes into the history, by the metric's name, and what it tells the guards of heat.
struct MetricValues {
    /// Cards and disks beyond this have no history of their own.
    private static let deviceLimit = 8

    struct Heat {
        let device: String
        let celsius: Double?
        let limits: ThermalGuard.Limits
    }

    private(set) var all: [String: Double] = [:]
    private(set) var heat: [Heat] = []

    init(overview: HostOverview, cards: [GPUFacts], sensors: [SensorFacts], disks: [DiskFacts], interfaces: [InterfaceFacts]) {
        all["cpu.busy"] = overview.cpu
        all["cpu.stolen"] = overview.stolen
        all["load.1m"] = overview.load?.first
        all["memory.used"] = overview.memory?.used
        all["memory.available_bytes"] = overview.memory?.available.map { Double($0) }
        for (resource, pressure) in overview.pressure ?? [:] { all["pressure.\(resource)"] = pressure.some10 }
        all["cgroup.memory_bytes"] = overview.cgroup?.memoryUsed.map { Double($0) }
        for disk in disks.prefix(MetricValues.deviceLimit) {
            guard let mount = disk.mount else { continue }
            all["disk.used:\(mount)"] = disk.used
            all["disk.busy:\(mount)"] = disk.busy
        }
        let wires = interfaces.filter { $0.name != "lo" }
        all["network.received"] = MetricValues.sum(wires.map(\.received))
        all["network.sent"] = MetricValues.sum(wires.map(\.sent))
        for card in cards.prefix(MetricValues.deviceLimit) { add(card) }
        let temperatures = sensors.filter { $0.kind == .temperature }
        if let hottest = temperatures.compactMap(\.value).max() { all["temperature.max"] = hottest }
        for sensor in temperatures {
            guard let name = sensor.name, let critical = sensor.critical, let limits = ThermalGuard.Limits(slowdown: critical, shutdown: nil) else { continue }
            heat.append(Heat(device: name, celsius: sensor.value, limits: limits))
        }
    }

    private mutating func add(_ card: GPUFacts) {
        guard let index = card.index else { return }
        all["gpu\(index).busy"] = card.busy
        all["gpu\(index).celsius"] = card.celsius
        all["gpu\(index).watts"] = card.watts
        all["gpu\(index).memory_bytes"] = card.memoryUsed.map { Double($0) }
        guard card.celsius != nil || card.problem != nil else { return }
        let limits = card.slowdown.flatMap { ThermalGuard.Limits(slowdown: $0, shutdown: card.shutdown) } ?? .standard
        heat.append(Heat(device: "gpu\(index)", celsius: card.celsius, limits: limits))
    }

    /// Nothing is known of the sum when nothing is known of any.
    private static func sum(_ values: [Double?]) -> Double? {
        let known = values.compactMap(\.self)
        return known.isEmpty ? nil : known.reduce(0, +)
    }
}
