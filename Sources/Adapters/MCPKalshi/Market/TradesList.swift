import Kalshi
import MCP
import MCPHosting
import MCPServing
import Model
import Notation

/// `trades_list`: the public tape.
struct TradesList: Tool {
    struct Arguments: Shaped {
        let ticker: String
        let start: String?
        let end: String?
        let limit: Int
        let cursor: String?
        let fields: [String]?
        let max_bytes: Int
        static let notes: [String: Note] = [
            "ticker": "Market.", "start": "Time.", "end": "Time.", "limit": Note("Rows.", range: 1...1000, default: 50),
            "cursor": "Next page.", "fields": ListBudget.fields, "max_bytes": ListBudget.maxBytes,
        ]
    }
    struct Row: Shaped {
        var time: String?
        var yes_price: String?
        var count: String?
        var taker_side: String?
        var id: String?
        static let notes: [String: Note] = ["time": .plain, "yes_price": .plain, "count": .plain, "taker_side": .plain, "id": .plain]
    }
    struct Output: Shaped {
        let environment: String
        let as_of: String
        let trades: [Row]
        let truncated: Bool
        let next_cursor: String?
        static let notes: [String: Note] = ["environment": .plain, "as_of": .plain, "trades": .plain, "truncated": .plain, "next_cursor": .plain]
    }
    static let name = "trades_list"
    static let summary = "Public trades of one market, newest first."
    static let hints = ToolHints.readsElsewhere
    let door: KalshiDoor

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let ticker: Ticker = try Given.name(arguments.ticker)
        let offset = try Given.offset(arguments.cursor)
        let trades = try await door.client().trades(
            ticker, from: try Given.time("start", arguments.start), to: try Given.time("end", arguments.end), most: offset + arguments.limit + 1)
        let page = trades.dropFirst(offset).prefix(arguments.limit).map {
            Row(time: $0.time.told, yes_price: $0.yesPrice.description, count: $0.quantity.description, taker_side: $0.takerSide.rawValue, id: $0.id.text)
        }
        let shown = try Paged(page, from: offset, more: offset + page.count < trades.count, fields: arguments.fields, maxBytes: arguments.max_bytes)
        return Output(environment: door.environment.rawValue, as_of: door.asOf, trades: shown.rows, truncated: shown.truncated, next_cursor: shown.next)
    }
}
