import Accounting
import Kalshi
import MCP
import MCPHosting
import MCPServing
import Model
import Notation
import Ports

/// `account_get`: cash, what is held and what it may cost.
struct AccountGet: Tool {
    struct Output: Shaped {
        let environment: String
        let as_of: String
        let balance: String
        let resting_value: String
        let positions: Int
        let positions_value: String?
        let desk_state: String?
        let blocked: String?
        let equity: String?
        let exposure: String?
        let realized: String?
        let unrealized: String?
        let day_pnl: String?
        let fees: String?
        static let notes: [String: Note] = [
            "environment": .plain, "as_of": .plain, "balance": "Free for new orders.", "resting_value": .plain,
            "positions": .plain, "positions_value": .plain, "desk_state": .plain,
            "blocked": .plain, "equity": .plain, "exposure": .plain, "realized": .plain, "unrealized": .plain,
            "day_pnl": .plain, "fees": .plain,
        ]
    }
    static let name = "account_get"
    static let summary = "Balance and positions' value; the desk's equity, exposure and profit."
    static let hints = ToolHints.readsElsewhere
    let door: KalshiDoor

    func call(_ arguments: Nothing, _ context: CallContext) async throws -> Output {
        let client = try await door.client()
        let balance = try await client.balance()
        let positions = try await client.positions()
        let valued = try await PositionsList.rows(positions, client)
        let desk = await door.desk?.view()
        return Output(
            environment: door.environment.rawValue, as_of: door.asOf, balance: balance.available.description,
            resting_value: try await client.orders(status: .resting).reduce(Money.zero) { $0 + $1.limit * $1.remaining }.description, positions: positions.count,
            positions_value: PositionsList.worth(valued)?.description, desk_state: desk?.status.state, blocked: desk?.status.blocked,
            equity: desk?.account.equity, exposure: desk?.account.exposure, realized: desk?.account.realized, unrealized: desk?.account.unrealized,
            day_pnl: desk?.account.dayPnl, fees: desk?.account.fees)
    }
}

/// What every list of the account is asked with.
struct PageOfAccount: Shaped {
    let ticker: String?
    let since: String?
    let limit: Int
    let cursor: String?
    let fields: [String]?
    let max_bytes: Int
    static let notes: [String: Note] = [
        "ticker": "Market.", "since": "Time; else a week ago.", "limit": Note("Rows.", range: 1...1000, default: 50), "cursor": "Next page.",
        "fields": ListBudget.fields, "max_bytes": ListBudget.maxBytes,
    ]

    func from(_ now: Timestamp) throws -> Timestamp { try Given.time("since", since) ?? (now - .seconds(7 * 86_400)) }
    func wants(_ market: Ticker) -> Bool { ticker.map { $0 == market.text } ?? true }
    func page<Row: Shaped>(_ rows: [Row]) throws -> Paged<Row> { try Paged(of: rows, cursor: cursor, limit: limit, fields: fields, maxBytes: max_bytes) }
}

/// `positions_list`.
struct PositionsList: Tool {
    struct Arguments: Shaped {
        let limit: Int
        let cursor: String?
        let fields: [String]?
        let max_bytes: Int
        static let notes: [String: Note] = [
            "limit": Note("Rows.", range: 1...1000, default: 50), "cursor": "Next page.", "fields": ListBudget.fields, "max_bytes": ListBudget.maxBytes,
        ]
    }
    struct Row: Shaped {
        var ticker: String?
        var side: String?
        var count: String?
        var bid: String?
        var value: String?
        static let notes: [String: Note] = ["ticker": .plain, "side": .plain, "count": .plain, "bid": "Of the leg held.", "value": .plain]
    }
    struct Output: Shaped {
        let environment: String
        let as_of: String
        let positions: [Row]
        let truncated: Bool
        let next_cursor: String?
        static let notes: [String: Note] = ["environment": .plain, "as_of": .plain, "positions": .plain, "truncated": .plain, "next_cursor": .plain]
    }
    static let name = "positions_list"
    static let summary = "Open positions, valued at the best bid."
    static let hints = ToolHints.readsElsewhere
    let door: KalshiDoor

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let client = try await door.client()
        let rows = try await Self.rows(try await client.positions(), client)
        let page = try Paged(of: rows, cursor: arguments.cursor, limit: arguments.limit, fields: arguments.fields, maxBytes: arguments.max_bytes)
        return Output(environment: door.environment.rawValue, as_of: door.asOf, positions: page.rows, truncated: page.truncated, next_cursor: page.next)
    }

    static func rows(_ positions: [VenuePosition], _ client: KalshiClient) async throws -> [Row] {
        let quotes = Dictionary(try await client.marketDetails(positions.map(\.market)).map { ($0.market.ticker, $0) }, uniquingKeysWith: { a, _ in a })
        return positions.sorted { $0.market < $1.market }.map { held in
            let side: Side = held.net > .zero ? .yes : .no
            let quote = quotes[held.market]
            let bid = side == .yes ? quote?.yesBid : quote?.yesAsk?.complement
            return Row(
                ticker: held.market.text, side: side.rawValue, count: held.net.magnitude.description, bid: bid?.description,
                value: bid.map { ($0 * held.net.magnitude).description })
        }
    }

    /// Nil where the worth of one is not known.
    static func worth(_ rows: [Row]) -> Money? {
        rows.reduce(Optional(Money.zero)) { sum, row in sum.flatMap { sum in row.value.flatMap { Money($0) }.map { sum + $0 } } }
    }
}

/// `orders_list`.
struct OrdersList: Tool {
    enum Status: String, Choice {
        case resting, canceled, executed, any
    }
    struct Arguments: Shaped {
        let ticker: String?
        let status: Status
        let limit: Int
        let cursor: String?
        let fields: [String]?
        let max_bytes: Int
        static let notes: [String: Note] = [
            "ticker": "Market.", "status": Note("Which.", default: "resting"), "limit": Note("Rows.", range: 1...1000, default: 50), "cursor": "Next page.",
            "fields": ListBudget.fields, "max_bytes": ListBudget.maxBytes,
        ]
    }
    struct Row: Shaped {
        var order_id: String?
        var client_order_id: String?
        var ticker: String?
        var side: String?
        var price: String?
        var status: String?
        var count: String?
        var filled: String?
        var remaining: String?
        var created: String?
        static let notes: [String: Note] = [
            "order_id": .plain, "client_order_id": .plain, "ticker": .plain, "side": .plain, "price": .plain, "status": .plain,
            "count": .plain, "filled": .plain, "remaining": .plain, "created": .plain,
        ]

        init(_ order: VenueOrder) {
            order_id = order.order.text
            client_order_id = order.clientOrder.text
            ticker = order.market.text
            side = order.side.rawValue
            price = order.limit.description
            status = order.status.rawValue
            count = order.initial.description
            filled = order.filled.description
            remaining = order.remaining.description
            created = order.created.told
        }
    }
    struct Output: Shaped {
        let environment: String
        let as_of: String
        let orders: [Row]
        let truncated: Bool
        let next_cursor: String?
        static let notes: [String: Note] = ["environment": .plain, "as_of": .plain, "orders": .plain, "truncated": .plain, "next_cursor": .plain]
    }
    static let name = "orders_list"
    static let summary = "The account's orders; by default those that rest."
    static let hints = ToolHints.readsElsewhere
    let door: KalshiDoor

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let ticker: Ticker? = try arguments.ticker.map { try Given.name($0) }
        let orders = try await door.client().orders(market: ticker, status: KalshiClient.OrderStatusFilter(rawValue: arguments.status.rawValue))
        let rows = orders.sorted { ($1.created, $1.order) < ($0.created, $0.order) }.map { Row($0) }
        let page = try Paged(of: rows, cursor: arguments.cursor, limit: arguments.limit, fields: arguments.fields, maxBytes: arguments.max_bytes)
        return Output(environment: door.environment.rawValue, as_of: door.asOf, orders: page.rows, truncated: page.truncated, next_cursor: page.next)
    }
}
