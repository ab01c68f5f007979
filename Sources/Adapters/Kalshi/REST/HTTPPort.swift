/// One request as it goes out, its path from the root and its query already encoded.
struct HTTPCall: Sendable {
    let method: String
    let url: String
    let headers: [(name: String, value: String)]
    let body: [UInt8]?
}

struct HTTPAnswer: Sendable {
    let status: Int
    /// The `Date` header, if there was one.
    let date: String?
    let body: [UInt8]
}

/// Why there is no answer. The difference decides whether an order may exist.
enum HTTPFailure: Error, Sendable {
    case notSent(String)
    case outcomeUnknown(String)
}

/// The one seam to the network: tests put an exchange of their own behind it.
typealias HTTPPort = @Sendable (HTTPCall) async throws(HTTPFailure) -> HTTPAnswer
