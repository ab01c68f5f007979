public import Transport

/// Why a request to a cluster came to nothing, told apart by what can be done about it.
public enum KubernetesError: Error, Hashable, Sendable, CustomStringConvertible {
    /// 401: the cluster does not know who is asking.
    case notAuthenticated(String)
    /// 403: the cluster knows who is asking, and its rules (RBAC, admission) do not allow it. Trying again changes nothing.
    case forbidden(String)
    case notFound(String)
    /// 409: it exists already, has changed since it was read, or another field manager owns a field.
    case conflict(String, fields: [String])
    /// 410: the position in the history is too old; list again.
    case expired(String)
    /// 400, 405, 406, 413, 415, 422: the cluster understood, and what was sent cannot be.
    case invalid(String, fields: [String])
    /// 429: later. For an eviction: a disruption budget forbids it now.
    case tooMany(String, retryAfterSeconds: Int?)
    /// 5xx, and what has no meaning of its own.
    case failing(status: Int, String)
    case unreachable(TransportError)
    /// The answer is not what the API promises.
    case unreadable(String)
    /// What is needed to ask at all is wrong on this side: the kubeconfig, a credential, a plug-in.
    case notConfigured(String)
    /// Our own limit on requests: nothing was sent.
    case tooFast(retryAfterMilliseconds: Int)
    /// Whoever asked no longer wants to know. Nothing was sent.
    case cancelled

    /// The cluster decided, and would decide the same again.
    public var isRefusal: Bool {
        switch self {
        case .notAuthenticated, .forbidden: true
        default: false
        }
    }

    /// Asking the same again may come to something.
    public var mayPass: Bool {
        switch self {
        case .tooMany, .failing, .unreachable, .tooFast, .expired: true
        case .notAuthenticated, .forbidden, .notFound, .conflict, .invalid, .unreadable, .notConfigured, .cancelled: false
        }
    }

    public var description: String {
        switch self {
        case .notAuthenticated(let why): "the cluster does not accept these credentials (401): \(why)"
        case .forbidden(let why): "the cluster's access rules do not allow it (403): \(why)"
        case .notFound(let why): "not found (404): \(why)"
        case .conflict(let why, let fields): "conflict (409): \(why)\(Self.listed(fields))"
        case .expired(let why): "the position in the cluster's history is too old (410): \(why)"
        case .invalid(let why, let fields): "the cluster cannot take this: \(why)\(Self.listed(fields))"
        case .tooMany(let why, let seconds): "not now (429): \(why)\(seconds.map { "; try again in \($0) s" } ?? "")"
        case .failing(let status, let why): "the cluster failed (\(status)): \(why)"
        case .unreachable(let error): "the cluster cannot be reached: \(error)"
        case .unreadable(let why): "the cluster's answer cannot be read: \(why)"
        case .notConfigured(let why): why
        case .cancelled: "the call was cancelled before its request was sent"
        case .tooFast(let milliseconds): "too many requests to this cluster from here; try again in \(milliseconds) ms"
        }
    }

    private static func listed(_ fields: [String]) -> String { fields.isEmpty ? "" : " [\(fields.prefix(8).joined(separator: "; "))]" }
}
