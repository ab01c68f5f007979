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
    private let offset = Mutex<Interval?>(nil)

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

    /// How far the exchange's clock is ahead of ours, to about half a second; nil before its first answer.
    public var clockOffset: Interval? { offset.withLock { $0 } }

    /// Builds the limiters from `GET /account/limits`; call once at the start. On failure the Basic tier's stay.
    public func adoptLimits() async throws(KalshiError) {
        let limits = try await get(LimitsAnswer.self, "reading the account's rate limits", "/account/limits")
        await reads.use(.init(tokensPerSecond: limits.read.refillRate, capacity: limits.read.bucketCapacity))
        await writes.use(.init(tokensPerSecond: limits.write.refillRate, capacity: limits.write.bucketCapacity))
    }

    // MARK: - Questions

    func get<Answer: Decodable>(
        _ type: Answer.Type, _ attempt: String, _ path: String, _ query: [(String, String?)] = [], cost: Double = 10
    ) async throws(KalshiError) -> Answer {
        var pause = Duration.milliseconds(100)
        for attemptsLeft in stride(from: KalshiClient.tries - 1, through: 0, by: -1) {
            do throws(KalshiError) {
                return try decode(type, try await send("GET", attempt, path, query, body: nil, bucket: reads, cost: cost), attempt)
            } catch {
                guard error.canRetry, attemptsLeft > 0, !Task.isCancelled else { throw error }
                // Full jitter, so that clients that failed together do not return together. A cancelled sleep is noticed by the next send.
                try? await Task.sleep(for: pause * Double.random(in: 0.5...1))
                pause = min(pause * 3, .seconds(2))
            }
        }
        preconditionFailure("the last try returns or throws")
    }

    /// All pages, or an error: a part of a list is never returned.
    func pages<Page: KalshiPage>(_ type: Page.Type, _ attempt: String, _ path: String, _ query: [(String, String?)] = []) async throws(KalshiError) -> [Page.Row] {
        var rows: [Page.Row] = []
        var cursor: String?
        for _ in 0..<KalshiClient.mostPages {
            let page = try await get(type, attempt, path, query + [("cursor", cursor)])
            rows += page.rows
            guard let next = page.cursor, !next.isEmpty else { return rows }
            guard next != cursor else { break }
            cursor = next
        }
        throw KalshiError(attempted: attempt, outcome: .refused, code: "endless_pages", message: "the list of pages does not end", canRetry: false)
    }

    // MARK: - Acts

    /// Sends once. Whatever throws says in `outcome` whether it may have happened. An urgent act does not wait for our own limit.
    func act(
        _ method: String, _ attempt: String, _ path: String, _ query: [(String, String?)] = [], body: [UInt8]? = nil, cost: Double, urgent: Bool = false
    ) async throws(KalshiError) -> HTTPAnswer {
        try await send(method, attempt, path, query, body: body, bucket: writes, cost: cost, urgent: urgent)
    }

    func decode<Answer: Decodable>(_ type: Answer.Type, _ answer: HTTPAnswer, _ attempt: String) throws(KalshiError) -> Answer {
        do {
            return try JSONDecoder().decode(type, from: Data(answer.body))
        } catch {
            throw KalshiError(
                attempted: attempt, outcome: .unknown, status: answer.status, code: "unreadable_answer", message: KalshiClient.sentence(error), canRetry: false)
        }
    }

    // MARK: - One request

    private func send(
        _ method: String, _ attempt: String, _ path: String, _ query: [(String, String?)], body: [UInt8]?, bucket: RateLimiter, cost: Double, urgent: Bool = false
    ) async throws(KalshiError) -> HTTPAnswer {
        guard let wait = await bucket.reserve(cost, urgent: urgent) else {
            throw KalshiError(attempted: attempt, outcome: .notSent, code: "not_sent", message: "our own rate limit is used up for seconds", canRetry: true)
        }
        do {
            if wait > .zero { try await Task.sleep(for: wait) }
            try Task.checkCancellation()
        } catch {
            throw KalshiError(attempted: attempt, outcome: .notSent, code: "not_sent", message: "cancelled before it was sent", canRetry: false)
        }
        let began = clock.now()
        let call = HTTPCall(
            method: method, url: endpoint.rest + path + KalshiClient.text(query), headers: try headers(method, path, attempt, json: body != nil), body: body)
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
        return try await judge(answer, attempt, bucket)
    }

    private func judge(_ answer: HTTPAnswer, _ attempt: String, _ bucket: RateLimiter) async throws(KalshiError) -> HTTPAnswer {
        if (200..<300).contains(answer.status) { return answer }
        let error = ErrorBody(status: answer.status, body: answer.body)
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
        guard let offset = clockOffset, abs(offset.nanoseconds) > 1_500_000_000 else { return clock.now() }
        return clock.now() + offset
    }

    /// The headers of the stream's upgrade request; empty without a key.
    func streamHeaders() throws(KeyError) -> [(name: String, value: String)] {
        guard let credentials else { return [] }
        return try RequestSignature.headers(
            keyID: credentials.keyID, key: credentials.key, timestampMilliseconds: signingTime().wholeMilliseconds, method: "GET", path: endpoint.streamPath)
    }

    private func measureClock(_ answer: HTTPAnswer, began: Timestamp) {
        guard let date = answer.date.flatMap(HTTPDate.parse) else { return }
        let middle = Timestamp(nanoseconds: began.nanoseconds + (clock.now() - began).nanoseconds / 2)
        // The header is cut to whole seconds: half a second is what it hides on average.
        let ahead = (date + .milliseconds(500)) - middle
        offset.withLock { $0 = ahead }
    }

    private static func text(_ query: [(String, String?)]) -> String {
        let parts = query.compactMap { name, value in value.map { "\(name)=\(percentEncoded($0))" } }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }

    static func percentEncoded(_ text: String) -> String {
        // RFC 3986, unreserved, and the comma that separates tickers.
        text.addingPercentEncoding(withAllowedCharacters: CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~,")) ?? text
    }

    private static func sentence(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "the answer is not JSON" }
        switch error {
        case .keyNotFound(let key, _): return "the answer lacks \(key.stringValue)"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            let place = context.codingPath.map(\.stringValue).joined(separator: ".")
            return place.isEmpty ? "the answer is not JSON" : "the answer cannot be read at \(place)"
        @unknown default: return "the answer cannot be read"
        }
    }
}
