import Notation

/// What may change under a client's eyes.
public enum Change: Hashable, Sendable {
    case tools, prompts, resources
    /// The contents of one resource.
    case resource(uri: String)

    var notification: String {
        switch self {
        case .tools: "notifications/tools/list_changed"
        case .prompts: "notifications/prompts/list_changed"
        case .resources: "notifications/resources/list_changed"
        case .resource: "notifications/resources/updated"
        }
    }

    var params: JSON {
        if case .resource(let uri) = self { .object(["uri": .text(uri)]) } else { .object([]) }
    }
}

/// What one `subscriptions/listen` wants to hear of.
struct ListenFilter: Sendable {
    var tools = false
    var prompts = false
    var resources = false
    var uris: [String] = []

    func wants(_ change: Change) -> Bool {
        switch change {
        case .tools: tools
        case .prompts: prompts
        case .resources: resources
        case .resource(let uri): uris.contains(uri)
        }
    }

    /// As the client said it, reduced to what is granted.
    var json: JSON {
        .object([
            "toolsListChanged": tools ? true : nil, "promptsListChanged": prompts ? true : nil, "resourcesListChanged": resources ? true : nil,
            "resourceSubscriptions": uris.isEmpty ? nil : .array(uris.map { .text($0) }),
        ])
    }
}

extension ServerDialogue {
    /// The resources that this client asked to hear of.
    public var subscribedResources: Set<String> { listens.reduce(into: session?.subscriptions ?? []) { $0.formUnion($1.wants.uris) } }

    /// Something has changed; with it the lists, where they have. Whoever asked to hear of it does.
    public mutating func changed(_ change: Change, offer newOffer: Offer? = nil) -> [Action] {
        if let newOffer { offer = newOffer }
        var actions: [Action] = []
        if let session {
            let isWanted = if case .resource(let uri) = change { session.subscriptions.contains(uri) } else { true }
            if isWanted { actions.append(.tell(nil, Envelope.notification(method: change.notification, params: change.params).json)) }
        }
        for listen in listens where listen.wants.wants(change) {
            let params = ServerDialogue.tagged(change.params, listen.id)
            actions.append(.tell(listen.id, Envelope.notification(method: change.notification, params: params).json))
        }
        return actions
    }

    /// The server is going away: calls end, and listeners hear that theirs is over.
    public mutating func close() -> [Action] {
        let over = listens.map { listen in
            reply(listen.id, finished(.object([]), .newest).setting("_meta", .object([.init(key: MetaKey.subscriptionID, value: listen.id.json)])))
        }
        let stopped = running.keys.sorted().map { Action.stop(call: $0) }
        listens = []
        running = [:]
        numbers = [:]
        questions = [:]
        return over + stopped
    }

    mutating func listen(_ id: RequestID, _ params: JSON) throws(ProtocolError) -> [Action] {
        guard listens.count < limits.listens else { throw ProtocolError(code: 2, message: "too many subscriptions") }
        guard let asked = params["notifications"], case .object = asked else { throw .invalidParams("\"notifications\" must be an object") }
        func flag(_ key: String) throws(ProtocolError) -> Bool {
            guard let value = asked[key] else { return false }
            guard let flag = value.asBool else { throw .invalidParams("\"\(key)\" must be a boolean") }
            return flag
        }
        var filter = ListenFilter()
        filter.tools = try flag("toolsListChanged") && offer.tools != nil
        filter.prompts = try flag("promptsListChanged") && offer.prompts != nil
        filter.resources = try flag("resourcesListChanged") && offer.resources != nil
        if let uris = asked["resourceSubscriptions"] {
            guard let texts = uris.asArray?.map(\.asText), !texts.contains(nil) else { throw .invalidParams("\"resourceSubscriptions\" must be a list of URIs") }
            guard texts.count <= limits.subscriptions else { throw .invalidParams("more than \(limits.subscriptions) resources in one subscription") }
            filter.uris = offer.resources == nil ? [] : texts.compactMap { $0 }
        }
        listens.append(Listen(id: id, wants: filter))
        let params = ServerDialogue.tagged(.object(["notifications": filter.json]), id)
        return [.tell(id, Envelope.notification(method: "notifications/subscriptions/acknowledged", params: params).json)]
    }

    private static func tagged(_ params: JSON, _ id: RequestID) -> JSON {
        params.setting("_meta", .object([.init(key: MetaKey.subscriptionID, value: id.json)]))
    }
}
