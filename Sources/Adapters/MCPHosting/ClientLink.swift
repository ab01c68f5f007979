public import MCP
import Synchronization

/// The way from a client to a server. Messages go in order; what comes back is delivered as it comes.
public protocol ClientLink: Sendable {
    /// Called once, before anything is sent. `deliver` may be called from anywhere, one call after the other.
    func start(_ deliver: @escaping @Sendable (LinkEvent) -> Void) async throws
    /// Never waits for an answer. `context` says what HTTP has to repeat in its headers.
    func send(_ message: Envelope, _ context: LinkContext)
    func close() async
}

public enum LinkEvent: Sendable {
    case message(Envelope)
    /// Nothing more will come; `why` is for a person.
    case lost(why: String)
}

public struct LinkContext: Sendable {
    /// Nil before the opening.
    public let revision: Revision?
    /// The tool that is being called, where it is known.
    public let tool: ToolDescription?

    public init(revision: Revision?, tool: ToolDescription?) {
        self.revision = revision
        self.tool = tool
    }
}

/// Client and server in one process: the same messages, without bytes.
public final class InProcessLink: ClientLink {
    /// Messages that wait for the client; a client that lets more pile up loses the link.
    static let backlogLimit = 8192

    private let host: ServiceHost
    private let principal: String
    private let line = Line()

    private final class Line: Sendable {
        let conversation = Mutex<Conversation?>(nil)
        let queue = Mutex<AsyncStream<Envelope>.Continuation?>(nil)
    }

    public init(_ host: ServiceHost, principal: String = "in-process") {
        self.host = host
        self.principal = principal
    }

    public func start(_ deliver: @escaping @Sendable (LinkEvent) -> Void) async throws {
        let (messages, queue) = AsyncStream.makeStream(of: Envelope.self, bufferingPolicy: .bufferingOldest(InProcessLink.backlogLimit))
        line.queue.withLock { $0 = queue }
        let conversation = Conversation(host: host, principal: principal) { message in
            switch message {
            case .reply(_, let json, _), .tell(_, let json):
                // Our own dialogue writes nothing that is no message.
                guard let envelope = try? Envelope(json) else { return }
                if case .dropped = queue.yield(envelope) { queue.finish() }
            case .drop, .pause: break
            }
        }
        line.conversation.withLock { $0 = conversation }
        Task {
            for await message in messages { deliver(.message(message)) }
            deliver(.lost(why: "the conversation is over"))
        }
    }

    public func send(_ message: Envelope, _ context: LinkContext) { line.conversation.withLock { $0 }?.receive(message) }

    public func close() async {
        let conversation = line.conversation.withLock { conversation in
            defer { conversation = nil }
            return conversation
        }
        conversation?.close()
        line.queue.withLock { $0 }?.finish()
    }
}
