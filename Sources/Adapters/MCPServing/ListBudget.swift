import MCPHosting
public import Notation

/// Keeps a list within what a model's context can bear: only the fields that were asked for, and no more rows than the bytes allow.
///
/// A tool that lists takes `fields` and `maxBytes` among its arguments (notes below), has rows whose properties are optional, and tells `truncated`.
public enum ListBudget {
    public static let standard = 16_384
    // A list of tools repeats these words for every list: they are as short as can be.
    public static let fields = Note("Only these.")
    public static let maxBytes = Note("Of JSON.", default: .integer(Int64(standard)))

    public struct Fitted<Row: Sendable>: Sendable {
        public let rows: [Row]
        /// More rows were there than the bytes allow.
        public let truncated: Bool
    }

    /// More is not told, whatever was asked for.
    public static let most = 262_144

    /// Throws for a field that the rows do not have.
    public static func fit<Row: Shaped>(_ rows: some Sequence<Row>, fields: [String]?, maxBytes: Int) throws -> Fitted<Row> {
        let wanted = fields.map(Set.init)
        if let unknown = wanted?.subtracting(Row.notes.keys).sorted().first {
            throw ToolFailure("there is no field '\(unknown)'; there are \(Row.notes.keys.sorted().joined(separator: ", "))")
        }
        var kept: [Row] = []
        var bytes = 2
        for row in rows {
            var json = try JSON(encoding: row)
            if let wanted { json = .object((json.asObject ?? []).filter { wanted.contains($0.key) }) }
            bytes += json.bytes.count + 1
            guard bytes <= min(maxBytes, most) else { return Fitted(rows: kept, truncated: true) }
            kept.append(wanted == nil ? row : try json.decode())
        }
        return Fitted(rows: kept, truncated: false)
    }
}
