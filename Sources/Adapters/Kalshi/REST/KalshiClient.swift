import Foundation
import Keys
public import Model
public import Ports
import Synchronization
public import Transport

/// The exchange's REST interface, typed: signed, paced, and honest about what is not known.
///
/// Only questions (GET) are tried again; an order is sent once, whatever happens. See `KalshiError.outcome`.
public final class KalshiClient: Sendable {
    /// Tries of one question, the first included.
    static let tries = 4
    /// A list longer than this many pages (a million rows) is taken for a fault.
    static let mostPages = 1000

    let endpoint: KalshiEndpoint
    private let credentials: KalshiCredentials?
    private let clock: any Ports.Clock
    private let port: HTTPPort
    // The Basic tier; `adoptLimits` asks for the account's own.
    private let reads = RateLimiter(.init(tokensPerSecond: 200, capacity: 200))
    private let writes = RateLimiter(.init(tokensPerSecond: 100, capacity: 100))
    private let costs = Mutex(EndpointCosts.published)
    private let offset = Mutex<ClockOffset?>(nil)
    /// What of the answers did not fit the contract.
    let watch = ContractWatch()

    init(endpoint: KalshiEndpoint, credentials: KalshiCredentials?, clock: any Ports.Clock, port: @escaping HTTPPort) {
        self.endpoint = endpoint
        self.credentials = credentials
        self.clock = clock
        self.port = port
    }

    /// - Parameters:
    ///   - credentials: without them only public questions are answered.
    ///   - timeout: for one request; an order whose answer takes longer is `.unknown`.
    public convenience init(
        endpoint: KalshiEndpoint, credentials: KalshiCredentials?, clock: any Ports.Clock, web: WebClient, timeout: Duration = .seconds(10)
    ) {
        let port: HTTPPort = { call throws(HTTPFailure) in
            var headers = HeaderFields()
            for header in call.headers { headers.add(header.name, header.value) }
            do throws(TransportError) {
                let answer = try await web.request(call.method, call.url, headers: headers, body: call.body ?? [], timeout: timeout)
                return HTTPAnswer(status: answer.status, date: answer.headers["date"], body: answer.body)
            } catch {
                throw error.nothingWasSent ? .notSent(error.description) : .outcomeUnknown(error.description)
            }
        }
        self.init(endpoint: endpoint, credentials: credentials, clock: clock, port: port)
    }

    /// How far the exchange's clock is ahead of ours, and how far that may be off; nil before its first answer.
    public var clockOffset: (estimate: Interval, uncertainty: Interval)? { offset.withLock { $0 }.map { ($0.estimate, $0.uncertainty) } }

    /// Builds the limiters from the account's limits and the costs of each operation; call once at the start. On failure the lowest tier's stay.
    public func adoptLimits() async throws(KalshiError) {
        let limits = try await self.limits()
        await reads.use(.init(tokensPerSecond: limits.read.refillPerSecond, capacity: limits.read.capacity))
        await writes.use(.init(tokensPerSecond: limits.write.refillPerSecond, capacity: limits.write.capacity))
        let told = try await get(EndpointCosts.self, "reading the costs of requests", .endpointCosts)
        costs.withLock { $0 = told }
    }

    public func limits() async throws(KalshiError) -> KalshiLimits { try await get(KalshiLimits.self, "reading the account's rate limits", .accountLimits) }

    // MARK: - Questions

    /// Asks until there is an answer, four times at most, and only while asking again can help.
    func ask<Answer>(
        _ attempt: String, _ route: Route, _ names: [String], _ query: [(String, String?)],
        _ read: (AnswerValue, ContractNotes) throws(ContractBreak) -> Answer
    ) async throws(KalshiError) -> Answer {
        var pause = Duration.milliseconds(100)
        for attemptsLeft in stride(from: KalshiClient.tries - 1, through: 0, by: -1) {
            do throws(KalshiError) {
                return try decode(try await send(attempt, route, names, query, body: nil, bucket: reads), attempt, route, read)
            } catch {
                guard error.canRetry, attemptsLeft > 0, !Task.isCancelled else { throw error }
                // Full jitter, so that clients that failed together do not return together. A cancelled sleep is noticed by the next send.
                try? await Task.sleep(for: pause * Double.random(in: 0.5...1))
                pause = min(pause * 3, .seconds(2))
            }
        }
        preconditionFailure("the last try returns or throws")
    }

    func get<Answer: Answered>(
        _ type: Answer.Type, _ attempt: String, _ route: Route, _ names: [String] = [], _ query: [(String, String?)] = []
    ) async throws(KalshiError) -> Answer {
        try await ask(attempt, route, names, query) { value, notes throws(ContractBreak) in try Answer(Fields(value, Answer.contract, notes)) }
    }

    func get<Part: Answered>(
        _ shape: WrappedShape<Part>, _ attempt: String, _ route: Route, _ names: [String] = [], _ query: [(String, String?)] = []
    ) async throws(KalshiError) -> Part {
        try await ask(attempt, route, names, query) { value, notes throws(ContractBreak) in try shape.part(value, notes) }
    }

    /// All pages, or an error: a part of a list is never returned.
    /// - Parameter most: enough rows; the rest is not asked for.
    func pages<Row: Answered>(
        _ shape: ListShape<Row>, _ attempt: String, _ route: Route, _ names: [String] = [], _ query: [(String, String?)] = [], most: Int = .max
    ) async throws(KalshiError) -> [Row] {
        var rows: [Row] = []
        var cursor: String?
        for _ in 0..<KalshiClient.mostPages {
            let page = try await ask(attempt, route, names, query + [("cursor", cursor)]) { value, notes throws(ContractBreak) in try shape.page(value, notes) }
            rows += page.rows
            guard let next = page.cursor, !next.isEmpty, rows.count < most else { return rows }
            guard next != cursor else { break }
            cursor = next
        }
        throw KalshiError(attempted: attempt, outcome: .refused, code: "endless_pages", message: "the list of pages does not end", canRetry: false)
    }

    // MARK: - Acts

    /// Sends once. Whatever throws says in `outcome` whether it may have happened. An urgent act does not wait for our own limit.
    /// - Parameter cost: where it is not the operation's own: a batch costs what its items cost.
    func act(
        _ attempt: String, _ route: Route, _ names: [String] = [], _ query: [(String, String?)] = [], body: [UInt8]? = nil, cost: Double? = nil,
        urgent: Bool = false
    ) async throws(KalshiError) -> HTTPAnswer {
        try await send(attempt, route, names, query, body: body, bucket: writes, cost: cost, urgent: urgent)
    }

    func cost(_ route: Route) -> Double { costs.withLock { $0[route] } }

    /// Reads an answer against its contract. What does not fit is an unknown outcome, and is reported as a break of the contract.
    func decode<Answer>(
        _ answer: HTTPAnswer, _ attempt: String, _ route: Route, _ read: (AnswerValue, ContractNotes) throws(ContractBreak) -> Answer
    ) throws(KalshiError) -> Answer {
        let notes = ContractNotes()
        let problem: String
        do {
            let value = try AnswerValue(answer.body)
            do throws(ContractBreak) {
                let result = try read(value, notes)
                watch.report(notes, in: route.description)
                return result
            } catch {
                problem = error.problem
            }
        } catch {
            problem = "the answer is not JSON"
        }
        watch.report(ContractDrift(.broken, place: route.description, problem: problem))
        throw KalshiError(attempted: attempt, outcome: .unknown, status: answer.status, code: "unreadable_answer", message: problem, canRetry: false)
    }

    func decode<Answer: Answered>(_ type: Answer.Type, _ answer: HTTPAnswer, _ attempt: String, _ route: Route) throws(KalshiError) -> Answer {
        try decode(answer, attempt, route) { value, notes throws(ContractBreak) in try Answer(Fields(value, Answer.contract, notes)) }
    }

    // MARK: - One request

    private func send(
        _ attempt: String, _ route: Route, _ names: [String], _ query: [(String, String?)], body: [UInt8]?, bucket: RateLimiter, cost: Double? = nil,
        urgent: Bool = false
    ) async throws(KalshiError) -> HTTPAnswer {
        let path = route.path(names)
        guard let wait = await bucket.reserve(cost ?? self.cost(route), urgent: urgent) else {
            throw KalshiError(attempted: attempt, outcome: .notSent, code: "own_rate_limit", message: "our own rate limit is used up for seconds", canRetry: true)
        }
        do {
            if wait > .zero { try await Task.sleep(for: wait) }
            try Task.checkCancellation()
        } catch {
            throw KalshiError(attempted: attempt, outcome: .notSent, code: "not_sent", message: "cancelled before it was sent", canRetry: false)
        }
        let began = clock.now()
        let call = HTTPCall(
            method: route.method, url: endpoint.rest + path + KalshiClient.text(query),
            headers: try headers(route.method, path, attempt, json: body != nil), body: body)
        let answer: HTTPAnswer
        do {
            answer = try await port(call)
        } catch {
            switch error {
            case .notSent(let reason):
                throw KalshiError(attempted: attempt, outcome: .notSent, code: "not_sent", message: reason, canRetry: true)
            case .outcomeUnknown(let reason):
                throw KalshiError(attempted: attempt, outcome: .unknown, code: "no_answer", message: reason, canRetry: true)
            }
        }
        measureClock(answer, began: began)
        return try await judge(answer, attempt, route, bucket)
    }

    private func judge(_ answer: HTTPAnswer, _ attempt: String, _ route: Route, _ bucket: RateLimiter) async throws(KalshiError) -> HTTPAnswer {
        if (200..<300).contains(answer.status) { return answer }
        let error = ErrorBody(status: answer.status, body: answer.body)
        if !error.isKnown { watch.report(ContractDrift(.noted, place: route.description, problem: "an error \(answer.status) of an unknown shape")) }
        // The operation itself is gone: nothing that is sent there will ever arrive (Kalshi reference, section 6).
        if answer.status == 410 { watch.report(ContractDrift(.broken, place: route.description, problem: "it answers 410, \(error.code): it is switched off")) }
        if answer.status == 429 { await bucket.drain() }
        // 408 and 5xx come from in front of the matching engine as well as from it; 3xx is nothing this exchange says. All leave the outcome open.
        let refused = (400..<500).contains(answer.status) && answer.status != 408
        throw KalshiError(
            attempted: attempt, outcome: refused ? .refused : .unknown, status: answer.status, code: error.code, message: error.message,
            canRetry: !refused || answer.status == 429 || error.code == "header_timestamp_expired")
    }

    private func headers(_ method: String, _ path: String, _ attempt: String, json: Bool) throws(KalshiError) -> [(name: String, value: String)] {
        var headers = [(name: "Accept", value: "application/json")]
        if json { headers.append((name: "Content-Type", value: "application/json")) }
        guard let credentials else { return headers }
        do {
            return try headers
                + RequestSignature.headers(
                    keyID: credentials.keyID, key: credentials.key, timestampMilliseconds: signingTime().wholeMilliseconds, method: method,
                    path: endpoint.restPath + path)
        } catch {
            throw KalshiError(attempted: attempt, outcome: .notSent, code: "not_sent", message: error.description, canRetry: false)
        }
    }

    /// Our time, set right where it is off by more than the `Date` header's own resolution.
    func signingTime() -> Timestamp {
        guard let offset = clockOffset?.estimate, abs(offset.nanoseconds) > 1_500_000_000 else { return clock.now() }
        return clock.now() + offset
    }

    /// The exchange's time, as well as we know it.
    func exchangeTime() -> Timestamp { clock.now() + (clockOffset?.estimate ?? .zero) }

    /// The headers of the stream's upgrade request; empty without a key.
    func streamHeaders() throws(KeyError) -> [(name: String, value: String)] {
        guard let credentials else { return [] }
        return try RequestSignature.headers(
            keyID: credentials.keyID, key: credentials.key, timestampMilliseconds: signingTime().wholeMilliseconds, method: "GET", path: endpoint.streamPath)
    }

    private func measureClock(_ answer: HTTPAnswer, began: Timestamp) {
        guard let date = answer.date.flatMap(HTTPDate.parse) else { return }
        let now = clock.now()
        offset.withLock { offset in
            if offset == nil { offset = ClockOffset(date: date, asked: began, answered: now) } else { offset?.observe(date: date, asked: began, answered: now) }
        }
    }

    private static func text(_ query: [(String, String?)]) -> String {
        let parts = query.compactMap { name, value in value.map { "\(name)=\(percentEncoded($0))" } }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }

    static func percentEncoded(_ text: String) -> String {
        // RFC 3986, unreserved, and the comma that separates tickers.
        text.addingPercentEncoding(withAllowedCharacters: CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~,")) ?? text
    }
}
