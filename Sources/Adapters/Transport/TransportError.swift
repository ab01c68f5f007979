/// Trouble on the wire, told apart by what it means for the request that was under way.
///
/// Mind `outcomeIsUnknown`: where money moves, such a request may have been carried out. Ask the venue before sending it again; only
/// errors with `nothingWasSent` may be repeated freely.
public enum TransportError: Error, Hashable, Sendable, CustomStringConvertible {
    // Nothing was sent.
    case badURL(String)
    case couldNotConnect(to: String, why: String)
    case tls(to: String, why: String)
    case badCertificate(String)
    // The outcome is unknown.
    case timedOut(String)
    case connectionLost(String)
    // The peer answered, but not as asked: the WebSocket handshake was refused, or the answer was larger than the limit.
    case refused(url: String, status: Int)
    case answerTooLarge(limit: Int)
    // This side.
    case portInUse(Int)
    case cannotListen(host: String, port: Int, why: String)
    case closed

    /// True when no byte of the request can have reached the peer: trying again is safe.
    public var nothingWasSent: Bool {
        switch self {
        case .badURL, .couldNotConnect, .tls, .badCertificate, .portInUse, .cannotListen, .closed: true
        case .timedOut, .connectionLost, .refused, .answerTooLarge: false
        }
    }

    /// True when the peer may or may not have acted on the request.
    public var outcomeIsUnknown: Bool {
        switch self {
        case .timedOut, .connectionLost, .answerTooLarge: true
        case .badURL, .couldNotConnect, .tls, .badCertificate, .refused, .portInUse, .cannotListen, .closed: false
        }
    }

    public var description: String {
        switch self {
        case .badURL(let text): "\"\(text)\" is not a URL that can be used here"
        case .couldNotConnect(let to, let why): "could not connect to \(to): \(why)"
        case .tls(let to, let why): "no secure connection to \(to): \(why)"
        case .badCertificate(let why): why
        case .timedOut(let what): "\(what) timed out; whether it took effect is unknown"
        case .connectionLost(let what): "the connection was lost: \(what)"
        case .refused(let url, let status): "\(url) refused the WebSocket with HTTP status \(status)"
        case .answerTooLarge(let limit): "the answer is larger than \(limit) bytes"
        case .portInUse(let port): "port \(port) is already in use by another program"
        case .cannotListen(let host, let port, let why): "cannot listen on \(host):\(port): \(why)"
        case .closed: "the connection is closed"
        }
    }
}
