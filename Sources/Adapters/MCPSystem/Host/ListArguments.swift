import MCPServing
import Notation

/// What every list without a choice of its own takes.
struct ListArguments: Shaped {
    let fields: [String]?
    let maxBytes: Int

    static let notes: [String: Note] = ["fields": ListBudget.fields, "max_bytes": ListBudget.maxBytes]
    enum CodingKeys: String, CodingKey {
        case fields
        case maxBytes = "max_bytes"
    }
}
