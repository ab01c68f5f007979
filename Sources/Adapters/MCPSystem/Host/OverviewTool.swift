import HostFacts
import MCP
import MCPHosting
import Model
import Notation

struct OverviewTool: Tool {
    struct Output: Shaped {
        let asOf: String
        let source: String
        let host: HostOverview
        static let notes: [String: Note] = ["as_of": "", "source": "", "host": ""]
        enum CodingKeys: String, CodingKey {
            case asOf = "as_of"
            case source, host
        }
    }
    static let name = "host_overview"
    static let title = "Host overview"
    static let summary = "CPU, load, memory, swap, pressure (PSI), uptime and cgroup limits of this machine. Absent means not told by the kernel."
    static let hints = ToolHints.readsHere

    let machine: Machine

    func call(_ arguments: Nothing, _ context: CallContext) async throws -> Output {
        let reading = machine.overview
        return Output(asOf: CivilTime.text(reading.at, decimals: 3), source: "/proc, /sys", host: reading.value)
    }
}
