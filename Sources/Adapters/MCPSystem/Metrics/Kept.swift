import Model
import Synchronization

/// A reading that several calls in a row share: whoever asks again at once gets the same, with its time.
final class Kept<Value: Sendable>: Sendable {
    typealias Reading = (at: Timestamp, value: Value)

    private let age: Interval
    private let make: @Sendable (Timestamp) -> Value
    private let last = Mutex<Reading?>(nil)

    /// - Parameter age: how old a reading may be told.
    init(for age: Interval, _ make: @escaping @Sendable (Timestamp) -> Value) {
        self.age = age
        self.make = make
    }

    func read(at now: Timestamp) -> Reading {
        // Two that ask at once read once: the second waits for the first.
        last.withLock { last in
            if let last, now >= last.at, now - last.at < age { return last }
            let reading = (at: now, value: make(now))
            last = reading
            return reading
        }
    }
}
