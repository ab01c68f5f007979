public import Notation

/// One GPU. A figure that the card or its driver does not tell is absent.
public struct GPUFacts: Shaped, Equatable {
    public let index: Int?
    public let name: String?
    public let uuid: String?
    /// Why it does not answer.
    public let problem: String?
    public let memory: Int64?
    public let memoryUsed: Int64?
    public let busy: Double?
    public let celsius: Double?
    /// Degrees at which the card slows itself down.
    public let slowdown: Double?
    public let shutdown: Double?
    public let watts: Double?
    public let powerLimit: Double?
    public let clock: Int64?
    public let memoryClock: Int64?
    public let fan: Double?
    /// Uncorrected errors of memory since the driver was loaded.
    public let ecc: Int64?
    /// Why the clocks are held back now.
    public let throttled: [String]?

    public static let notes: [String: Note] = [
        "index": "", "name": "", "uuid": "", "problem": "", "memory": "", "memory_used": "", "busy": "", "celsius": "", "slowdown": "", "shutdown": "", "watts": "",
        "watts_limit": "", "mhz": "", "memory_mhz": "", "fan": "", "ecc_errors": "", "throttled": "",
    ]
    enum CodingKeys: String, CodingKey {
        case index, name, uuid, problem, memory, busy, celsius, slowdown, shutdown, watts, fan, throttled
        case memoryUsed = "memory_used"
        case powerLimit = "watts_limit"
        case clock = "mhz"
        case memoryClock = "memory_mhz"
        case ecc = "ecc_errors"
    }
}

extension GPUFacts {
    public static func all(_ library: GPULibrary) throws(GPULibrary.Absence) -> [GPUFacts] {
        (0..<(try library.count())).map { GPUFacts($0, library) }
    }

    /// A card that fell off the bus is listed with its problem, and does not hide the others.
    init(_ index: Int, _ library: GPULibrary) {
        let reading: GPUReading?
        let trouble: String?
        do throws(GPULibrary.Absence) { (reading, trouble) = (GPUReading(try library.device(index), library), nil) } catch { (reading, trouble) = (nil, error.description) }
        self.index = index
        problem = trouble
        name = reading?.name
        uuid = reading?.uuid
        memory = reading?.memory.map { Int64(clamping: $0.total) }
        memoryUsed = reading?.memory.map { Int64(clamping: $0.used) }
        busy = reading?.utilization.map { Double($0.gpu) }
        celsius = reading?.celsius
        slowdown = reading?.threshold(GPUReading.slowdown)
        shutdown = reading?.threshold(GPUReading.shutdown)
        watts = reading?.number("nvmlDeviceGetPowerUsage").map { rounded(Double($0) / 1000) }
        powerLimit = reading?.number("nvmlDeviceGetEnforcedPowerLimit").map { rounded(Double($0) / 1000) }
        clock = reading?.kindNumber("nvmlDeviceGetClockInfo", GPUReading.streamingClock).map { Int64($0) }
        memoryClock = reading?.kindNumber("nvmlDeviceGetClockInfo", GPUReading.memoryClock).map { Int64($0) }
        fan = reading?.number("nvmlDeviceGetFanSpeed").map { Double($0) }
        ecc = reading?.uncorrectedErrors.map { Int64(clamping: $0) }
        throttled = reading?.throttleReasons
    }
}

/// The questions to one device. A question that it does not answer is nil.
struct GPUReading {
    /// nvmlTemperatureThresholds_t.
    static let shutdown: UInt32 = 0
    static let slowdown: UInt32 = 1
    /// nvmlClockType_t.
    static let streamingClock: UInt32 = 1
    static let memoryClock: UInt32 = 2

    let device: NVMLDevice
    let library: GPULibrary

    init(_ device: NVMLDevice, _ library: GPULibrary) {
        self.device = device
        self.library = library
    }

    var name: String? { text("nvmlDeviceGetName") }
    var uuid: String? { text("nvmlDeviceGetUUID") }

    private func text(_ name: String) -> String? {
        guard let ask = library.function(name, NVMLFunction.Text.self) else { return nil }
        return library.text { ask(device, $0, $1) }
    }

    func number(_ name: String) -> UInt32? {
        guard let ask = library.function(name, NVMLFunction.Number.self) else { return nil }
        var value: UInt32 = 0
        return ask(device, &value) == NVMLCode.success ? value : nil
    }

    func kindNumber(_ name: String, _ kind: UInt32) -> UInt32? {
        guard let ask = library.function(name, NVMLFunction.KindNumber.self) else { return nil }
        var value: UInt32 = 0
        return ask(device, kind, &value) == NVMLCode.success ? value : nil
    }

    func threshold(_ kind: UInt32) -> Double? { kindNumber("nvmlDeviceGetTemperatureThreshold", kind).map { Double($0) } }

    /// The new function where there is one (the old is deprecated from NVML 13 on), else the old.
    var celsius: Double? {
        if let ask = library.function("nvmlDeviceGetTemperatureV", NVMLFunction.Temperature.self) {
            var temperature = NVMLTemperature()
            if ask(device, &temperature) == NVMLCode.success { return Double(temperature.celsius) }
        }
        return kindNumber("nvmlDeviceGetTemperature", 0).map { Double($0) }
    }

    /// Bytes of the card, and those that programs use. A driver that is too old to tell these apart counts what it keeps for itself as used.
    var memory: (total: UInt64, used: UInt64)? {
        if let ask = library.function("nvmlDeviceGetMemoryInfo_v2", NVMLFunction.Memory.self) {
            var memory = NVMLMemory()
            if ask(device, &memory) == NVMLCode.success { return (memory.total, memory.used) }
        }
        guard let ask = library.function("nvmlDeviceGetMemoryInfo", NVMLFunction.Memory.self) else { return nil }
        var memory = NVMLMemoryBefore510()
        return ask(device, &memory) == NVMLCode.success ? (memory.total, memory.used) : nil
    }

    var utilization: NVMLUtilization? {
        guard let ask = library.function("nvmlDeviceGetUtilizationRates", NVMLFunction.Utilization.self) else { return nil }
        var utilization = NVMLUtilization()
        return ask(device, &utilization) == NVMLCode.success ? utilization : nil
    }

    /// Of memory, uncorrected (1), since the driver was loaded (0).
    var uncorrectedErrors: UInt64? {
        guard let ask = library.function("nvmlDeviceGetTotalEccErrors", NVMLFunction.KindsWide.self) else { return nil }
        var count: UInt64 = 0
        return ask(device, 1, 0, &count) == NVMLCode.success ? count : nil
    }

    /// nvmlClocksEventReasons; earlier drivers call them throttle reasons.
    private static let reasons: [(bit: UInt64, name: String)] = [
        (0x1, "idle"), (0x2, "application_clocks"), (0x4, "power_cap"), (0x8, "hardware_slowdown"), (0x10, "sync_boost"), (0x20, "software_thermal"),
        (0x40, "hardware_thermal"), (0x80, "power_brake"), (0x100, "display_clock"),
    ]

    var throttleReasons: [String]? {
        for name in ["nvmlDeviceGetCurrentClocksEventReasons", "nvmlDeviceGetCurrentClocksThrottleReasons"] {
            guard let ask = library.function(name, NVMLFunction.Wide.self) else { continue }
            var bits: UInt64 = 0
            guard ask(device, &bits) == NVMLCode.success else { continue }
            return GPUReading.reasons.filter { bits & $0.bit != 0 }.map(\.name)
        }
        return nil
    }
}
