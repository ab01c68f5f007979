public import Notation

/// A process that holds memory of a GPU.
public struct GPUProcessFacts: Shaped, Equatable {
    public enum Kind: String, Choice { case compute, graphics }

    public let gpu: Int?
    public let pid: Int64?
    public let kind: Kind?
    public let name: String?
    /// Bytes; absent where the driver does not tell.
    public let memory: Int64?

    public static let notes: [String: Note] = [
        "gpu": "", "pid": "", "kind": "", "name": "", "memory": "",
    ]

    static let limit = 1024

    public static func all(_ library: GPULibrary, _ root: HostRoot) throws(GPULibrary.Absence) -> [GPUProcessFacts] {
        (0..<(try library.count())).flatMap { index -> [GPUProcessFacts] in
            // A card that does not answer says so in the list of cards.
            guard let device = try? library.device(index) else { return [] }
            return Kind.allCases.flatMap { kind in
                processes(device, kind, library).map { process in
                    GPUProcessFacts(
                        gpu: index, pid: Int64(process.pid), kind: kind, name: root.word("/proc/\(process.pid)/comm"),
                        // All bits set: NVML_VALUE_NOT_AVAILABLE.
                        memory: process.usedMemory == .max ? nil : Int64(clamping: process.usedMemory))
                }
            }
        }
    }

    private static func processes(_ device: NVMLDevice, _ kind: Kind, _ library: GPULibrary) -> [NVMLProcess] {
        let word = kind == .compute ? "Compute" : "Graphics"
        let names = ["nvmlDeviceGet\(word)RunningProcesses_v3", "nvmlDeviceGet\(word)RunningProcesses_v2"]
        guard let ask = names.lazy.compactMap({ library.function($0, NVMLFunction.Processes.self) }).first else { return [] }
        // The list may grow between the question for its length and the list itself.
        var room = 64
        while room <= limit {
            var list = [NVMLProcess](repeating: NVMLProcess(), count: room)
            var count = UInt32(room)
            switch ask(device, &count, &list) {
            case NVMLCode.success: return Array(list.prefix(Int(count)))
            case NVMLCode.insufficientSize: room *= 2
            default: return []
            }
        }
        return []
    }
}
