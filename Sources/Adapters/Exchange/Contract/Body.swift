import Model
import Notation

/// A request's body, read field by field; what does not fit is answered in the words of the exchange's own decoder (Kalshi reference, section 6).
struct Body {
    let json: JSON
    /// The name of the type that the exchange decodes it to: "CreateOrderV2Request".
    private let type: String

    /// - Parameter optional: an empty body is taken for `{}`.
    init(_ bytes: [UInt8], as type: String, optional: Bool = false) throws(APIError) {
        if optional, bytes.isEmpty {
            self.init(.object([:]), as: type)
            return
        }
        let json: JSON
        do { json = try JSON(parsing: bytes) } catch { throw .flat(details: "invalid JSON at byte \(error.offset)") }
        guard case .object = json else { throw .flat(details: "json: cannot unmarshal \(json.kind) into Go value of type \(type)") }
        self.init(json, as: type)
    }

    init(_ json: JSON, as type: String) {
        self.json = json
        self.type = type
    }

    /// A text that may not be empty.
    func required(_ field: String) throws(APIError) -> String {
        guard let value = try text(field), !value.isEmpty else { throw .invalidParameters("\(field) is required") }
        return value
    }

    func choice(_ field: String, of allowed: [String]) throws(APIError) -> String {
        let value = try required(field)
        guard allowed.contains(value) else { throw .invalidParameters(field) }
        return value
    }

    func text(_ field: String) throws(APIError) -> String? {
        switch json[field] {
        case nil, .null: return nil
        case .text(let value): return value
        case .some(let other): throw wrongType(field, other, "string")
        }
    }

    func integer(_ field: String) throws(APIError) -> Int64? {
        switch json[field] {
        case nil, .null: return nil
        case .integer(let value): return value
        case .some(let other): throw wrongType(field, other, "int64")
        }
    }

    func flag(_ field: String) throws(APIError) -> Bool? {
        switch json[field] {
        case nil, .null: return nil
        case .bool(let value): return value
        case .some(let other): throw wrongType(field, other, "bool")
        }
    }

    func texts(_ field: String) throws(APIError) -> [String]? {
        guard let values = try array(field) else { return nil }
        var all: [String] = []
        for value in values {
            guard case .text(let text) = value else { throw wrongType(field, value, "string") }
            all.append(text)
        }
        return all
    }

    /// The objects of an array, each as a body of its own.
    func objects(_ field: String, as type: String) throws(APIError) -> [Body] {
        guard let values = try array(field) else { throw .invalidParameters("\(field) is required") }
        var all: [Body] = []
        for value in values {
            guard case .object = value else { throw wrongType(field, value, type) }
            all.append(Body(value, as: type))
        }
        return all
    }

    private func array(_ field: String) throws(APIError) -> [JSON]? {
        switch json[field] {
        case nil, .null: return nil
        case .array(let values): return values
        case .some(let other): throw wrongType(field, other, "[]")
        }
    }

    /// This exchange has one shard: 0, -1 (wherever the ticker is) and nothing all mean it.
    func checkShard() throws(APIError) {
        guard [-1, 0].contains(try integer("exchange_index") ?? 0) else { throw .invalidParameters("exchange_index") }
    }

    private func wrongType(_ field: String, _ value: JSON, _ wanted: String) -> APIError {
        .flat(details: "json: cannot unmarshal \(value.kind) into Go struct field \(type).\(field) of type \(wanted)")
    }
}
