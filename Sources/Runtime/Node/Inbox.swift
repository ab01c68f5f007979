import Model
import Risk
import Synchronization

/// What waits for the engine, bounded, with one reader.
///
/// At the bound a sender waits: market data then backs up into its own socket, and nothing is lost. Commands and answers from the exchange are few and
/// are never made to wait.
final class Inbox: Sendable {
    struct Item: Sendable {
        let event: Event
        let received: Timestamp
        /// Called once the event is durable; nil for events that nobody waits for.
        let done: (@Sendable (Result<Receipt, any Error>) -> Void)?
    }

    /// What whoever waits for an event is told.
    struct Receipt: Sendable {
        /// Of the event.
        let number: Int64
        /// What the engine said to it, where it was a question.
        let answer: CommandAnswer?
    }

    static let bound = 8192

    private struct State {
        var items: [Item] = []
        var reader: CheckedContinuation<Void, Never>?
        var senders: [CheckedContinuation<Void, Never>] = []
        var closed = false
    }

    private let state = Mutex(State())

    /// Puts an event in line, at once.
    func post(_ event: Event, at time: Timestamp, done: (@Sendable (Result<Receipt, any Error>) -> Void)? = nil) {
        let (reader, refused) = state.withLock { state -> (CheckedContinuation<Void, Never>?, Bool) in
            if state.closed { return (nil, true) }
            state.items.append(Item(event: event, received: time, done: done))
            defer { state.reader = nil }
            return (state.reader, false)
        }
        reader?.resume()
        if refused { done?(.failure(DeskClosed())) }
    }

    /// Puts an event in line, and waits while the line is full.
    func postWhenRoom(_ event: Event, at time: Timestamp) async {
        post(event, at: time)
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let goOn = state.withLock { state in
                if state.closed || state.items.count < Self.bound { return true }
                state.senders.append(continuation)
                return false
            }
            if goOn { continuation.resume() }
        }
    }

    /// Everything in line, as soon as there is something; empty once closed.
    func take() async -> [Item] {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let ready = state.withLock { state in
                if state.closed || !state.items.isEmpty { return true }
                state.reader = continuation
                return false
            }
            if ready { continuation.resume() }
        }
        let (items, senders) = state.withLock { state in
            defer {
                state.items = []
                state.senders = []
            }
            return (state.items, state.senders)
        }
        for sender in senders { sender.resume() }
        return items
    }

    /// Nothing more is taken in, and nobody is left waiting.
    func close() {
        let (reader, senders, items) = state.withLock { state in
            defer {
                state = State()
                state.closed = true
            }
            return (state.reader, state.senders, state.items)
        }
        reader?.resume()
        for sender in senders { sender.resume() }
        for item in items { item.done?(.failure(DeskClosed())) }
    }
}

/// The desk is ending and takes nothing more.
public struct DeskClosed: Error, CustomStringConvertible {
    public let description = "the desk is closing and takes no more commands"
    public init() {}
}
