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
        var running: [Int: RunningCall] = [:]
        var askers: [Int: CheckedContinuation<Result<JSON, ProtocolError>, Never>] = [:]
        var isClosed = false
    }

    private let state: Mutex<State>
    private let host: ServiceHost
    let principal: String
    /// Must not block, and must not call back.
    private let send: @Sendable (Message) -> Void
    /// Called after a call has ended, or has begun to wait for the client.
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
    /// Calls that are at work, without those that wait for the client's own answer: who keeps that waiting waits for ever.
    var atWork: Int { state.withLock { $0.dialogue.load - $0.askers.count } }
    var isIdle: Bool { state.withLock { $0.dialogue.isIdle } }
    var subscribedResources: Set<String> { state.withLock { $0.dialogue.subscribedResources } }
    var sessionRevision: Revision? { state.withLock { $0.dialogue.sessionRevision } }

    // MARK: - From the client

    func receive(_ bytes: ArraySlice<UInt8>) { accept(bytes).start() }
    func receive(_ message: Envelope) { act { $0.receive(message) } }

    /// Takes a message, and leaves to the caller where the calls begin that it asks for. Every one must be started: its client waits.
    func accept(_ bytes: ArraySlice<UInt8>) -> Accepted {
        var left = state.withLock { state in
            state.isClosed ? Left() : carryOut(state.dialogue.receive(bytes), &state)
        }
        let calls = left.begun
        left.begun = []
        settle(left)
        return Accepted(conversation: self, calls: calls)
    }

    /// Calls that the client has been promised, and that are not at work yet.
    struct Accepted: Sendable {
        fileprivate let conversation: Conversation
        fileprivate let calls: [(Call, RunningCall)]

        /// In the pool.
        func start() { for (call, running) in calls { Task { [conversation] in await conversation.run(call, running) } } }
        /// On this thread, as far as they come without waiting for anything.
        func startHere() { for (call, running) in calls { Task.immediate { [conversation] in await conversation.run(call, running) } } }
    }
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
        settle(left)
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
                settle(left)
                onRelief()
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
            state.running[call] = nil
            return carryOut(state.dialogue.finish(call, outcome), &state)
        }
        settle(left)
        onRelief()
    }

    private func act(_ step: (inout ServerDialogue) -> [ServerDialogue.Action]) {
        let left = state.withLock { state in
            state.isClosed ? Left() : carryOut(step(&state.dialogue), &state)
        }
        settle(left)
    }

    /// What is left to do when the lock is free again: a call that begins or is cancelled may do so on this very thread, and takes the lock for it.
    private struct Left {
        var begun: [(Call, RunningCall)] = []
        var stopped: [RunningCall] = []
        var answered: [(CheckedContinuation<Result<JSON, ProtocolError>, Never>, Result<JSON, ProtocolError>)] = []
    }

    private func settle(_ left: Left) {
        Accepted(conversation: self, calls: left.begun).start()
        for call in left.stopped { call.stop() }
        for (asker, result) in left.answered { asker.resume(returning: result) }
    }

    private func carryOut(_ actions: [ServerDialogue.Action], _ state: inout State) -> Left {
        var left = Left()
        for action in actions {
            switch action {
            case .reply(let id, let json, let status): send(.reply(id, json, status: status))
            case .tell(let id, let json): send(.tell(id, json))
            case .drop(let id): send(.drop(id))
            case .stop(let call): if let running = state.running.removeValue(forKey: call) { left.stopped.append(running) }
            case .answered(let question, let result): if let asker = state.askers.removeValue(forKey: question) { left.answered.append((asker, result)) }
            case .run(let call):
                let running = RunningCall()
                state.running[call.number] = running
                left.begun.append((call, running))
            }
        }
        return left
    }

    private func run(_ call: Call, _ running: RunningCall) async {
        await running.during {
            let context = CallContext(call: call, conversation: self, seals: host.seals)
            finish(call.number, await host.service.run(call, context))
        }
    }
}
