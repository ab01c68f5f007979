import HostFacts
import Notation

/// One thing that was looked at, with what was found.
struct HealthFinding: Shaped, Equatable {
    enum Level: String, Choice {
        case ok, warning, critical, unknown

        /// What is not known is worse than well, and better than bad.
        var weight: Int {
            switch self {
            case .ok: 0
            case .unknown: 1
            case .warning: 2
            case .critical: 3
            }
        }
    }

    let check: String
    let level: Level
    let value: Double?
    let evidence: String

    static let notes: [String: Note] = ["check": "", "level": "", "value": "", "evidence": ""]
}

/// Where a figure stops being well. Rising: more is worse.
struct HealthLimit {
    let check: String
    let unit: String
    let warning: Double
    let critical: Double

    func judge(_ value: Double?, _ what: String) -> HealthFinding {
        guard let value else { return HealthFinding(check: check, level: .unknown, value: nil, evidence: "\(what) is not known") }
        let level: HealthFinding.Level = value >= critical ? .critical : value >= warning ? .warning : .ok
        return HealthFinding(check: check, level: level, value: value, evidence: "\(what) is \(value)\(unit) (warning from \(warning), critical from \(critical))")
    }
}

/// All limits at once, over one set of readings: a function of them.
enum Health {
    // From the kernel's own meaning of the figures: a fifth of the time stalled is felt, half of it is standing still.
    static let pressure = HealthLimit(check: "pressure", unit: " %", warning: 20, critical: 50)
    static let memory = HealthLimit(check: "memory", unit: " %", warning: 85, critical: 95)
    static let disk = HealthLimit(check: "disk", unit: " %", warning: 85, critical: 95)
    static let inodes = HealthLimit(check: "inodes", unit: " %", warning: 85, critical: 95)
    /// Runnable tasks for each processor.
    static let load = HealthLimit(check: "load", unit: " for each core", warning: 2, critical: 5)
    static let stolen = HealthLimit(check: "stolen", unit: " %", warning: 10, critical: 30)
    static let throttled = HealthLimit(check: "cgroup throttling", unit: " %", warning: 10, critical: 50)

    static func findings(_ host: HostOverview, disks: [DiskFacts], gpus: GPUSurvey, stage: ThermalGuard.Stage?) -> [HealthFinding] {
        var findings = [memory.judge(host.memory?.used, "memory in use")]
        findings.append(load.judge(host.load.flatMap { load in host.cores.map { load[0] / Double(max(1, $0)) } }.map { ($0 * 100).rounded() / 100 }, "load of one minute"))
        for (resource, figures) in (host.pressure ?? [:]).sorted(by: { $0.key < $1.key }) { findings.append(pressure.judge(figures.some10, "\(resource) pressure of 10 s")) }
        if host.pressure == nil { findings.append(pressure.judge(nil, "pressure")) }
        if let stolen = host.stolen { findings.append(self.stolen.judge(stolen, "time taken by other guests")) }
        if let limit = host.cgroup?.memoryLimit, let used = host.cgroup?.memoryUsed, limit > 0 {
            findings.append(memory.judge((Double(used) / Double(limit) * 10_000).rounded() / 100, "memory of our control group"))
        }
        if let throttled = host.cgroup?.throttled { findings.append(self.throttled.judge(throttled, "share of cut periods of our control group")) }
        for disk in disks where disk.used != nil && disk.isReadOnly != true {
            let mount = disk.mount ?? "?"
            findings.append(self.disk.judge(disk.used, "space in use of \(mount)"))
            if disk.inodes != nil { findings.append(inodes.judge(disk.inodes, "inodes in use of \(mount)")) }
        }
        findings += gpus.cards.flatMap(card)
        if gpus.isTrouble, let why = gpus.none { findings.append(HealthFinding(check: "gpu", level: .warning, value: nil, evidence: why)) }
        if let stage { findings.append(heat(stage)) }
        return findings
    }

    private static func card(_ card: GPUFacts) -> [HealthFinding] {
        let name = "GPU \(card.index.map { "\($0)" } ?? "?")"
        if let problem = card.problem { return [HealthFinding(check: "gpu", level: .critical, value: nil, evidence: problem)] }
        var findings: [HealthFinding] = []
        if let errors = card.ecc { findings.append(HealthFinding(check: "gpu", level: errors > 0 ? .warning : .ok, value: Double(errors), evidence: "\(name) has \(errors) uncorrected memory errors")) }
        let bad = (card.throttled ?? []).filter { ["hardware_slowdown", "hardware_thermal", "software_thermal", "power_brake"].contains($0) }
        if !bad.isEmpty { findings.append(HealthFinding(check: "gpu", level: .warning, value: nil, evidence: "\(name) is held back: \(bad.joined(separator: ", "))")) }
        return findings
    }

    private static func heat(_ stage: ThermalGuard.Stage) -> HealthFinding {
        let level: HealthFinding.Level =
            switch stage {
            case .normal, .warm: .ok
            case .hot: .warning
            case .critical: .critical
            }
        return HealthFinding(check: "heat", level: level, value: nil, evidence: "the thermal guard stands at \(stage)")
    }
}
