public import Notation

/// A JSON-RPC error: the request was not carried out as a request. A tool that fails says so in its result instead.
public struct ProtocolError: Error, Hashable, Sendable {
    public let code: Int64
    public let message: String
    public let data: JSON?
    /// What Streamable HTTP answers with; it does not travel in the message.
    public var status = 200

    public init(code: Int64, message: String, data: JSON? = nil, status: Int = 200) {
        self.code = code
        self.message = message
        self.data = data
        self.status = status
    }

    init?(_ json: JSON) {
        guard let code = json["code"]?.asInteger, let message = json["message"]?.asText else { return nil }
        self.init(code: code, message: message, data: json["data"])
    }

    public var json: JSON { .object(["code": .integer(code), "message": .text(message), "data": data]) }
}

extension ProtocolError {
    public static func parse(_ why: String) -> ProtocolError { ProtocolError(code: -32700, message: why, status: 400) }
    public static func invalidRequest(_ why: String) -> ProtocolError { ProtocolError(code: -32600, message: why, status: 400) }
    public static func unknownMethod(_ method: String) -> ProtocolError {
        ProtocolError(code: -32601, message: "there is no method \(method.prefix(200))", status: 404)
    }
    public static func invalidParams(_ why: String, data: JSON? = nil, status: Int = 200) -> ProtocolError {
        ProtocolError(code: -32602, message: why, data: data, status: status)
    }
    public static func `internal`(_ why: String) -> ProtocolError { ProtocolError(code: -32603, message: why) }

    /// Up to 2025-11-25 a missing resource has a code of its own.
    public static func unknownResource(_ uri: String, _ revision: Revision) -> ProtocolError {
        ProtocolError(code: revision.isModern ? -32602 : -32002, message: "there is no such resource", data: .object(["uri": .text(uri)]))
    }

    /// 2026-07-28: a header is missing, or says something else than the body.
    public static func headerMismatch(_ why: String) -> ProtocolError { ProtocolError(code: -32020, message: why, status: 400) }

    /// 2026-07-28: the request needs what the client did not declare.
    public static func missingCapability(_ required: JSON) -> ProtocolError {
        let names = (required.asObject ?? []).map(\.key).joined(separator: ", ")
        return ProtocolError(
            code: -32021, message: "this needs a client with the capability \(names)", data: .object(["requiredCapabilities": required]), status: 400)
    }

    /// 2026-07-28: a revision that is not spoken here.
    public static func unsupportedVersion(_ requested: String) -> ProtocolError {
        ProtocolError(
            code: -32022, message: "this revision of the protocol is not served",
            data: .object(["supported": .array(Revision.modern.map { .text($0.rawValue) }), "requested": .text(requested)]), status: 400)
    }
}
