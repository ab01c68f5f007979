import MCP
import Notation
import Synchronization

/// One dialogue at work: it runs the calls, and hands what is to be sent to its line, in order.
///
/// The lock is held for the dialogue's decisions and for handing over, never while a call is at work.
final class Conversation: Sendable {
    enum Message: Sendable {
        case reply(RequestID?, JSON, status: Int)
        case tell(RequestID?, JSON)
        case drop(RequestID)
        /// The stream of this request is to be closed before its reply; the client comes back for it.
        case pause(RequestID, retryMilliseconds: Int)
    }

    private struct State {
        var dialogue: ServerDialogue
        var tasks: [Int: Task<Void, Never>] = [:]
        var askers: [Int: CheckedContinuation<Result<JSON, ProtocolError>, Never>] = [:]
        var isClosed = false
    }

    private let state: Mutex<State>
    private let host: ServiceHost
    let principal: String
    /// Must not block, and must not call back.
    private let send: @Sendable (Message) -> Void
    /// Called after a call has ended.
    private let onRelief: @Sendable () -> Void
    private let number = Atomic<Int>(0)

    init(
        host: ServiceHost, principal: String, limits: ServerDialogue.Limits = .init(), send: @escaping @Sendable (Message) -> Void,
        onRelief: @escaping @Sendable () -> Void = {}
    ) {
        self.host = host
        self.principal = principal
        self.send = send
        self.onRelief = onRelief
        state = Mutex(State(dialogue: ServerDialogue(offer: host.offer, limits: limits)))
        number.store(host.register(self), ordering: .relaxed)
    }

    deinit { host.unregister(number.load(ordering: .relaxed)) }

    var load: Int { state.withLock { $0.dialogue.load } }
    var isIdle: Bool { state.withLock { $0.dialogue.isIdle } }
    var subscribedResources: Set<String> { state.withLock { $0.dialogue.subscribedResources } }
    var sessionRevision: Revision? { state.withLock { $0.dialogue.sessionRevision } }

    // MARK: - From the client

    func receive(_ bytes: ArraySlice<UInt8>) { act { $0.receive(bytes) } }
    func receive(_ message: Envelope) { act { $0.receive(message) } }
    func cancel(_ id: RequestID) { act { $0.cancel(id) } }

    /// Ends everything: calls are cancelled, listeners hear that it is over.
    func close() {
        let left = state.withLock { state in
            guard !state.isClosed else { return Left() }
            var left = carryOut(state.dialogue.close(), &state)
            state.isClosed = true
            for asker in state.askers.values { left.answered.append((asker, .failure(.internal("the conversation is over")))) }
            state.askers = [:]
            return left
        }
        left.settle()
    }

    // MARK: - From the service

    func changed(_ change: Change, _ offer: Offer?) { act { $0.changed(change, offer: offer) } }
    func progress(_ call: Int, _ progress: Progress) { act { $0.progress(call, progress) } }
    func log(_ call: Int?, _ level: LogLevel, _ data: JSON, _ logger: String?) { act { $0.log(call, level, data, logger: logger) } }

    /// Sends the client away for a while: over HTTP, in a session, its stream ends here and is resumed. Elsewhere nothing happens.
    func pause(_ call: Int, retryMilliseconds: Int) {
        state.withLock { state in
            guard let id = state.dialogue.sessionRequest(of: call) else { return }
            send(.pause(id, retryMilliseconds: retryMilliseconds))
        }
    }

    /// Asks the client of a session, and waits for as long as the call is wanted.
    func ask(_ call: Int, _ question: Question) async throws -> JSON {
        let asked = Mutex<Int?>(nil)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Result<JSON, ProtocolError>, Never>) in
                let left = state.withLock { state in
                    guard !state.isClosed, !Task.isCancelled, let (number, actions) = state.dialogue.ask(call, question) else {
                        return Left(answered: [(continuation, .failure(.missingCapability(question.capability)))])
                    }
                    asked.withLock { $0 = number }
                    state.askers[number] = continuation
                    return carryOut(actions, &state)
                }
                left.settle()
                // The cancellation may have come before there was anything to give up.
                if Task.isCancelled { giveUp(asked.withLock { $0 }) }
            }
        } onCancel: {
            giveUp(asked.withLock { $0 })
        }
        try Task.checkCancellation()
        return try result.get()
    }

    private func giveUp(_ question: Int?) {
        guard let question else { return }
        state.withLock { $0.askers.removeValue(forKey: question) }?.resume(returning: .failure(.internal("cancelled")))
    }

    private func finish(_ call: Int, _ outcome: Outcome) {
        let left = state.withLock { state in
            state.tasks[call] = nil
            return carryOut(state.dialogue.finish(call, outcome), &state)
        }
        left.settle()
        onRelief()
    }

    private func act(_ step: (inout ServerDialogue) -> [ServerDialogue.Action]) {
        let left = state.withLock { state in
            state.isClosed ? Left() : carryOut(step(&state.dialogue), &state)
        }
        left.settle()
    }

    /// What is left to do when the lock is free again: a call that is cancelled gives its question up at once, on this very thread, and takes the lock for it.
    private struct Left {
        var stopped: [Task<Void, Never>] = []
        var answered: [(CheckedContinuation<Result<JSON, ProtocolError>, Never>, Result<JSON, ProtocolError>)] = []

        func settle() {
            for task in stopped { task.cancel() }
            for (asker, result) in answered { asker.resume(returning: result) }
        }
    }

    private func carryOut(_ actions: [ServerDialogue.Action], _ state: inout State) -> Left {
        var left = Left()
        for action in actions {
            switch action {
            case .reply(let id, let json, let status): send(.reply(id, json, status: status))
            case .tell(let id, let json): send(.tell(id, json))
            case .drop(let id): send(.drop(id))
            case .stop(let call): if let task = state.tasks.removeValue(forKey: call) { left.stopped.append(task) }
            case .answered(let question, let result): if let asker = state.askers.removeValue(forKey: question) { left.answered.append((asker, result)) }
            case .run(let call): state.tasks[call.number] = run(call)
            }
        }
        return left
    }

    private func run(_ call: Call) -> Task<Void, Never> {
        Task { [self] in
            let context = CallContext(call: call, conversation: self, seals: host.seals)
            finish(call.number, await host.service.run(call, context))
        }
    }
}
