import Notation

/// How the samples of a piece of time become one figure.
enum Aggregate: String, Choice {
    case avg, min, max, last, p50, p90, p95, p99

    /// Nil of nothing. Percentiles are by nearest rank: always a value that was measured.
    func value(of samples: [Double]) -> Double? {
        guard !samples.isEmpty else { return nil }
        return switch self {
        case .avg: samples.reduce(0, +) / Double(samples.count)
        case .min: samples.min()
        case .max: samples.max()
        case .last: samples.last
        case .p50: Aggregate.percentile(50, of: samples)
        case .p90: Aggregate.percentile(90, of: samples)
        case .p95: Aggregate.percentile(95, of: samples)
        case .p99: Aggregate.percentile(99, of: samples)
        }
    }

    /// The smallest sample that at least `share` percent of them do not exceed.
    static func percentile(_ share: Int, of samples: [Double]) -> Double {
        let sorted = samples.sorted()
        return sorted[Swift.max(0, (share * sorted.count + 99) / 100 - 1)]
    }
}
