import Kalshi
import MCP
import MCPHosting
import MCPServing
import Model
import Notation
import Ports

/// How long one period of a history is.
enum CandleInterval: String, Choice {
    case minute, hour, day

    var period: KalshiClient.Period {
        switch self {
        case .minute: .minute
        case .hour: .hour
        case .day: .day
        }
    }

    /// So many periods at most are asked for at once.
    static let mostPeriods: Int64 = 5000

    /// From when to when; the last hundred periods when nothing was said.
    func span(_ start: String?, _ end: String?, now: Timestamp) throws -> (from: Timestamp, to: Timestamp) {
        let length = Int64(period.rawValue) * 60
        let to = try Given.time("end", end) ?? now
        let from = try Given.time("start", start) ?? (to - .seconds(100 * length))
        guard from < to else { throw ToolFailure("start must be before end") }
        guard (to - from).seconds / Double(length) <= Double(Self.mostPeriods) else { throw ToolFailure("more than \(Self.mostPeriods) periods: ask for a longer interval or less time") }
        return (from, to)
    }
}

/// `candles_get`.
struct CandlesGet: Tool {
    struct Arguments: Shaped {
        let tickers: [String]
        let start: String?
        let end: String?
        let interval: CandleInterval
        let fields: [String]?
        let max_bytes: Int
        static let notes: [String: Note] = [
            "tickers": Note("Markets.", items: 1...20), "start": "Time.", "end": "Time.", "interval": Note("Period.", default: "hour"),
            "fields": ListBudget.fields, "max_bytes": ListBudget.maxBytes,
        ]
    }
    struct Row: Shaped {
        var ticker: String?
        var end: String?
        var open: String?
        var high: String?
        var low: String?
        var close: String?
        var yes_bid: String?
        var yes_ask: String?
        var volume: String?
        static let notes: [String: Note] = [
            "ticker": .plain, "end": .plain, "open": .plain, "high": .plain, "low": .plain, "close": .plain, "yes_bid": .plain, "yes_ask": .plain,
            "volume": .plain,
        ]
    }
    struct Output: Shaped {
        let environment: String
        let as_of: String
        let candles: [Row]
        let truncated: Bool
        static let notes: [String: Note] = ["environment": .plain, "as_of": .plain, "candles": "Oldest first.", "truncated": .plain]
    }
    static let name = "candles_get"
    static let summary = "Prices, closing quotes and volume of up to 20 markets by period; by default the last 100."
    static let hints = ToolHints.readsElsewhere
    let door: KalshiDoor

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let tickers: [Ticker] = try arguments.tickers.map { try Given.name($0) }
        let (from, to) = try arguments.interval.span(arguments.start, arguments.end, now: door.clock.now())
        let found = try await door.client().candlesticks(tickers, from: from, to: to, arguments.interval.period)
        let rows = tickers.flatMap { ticker in
            (found[ticker] ?? []).map { stick in
                Row(
                    ticker: ticker.text, end: stick.end.told, open: stick.price.open?.description, high: stick.price.high?.description,
                    low: stick.price.low?.description, close: stick.price.close?.description, yes_bid: stick.yesBid.close?.description,
                    yes_ask: stick.yesAsk.close?.description, volume: stick.volume.description)
            }
        }
        let fitted = try ListBudget.fit(rows, fields: arguments.fields, maxBytes: arguments.max_bytes)
        return Output(environment: door.environment.rawValue, as_of: door.asOf, candles: fitted.rows, truncated: fitted.truncated)
    }
}
