import Notation

extension ServerDialogue {
    // MARK: - From 2026-07-28: every request stands alone

    mutating func modern(_ id: RequestID, _ method: String, _ params: JSON, _ meta: RequestMeta) throws(ProtocolError) -> [Action] {
        let context = try meta.context(params)
        switch method {
        case "server/discover": return [reply(id, finished(cacheable(discovery(context.revision)), context.revision))]
        case "subscriptions/listen": return try listen(id, params)
        default: return try shared(id, method, params, context)
        }
    }

    private func discovery(_ revision: Revision) -> JSON {
        .object([
            "supportedVersions": .array(Revision.modern.map { .text($0.rawValue) }), "capabilities": offer.capabilities(revision),
            "instructions": offer.instructions.map { .text($0) },
        ])
    }

    // MARK: - Up to 2025-11-25: a session

    mutating func legacy(_ id: RequestID, _ method: String, _ params: JSON) throws(ProtocolError) -> [Action] {
        if method == "initialize" { return try initialize(id, params) }
        // Both sides may ask at any time whether the other is there.
        if method == "ping" { return [reply(id, .object([]))] }
        guard let session else {
            throw .invalidParams(
                "say what revision this is: _meta[\"\(MetaKey.protocolVersion)\"] in every request, or \"initialize\" first", status: 400)
        }
        var context = RequestContext(revision: session.revision, client: session.client)
        context.progressToken = try RequestMeta.progressToken(params["_meta"])
        switch method {
        case "logging/setLevel" where offer.logs:
            guard let level = params["level"]?.asText.flatMap(LogLevel.init) else { throw .invalidParams("there is no such level") }
            self.session?.logLevel = level
            return [reply(id, .object([]))]
        case "resources/subscribe" where offer.resources != nil:
            guard session.subscriptions.count < limits.subscriptions else { throw ProtocolError(code: 2, message: "too many subscriptions") }
            self.session?.subscriptions.insert(try params.text("uri"))
            return [reply(id, .object([]))]
        case "resources/unsubscribe" where offer.resources != nil:
            self.session?.subscriptions.remove(try params.text("uri"))
            return [reply(id, .object([]))]
        default: return try shared(id, method, params, context)
        }
    }

    private mutating func initialize(_ id: RequestID, _ params: JSON) throws(ProtocolError) -> [Action] {
        guard session == nil else { throw .invalidRequest("this session is open already") }
        let asked = try params.text("protocolVersion")
        guard let capabilities = params["capabilities"], case .object = capabilities else { throw .invalidParams("\"capabilities\" must be an object") }
        let info: Implementation
        do { info = try (params["clientInfo"] ?? .null).decode() } catch { throw .invalidParams("\"clientInfo\" must have a name and a version") }
        // An unknown revision is no error here: the newest that has sessions is offered instead.
        let known = Revision(rawValue: asked).flatMap { $0.isModern ? nil : $0 }
        let revision = known ?? .newestLegacy
        session = Session(revision: revision, client: ClientFacts(info: info, capabilities: capabilities))
        let result = JSON.object([
            "protocolVersion": .text(revision.rawValue), "capabilities": offer.capabilities(revision), "serverInfo": plain(offer.identity),
            "instructions": offer.instructions.map { .text($0) },
        ])
        return [reply(id, result)]
    }

    // MARK: - What both eras ask for

    private mutating func shared(_ id: RequestID, _ method: String, _ params: JSON, _ context: RequestContext) throws(ProtocolError) -> [Action] {
        switch method {
        case "tools/list":
            guard let tools = offer.tools else { throw .unknownMethod(method) }
            return [reply(id, try list("tools", tools.list(for: context.revision), params, context.revision))]
        case "resources/list" where offer.resources != nil: return [reply(id, try list("resources", offer.resourceList, params, context.revision))]
        case "resources/templates/list" where offer.resources != nil:
            return [reply(id, try list("resourceTemplates", offer.templateList, params, context.revision))]
        case "prompts/list" where offer.prompts != nil: return [reply(id, try list("prompts", offer.promptList, params, context.revision))]
        case "tools/call" where offer.tools != nil: return try begin(id, try toolCall(params), context)
        case "resources/read" where offer.resources != nil: return try begin(id, .resource(uri: try params.text("uri")), context)
        case "prompts/get" where offer.prompts != nil: return try begin(id, try promptCall(params), context)
        case "completion/complete" where offer.completes: return try begin(id, try completion(params), context)
        default: throw .unknownMethod(method)
        }
    }

    private func list(_ name: String, _ all: [JSON], _ params: JSON, _ revision: Revision) throws(ProtocolError) -> JSON {
        guard let page = Page(of: all, list: name, cursor: params["cursor"], size: offer.pageSize) else {
            throw .invalidParams("this cursor was not given out here")
        }
        let members = JSON.object([.init(key: name, value: .array(page.items))] + (page.next.map { [.init(key: "nextCursor", value: .text($0))] } ?? []))
        return finished(revision.isModern ? cacheable(members) : members, revision)
    }

    private func toolCall(_ params: JSON) throws(ProtocolError) -> Call.Target {
        let name = try params.text("name")
        guard offer.tools?.holds(name) ?? false else { throw .invalidParams("there is no tool \(name.prefix(128))") }
        let arguments = params["arguments"] ?? .object([])
        guard case .object = arguments else { throw .invalidParams("\"arguments\" must be an object") }
        return .tool(name: name, arguments: arguments)
    }

    private func promptCall(_ params: JSON) throws(ProtocolError) -> Call.Target {
        let name = try params.text("name")
        guard let prompt = offer.prompt(name) else { throw .invalidParams("there is no prompt \(name.prefix(128))") }
        let arguments = try params.texts("arguments")
        for argument in prompt.arguments ?? [] where argument.required == true && arguments[argument.name] == nil {
            throw .invalidParams("the argument \"\(argument.name)\" is missing")
        }
        return .prompt(name: name, arguments: arguments)
    }

    private func completion(_ params: JSON) throws(ProtocolError) -> Call.Target {
        guard let reference = params["ref"], let argument = params["argument"] else { throw .invalidParams("\"ref\" and \"argument\" are needed") }
        let name = try argument.text("name")
        let target: Call.Completion.Reference
        switch reference["type"]?.asText {
        case "ref/prompt":
            let prompt = try reference.text("name")
            guard offer.prompt(prompt) != nil else { throw .invalidParams("there is no prompt \(prompt.prefix(128))") }
            target = .prompt(prompt)
        case "ref/resource":
            let uri = try reference.text("uri")
            guard offer.templates.contains(where: { $0.uriTemplate == uri }) || offer.resources?.contains(where: { $0.uri == uri }) ?? false else {
                throw .invalidParams("there is no resource template \(uri.prefix(128))")
            }
            target = .template(uri)
        default: throw .invalidParams("\"ref\" must be a ref/prompt or a ref/resource")
        }
        let others = try (params["context"] ?? .object([])).texts("arguments")
        return .completion(Call.Completion(reference: target, argument: name, value: try argument.text("value"), others: others))
    }

    // MARK: - What a revision adds to every result

    func finished(_ members: JSON, _ revision: Revision, _ resultType: String = "complete") -> JSON {
        guard revision.isModern, case .object(let own) = members else { return members }
        let meta = JSON.object([.init(key: MetaKey.serverInfo, value: plain(offer.identity))])
        return .object([.init(key: "resultType", value: .text(resultType))] + own + [.init(key: "_meta", value: meta)])
    }

    /// Nothing here may be kept or shared: lists change while clients are connected, and resources are as of now.
    func cacheable(_ members: JSON) -> JSON {
        members.setting("ttlMs", 0).setting("cacheScope", "private")
    }
}
