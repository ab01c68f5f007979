public import Notation

/// What a client has learned of the server at the opening.
public struct ServerFacts: Hashable, Sendable {
    public let revision: Revision
    public let identity: Implementation?
    public let capabilities: JSON
    public let instructions: String?
}

/// The client's side of one conversation, as a function. It finds out which era the server speaks, and hides the difference as far as it can be hidden.
public struct ClientDialogue: Sendable {
    public enum Era: Sendable {
        /// The new one if the server has it, else a session.
        case either
        case sessions
        case modern
    }

    public enum Action: Sendable {
        case send(Envelope)
        case opened(ServerFacts)
        /// There is no era that both speak.
        case refused(ProtocolError)
        case completed(Int, Result<JSON, ProtocolError>)
        case progress(Int, Progress)
        /// Everything that the server says without being asked: changes, its log, acknowledgements.
        case told(method: String, params: JSON)
        /// Up to 2025-11-25: to be answered under this id.
        case asked(RequestID, method: String, params: JSON)
    }

    private enum Phase: Sendable {
        case new
        case probing(RequestID)
        case initializing(RequestID)
        case open(ServerFacts)
        case over
    }

    private let info: Implementation
    private let capabilities: JSON
    private let era: Era
    private var phase = Phase.new
    private var next = 1
    private var waiting: Set<Int> = []

    /// - Parameter capabilities: what this client can be asked for, as in `ClientCapabilities`.
    public init(info: Implementation, capabilities: JSON = .object([]), era: Era = .either) {
        self.info = info
        self.capabilities = capabilities
        self.era = era
    }

    public var server: ServerFacts? { if case .open(let facts) = phase { facts } else { nil } }

    // MARK: - Opening

    public mutating func open() -> [Action] {
        guard case .new = phase else { preconditionFailure("a conversation is opened once") }
        return era == .sessions ? initialize() : probe()
    }

    /// The server has not answered the first question in time: one of the older ones may say nothing at all to it.
    public mutating func probeTimedOut() -> [Action] {
        guard case .probing = phase else { return [] }
        return era == .either ? initialize() : refuse(.internal("no answer to server/discover"))
    }

    /// Nor to the older way of opening.
    public mutating func initializeTimedOut() -> [Action] {
        guard case .initializing = phase else { return [] }
        return refuse(.internal("no answer to initialize"))
    }

    private mutating func probe() -> [Action] {
        let id = takeID()
        phase = .probing(id)
        return [.send(.request(id, method: "server/discover", params: withMeta(.object([]))))]
    }

    private mutating func initialize() -> [Action] {
        let id = takeID()
        phase = .initializing(id)
        let params = JSON.object(["protocolVersion": .text(Revision.newestLegacy.rawValue), "capabilities": capabilities, "clientInfo": plain(info)])
        return [.send(.request(id, method: "initialize", params: params))]
    }

    private mutating func refuse(_ error: ProtocolError) -> [Action] {
        phase = .over
        return [.refused(error)]
    }

    private mutating func opened(_ facts: ServerFacts) -> [Action] {
        phase = .open(facts)
        return [.opened(facts)]
    }

    private mutating func discovered(_ result: JSON) -> [Action] {
        let versions = (result["supportedVersions"]?.asArray ?? []).compactMap { $0.asText.flatMap(Revision.init) }
        guard let revision = versions.filter(\.isModern).max() else {
            return era == .either ? initialize() : refuse(.internal("the server speaks none of our revisions"))
        }
        return opened(facts(revision, result, result["_meta"]?[MetaKey.serverInfo]))
    }

    private mutating func initialized(_ result: JSON) -> [Action] {
        guard let revision = result["protocolVersion"]?.asText.flatMap(Revision.init), !revision.isModern else {
            return refuse(.internal("the server speaks none of our revisions"))
        }
        return [.send(.notification(method: "notifications/initialized", params: .object([])))] + opened(facts(revision, result, result["serverInfo"]))
    }

    private func facts(_ revision: Revision, _ result: JSON, _ identity: JSON?) -> ServerFacts {
        // A server that names itself badly is served all the same.
        ServerFacts(
            revision: revision, identity: identity.flatMap { try? $0.decode() }, capabilities: result["capabilities"] ?? .object([]),
            instructions: result["instructions"]?.asText)
    }

    // MARK: - Asking

    /// A request; its outcome will come under the number. Only after the opening.
    public mutating func request(_ method: String, _ params: JSON = .object([]), wantsProgress: Bool = false) -> (number: Int, actions: [Action]) {
        guard let server else { preconditionFailure("nothing is asked before the conversation is open") }
        let number = next
        let id = takeID()
        waiting.insert(number)
        var params = server.revision.isModern ? withMeta(params) : params
        if wantsProgress {
            params = params.setting("_meta", (params["_meta"] ?? .object([])).setting(MetaKey.progressToken, .integer(Int64(number))))
        }
        return (number, [.send(.request(id, method: method, params: params))])
    }

    /// The answer is not wanted any more, and will not be told.
    public mutating func cancel(_ number: Int) -> [Action] {
        guard waiting.remove(number) != nil else { return [] }
        return [.send(.notification(method: "notifications/cancelled", params: .object(["requestId": .integer(Int64(number))])))]
    }

    public func answer(_ id: RequestID, _ result: Result<JSON, ProtocolError>) -> [Action] {
        switch result {
        case .success(let json): [.send(.result(id, json))]
        case .failure(let error): [.send(.error(id, error))]
        }
    }

    private func withMeta(_ params: JSON) -> JSON {
        var meta = params["_meta"] ?? .object([])
        meta = meta.setting(MetaKey.protocolVersion, .text((server?.revision ?? .newest).rawValue)).setting(MetaKey.clientCapabilities, capabilities)
        return params.setting("_meta", meta.setting(MetaKey.clientInfo, plain(info)))
    }

    private mutating func takeID() -> RequestID {
        defer { next += 1 }
        return .integer(Int64(next))
    }

    // MARK: - What comes from the server

    public mutating func receive(_ message: Envelope) -> [Action] {
        switch message {
        case .result(let id, let result): return finish(id, .success(result))
        case .error(let id, let error): return id.map { finish($0, .failure(error)) } ?? []
        case .request(let id, "ping", _): return answer(id, .success(.object([])))
        case .request(let id, let method, let params):
            // From 2026-07-28 on servers have nothing to ask this way.
            guard server?.revision.isModern != true else { return answer(id, .failure(.unknownMethod(method))) }
            return [.asked(id, method: method, params: params)]
        case .notification("notifications/progress", let params):
            guard let number = params["progressToken"]?.asInteger, waiting.contains(Int(number)), let done = params["progress"]?.asNumber else { return [] }
            return [.progress(Int(number), Progress(done, of: params["total"]?.asNumber, params["message"]?.asText))]
        case .notification(let method, let params): return [.told(method: method, params: params)]
        }
    }

    private mutating func finish(_ id: RequestID, _ result: Result<JSON, ProtocolError>) -> [Action] {
        switch (phase, result) {
        case (.probing(id), .success(let json)): return discovered(json)
        case (.probing(id), .failure(let error)): return era == .either ? initialize() : refuse(error)
        case (.initializing(id), .success(let json)): return initialized(json)
        case (.initializing(id), .failure(let error)): return refuse(error)
        default:
            guard case .integer(let number) = id, waiting.remove(Int(number)) != nil else { return [] }
            return [.completed(Int(number), result)]
        }
    }
}
