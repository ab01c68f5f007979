import Model

/// The history of the machine's figures: one row of values a sample, in a ring, with everything in memory.
///
/// Bounded in both directions: the oldest row goes when the ring is full, and a metric beyond the limit is not taken. A value that was not there is a gap,
/// never a zero.
struct MetricStore: Sendable {
    /// Six hours at five seconds.
    static let rows = 4320
    static let metricLimit = 128

    struct Point: Equatable {
        let at: Timestamp
        let value: Double
        /// How many samples it was made of.
        let samples: Int
    }

    private let capacity: Int
    private var times: [Timestamp] = []
    /// By metric; NaN where there was no value.
    private var columns: [String: [Double]] = [:]
    /// The row that is written next, once the ring is full.
    private var next = 0

    init(capacity: Int = MetricStore.rows) { self.capacity = capacity }

    var names: [String] { columns.keys.sorted() }
    var count: Int { times.count }
    var latest: Timestamp? { times.isEmpty ? nil : times[(next + times.count - 1) % times.count] }

    /// Takes one sample. When the clock was set back, the history begins anew: its times would lie.
    mutating func add(_ values: [String: Double], at time: Timestamp) {
        if let latest, time <= latest { self = MetricStore(capacity: capacity) }
        for name in values.keys.sorted() where columns[name] == nil && columns.count < MetricStore.metricLimit {
            columns[name] = [Double](repeating: .nan, count: times.count)
        }
        if times.count < capacity {
            times.append(time)
            for name in columns.keys { columns[name]?.append(values[name] ?? .nan) }
        } else {
            times[next] = time
            for name in columns.keys { columns[name]?[next] = values[name] ?? .nan }
            next = (next + 1) % capacity
        }
    }

    /// The values from `start` to before `end`, in pieces of `step`, each told by one figure. Nil for a metric that was never seen; a piece without a value is left out.
    func points(_ metric: String, from start: Timestamp, to end: Timestamp, step: Interval, by aggregate: Aggregate) -> [Point]? {
        precondition(step > .zero, "a step has a length")
        guard let column = columns[metric] else { return nil }
        var points: [Point] = []
        var piece: [Double] = []
        var number: Int64 = 0
        let close = { (points: inout [Point], piece: inout [Double]) in
            if let value = aggregate.value(of: piece) {
                points.append(Point(at: start + Interval(nanoseconds: number * step.nanoseconds), value: value, samples: piece.count))
            }
            piece.removeAll(keepingCapacity: true)
        }
        for offset in times.indices {
            let row = (next + offset) % times.count
            guard times[row] >= start, times[row] < end, !column[row].isNaN else { continue }
            let own = (times[row] - start).nanoseconds / step.nanoseconds
            if own != number {
                close(&points, &piece)
                number = own
            }
            piece.append(column[row])
        }
        close(&points, &piece)
        return points
    }
}
