import MCP
import MCPHosting
import Notation

/// Schemas by address: of the only database, or of one by its name.
struct DatabaseResources: ResourceSource {
    private static let schema = "db://schema/"
    private static let table = "db://table/"

    let shelf: DatabaseShelf

    var resources: [ResourceDescription] {
        shelf.paths.keys.sorted().map { name in
            ResourceDescription(
                uri: DatabaseResources.schema + name, name: "schema-\(name)", title: "Schema of \(name)", description: "Tables, columns and indexes.", mimeType: "application/json")
        }
    }

    var templates: [ResourceTemplateDescription] {
        [
            ResourceTemplateDescription(
                uriTemplate: "db://table/{database}/{name}", name: "table", title: "Table", description: "Columns and indexes of one table.", mimeType: "application/json")
        ]
    }

    func read(_ uri: String, _ context: CallContext) async throws -> [ResourceContents]? {
        let (name, table): (String, String?)
        if uri.hasPrefix(DatabaseResources.schema) {
            (name, table) = (String(uri.dropFirst(DatabaseResources.schema.count)), nil)
        } else if uri.hasPrefix(DatabaseResources.table) {
            let parts = uri.dropFirst(DatabaseResources.table.count).split(separator: "/", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            (name, table) = (String(parts[0]), String(parts[1]))
        } else {
            return nil
        }
        guard let path = shelf.paths[name] else { return nil }
        let tables = try await shelf.read(path, within: .seconds(5)) { try $0.tables(named: table, countUntil: .now + .milliseconds(200)) }
        guard table == nil || !tables.isEmpty else { return nil }
        return [.text(uri, "application/json", try JSON(encoding: tables).rendered)]
    }

    func complete(_ template: String, variable: String, value: String, others: [String: String]) async -> [String] {
        if variable == "database" { return shelf.paths.keys.sorted().filter { $0.hasPrefix(value) } }
        guard variable == "name", let path = others["database"].flatMap({ shelf.paths[$0] }) else { return [] }
        let tables = try? await shelf.read(path, within: .seconds(1)) { try $0.tables(named: nil, countUntil: .now) }  // a completion is a help, not an answer
        return Array((tables ?? []).compactMap(\.name).filter { $0.hasPrefix(value) }.prefix(100))
    }
}
