import Glibc

/// NVIDIA's management library, found and opened at run time: a machine without it runs the same program.
public final class GPULibrary: Sendable {
    /// Why there are no figures of a GPU, in a sentence. No GPU is an answer, not a failure.
    public struct Absence: Error, Sendable, Equatable, CustomStringConvertible {
        public let description: String
    }

    static let deviceLimit: UInt32 = 64

    private let handle: UInt
    private let errorText: NVMLFunction.ErrorText?

    /// Opens the library and starts it.
    /// - Parameter file: its name or path. The name with its number is what the driver installs.
    public init(_ file: String = "libnvidia-ml.so.1") throws(Absence) {
        guard let opened = dlopen(file, RTLD_NOW | RTLD_LOCAL) else {
            throw Absence(description: "no NVIDIA driver is installed here (\(file) was not found)")
        }
        handle = UInt(bitPattern: opened)
        errorText = GPULibrary.find("nvmlErrorString", in: handle, as: NVMLFunction.ErrorText.self)
        guard let start = GPULibrary.find("nvmlInit_v2", in: handle, as: NVMLFunction.Plain.self) else {
            throw Absence(description: "\(file) is no management library of NVIDIA's: it has no nvmlInit_v2")
        }
        let code = start()
        guard code == NVMLCode.success else { throw Absence(description: "NVIDIA's library is here, but no GPU can be reached: \(says(code))") }
    }

    deinit {
        _ = function("nvmlShutdown", NVMLFunction.Plain.self)?()
        if let opened = UnsafeMutableRawPointer(bitPattern: handle) { dlclose(opened) }
    }

    /// A function by its name; nil in a library that is too old to have it.
    func function<F>(_ name: String, _ type: F.Type) -> F? { GPULibrary.find(name, in: handle, as: type) }

    private static func find<F>(_ name: String, in handle: UInt, as type: F.Type) -> F? {
        // A C function's pointer is what the symbol's address is.
        dlsym(UnsafeMutableRawPointer(bitPattern: handle), name).map { unsafeBitCast($0, to: type) }
    }

    /// The library's own words for its code.
    func says(_ code: Int32) -> String { errorText?(code).map { String(cString: $0) } ?? "error \(code)" }

    // MARK: - Asking

    func text(_ limit: Int = 128, _ ask: (UnsafeMutablePointer<CChar>, UInt32) -> Int32?) -> String? {
        var buffer = [CChar](repeating: 0, count: limit)
        let code = buffer.withUnsafeMutableBufferPointer { bytes in bytes.baseAddress.flatMap { ask($0, UInt32(limit)) } }
        guard code == NVMLCode.success else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    public var driver: String? {
        guard let ask = function("nvmlSystemGetDriverVersion", NVMLFunction.SystemText.self) else { return nil }
        return text { ask($0, $1) }
    }

    /// How many there are. A library that does not answer is an absence.
    public func count() throws(Absence) -> Int {
        guard let ask = function("nvmlDeviceGetCount_v2", NVMLFunction.SystemNumber.self) else { throw Absence(description: "NVIDIA's library cannot count GPUs") }
        var count: UInt32 = 0
        let code = ask(&count)
        guard code == NVMLCode.success else { throw Absence(description: "the GPUs cannot be counted: \(says(code))") }
        return Int(min(count, GPULibrary.deviceLimit))
    }

    func device(_ index: Int) throws(Absence) -> NVMLDevice {
        guard let ask = function("nvmlDeviceGetHandleByIndex_v2", NVMLFunction.Handle.self) else { throw Absence(description: "NVIDIA's library has no devices") }
        var device: NVMLDevice?
        let code = ask(UInt32(index), &device)
        guard code == NVMLCode.success, let device else { throw Absence(description: "GPU \(index) cannot be reached: \(says(code))") }
        return device
    }
}
