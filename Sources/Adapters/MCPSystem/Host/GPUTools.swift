import HostFacts
import MCP
import MCPHosting
import MCPServing
import Model
import Notation

struct GPUListTool: Tool {
    struct Output: Shaped {
        let asOf: String
        let none: String?
        let driver: String?
        let gpus: [GPUFacts]
        let truncated: Bool
        static let notes: [String: Note] = ["as_of": "", "none": "", "driver": "", "gpus": "", "truncated": ""]
        enum CodingKeys: String, CodingKey {
            case asOf = "as_of"
            case none, driver, gpus, truncated
        }
    }
    static let name = "gpu_list"
    static let title = "GPUs"
    static let summary = "NVIDIA GPUs through NVML: memory, load, temperature, power, clocks, ECC, throttling. Without a GPU, says so in `none`."
    static let hints = ToolHints.readsHere

    let machine: Machine

    func call(_ arguments: ListArguments, _ context: CallContext) async throws -> Output {
        let reading = await machine.gpus.read()
        let fitted = try ListBudget.fit(reading.survey.cards, fields: arguments.fields, maxBytes: arguments.maxBytes)
        return Output(
            asOf: CivilTime.text(reading.at, decimals: 3), none: reading.survey.none, driver: reading.survey.driver, gpus: fitted.rows, truncated: fitted.truncated)
    }
}

struct GPUProcessesTool: Tool {
    struct Output: Shaped {
        let asOf: String
        let none: String?
        let processes: [GPUProcessFacts]
        let truncated: Bool
        static let notes: [String: Note] = ["as_of": "", "none": "", "processes": "", "truncated": ""]
        enum CodingKeys: String, CodingKey {
            case asOf = "as_of"
            case none, processes, truncated
        }
    }
    static let name = "gpu_processes"
    static let title = "GPU processes"
    static let summary = "Processes that hold GPU memory, the largest first."
    static let hints = ToolHints.readsHere

    let machine: Machine

    func call(_ arguments: ListArguments, _ context: CallContext) async throws -> Output {
        let reading = await machine.gpus.read()
        let all = reading.survey.processes.sorted { ($0.memory ?? -1, $1.pid ?? 0) > ($1.memory ?? -1, $0.pid ?? 0) }
        let fitted = try ListBudget.fit(all, fields: arguments.fields, maxBytes: arguments.maxBytes)
        return Output(asOf: CivilTime.text(reading.at, decimals: 3), none: reading.survey.none, processes: fitted.rows, truncated: fitted.truncated)
    }
}
