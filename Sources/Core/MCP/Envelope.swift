public import Notation

/// What answers are matched by. Never null; an id that is neither whole number nor text is refused.
public enum RequestID: Hashable, Sendable {
    case integer(Int64)
    case text(String)

    public init?(_ json: JSON) {
        switch json {
        case .integer(let value): self = .integer(value)
        case .text(let value): self = .text(value)
        default: return nil
        }
    }

    public var json: JSON {
        switch self {
        case .integer(let value): .integer(value)
        case .text(let value): .text(value)
        }
    }
}

/// One JSON-RPC message, its envelope judged; `params` and `result` are still as they came.
public enum Envelope: Hashable, Sendable {
    /// `params` is an object, empty where none was sent.
    case request(RequestID, method: String, params: JSON)
    case notification(method: String, params: JSON)
    case result(RequestID, JSON)
    /// An error without id is about a message that could not be read.
    case error(RequestID?, ProtocolError)
}

/// A message that cannot be taken, with the id to answer under where there was one.
public struct EnvelopeFault: Error, Hashable, Sendable {
    public let id: RequestID?
    public let error: ProtocolError
    /// True when the text was valid JSON with an array at its root: a batch.
    public var isBatch = false
}

extension Envelope {
    /// Deeper than any schema that a person writes, and shallow enough for every stack.
    public static let depthLimit = 128

    public init(parsing bytes: ArraySlice<UInt8>) throws(EnvelopeFault) {
        let json: JSON
        do {
            json = try JSON(parsing: bytes, depthLimit: Envelope.depthLimit, brokenText: .refused)
        } catch {
            throw EnvelopeFault(id: nil, error: .parse("not JSON: byte \(error.offset)"))
        }
        try self.init(json)
    }

    public init(_ json: JSON) throws(EnvelopeFault) {
        guard case .object = json else {
            let isBatch = json.asArray != nil
            throw EnvelopeFault(id: nil, error: .invalidRequest(isBatch ? "batches are not served" : "a message is an object"), isBatch: isBatch)
        }
        let id = json["id"].flatMap(RequestID.init)
        func fault(_ why: String) -> EnvelopeFault { EnvelopeFault(id: id, error: .invalidRequest(why)) }
        guard json["jsonrpc"]?.asText == "2.0" else { throw fault("\"jsonrpc\" must be \"2.0\"") }
        if let method = json["method"] {
            guard let method = method.asText else { throw fault("\"method\" must be a string") }
            let params = json["params"] ?? .object([])
            guard case .object = params else { throw fault("\"params\" must be an object") }
            guard let rawID = json["id"] else {
                self = .notification(method: method, params: params)
                return
            }
            guard let id = RequestID(rawID) else { throw fault("\"id\" must be a string or a whole number") }
            self = .request(id, method: method, params: params)
        } else if let error = json["error"] {
            guard let error = ProtocolError(error) else { throw fault("\"error\" must have a code and a message") }
            self = .error(id, error)
        } else if let result = json["result"], let id {
            self = .result(id, result)
        } else {
            throw fault("neither a method, nor a result with its id, nor an error")
        }
    }

    public var json: JSON {
        switch self {
        case .request(let id, let method, let params): .object(["jsonrpc": "2.0", "id": id.json, "method": .text(method), "params": params])
        case .notification(let method, let params):
            .object(["jsonrpc": "2.0", "method": .text(method), "params": params == .object([]) ? nil : params])
        case .result(let id, let result): .object(["jsonrpc": "2.0", "id": id.json, "result": result])
        case .error(let id, let error): .object(["jsonrpc": "2.0", "id": id?.json, "error": error.json])
        }
    }
}
