import HostFacts
import MCP
import MCPHosting
import MCPServing
import Model
import Notation

struct NetworkTool: Tool {
    struct Arguments: Shaped {
        let maxBytes: Int
        static let notes: [String: Note] = ["max_bytes": ListBudget.maxBytes]
        enum CodingKeys: String, CodingKey { case maxBytes = "max_bytes" }
    }
    struct Output: Shaped {
        let asOf: String
        let interfaces: [InterfaceFacts]
        let listeners: [ListenerFacts]
        let truncated: Bool
        static let notes: [String: Note] = ["as_of": "", "interfaces": "", "listeners": "", "truncated": ""]
        enum CodingKeys: String, CodingKey {
            case asOf = "as_of"
            case interfaces, listeners, truncated
        }
    }
    static let name = "network_list"
    static let title = "Network"
    static let summary = "Interfaces with rates since the last sample, and listening TCP and bound UDP sockets with their process, where it may be seen."
    static let hints = ToolHints.readsHere

    let machine: Machine

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let reading = machine.listeners
        let interfaces = try ListBudget.fit(machine.interfaces.value, fields: nil, maxBytes: arguments.maxBytes / 2)
        let listeners = try ListBudget.fit(reading.value, fields: nil, maxBytes: arguments.maxBytes / 2)
        return Output(
            asOf: CivilTime.text(reading.at, decimals: 3), interfaces: interfaces.rows, listeners: listeners.rows, truncated: interfaces.truncated || listeners.truncated)
    }
}
