public import MCP
import Keys
import Synchronization

/// A service that runs: it may change while clients are connected, and every client that asked to hear of it does.
public final class ServiceHost: Sendable {
    private struct State {
        var service: Service
        /// What the service looks like to a dialogue: made when it changes, not for every request.
        var offer: Offer
        var conversations: [Int: WeakConversation] = [:]
        var next = 0
    }

    private struct WeakConversation {
        weak var conversation: Conversation?
    }

    private let state: Mutex<State>
    let seals: SealBook

    public init(_ service: Service) {
        state = Mutex(State(service: service, offer: service.offer))
        seals = SealBook()
    }

    public var service: Service { state.withLock { $0.service } }
    var offer: Offer { state.withLock { $0.offer } }

    /// Changes what is served; `change` says which list the clients should fetch again.
    public func update(_ change: Change, _ edit: (inout Service) -> Void) {
        let (offer, listeners) = state.withLock { state in
            edit(&state.service)
            state.offer = state.service.offer
            return (state.offer, state.conversations.values.compactMap(\.conversation))
        }
        for listener in listeners { listener.changed(change, offer) }
    }

    /// The resources that any client asked to hear of: nobody need look at the others.
    public var subscribedResources: Set<String> {
        state.withLock { $0.conversations.values.compactMap(\.conversation) }.reduce(into: []) { $0.formUnion($1.subscribedResources) }
    }

    /// The contents of a resource are no longer what they were.
    public func resourceChanged(_ uri: String) {
        for listener in state.withLock({ $0.conversations.values.compactMap(\.conversation) }) { listener.changed(.resource(uri: uri), nil) }
    }

    /// The conversation hears of changes for as long as somebody holds it.
    func register(_ conversation: Conversation) -> Int {
        state.withLock { state in
            state.next += 1
            state.conversations[state.next] = WeakConversation(conversation: conversation)
            return state.next
        }
    }

    func unregister(_ number: Int) { state.withLock { _ = $0.conversations.removeValue(forKey: number) } }
}
