import HostFacts
import MCP
import MCPHosting
import Notation

struct HealthTool: Tool {
    struct Output: Shaped {
        let asOf: String
        let status: HealthFinding.Level
        let findings: [HealthFinding]
        static let notes: [String: Note] = ["as_of": "", "status": "", "findings": ""]
        enum CodingKeys: String, CodingKey {
            case asOf = "as_of"
            case status, findings
        }
    }
    static let name = "health_check"
    static let title = "Health check"
    static let summary = "Memory, load, pressure, disks, cgroup, GPUs and heat against limits, with evidence, the worst first. Start here."
    static let hints = ToolHints.readsHere

    let machine: Machine

    func call(_ arguments: Nothing, _ context: CallContext) async throws -> Output {
        let found = Health.findings(
            machine.overview.value, disks: machine.disks.value, gpus: await machine.gpus.read().survey, stage: machine.thermalStage)
        // Equals stay in their order.
        let sorted = found.enumerated().sorted { (-$0.element.level.weight, $0.offset) < (-$1.element.level.weight, $1.offset) }.map(\.element)
        return Output(asOf: machine.asOf, status: sorted.first?.level ?? .unknown, findings: sorted)
    }
}
