public import Notation

/// Something that a command asks of the browser; nobody waits for its answer.
public struct DevToolsCommand: Hashable, Sendable {
    public let method: String
    public let params: JSON
    /// Nil is the browser itself.
    public let session: String?

    public init(_ method: String, _ params: JSON = .object([]), session: String? = nil) {
        self.method = method
        self.params = params
        self.session = session
    }
}

/// Something that the browser tells unasked.
public struct DevToolsEvent: Hashable, Sendable {
    public let method: String
    public let params: JSON
    public let session: String?
    /// Of the message as it came. A hushed session's console is told without its params.
    public let bytes: Int

    public init(_ method: String, _ params: JSON, session: String? = nil, bytes: Int = 0) {
        self.method = method
        self.params = params
        self.session = session
        self.bytes = bytes
    }
}

/// Trouble with the browser, told apart by what can be done about it.
public enum BrowserError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It is not installed, or does not start.
    case cannotStart(String)
    /// It ended, or its pipe did: pages are gone, and the next one starts a new browser.
    case ended
    /// No answer in time: the page's own code keeps it busy, as a rule.
    case timedOut(String)
    /// It answered that it could not.
    case refused(method: String, message: String)
    /// By our rules, not by the browser.
    case notAllowed(Refusal)
    case noPage(String)
    case tooManyPages(limit: Int)
    /// The page crashed or hung, and an empty one stands in its place.
    case replaced(why: String)
    /// Whoever asked no longer wants to know.
    case cancelled
    /// In words for whoever asked.
    case unfit(String)

    public var description: String {
        switch self {
        case .cannotStart(let why): "the browser cannot be started: \(why)"
        case .ended: "the browser has ended, and its pages with it; open the page again"
        case .timedOut(let what): "the page did not answer in time (\(what))"
        case .refused(let method, let message): "the browser could not do that (\(method): \(message))"
        case .notAllowed(let refusal): refusal.description
        case .noPage(let id): "there is no page \(id); pages_list tells which are open"
        case .tooManyPages(let limit): "\(limit) pages are open, and that is the limit; close one first"
        case .replaced(let why): "the page \(why); an empty page stands in its place, navigate again"
        case .cancelled: "the call was cancelled"
        case .unfit(let why): why
        }
    }
}
