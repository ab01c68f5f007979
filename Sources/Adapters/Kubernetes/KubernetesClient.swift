public import Notation
public import Transport

/// One cluster, spoken to as its API is: HTTP with JSON. No kubectl and no shell stand behind it.
///
/// Nothing is repeated behind the caller's back, with one exception: after 401 a credential that can be renewed is, once.
public final class KubernetesClient: Sendable {
    public let server: String
    private let web: WebClient
    /// Whom it believes, for another client of the same cluster.
    public var trust: TLSSettings? { tls }
    let tls: TLSSettings?
    let credentials: Credentials
    private let budget: RequestBudget
    /// A larger answer is refused: 10,000 pods come to about 60 MiB, and lists are paged.
    static let answerLimit = 32 << 20
    private static let agent = "aura-orchestration"

    /// - Parameters:
    ///   - server: `https://host:port`, with a path if the API lies under one. Plain `http` is for this machine alone.
    ///   - tls: nil for the system's authorities.
    public init(server: String, credentials: Credentials = .none, tls: TLSSettings? = nil, budget: RequestBudget = RequestBudget()) throws(KubernetesError) {
        let trimmed = server.hasSuffix("/") ? String(server.dropLast()) : server
        guard trimmed.wholeMatch(of: /https:\/\/[^\s?#@]+/) != nil || trimmed.wholeMatch(of: /http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?(\/[^\s?#@]*)?/) != nil else {
            throw .notConfigured("the cluster's address must be https:// (plain http:// is taken for this machine alone), and is \"\(server.prefix(120))\"")
        }
        self.server = trimmed
        self.credentials = credentials
        self.tls = tls
        self.budget = budget
        web = WebClient(connectTimeout: .seconds(5), answerLimit: Self.answerLimit, tls: tls)
    }

    /// Closes the connections. The client cannot be used again.
    public func shutdown() async { await web.shutdown() }

    // MARK: - Requests

    /// One request, and its answer as JSON.
    /// - Parameter path: from the root of the API, encoded.
    public func send(
        _ method: String, _ path: String, query: [(String, String)] = [], body: JSON? = nil, contentType: String = "application/json",
        timeout: Duration = .seconds(30)
    ) async throws(KubernetesError) -> JSON {
        let answer = try await sendRaw(method, path, query: query, body: body?.bytes ?? [], contentType: contentType, timeout: timeout)
        do { return try JSON(parsing: answer, depthLimit: 128) } catch { throw .unreadable("\(method) \(path): not JSON at byte \(error.offset)") }
    }

    /// The same with the answer as it came.
    func sendRaw(
        _ method: String, _ path: String, query: [(String, String)] = [], body: [UInt8] = [], contentType: String = "application/json", accept: String = "application/json",
        timeout: Duration = .seconds(30)
    ) async throws(KubernetesError) -> [UInt8] {
        let url = address(path, query)
        for attempt in 0... {
            let headers = try await headers(body.isEmpty ? nil : contentType, accept: accept, renewed: attempt > 0)
            let answer: HTTPResponse
            do { answer = try await web.request(method, url, headers: headers, body: body, timeout: timeout) } catch { throw .unreachable(error) }
            if (200...299).contains(answer.status) { return answer.body }
            if answer.status == 401, attempt == 0, credentials.canBeRenewed { continue }
            throw KubernetesError(status: answer.status, body: answer.body, headers: answer.headers)
        }
        preconditionFailure("the second attempt returns or throws")
    }

    /// One answer in pieces, for as long as it lasts or `piece` returns true.
    func stream(_ path: String, query: [(String, String)], piece: @escaping @Sendable ([UInt8]) async -> Bool) async throws(KubernetesError) {
        let url = address(path, query)
        for attempt in 0... {
            let headers = try await headers(nil, accept: "application/json", renewed: attempt > 0)
            let failure = Failure()
            do {
                try await web.stream("GET", url, headers: headers) { failure.begin($0) } piece: { bytes in
                    failure.isSuccess ? await piece(bytes) : failure.take(bytes)
                }
            } catch { throw .unreachable(error) }
            if failure.isSuccess { return }
            if failure.status == 401, attempt == 0, credentials.canBeRenewed { continue }
            throw failure.error
        }
    }

    func address(_ path: String, _ query: [(String, String)]) -> String {
        guard !query.isEmpty else { return server + path }
        return server + path + "?" + query.map { "\(PercentCoding.encode($0.0))=\(PercentCoding.encode($0.1))" }.joined(separator: "&")
    }

    /// Waits for this request's turn, and says who is asking.
    func headers(_ contentType: String?, accept: String, renewed: Bool = false) async throws(KubernetesError) -> HeaderFields {
        try await budget.take()
        var headers: HeaderFields = ["accept": accept, "user-agent": Self.agent]
        if let contentType { headers["content-type"] = contentType }
        if let token = try await credentials.token(renewed: renewed) { headers["authorization"] = "Bearer \(token)" }
        return headers
    }
}
