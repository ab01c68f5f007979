import Model
import Testing
@testable import MCPSystem

/// The history: bounded, with gaps where nothing was known, and figures that were measured.
@Suite struct MetricStoreTests {
    private func points(_ store: MetricStore, _ metric: String, _ from: Int64, _ to: Int64, _ step: Int64, _ aggregate: Aggregate = .avg) -> [Double]? {
        store.points(metric, from: .seconds(from), to: .seconds(to), step: .seconds(step), by: aggregate)?.map(\.value)
    }

    @Test func `a metric that was never seen is not known, and one without values then is empty`() {
        var store = MetricStore()
        store.add(["a": 1], at: .seconds(1))
        #expect(points(store, "b", 0, 10, 10) == nil && points(store, "a", 5, 10, 5) == [])
    }

    @Test func `what was absent is a gap and no zero`() {
        var store = MetricStore()
        store.add(["a": 4], at: .seconds(1))
        store.add(["b": 1], at: .seconds(2))
        store.add(["a": 8, "b": 3], at: .seconds(3))
        #expect(points(store, "a", 0, 10, 1) == [4, 8] && points(store, "a", 0, 10, 10) == [6] && points(store, "b", 0, 10, 10, .min) == [1])
    }

    @Test func `a clock that was set back begins the history anew`() {
        var store = MetricStore()
        store.add(["a": 1], at: .seconds(100))
        store.add(["a": 2], at: .seconds(50))
        #expect(store.count == 1 && points(store, "a", 0, 200, 200, .max) == [2])
    }

    @Test func `metrics beyond the limit are not taken`() {
        var store = MetricStore()
        store.add(Dictionary(uniqueKeysWithValues: (0..<500).map { ("m\($0)", 1.0) }), at: .seconds(1))
        #expect(store.names.count == MetricStore.metricLimit)
    }

    @Test(arguments: [(Aggregate.p50, 3.0), (.p90, 5), (.p95, 5), (.p99, 5), (.min, 1), (.max, 5), (.last, 2), (.avg, 3)])
    func `each aggregate of 5 4 3 1 2`(aggregate: Aggregate, value: Double) { #expect(aggregate.value(of: [5, 4, 3, 1, 2]) == value) }

    @Test func `a percentile is by nearest rank`() {
        let hundred = (1...100).map { Double($0) }
        #expect([50, 90, 95, 99].map { Aggregate.percentile($0, of: hundred) } == [50, 90, 95, 99])
        #expect(Aggregate.percentile(99, of: [7]) == 7 && Aggregate.p50.value(of: []) == nil)
    }

    /// The twin keeps everything in a list and looks through it.
    @Test(arguments: 1...30) func `the ring answers as a list of everything would`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let capacity = Int(random.next() % 40 + 1)
        var store = MetricStore(capacity: capacity)
        var all: [(time: Int64, values: [String: Double])] = []
        var time: Int64 = 0
        for _ in 0..<120 {
            time += Int64(random.next() % 4 + 1)
            var values: [String: Double] = [:]
            for name in ["a", "b", "c"] where random.next() % 3 != 0 { values[name] = Double(random.next() % 100) }
            store.add(values, at: .seconds(time))
            all.append((time, values))
        }
        let (from, step) = (Int64(random.next() % 200), Int64(random.next() % 30 + 1))
        let kept = all.suffix(capacity)
        for name in ["a", "b", "c"] where all.contains(where: { $0.values[name] != nil }) {
            var pieces: [Int64: [Double]] = [:]
            for row in kept where row.time >= from && row.time < 400 { if let value = row.values[name] { pieces[(row.time - from) / step, default: []].append(value) } }
            let expected = pieces.sorted { $0.key < $1.key }.compactMap { Aggregate.p90.value(of: $0.value) }
            #expect(points(store, name, from, 400, step, .p90) == expected)
        }
        #expect(store.count == min(120, capacity))
    }
}
