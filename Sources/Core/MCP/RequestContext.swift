import Notation

/// Where a request comes from, in either era, once it has been judged.
struct RequestContext {
    let revision: Revision
    let client: ClientFacts
    var progressToken: JSON?
    var logLevel: LogLevel?
    var inputResponses: JSON?
    var requestState: String?
}

/// What a request of 2026-07-28 carries in `_meta`.
struct RequestMeta {
    let requested: String?
    let capabilities: JSON?
    let meta: JSON

    /// Any of its own names makes it a request of the new era, and then all of them are due.
    static func isPresent(in params: JSON) -> Bool {
        guard let meta = params["_meta"] else { return false }
        return [MetaKey.protocolVersion, MetaKey.clientCapabilities, MetaKey.clientInfo].contains { meta[$0] != nil }
    }

    init(_ params: JSON) {
        meta = params["_meta"] ?? .null
        requested = meta[MetaKey.protocolVersion]?.asText
        capabilities = meta[MetaKey.clientCapabilities]
    }

    func context(_ params: JSON) throws(ProtocolError) -> RequestContext {
        guard let requested else { throw .invalidParams("_meta[\"\(MetaKey.protocolVersion)\"] is missing", status: 400) }
        guard let revision = Revision(rawValue: requested), revision.isModern else { throw .unsupportedVersion(requested) }
        guard let capabilities, case .object = capabilities else { throw .invalidParams("_meta[\"\(MetaKey.clientCapabilities)\"] must be an object", status: 400) }
        var context = RequestContext(revision: revision, client: ClientFacts(info: try info(), capabilities: capabilities))
        context.progressToken = try RequestMeta.progressToken(meta)
        if let level = meta[MetaKey.logLevel] {
            guard let level = level.asText.flatMap(LogLevel.init) else { throw .invalidParams("_meta[\"\(MetaKey.logLevel)\"] is no level", status: 400) }
            context.logLevel = level
        }
        if let responses = params["inputResponses"] {
            guard case .object = responses else { throw .invalidParams("\"inputResponses\" must be an object") }
            context.inputResponses = responses
        }
        if let state = params["requestState"] {
            guard let state = state.asText else { throw .invalidParams("\"requestState\" must be a string") }
            context.requestState = state
        }
        return context
    }

    private func info() throws(ProtocolError) -> Implementation? {
        guard let info = meta[MetaKey.clientInfo] else { return nil }
        do { return try info.decode() } catch { throw .invalidParams("_meta[\"\(MetaKey.clientInfo)\"] must have a name and a version", status: 400) }
    }

    static func progressToken(_ meta: JSON?) throws(ProtocolError) -> JSON? {
        guard let token = meta?[MetaKey.progressToken] else { return nil }
        guard RequestID(token) != nil else { throw .invalidParams("a progress token is a string or a whole number") }
        return token
    }
}

extension JSON {
    /// A member that must be a text.
    func text(_ key: String) throws(ProtocolError) -> String {
        guard let text = self[key]?.asText else { throw .invalidParams("\"\(key)\" must be a string") }
        return text
    }

    /// A member that may be missing, and else maps names to texts.
    func texts(_ key: String) throws(ProtocolError) -> [String: String] {
        guard let value = self[key] else { return [:] }
        guard let members = value.asObject else { throw .invalidParams("\"\(key)\" must be an object") }
        var texts: [String: String] = [:]
        for member in members {
            guard let text = member.value.asText else { throw .invalidParams("\"\(key)\" must map names to strings") }
            texts[member.key] = text
        }
        return texts
    }
}
