import Kalshi
import MCP
import MCPHosting
import MCPServing
import Model
import Notation
import Ports

/// `forecast_history`: what the market has thought of an event, period by period.
struct ForecastHistory: Tool {
    struct Arguments: Shaped {
        let event_ticker: String
        let start: String?
        let end: String?
        let interval: CandleInterval
        let max_bytes: Int
        static let notes: [String: Note] = [
            "event_ticker": "Event.", "start": "Time.", "end": "Time.", "interval": Note("Period.", default: "hour"),
            "max_bytes": ListBudget.maxBytes,
        ]
    }
    struct Row: Shaped {
        var end: String?
        var probabilities: [String: Double]?
        var sum: Double?
        static let notes: [String: Note] = [
            "end": .plain, "probabilities": "By ticker.", "sum": .plain,
        ]
    }
    struct Output: Shaped {
        let environment: String
        let as_of: String
        let event: String
        let mutually_exclusive: Bool
        let periods: [Row]
        let truncated: Bool
        static let notes: [String: Note] = [
            "environment": .plain, "as_of": .plain, "event": .plain, "mutually_exclusive": .plain, "periods": .plain, "truncated": .plain,
        ]
    }
    static let name = "forecast_history"
    static let summary = "An event's market-implied probabilities over time; by default the last 100 periods."
    static let hints = ToolHints.readsElsewhere
    let door: KalshiDoor

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let ticker: EventTicker = try Given.name(arguments.event_ticker)
        let client = try await door.client()
        let event = try await asked(about: "event \(ticker)") { try await client.event(ticker) }
        let (from, to) = try arguments.interval.span(arguments.start, arguments.end, now: door.clock.now())
        let sticks = try await client.candlesticks(of: ticker, series: event.series, from: from, to: to, arguments.interval.period)
        var periods: [Timestamp: [String: Double]] = [:]
        for (market, rows) in sticks {
            for row in rows {
                guard let bid = row.yesBid.close, let ask = row.yesAsk.close, bid.isTradable, ask.isTradable else { continue }
                periods[row.end, default: [:]][market.text] = rounded((bid.probability + ask.probability) / 2)
            }
        }
        let rows = periods.keys.sorted(by: >).map { end in
            Row(end: end.told, probabilities: periods[end], sum: periods[end].map { rounded($0.values.sorted().reduce(0, +)) })
        }
        let fitted = try ListBudget.fit(rows, fields: nil, maxBytes: arguments.max_bytes)
        return Output(
            environment: door.environment.rawValue, as_of: door.asOf, event: ticker.text, mutually_exclusive: event.mutuallyExclusive, periods: fitted.rows,
            truncated: fitted.truncated)
    }
}
