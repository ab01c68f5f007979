import Dispatch
public import Model
import Synchronization

/// The events of a recording, read and decoded on a thread of their own while their user works on those before: the same events in the same order as
/// `RecordingEvents` gives, and the same error at the same place. One task owns it.
///
/// For one run that has a processor to spare. Runs beside each other read for themselves.
public final class EventsAhead {
    private let shared = Shared()
    private var batch: [Heard] = []
    private var index = 0
    private var isOver = false

    public init(_ folder: String) {
        let shared = shared
        DispatchQueue(label: "recording").async { shared.fill(from: folder) }
    }

    deinit { shared.abandon() }

    /// As `RecordingEvents.nextHeard`; nil also after an error.
    public func nextHeard() throws(RecordingError) -> (time: Timestamp, event: Event)? {
        if index == batch.count {
            guard !isOver else { return nil }
            isOver = true
            batch = try shared.take()
            index = 0
            guard !batch.isEmpty else { return nil }
            isOver = false
        }
        let heard = batch[index]
        index += 1
        return (heard.time, heard.event)
    }
}

private struct Heard: Sendable {
    let time: Timestamp
    let event: Event
}

/// What passes between the two threads: batches, a few of them ahead. An empty one is the end.
private final class Shared: Sendable {
    private struct State {
        var batches: [Result<[Heard], RecordingError>] = []
        var isAbandoned = false
    }

    private static let batchEvents = 2048
    private static let batchesAhead = 4

    private let state = Mutex(State())
    private let filled = DispatchSemaphore(value: 0)
    private let room = DispatchSemaphore(value: 0)

    init() {
        // Not as the semaphore's first value: one that is given up below that is a crash.
        for _ in 0..<Self.batchesAhead { room.signal() }
    }

    func take() throws(RecordingError) -> [Heard] {
        filled.wait()
        let next = state.withLock { $0.batches.removeFirst() }
        room.signal()
        return try next.get()
    }

    func abandon() {
        state.withLock { $0.isAbandoned = true }
        room.signal()
    }

    func fill(from folder: String) {
        do throws(RecordingError) {
            let events = try RecordingEvents(folder)
            while true {
                var batch: [Heard] = []
                batch.reserveCapacity(Self.batchEvents)
                var trouble: RecordingError?
                do throws(RecordingError) {
                    while batch.count < Self.batchEvents, let (time, event) = try events.nextHeard() { batch.append(Heard(time: time, event: event)) }
                } catch { trouble = error }
                // What came before the damage is heard before it is told.
                if !batch.isEmpty || trouble == nil { guard give(.success(batch)) else { return } }
                if let trouble { throw trouble }
                if batch.isEmpty { return }
            }
        } catch { _ = give(.failure(error)) }
    }

    /// False when nobody wants it any more.
    private func give(_ batch: Result<[Heard], RecordingError>) -> Bool {
        room.wait()
        let isWanted = state.withLock {
            if !$0.isAbandoned { $0.batches.append(batch) }
            return !$0.isAbandoned
        }
        if isWanted { filled.signal() }
        return isWanted
    }
}
