import MCP
import Notation
import Synchronization
import Transport

/// A session up to 2025-11-25 over HTTP: one dialogue, many connections that come and go.
///
/// A connection that is lost takes nothing with it: what belongs to its request is kept, and given out again from the event that the client saw last.
final class HTTPSession: Sendable {
    /// Streams that are over and can still be resumed.
    static let finishedLimit = 64

    private struct Stream {
        var queue: EventQueue?
        var isFinished = false
    }

    private struct State {
        var log = EventLog()
        var streams: [Int: Stream] = [:]
        var ofRequest: [RequestID: Int] = [:]
        var choices: [RequestID: ResponseChoice] = [:]
        var finished: [Int] = []
        var standing = 0
        var primes = false
        /// Nothing is opened any more: nobody would close it.
        var isEnded = false
    }

    let id: String
    let principal: String
    private let state = Mutex(State())
    private let ownConversation = Mutex<Conversation?>(nil)
    private let touched: Mutex<ContinuousClock.Instant>

    init(id: String, principal: String, host: ServiceHost) {
        self.id = id
        self.principal = principal
        touched = Mutex(.now)
        state.withLock { state in
            state.standing = state.log.open()
            state.streams[state.standing] = Stream()
        }
        let conversation = Conversation(host: host, principal: principal) { [weak self] in self?.send($0) }
        ownConversation.withLock { $0 = conversation }
    }

    var lastUse: ContinuousClock.Instant { touched.withLock { $0 } }
    var isIdle: Bool { conversation?.isIdle ?? true }
    /// Whether `initialize` has come to an agreement.
    var isOpen: Bool { conversation?.sessionRevision != nil }
    private var conversation: Conversation? { ownConversation.withLock { $0 } }

    func end() {
        let conversation = ownConversation.withLock { conversation in
            defer { conversation = nil }
            return conversation
        }
        conversation?.close()
        let (queues, choices) = state.withLock { state in
            state.isEnded = true
            defer { (state.streams, state.choices) = ([:], [:]) }
            return (state.streams.values.compactMap(\.queue), state.choices)
        }
        for queue in queues { queue.finish() }
        // Requests of the last quarter of a second, which have chosen neither: this is their answer.
        for (id, choice) in choices { choice.choose(.json(HTTPSession.over(id), status: 200)) }
    }

    private static func over(_ id: RequestID) -> JSON { Envelope.error(id, .internal("the session has ended")).json }

    // MARK: - Connections

    /// One POST. Its request goes on when the connection is lost.
    func answer(_ message: Envelope, headers: [(name: String, value: String)] = []) async -> HTTPResponse {
        touched.withLock { $0 = .now }
        guard let id = message.requestID else {
            conversation?.receive(message)
            return HTTPResponse(status: 202)
        }
        let choice = ResponseChoice()
        let refusal = state.withLock { state -> HTTPResponse? in
            guard !state.isEnded else { return jsonResponse(HTTPSession.over(id), status: 404) }
            guard state.choices[id] == nil, state.ofRequest[id] == nil else {
                return jsonResponse(Envelope.error(id, .invalidRequest("a request with this id is under way")).json, status: 400)
            }
            state.choices[id] = choice
            return nil
        }
        if let refusal { return refusal }
        conversation?.receive(message)
        let answer = await choice.wait(onImpatience: { self.state.withLock { if $0.choices[id] != nil { _ = self.stream(of: id, &$0) } } })
        switch answer {
        // Up to 2025-11-25 an error is an answer like any other to HTTP.
        case .json(let json, _): return jsonResponse(json, status: 200, headers: headers)
        case .stream(let queue, let stream): return eventStream(queue, headers: headers, ended: { self.detach(queue, from: stream) })
        }
    }

    /// The session's own stream; or the rest of any stream, after the event that the client names.
    func open(after event: String?) -> HTTPResponse {
        touched.withLock { $0 = .now }
        let queue = EventQueue()
        let stream = state.withLock { state -> Int? in
            guard let event else { return attach(queue, to: state.standing, &state) }
            guard let (stream, events) = state.log.rest(after: event) else { return nil }
            for event in events { queue.put(event.bytes) }
            return attach(queue, to: stream, &state)
        }
        guard let stream else { return .text(400, "this event is not known\n") }
        return eventStream(queue, ended: { self.detach(queue, from: stream) })
    }

    /// A newer connection takes the place of one whose loss nobody has noticed yet.
    private func attach(_ queue: EventQueue, to stream: Int, _ state: inout State) -> Int? {
        state.streams[stream]?.queue?.finish()
        if state.streams[stream]?.isFinished ?? true { queue.finish() } else { state.streams[stream]?.queue = queue }
        return stream
    }

    private func detach(_ queue: EventQueue, from stream: Int) {
        state.withLock { if $0.streams[stream]?.queue === queue { $0.streams[stream]?.queue = nil } }
    }

    // MARK: - What the dialogue says

    private func send(_ message: Conversation.Message) {
        state.withLock { state in
            guard !state.isEnded else { return }
            switch message {
            case .reply(let id?, let json, let status): reply(id, json, status, &state)
            case .tell(let id?, let json): put(json.rendered, on: stream(of: id, &state), &state)
            case .tell(nil, let json): put(json.rendered, on: state.standing, &state)
            case .drop(let id): finish(stream(of: id, &state), id, &state)
            case .pause(let id, let retry):
                let stream = stream(of: id, &state)
                put("", on: stream, &state, retryMilliseconds: retry)
                state.streams[stream]?.queue?.finish()
                state.streams[stream]?.queue = nil
            case .reply(nil, _, _): break
            }
        }
    }

    private func reply(_ id: RequestID, _ json: JSON, _ status: Int, _ state: inout State) {
        if state.ofRequest[id] == nil, let choice = state.choices[id], choice.choose(.json(json, status: status)) {
            state.choices[id] = nil
            return
        }
        let stream = stream(of: id, &state)
        put(json.rendered, on: stream, &state)
        finish(stream, id, &state)
    }

    /// The stream of a request, opened when it is first needed. From 2025-11-25 on it begins with an event that is only an id to come back with.
    private func stream(of id: RequestID, _ state: inout State) -> Int {
        if let stream = state.ofRequest[id] { return stream }
        let stream = state.log.open()
        let queue = EventQueue()
        state.ofRequest[id] = stream
        state.streams[stream] = Stream(queue: queue)
        if state.primes { queue.put(state.log.append("", to: stream).bytes) }
        state.choices[id]?.choose(.stream(queue, number: stream))
        return stream
    }

    private func put(_ data: String, on stream: Int, _ state: inout State, retryMilliseconds: Int? = nil) {
        guard state.streams[stream]?.isFinished == false else { return }
        let event = state.log.append(data, to: stream, retryMilliseconds: retryMilliseconds)
        // A queue that has given its reader up is let go; the log keeps the event.
        if let queue = state.streams[stream]?.queue, !queue.put(event.bytes) { state.streams[stream]?.queue = nil }
    }

    private func finish(_ stream: Int, _ id: RequestID, _ state: inout State) {
        state.ofRequest[id] = nil
        state.choices[id] = nil
        state.streams[stream]?.isFinished = true
        state.streams[stream]?.queue?.finish()
        state.finished.append(stream)
        if state.finished.count > HTTPSession.finishedLimit {
            let oldest = state.finished.removeFirst()
            state.log.forget(oldest)
            state.streams[oldest] = nil
        }
    }

    /// Says that the client knows events that carry an id and nothing else.
    func prime() {
        let primes = conversation?.sessionRevision.map { $0 >= .november2025 } ?? false
        state.withLock { $0.primes = primes }
    }
}
