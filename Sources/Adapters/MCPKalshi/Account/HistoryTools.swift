import Kalshi
import MCP
import MCPHosting
import Model
import Notation
import Ports

/// `fills_list`.
struct FillsList: Tool {
    struct Row: Shaped {
        var time: String?
        var ticker: String?
        var side: String?
        var price: String?
        var count: String?
        var fee: String?
        var liquidity: String?
        var order_id: String?
        var trade_id: String?
        static let notes: [String: Note] = [
            "time": .plain, "ticker": .plain, "side": .plain, "price": .plain, "count": .plain, "fee": .plain, "liquidity": .plain,
            "order_id": .plain, "trade_id": .plain,
        ]
    }
    struct Output: Shaped {
        let environment: String
        let as_of: String
        let fills: [Row]
        let truncated: Bool
        let next_cursor: String?
        static let notes: [String: Note] = ["environment": .plain, "as_of": .plain, "fills": .plain, "truncated": .plain, "next_cursor": .plain]
    }
    static let name = "fills_list"
    static let summary = "Fills of the account with their fees."
    static let hints = ToolHints.readsElsewhere
    let door: KalshiDoor

    func call(_ arguments: PageOfAccount, _ context: CallContext) async throws -> Output {
        let ticker: Ticker? = try arguments.ticker.map { try Given.name($0) }
        let fills = try await door.client().fills(since: try arguments.from(door.clock.now()), market: ticker)
        let page = try arguments.page(
            fills.reversed().map {
                Row(
                    time: $0.time.told, ticker: $0.market.text, side: $0.side.rawValue, price: $0.price.description, count: $0.quantity.description,
                    fee: $0.fee.description, liquidity: $0.liquidity.rawValue, order_id: $0.order.text, trade_id: $0.trade.text)
            })
        return Output(environment: door.environment.rawValue, as_of: door.asOf, fills: page.rows, truncated: page.truncated, next_cursor: page.next)
    }
}

/// `settlements_list`.
struct SettlementsList: Tool {
    struct Row: Shaped {
        var time: String?
        var ticker: String?
        var event: String?
        var result: String?
        var revenue: String?
        var fee: String?
        static let notes: [String: Note] = ["time": .plain, "ticker": .plain, "event": .plain, "result": .plain, "revenue": .plain, "fee": .plain]
    }
    struct Output: Shaped {
        let environment: String
        let as_of: String
        let settlements: [Row]
        let truncated: Bool
        let next_cursor: String?
        static let notes: [String: Note] = ["environment": .plain, "as_of": .plain, "settlements": .plain, "truncated": .plain, "next_cursor": .plain]
    }
    static let name = "settlements_list"
    static let summary = "Markets that were paid out to the account."
    static let hints = ToolHints.readsElsewhere
    let door: KalshiDoor

    func call(_ arguments: PageOfAccount, _ context: CallContext) async throws -> Output {
        let paid = try await door.client().settlements(since: try arguments.from(door.clock.now()))
        let page = try arguments.page(
            paid.reversed().filter { arguments.wants($0.settlement.market) }.map {
                Row(
                    time: $0.settlement.time.told, ticker: $0.settlement.market.text, event: $0.event.text, result: MarketFacts.told($0.settlement.result),
                    revenue: $0.revenue.description, fee: $0.fee.description)
            })
        return Output(environment: door.environment.rawValue, as_of: door.asOf, settlements: page.rows, truncated: page.truncated, next_cursor: page.next)
    }
}
