import MCP
import Notation
import Synchronization
import Transport

/// How one POST is answered: with JSON when the reply comes first and soon, with a stream of events when there is more to say or it takes long.
final class ResponseChoice: Sendable {
    enum Choice: Sendable {
        case json(JSON, status: Int)
        case stream(EventQueue, number: Int)
    }

    /// Longer than nearly every call takes, shorter than a person notices.
    static let patience = Duration.milliseconds(250)

    private struct State {
        var choice: Choice?
        var waiter: CheckedContinuation<Choice, Never>?
    }

    private let state = Mutex(State())

    /// The first choice stands. True when it was this one.
    @discardableResult func choose(_ choice: Choice) -> Bool {
        let (isFirst, waiter) = state.withLock { state in
            guard state.choice == nil else { return (false, CheckedContinuation<Choice, Never>?.none) }
            state.choice = choice
            defer { state.waiter = nil }
            return (true, state.waiter)
        }
        waiter?.resume(returning: choice)
        return isFirst
    }

    /// Waits for the choice; after `patience` it calls `onImpatience`, which is to choose the stream.
    func wait(onImpatience: @escaping @Sendable () -> Void) async -> Choice {
        if let choice = state.withLock({ $0.choice }) { return choice }
        let timer = Task {
            // A cancelled sleep means that the choice has been made.
            if (try? await Task.sleep(for: ResponseChoice.patience)) != nil { onImpatience() }
        }
        defer { timer.cancel() }
        return await withCheckedContinuation { continuation in
            let choice = state.withLock { state in
                if state.choice == nil { state.waiter = continuation }
                return state.choice
            }
            if let choice { continuation.resume(returning: choice) }
        }
    }
}

/// A stream of events as an HTTP answer, kept alive by comments.
func eventStream(_ queue: EventQueue, headers: [(name: String, value: String)] = [], ended: @escaping @Sendable () -> Void) -> HTTPResponse {
    let heart = Task {
        // The pace of the heartbeat; a cancelled sleep ends it.
        while (try? await Task.sleep(for: .seconds(15))) != nil, queue.put(ServerSentEvent.heartbeat) {}
    }
    var response = HTTPResponse(status: 200, headers: ["content-type": "text/event-stream", "cache-control": "no-cache, no-transform", "x-accel-buffering": "no"])
    for header in headers { response.headers.add(header.name, header.value) }
    response.stream = HTTPBodyStream(
        next: { await queue.next() },
        ended: {
            heart.cancel()
            queue.finish()
            ended()
        })
    return response
}

func jsonResponse(_ json: JSON, status: Int, headers: [(name: String, value: String)] = []) -> HTTPResponse {
    var response = HTTPResponse.json(status, json.bytes)
    for header in headers { response.headers.add(header.name, header.value) }
    return response
}

extension JSON {
    /// As the data of an event.
    var event: [UInt8] { ServerSentEvent(data: rendered).bytes }
}
