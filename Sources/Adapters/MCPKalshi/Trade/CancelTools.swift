import MCP
import MCPHosting
import Model
import Notation
import Ports
import Risk

/// What is being canceled: that it is gone, the orders' own state tells.
struct Canceling: Shaped {
    let environment: String
    let as_of: String
    let canceling: [String]
    static let notes: [String: Note] = ["environment": .plain, "as_of": .plain, "canceling": .plain]

    init(_ door: KalshiDoor, _ scope: CancelScope) async throws {
        let answer = try await door.trading().answer(to: .cancel(scope))
        guard case .canceling(let ids)? = answer else { throw ToolFailure("the desk gave no answer") }
        environment = door.environment.rawValue
        as_of = door.asOf
        canceling = ids.map(\.text)
    }
}

/// `order_cancel`: no question, for it only takes risk away.
struct OrderCancel: Tool {
    struct Arguments: Shaped {
        let order: String
        static let notes: [String: Note] = ["order": OrderCancel.named]
    }
    static let named = Note("client_order_id or order_id.", lengths: 1...100)
    static let name = "order_cancel"
    static let summary = "Cancels one of the desk's resting orders."
    static let hints = ToolHints(readOnly: false, destructive: true, idempotent: true, openWorld: true)
    let door: KalshiDoor

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Canceling {
        try await Canceling(door, .order(ClientOrderID(try await door.resting(arguments.order).id)))
    }
}

/// `orders_cancel_all`.
struct OrdersCancelAll: Tool {
    struct Arguments: Shaped {
        let ticker: String?
        let event_ticker: String?
        static let notes: [String: Note] = ["ticker": "Of a market.", "event_ticker": "Of an event; neither: all."]
    }
    static let name = "orders_cancel_all"
    static let summary = "Cancels the desk's resting orders. It may quote anew: trading_halt stops it."
    static let hints = ToolHints(readOnly: false, destructive: true, idempotent: true, openWorld: true)
    let door: KalshiDoor

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Canceling {
        switch (arguments.ticker, arguments.event_ticker) {
        case (let ticker?, nil): try await Canceling(door, .market(try Given.name(ticker)))
        case (nil, let event?): try await Canceling(door, .event(try Given.name(event)))
        case (nil, nil): try await Canceling(door, .all)
        case (_?, _?): throw ToolFailure("give ticker or event_ticker, not both")
        }
    }
}
