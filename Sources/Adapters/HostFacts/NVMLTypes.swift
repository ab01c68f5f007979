// The part of NVIDIA's interface that is used, as nvml.h (NVML 12 and 13) declares it. The library is opened at run time, so nothing of it is linked.

enum NVMLCode {
    static let success: Int32 = 0
    static let notSupported: Int32 = 3
    static let insufficientSize: Int32 = 7
}

/// nvmlMemory_v2_t: what the driver keeps for itself stands apart from what programs use, as in NVIDIA's own listing.
struct NVMLMemory {
    var version = UInt32(MemoryLayout<NVMLMemory>.size) | 2 << 24
    var total: UInt64 = 0
    var reserved: UInt64 = 0
    var free: UInt64 = 0
    var used: UInt64 = 0
}

/// nvmlMemory_t, of drivers before 510: `used` has the reserved part in it.
struct NVMLMemoryBefore510 {
    var total: UInt64 = 0
    var free: UInt64 = 0
    var used: UInt64 = 0
}

/// nvmlUtilization_t: percent.
struct NVMLUtilization {
    var gpu: UInt32 = 0
    var memory: UInt32 = 0
}

/// nvmlProcessInfo_t of version 3 (and 2).
struct NVMLProcess {
    var pid: UInt32 = 0
    var usedMemory: UInt64 = 0
    var instance: UInt32 = 0
    var computeInstance: UInt32 = 0
}

/// nvmlTemperature_t, version 1.
struct NVMLTemperature {
    var version = UInt32(MemoryLayout<NVMLTemperature>.size) | 1 << 24
    var sensor: UInt32 = 0
    var celsius: Int32 = 0
}

typealias NVMLDevice = UnsafeMutableRawPointer

/// The C types of the functions, by what they take. Structures go by their address: a C function type of Swift cannot name them.
enum NVMLFunction {
    typealias Plain = @Sendable @convention(c) () -> Int32
    typealias SystemNumber = @Sendable @convention(c) (UnsafeMutablePointer<UInt32>) -> Int32
    typealias SystemText = @Sendable @convention(c) (UnsafeMutablePointer<CChar>, UInt32) -> Int32
    typealias Handle = @Sendable @convention(c) (UInt32, UnsafeMutablePointer<NVMLDevice?>) -> Int32
    typealias Text = @Sendable @convention(c) (NVMLDevice, UnsafeMutablePointer<CChar>, UInt32) -> Int32
    typealias Number = @Sendable @convention(c) (NVMLDevice, UnsafeMutablePointer<UInt32>) -> Int32
    typealias KindNumber = @Sendable @convention(c) (NVMLDevice, UInt32, UnsafeMutablePointer<UInt32>) -> Int32
    typealias Wide = @Sendable @convention(c) (NVMLDevice, UnsafeMutablePointer<UInt64>) -> Int32
    typealias KindsWide = @Sendable @convention(c) (NVMLDevice, UInt32, UInt32, UnsafeMutablePointer<UInt64>) -> Int32
    typealias Memory = @Sendable @convention(c) (NVMLDevice, UnsafeMutableRawPointer) -> Int32
    typealias Utilization = @Sendable @convention(c) (NVMLDevice, UnsafeMutableRawPointer) -> Int32
    typealias Temperature = @Sendable @convention(c) (NVMLDevice, UnsafeMutableRawPointer) -> Int32
    typealias Processes = @Sendable @convention(c) (NVMLDevice, UnsafeMutablePointer<UInt32>, UnsafeMutableRawPointer?) -> Int32
    typealias ErrorText = @Sendable @convention(c) (Int32) -> UnsafePointer<CChar>?
}
