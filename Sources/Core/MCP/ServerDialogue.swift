public import Notation

/// The server's side of one conversation, as a function: messages and outcomes in, actions out. It holds no socket, clock or task.
///
/// Both eras live in one dialogue. A request that carries its revision in `_meta` stands alone (2026-07-28); the rest belong to the session that
/// `initialize` opened (up to 2025-11-25). Over stdio there is one dialogue for the process; over HTTP one for each session, and one for each
/// request that stands alone.
public struct ServerDialogue: Sendable {
    public enum Action: Sendable {
        /// The last message for a request. Without an id it answers what could not be read; `status` is what HTTP says.
        case reply(RequestID?, JSON, status: Int)
        /// A message on the way to that reply; without an id it belongs to no request.
        case tell(RequestID?, JSON)
        /// Nothing more will come for this request, and no reply: it was cancelled.
        case drop(RequestID)
        case run(Call)
        case stop(call: Int)
        /// The client has answered a question.
        case answered(question: Int, Result<JSON, ProtocolError>)
    }

    public struct Limits: Sendable {
        /// Calls at work at once; one more is refused.
        public var calls = 256
        public var subscriptions = 256
        public var listens = 32

        public init() {}
    }

    public internal(set) var offer: Offer
    let limits: Limits
    var session: Session?
    var running: [Int: Running] = [:]
    var numbers: [RequestID: Int] = [:]
    var listens: [Listen] = []
    /// Questions that wait for the client, and the call that asked.
    var questions: [Int: Int] = [:]
    private var nextCall = 1
    private var nextQuestion = 1

    /// What `initialize` agreed on.
    struct Session: Sendable {
        let revision: Revision
        let client: ClientFacts
        /// Until the client says otherwise.
        var logLevel = LogLevel.info
        var subscriptions: Set<String> = []
    }

    struct Running: Sendable {
        let id: RequestID
        let revision: Revision
        let client: ClientFacts
        let progressToken: JSON?
        let logLevel: LogLevel?
        var lastProgress: Double?
    }

    struct Listen: Sendable {
        let id: RequestID
        let wants: ListenFilter
    }

    public init(offer: Offer, limits: Limits = Limits()) {
        self.offer = offer
        self.limits = limits
    }

    /// The revision that `initialize` agreed on; nil before.
    public var sessionRevision: Revision? { session?.revision }
    public var isIdle: Bool { running.isEmpty && listens.isEmpty }
    /// Calls at work, for whoever has to wait until they are fewer.
    public var load: Int { running.count }

    /// The request that a call answers, when it belongs to a session.
    public func sessionRequest(of call: Int) -> RequestID? { running[call].flatMap { $0.revision.isModern ? nil : $0.id } }

    // MARK: - What comes from the client

    public mutating func receive(_ bytes: ArraySlice<UInt8>) -> [Action] {
        do {
            return receive(try Envelope(parsing: bytes))
        } catch {
            return [reply(error.id, error.error)]
        }
    }

    public mutating func receive(_ message: Envelope) -> [Action] {
        switch message {
        case .request(let id, let method, let params): request(id, method, params)
        case .notification(let method, let params): notification(method, params)
        case .result(let id, let result): answer(id, .success(result))
        case .error(let id, let error): id.map { answer($0, .failure(error)) } ?? []
        }
    }

    private mutating func request(_ id: RequestID, _ method: String, _ params: JSON) -> [Action] {
        guard numbers[id] == nil, !listens.contains(where: { $0.id == id }) else {
            return [reply(id, .invalidRequest("a request with this id is under way"))]
        }
        do {
            if RequestMeta.isPresent(in: params) { return try modern(id, method, params, RequestMeta(params)) }
            return try legacy(id, method, params)
        } catch {
            return [reply(id, error)]
        }
    }

    private mutating func notification(_ method: String, _ params: JSON) -> [Action] {
        // Everything else is news that nothing here depends on.
        guard method == "notifications/cancelled", let id = params["requestId"].flatMap(RequestID.init) else { return [] }
        return cancel(id)
    }

    /// The client does not want the answer any more; what is unknown or done is past caring.
    public mutating func cancel(_ id: RequestID) -> [Action] {
        if let place = listens.firstIndex(where: { $0.id == id }) {
            listens.remove(at: place)
            return [.drop(id)]
        }
        guard let number = numbers[id] else { return [] }
        end(number)
        return [.stop(call: number), .drop(id)]
    }

    private mutating func answer(_ id: RequestID, _ result: Result<JSON, ProtocolError>) -> [Action] {
        guard case .integer(let number) = id, questions.removeValue(forKey: Int(number)) != nil else { return [] }
        return [.answered(question: Int(number), result)]
    }

    // MARK: - What comes from the server's owner

    /// The outcome of a call. One that is no longer wanted changes nothing.
    public mutating func finish(_ number: Int, _ outcome: Outcome) -> [Action] {
        guard let call = running[number] else { return [] }
        end(number)
        if case .failed(let error) = outcome { return [reply(call.id, error)] }
        // A client of a session is asked, not told to ask; a tool that cannot do that is not for it.
        if case .inputRequired = outcome, !call.revision.isModern { return [reply(call.id, .internal("this needs a client of \(Revision.july2026.rawValue) or later"))] }
        var members = outcome.members(offer, call.revision)
        if outcome.isRead, call.revision.isModern { members = cacheable(members) }
        return [reply(call.id, finished(members, call.revision, outcome.resultType))]
    }

    public mutating func progress(_ number: Int, _ progress: Progress) -> [Action] {
        guard let call = running[number], let token = call.progressToken, progress.done.isFinite, progress.done > call.lastProgress ?? -.infinity else { return [] }
        running[number]?.lastProgress = progress.done
        let params = JSON.object([
            "progressToken": token, "progress": .number(progress.done), "total": progress.total.flatMap { $0.isFinite ? .number($0) : nil },
            "message": progress.message.map { .text($0) },
        ])
        return [.tell(call.id, Envelope.notification(method: "notifications/progress", params: params).json)]
    }

    /// A line of the log, from a call or from the server itself. Who did not ask for logs gets none.
    public mutating func log(_ number: Int?, _ level: LogLevel, _ data: JSON, logger: String? = nil) -> [Action] {
        guard offer.logs else { return [] }
        let call = number.flatMap { running[$0] }
        if number != nil, call == nil { return [] }
        let wanted = call.map { $0.revision.isModern ? $0.logLevel : session?.logLevel } ?? session?.logLevel
        guard let wanted, level >= wanted else { return [] }
        let params = JSON.object(["level": .text(level.rawValue), "logger": logger.map { .text($0) }, "data": data])
        return [.tell(call?.id, Envelope.notification(method: "notifications/message", params: params).json)]
    }

    /// Puts a question to the client of a session, on behalf of a call. Nil when the client cannot be asked.
    public mutating func ask(_ number: Int, _ question: Question) -> (question: Int, actions: [Action])? {
        guard let call = running[number], !call.revision.isModern, call.client.can(question) else { return nil }
        let asked = nextQuestion
        nextQuestion += 1
        questions[asked] = number
        return (asked, [.tell(call.id, Envelope.request(.integer(Int64(asked)), method: question.method, params: question.params).json)])
    }

    mutating func begin(_ id: RequestID, _ target: Call.Target, _ context: RequestContext) throws(ProtocolError) -> [Action] {
        guard running.count < limits.calls else { throw ProtocolError(code: 1, message: "too many calls are under way; try again when some are done") }
        let number = nextCall
        nextCall += 1
        running[number] = Running(
            id: id, revision: context.revision, client: context.client, progressToken: context.progressToken, logLevel: context.logLevel)
        numbers[id] = number
        let call = Call(
            number: number, target: target, revision: context.revision, client: context.client, wantsProgress: context.progressToken != nil,
            inputResponses: context.inputResponses, requestState: context.requestState)
        return [.run(call)]
    }

    private mutating func end(_ number: Int) {
        guard let call = running.removeValue(forKey: number) else { return }
        numbers[call.id] = nil
        questions = questions.filter { $0.value != number }
    }

    func reply(_ id: RequestID?, _ error: ProtocolError) -> Action { .reply(id, Envelope.error(id, error).json, status: error.status) }
    func reply(_ id: RequestID, _ result: JSON) -> Action { .reply(id, Envelope.result(id, result).json, status: 200) }
}
