import HostFacts
import MCP
import MCPHosting
import Model
import Notation

/// What is read by address: the overview, GPUs, metrics and logs, as JSON. All of it may be subscribed to.
struct SystemResources: ResourceSource {
    static let overview = "system://overview"
    private static let metric = "system://metric/"
    private static let gpu = "system://gpu/"
    private static let log = "system://log/"
    /// The newest lines of a log.
    private static let lines = 100

    let machine: Machine
    let logs: LogFiles

    var resources: [ResourceDescription] {
        [
            ResourceDescription(
                uri: SystemResources.overview, name: "overview", title: "Overview", description: "CPU, load, memory, pressure and limits; changes with every sample.",
                mimeType: "application/json")
        ]
    }

    var templates: [ResourceTemplateDescription] {
        [
            ResourceTemplateDescription(
                uriTemplate: "system://metric/{name}", name: "metric", title: "Metric", description: "The samples of the last ten minutes.", mimeType: "application/json"),
            ResourceTemplateDescription(uriTemplate: "system://gpu/{index}", name: "gpu", title: "GPU", description: "One GPU.", mimeType: "application/json"),
            ResourceTemplateDescription(
                uriTemplate: "system://log/{service}", name: "log", title: "Log", description: "The newest \(SystemResources.lines) lines.", mimeType: "application/json"),
        ]
    }

    func read(_ uri: String, _ context: CallContext) async throws -> [ResourceContents]? {
        guard let json = try await json(uri) else { return nil }
        return [.text(uri, "application/json", json.rendered)]
    }

    private func json(_ uri: String) async throws -> JSON? {
        if uri == SystemResources.overview { return try overview() }
        if uri.hasPrefix(SystemResources.metric) { return points(String(uri.dropFirst(SystemResources.metric.count))) }
        if uri.hasPrefix(SystemResources.gpu), let index = Int(uri.dropFirst(SystemResources.gpu.count)) {
            return try await machine.gpus.read().survey.cards.first { $0.index == index }.map { try JSON(encoding: $0) }
        }
        if uri.hasPrefix(SystemResources.log) {
            let service = String(uri.dropFirst(SystemResources.log.count))
            guard let path = logs.all[service] else { return nil }
            return try await LogFiles.aside { try LogFiles.lines(service, path).map { try JSON(encoding: Array($0.suffix(SystemResources.lines))) } }
        }
        return nil
    }

    private func overview() throws -> JSON {
        let reading = machine.overview
        return try JSON(encoding: reading.value).setting("as_of", .text(CivilTime.text(reading.at, decimals: 3)))
    }

    private func points(_ name: String) -> JSON? {
        let end = machine.now() + .milliseconds(1)
        let points = machine.history { $0.points(name, from: end - .seconds(600), to: end, step: .seconds(1), by: .last) }
        return points.map { .array($0.map { .object(["at": .text(CivilTime.text($0.at, decimals: 0)), "value": .number($0.value)]) }) }
    }

    func complete(_ template: String, variable: String, value: String, others: [String: String]) async -> [String] {
        let all =
            switch variable {
            case "name": machine.history(\.names)
            case "index": await machine.gpus.read().survey.cards.compactMap { $0.index.map { "\($0)" } }
            case "service": logs.all.keys.sorted()
            default: [String]()
            }
        return Array(all.filter { $0.hasPrefix(value) }.prefix(100))
    }

    /// Whether a new sample changes what is at that address.
    static func isSampled(_ uri: String) -> Bool { uri == overview || uri.hasPrefix(metric) || uri.hasPrefix(gpu) }
}
