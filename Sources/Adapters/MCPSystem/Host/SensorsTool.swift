import HostFacts
import MCP
import MCPHosting
import MCPServing
import Notation

struct SensorsTool: Tool {
    struct Output: Shaped {
        let asOf: String
        let sensors: [SensorFacts]
        let guardStage: String?
        let none: String?
        let truncated: Bool
        static let notes: [String: Note] = [
            "as_of": "", "sensors": "", "guard": "", "none": "", "truncated": "",
        ]
        enum CodingKeys: String, CodingKey {
            case asOf = "as_of"
            case guardStage = "guard"
            case sensors, none, truncated
        }
    }
    static let name = "sensors_list"
    static let title = "Sensors"
    static let summary = "Temperatures (Celsius), fans (rpm), CPU throttling counts, and the stage of the thermal guard. Virtual machines mostly have no sensors."
    static let hints = ToolHints.readsHere

    let machine: Machine

    func call(_ arguments: ListArguments, _ context: CallContext) async throws -> Output {
        let sensors = SensorFacts.all(machine.root)
        let fitted = try ListBudget.fit(sensors, fields: arguments.fields, maxBytes: arguments.maxBytes)
        return Output(
            asOf: machine.asOf, sensors: fitted.rows, guardStage: machine.thermalStage.map { "\($0)" },
            none: sensors.isEmpty ? "this machine shows no sensors in /sys/class/hwmon or /sys/class/thermal" : nil, truncated: fitted.truncated)
    }
}
