import HostFacts
import MCP
import MCPHosting
import MCPServing
import Model
import Notation

struct DisksTool: Tool {
    struct Output: Shaped {
        let asOf: String
        let disks: [DiskFacts]
        let truncated: Bool
        static let notes: [String: Note] = ["as_of": "", "disks": "", "truncated": ""]
        enum CodingKeys: String, CodingKey {
            case asOf = "as_of"
            case disks, truncated
        }
    }
    static let name = "disks_list"
    static let title = "Disks"
    static let summary = "Mounted file systems: space, inodes, and I/O rates since the last sample."
    static let hints = ToolHints.readsHere

    let machine: Machine

    func call(_ arguments: ListArguments, _ context: CallContext) async throws -> Output {
        let reading = machine.disks
        let fitted = try ListBudget.fit(reading.value, fields: arguments.fields, maxBytes: arguments.maxBytes)
        return Output(asOf: CivilTime.text(reading.at, decimals: 3), disks: fitted.rows, truncated: fitted.truncated)
    }
}
