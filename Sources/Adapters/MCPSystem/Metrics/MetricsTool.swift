import MCP
import MCPHosting
import Model
import Notation

struct MetricsTool: Tool {
    struct Arguments: Shaped {
        let metric: String
        let window: Int
        let from: String?
        let to: String?
        let step: Int?
        let agg: Aggregate
        static let notes: [String: Note] = [
            "metric": Note("As cpu.busy; a wrong one is answered with all.", lengths: 1...256),
            "window": Note("Seconds, if no `from`.", range: 1...86_400, default: 600), "from": Note("Start.", format: "date-time"),
            "to": Note("End; now.", format: "date-time"), "step": Note("Seconds; the whole by default.", range: 1...86_400),
            "agg": Note("Of each step.", default: "avg"),
        ]
    }
    struct Point: Shaped {
        let at: String
        let value: Double
        let samples: Int
        static let notes: [String: Note] = ["at": "", "value": "", "samples": ""]
    }
    struct Output: Shaped {
        let asOf: String
        let metric: String
        let points: [Point]
        let truncated: Bool
        static let notes: [String: Note] = ["as_of": "", "metric": "", "points": "", "truncated": ""]
        enum CodingKeys: String, CodingKey {
            case asOf = "as_of"
            case metric, points, truncated
        }
    }
    static let name = "metrics_query"
    static let title = "Metrics"
    static let summary = "History of a metric since this server started, 6 hours at most, a sample every 5 s. Percentiles by nearest rank."
    static let hints = ToolHints.readsHere
    /// Points of one answer.
    static let limit = 500

    let machine: Machine

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        // The sample of this very moment is within.
        let end = try arguments.to.map { try MetricsTool.time($0, "to") } ?? machine.now() + .milliseconds(1)
        let start = try arguments.from.map { try MetricsTool.time($0, "from") } ?? end - .seconds(Int64(arguments.window))
        guard start < end, (end - start).seconds <= 86_400 else { throw ToolFailure("`from` must be before `to`, and a day before it at most") }
        let step = arguments.step.map { Interval.seconds(Int64($0)) } ?? end - start
        let (points, names, latest) = machine.history { store in
            (store.points(arguments.metric, from: start, to: end, step: step, by: arguments.agg), store.names, store.latest)
        }
        guard let points else { throw ToolFailure("there is no metric '\(arguments.metric)'; there are \(names.joined(separator: ", "))") }
        return Output(
            asOf: CivilTime.text(latest ?? machine.now(), decimals: 3), metric: arguments.metric,
            points: points.suffix(MetricsTool.limit).map { Point(at: CivilTime.text($0.at, decimals: 3), value: ($0.value * 1000).rounded() / 1000, samples: $0.samples) },
            truncated: points.count > MetricsTool.limit)
    }

    private static func time(_ text: String, _ name: String) throws -> Timestamp {
        guard let time = CivilTime.parse(text), time >= .zero else { throw ToolFailure("`\(name)` is not a time as 2026-11-26T02:00:00Z: '\(text.prefix(40))'") }
        return time
    }
}
