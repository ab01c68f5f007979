public import MCP
import Notation
import Synchronization
public import Transport

/// A server over Streamable HTTP.
///
/// Up to 2025-11-25 it keeps the session's id, holds the standing stream open, and comes back for what a lost stream still owes it.
public final class HTTPLink: ClientLink {
    /// Attempts to come back for the rest of one stream.
    static let resumeLimit = 8
    /// How long what follows `notifications/initialized` waits for the server to have it.
    static let openingPatience = Duration.seconds(5)
    /// How long a cancellation waits for the server to have the request; longer than ours takes to begin its answer.
    static let cancelPatience = Duration.milliseconds(500)

    private struct Posted {
        let task: Task<Void, Never>
        let arrival: Arrival
    }

    private struct State {
        var deliver: @Sendable (LinkEvent) -> Void = { _ in }
        var session: String?
        var requests: [RequestID: Posted] = [:]
        /// Of `notifications/initialized`: before it nothing of the session may be asked.
        var opening: Arrival?
        var standing: Task<Void, Never>?
        var isClosed = false
    }

    private let url: String
    private let headers: HeaderFields
    private let web: WebClient
    private let state = Mutex(State())

    /// - Parameter headers: sent with every request: a bearer token, say.
    public init(_ url: String, headers: HeaderFields = [:]) {
        self.url = url
        self.headers = headers
        web = WebClient()
    }

    public func start(_ deliver: @escaping @Sendable (LinkEvent) -> Void) async throws { state.withLock { $0.deliver = deliver } }

    public func send(_ message: Envelope, _ context: LinkContext) {
        if case .notification("notifications/cancelled", let params) = message { return cancel(params["requestId"].flatMap(RequestID.init), message, context) }
        let arrival = Arrival()
        // The task is known before it can end: its failure is told only to a request that is known.
        state.withLock { state in
            let opening = state.opening
            let task = Task {
                await opening?.wait(HTTPLink.openingPatience)
                await self.post(message, context, arrival)
            }
            if let id = message.requestID { state.requests[id] = Posted(task: task, arrival: arrival) }
            guard case .notification("notifications/initialized", _) = message else { return }
            state.opening = arrival
            state.standing = Task {
                await arrival.wait(HTTPLink.openingPatience)
                await self.listen()
            }
        }
    }

    /// Up to 2025-11-25 a message that follows its request; from 2026-07-28 on a request is cancelled by closing its stream, and by nothing else.
    private func cancel(_ id: RequestID?, _ message: Envelope, _ context: LinkContext) {
        // What is not under way is answered, and past caring.
        guard let id, let posted = state.withLock({ $0.requests[id] }) else { return }
        guard context.revision?.isModern != true else { return drop(id) }
        Task {
            await posted.arrival.wait(HTTPLink.cancelPatience)
            await self.post(message, context, Arrival())
            self.drop(id)
        }
    }

    /// Its answer is not wanted any more. The task is cancelled outside of the lock: whoever hears of it may need the lock.
    private func drop(_ id: RequestID) { state.withLock { $0.requests.removeValue(forKey: id) }?.task.cancel() }

    public func close() async {
        let (tasks, session, opening) = state.withLock { state in
            state.isClosed = true
            defer { state.requests = [:] }
            return (state.requests.values.map(\.task) + [state.standing].compactMap { $0 }, state.session, state.opening)
        }
        for task in tasks { task.cancel() }
        opening?.happen()
        if let session {
            var headers = headers
            headers.add(HTTPGate.sessionHeader, session)
            // The server forgets the session by itself if this does not reach it.
            _ = try? await web.request("DELETE", url, headers: headers, timeout: .seconds(2))
        }
        await web.shutdown()
    }

    // MARK: - One message

    private func post(_ message: Envelope, _ context: LinkContext, _ arrival: Arrival) async {
        defer { arrival.happen() }
        let answer = Answer(request: message.requestID)
        var headers = base()
        headers.add("content-type", "application/json")
        for header in routing(message, context) { headers.add(header.name, header.value) }
        do {
            try await web.stream(
                "POST", url, headers: headers, body: message.json.bytes,
                head: { head in
                    arrival.happen()
                    self.meet(head, answer)
                }, piece: { self.take($0, answer) })
        } catch {
            answer.fail("\(error)")
        }
        if answer.isStream, !answer.isDone, context.revision?.isModern != true, !Task.isCancelled { await resume(answer) }
        finish(answer)
    }

    private func routing(_ message: Envelope, _ context: LinkContext) -> [(name: String, value: String)] {
        switch message {
        case .request(_, let method, let params) where params["_meta"]?[MetaKey.protocolVersion] != nil:
            RoutingHeaders.headers(method: method, params: params, revision: context.revision ?? .newest, tool: context.tool)
        default: context.revision.map { [(RoutingHeaders.version, $0.rawValue)] } ?? []
        }
    }

    private func base() -> HeaderFields {
        var headers = headers
        headers.add("accept", "application/json, text/event-stream")
        if let session = state.withLock({ $0.session }) { headers.add(HTTPGate.sessionHeader, session) }
        return headers
    }

    private func meet(_ head: HTTPResponse, _ answer: Answer) {
        if let session = head.headers[HTTPGate.sessionHeader] { state.withLock { $0.session = session } }
        answer.meet(head)
    }

    private func take(_ bytes: [UInt8], _ answer: Answer) -> Bool {
        for message in answer.take(bytes) { state.withLock { $0.deliver }(.message(message)) }
        return !answer.isDone && !answer.isBroken
    }

    /// The request is answered at last, if only by its failure.
    private func finish(_ answer: Answer) {
        guard let id = answer.request else { return }
        let isWanted = state.withLock { $0.requests.removeValue(forKey: id) != nil && !$0.isClosed }
        for message in answer.rest() { state.withLock { $0.deliver }(.message(message)) }
        guard isWanted, !answer.isDone else { return }
        state.withLock { $0.deliver }(.message(.error(id, .internal(answer.trouble))))
    }

    private func resume(_ answer: Answer) async {
        for _ in 0..<HTTPLink.resumeLimit {
            guard let last = answer.lastEvent, !answer.isDone, !answer.isBroken, !Task.isCancelled else { return }
            // The server says when to come back.
            guard (try? await Task.sleep(for: .milliseconds(answer.retryMilliseconds))) != nil else { return }
            var headers = base()
            headers["accept"] = "text/event-stream"
            headers.add("last-event-id", last)
            answer.again()
            // A failed attempt is followed by the next.
            try? await web.stream("GET", url, headers: headers, head: { self.meet($0, answer) }, piece: { self.take($0, answer) })
            if answer.status != 200 { return }
        }
    }

    /// The standing stream of a session; a server may have none.
    private func listen() async {
        let answer = Answer(request: nil)
        while !Task.isCancelled {
            var headers = base()
            headers["accept"] = "text/event-stream"
            if let last = answer.lastEvent { headers.add("last-event-id", last) }
            answer.again()
            // It is opened again as long as the server has one.
            try? await web.stream("GET", url, headers: headers, head: { self.meet($0, answer) }, piece: { self.take($0, answer) })
            guard answer.status == 200, !answer.isBroken, (try? await Task.sleep(for: .milliseconds(answer.retryMilliseconds))) != nil else { return }
        }
    }
}

/// Whether the server has begun to answer a message: it has it then, and what is sent now does not overtake it.
private final class Arrival: Sendable {
    private let state = Mutex<(hasHappened: Bool, waiters: [CheckedContinuation<Void, Never>])>((false, []))

    func happen() {
        let waiters = state.withLock { state in
            state.hasHappened = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Whoever has waited for `patience` waits no longer, and neither does anybody else.
    func wait(_ patience: Duration) async {
        if state.withLock({ $0.hasHappened }) { return }
        let timer = Task {
            // A cancelled sleep means that it has happened.
            if (try? await Task.sleep(for: patience)) != nil { happen() }
        }
        defer { timer.cancel() }
        await withCheckedContinuation { continuation in
            let hasHappened = state.withLock { state in
                if !state.hasHappened { state.waiters.append(continuation) }
                return state.hasHappened
            }
            if hasHappened { continuation.resume() }
        }
    }
}

/// What has come back for one request so far.
private final class Answer: Sendable {
    private struct State {
        var status = 0
        var isStream = false
        var reader = EventStreamReader(limit: StdioServer.lineLimit)
        var body: [UInt8] = []
        var isDone = false
        /// Nothing of it can be read any further.
        var isBroken = false
        var failure: String?
        var lastEvent: String?
        var retryMilliseconds = 1000
    }

    let request: RequestID?
    private let state = Mutex(State())

    init(request: RequestID?) { self.request = request }

    var status: Int { state.withLock { $0.status } }
    var isStream: Bool { state.withLock { $0.isStream } }
    var isDone: Bool { state.withLock { $0.isDone } }
    var lastEvent: String? { state.withLock { $0.lastEvent } }
    var retryMilliseconds: Int { state.withLock { $0.retryMilliseconds } }
    var isBroken: Bool { state.withLock { $0.isBroken } }
    var trouble: String { state.withLock { $0.failure ?? "HTTP \($0.status) without an answer" } }

    /// The first reason is the one that is told.
    func fail(_ why: String) { state.withLock { $0.failure = $0.failure ?? why } }

    func meet(_ head: HTTPResponse) {
        state.withLock { state in
            state.status = head.status
            state.isStream = head.headers["content-type"]?.hasPrefix("text/event-stream") ?? false
        }
    }

    func again() {
        state.withLock { state in
            state.status = 0
            state.reader = EventStreamReader(limit: StdioServer.lineLimit)
        }
    }

    func take(_ bytes: [UInt8]) -> [Envelope] {
        state.withLock { state in
            guard state.isStream else {
                guard state.body.count + bytes.count <= StdioServer.lineLimit else {
                    (state.isBroken, state.body, state.failure) = (true, [], "the answer is larger than \(StdioServer.lineLimit) bytes")
                    return []
                }
                state.body += bytes
                return []
            }
            guard let events = state.reader.read(bytes) else {
                (state.isBroken, state.failure) = (true, "an event of the answer is too large")
                return []
            }
            return events.compactMap { event in
                if let id = event.id { state.lastEvent = id }
                if let retry = event.retryMilliseconds { state.retryMilliseconds = min(max(retry, 10), 60_000) }
                // What cannot be read is not an answer; the request fails when the stream ends without one.
                guard !event.data.isEmpty, let message = try? Envelope(parsing: Array(event.data.utf8)[...]) else { return nil }
                if message.answers(request) { state.isDone = true }
                return message
            }
        }
    }

    /// A body that came as plain JSON.
    func rest() -> [Envelope] {
        state.withLock { state in
            // A body that is no message is told as trouble.
            guard !state.isStream, !state.body.isEmpty, let message = try? Envelope(parsing: state.body[...]) else { return [] }
            state.body = []
            if message.answers(request) { state.isDone = true }
            return [message]
        }
    }
}

extension Envelope {
    fileprivate func answers(_ request: RequestID?) -> Bool {
        switch self {
        case .result(let id, _): id == request
        case .error(let id, _): id == request
        case .request, .notification: false
        }
    }
}
