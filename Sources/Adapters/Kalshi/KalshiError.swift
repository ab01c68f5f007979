/// A request to the exchange that did not succeed: what was attempted, what came back, and what is now certain.
public struct KalshiError: Error, Sendable, CustomStringConvertible {
    /// What is certain about the request. Only `.unknown` may have had an effect.
    public enum Outcome: Sendable, Equatable {
        /// Not a byte of it left.
        case notSent
        /// The exchange answered that it did not do it.
        case refused
        /// It was sent, and no answer says what became of it.
        case unknown
    }

    public let attempted: String
    public let outcome: Outcome
    /// Absent where no answer came.
    public let status: Int?
    /// The exchange's `code`, or ours ("not_sent", "own_rate_limit", "no_answer", ...) where it gave none.
    public let code: String
    public let message: String
    /// Whether the same request may succeed later.
    public let canRetry: Bool

    init(attempted: String, outcome: Outcome, status: Int? = nil, code: String, message: String, canRetry: Bool) {
        self.attempted = attempted
        self.outcome = outcome
        self.status = status
        self.code = code
        self.message = message
        self.canRetry = canRetry
    }

    public var description: String {
        let answer = status.map { "HTTP \($0), " } ?? ""
        return "\(attempted) failed (\(answer)\(code)): \(message)"
    }
}
