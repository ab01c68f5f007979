import Kalshi
import MCP
import MCPHosting
import Model
import Notation
import Ports
import Risk

/// `order_place`: one order, after a person has said yes.
struct OrderPlace: Tool {
    struct Output: Shaped {
        let environment: String
        let as_of: String
        let order: OrderOutcome
        let most_it_can_cost: String
        static let notes: [String: Note] = ["environment": .plain, "as_of": .plain, "order": .plain, "most_it_can_cost": .plain]
    }
    static let name = "order_place"
    static let summary = "Orders through the desk's risk gate. A person confirms it."
    static let hints = ToolHints(readOnly: false, destructive: true, idempotent: false, openWorld: true)
    let door: KalshiDoor

    func call(_ arguments: OrderTerms, _ context: CallContext) async throws -> Output {
        let wish = try arguments.wish(asker: context.asker, at: door.clock.now())
        let priced = try await door.priced(wish, maxCost: try arguments.limit())
        if arguments.dry_run == true { return Output(environment: door.environment.rawValue, as_of: door.asOf, order: door.checked(wish), most_it_can_cost: priced.most.description) }
        try await door.confirmed(context, "\(priced.words)?")
        let outcome = try await door.send(wish)
        guard outcome.sent else { throw ToolFailure("\(outcome.reason ?? "refused"); nothing was sent to the exchange (\(door.environment.rawValue))") }
        return Output(environment: door.environment.rawValue, as_of: door.asOf, order: outcome, most_it_can_cost: priced.most.description)
    }
}

/// `order_propose`: an order that waits for the operator.
struct OrderPropose: Tool {
    static let name = "order_propose"
    static let summary = "Puts an order before the operator, who accepts or declines it on the dashboard within ten minutes. Nothing is sent before."
    static let hints = ToolHints(readOnly: false, destructive: false, idempotent: false, openWorld: true)
    let door: KalshiDoor

    func call(_ arguments: OrderTerms, _ context: CallContext) async throws -> OrderPlace.Output {
        let wish = try arguments.wish(asker: context.asker, at: door.clock.now())
        let priced = try await door.priced(wish, maxCost: try arguments.limit())
        if arguments.dry_run == true { return OrderPlace.Output(environment: door.environment.rawValue, as_of: door.asOf, order: door.checked(wish), most_it_can_cost: priced.most.description) }
        let answer = try await door.trading().answer(to: .propose(wish))
        guard answer == .proposed else { throw ToolFailure(answer?.sentence ?? "the desk gave no answer") }
        return OrderPlace.Output(
            environment: door.environment.rawValue, as_of: door.asOf, order: door.outcome(wish, sent: false, state: "proposed", reason: answer?.sentence),
            most_it_can_cost: priced.most.description)
    }
}

/// `orders_place_batch`: all are checked before one is sent; then each has its own outcome.
struct OrdersPlaceBatch: Tool {
    struct Arguments: Shaped {
        // Each is judged by the schema of order_place, which a list of tools need not say twice.
        let orders: [JSON]
        static let notes: [String: Note] = ["orders": Note("Like order_place's arguments.", items: 1...20)]
    }
    struct Output: Shaped {
        let environment: String
        let as_of: String
        // The same here: their schema stands in order_place's answer.
        let orders: [JSON]
        static let notes: [String: Note] = ["environment": .plain, "as_of": .plain, "orders": "Each like order_place's."]

        init(_ door: KalshiDoor, _ outcomes: [OrderOutcome]) throws {
            environment = door.environment.rawValue
            as_of = door.asOf
            orders = try outcomes.map { try JSON(encoding: $0) }
        }
    }
    private static let terms = Shape(OrderTerms.self)
    private static func faults(_ json: JSON) -> String { if case .failure(let error) = terms.read(json) { "\(error)" } else { "" } }

    static let name = "orders_place_batch"
    static let summary = "Up to 20 orders, checked first and confirmed together; each passes the gate alone."
    static let hints = ToolHints(readOnly: false, destructive: true, idempotent: false, openWorld: true)
    let door: KalshiDoor

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        var priced: [PricedOrder] = []
        var isDry = false
        for (place, json) in arguments.orders.enumerated() {
            guard case .success(let terms) = Self.terms.read(json) else { throw ToolFailure("order \(place + 1) is not like order_place's arguments: \(Self.faults(json))") }
            // One that is only to be checked makes it so for all: half a batch is what nobody asked for.
            isDry = isDry || terms.dry_run == true
            priced.append(try await door.priced(try terms.wish(asker: context.asker, at: door.clock.now()), maxCost: try terms.limit()))
        }
        let keys = priced.map(\.wish.key)
        guard Set(keys).count == keys.count else { throw ToolFailure("two orders of the batch have the same client_order_id") }
        if isDry { return try Output(door, priced.map { door.checked($0.wish) }) }
        let list = priced.enumerated().map { "\($0.offset + 1). \($0.element.words)" }.joined(separator: "; ")
        try await door.confirmed(context, "\(priced.count) orders: \(list)?")
        var outcomes: [OrderOutcome] = []
        for order in priced { outcomes.append(try await door.send(order.wish)) }
        return try Output(door, outcomes)
    }
}

/// `position_close`: leaves a position, within a bound.
struct PositionClose: Tool {
    struct Arguments: Shaped {
        let ticker: String
        let max_slippage: String
        let client_order_id: String?
        static let notes: [String: Note] = [
            "ticker": "Market.", "max_slippage": Note("Dollars below the best bid.", default: "0.05"), "client_order_id": "As in order_place.",
        ]
    }
    struct Output: Shaped {
        let environment: String
        let as_of: String
        // The same here.
        let order: JSON
        let most_it_can_cost: String
        static let notes: [String: Note] = ["environment": .plain, "as_of": .plain, "order": "Like order_place's.", "most_it_can_cost": .plain]
    }
    static let name = "position_close"
    static let summary = "Sells all that is held in a market. A person confirms it."
    static let hints = ToolHints(readOnly: false, destructive: true, idempotent: false, openWorld: true)
    let door: KalshiDoor

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let ticker: Ticker = try Given.name(arguments.ticker)
        guard let slippage = Price(arguments.max_slippage), slippage <= .cents(50) else { throw ToolFailure("max_slippage is dollars from 0 to 0.50") }
        guard let held = try await door.trading().view().positions.first(where: { $0.market == ticker.text }), let side = Side(rawValue: held.side) else {
            throw ToolFailure("the desk holds nothing in \(ticker)")
        }
        let count = try Given.count(held.quantity)
        guard let detail = try await door.client().marketDetails([ticker]).first, let grid = detail.grid else { throw ToolFailure("the exchange tells no price steps of \(ticker)") }
        guard let offer = try await door.figures([ticker])[ticker]?.offers(side.opposite).first else { throw ToolFailure("nobody bids for \(side.rawValue.uppercased()) of \(ticker) now") }
        let reach = Price(tenThousandths: min(offer.price.tenThousandths + slippage.tenThousandths, 9_999))
        let intent = OrderIntent(market: ticker, side: side.opposite, limit: grid.snappedDown(reach), quantity: count, timeInForce: .immediateOrCancel, postOnly: false)
        let key = arguments.client_order_id ?? OrderTerms.newKey()
        guard OrderWish.isKey(key) else { throw ToolFailure("client_order_id has 1 to 32 letters, digits, _ and -") }
        let wish = OrderWish(key: key, asker: context.asker, intent: intent, probability: nil, reduceOnly: true)
        let priced = try await door.priced(wish, maxCost: nil)
        try await door.confirmed(context, "close the position in \(ticker): sell \(count) \(side.rawValue.uppercased()), at most \(slippage) below the best bid of that moment?")
        let outcome = try await door.send(wish)
        guard outcome.sent else { throw ToolFailure("\(outcome.reason ?? "refused"); nothing was sent to the exchange (\(door.environment.rawValue))") }
        return Output(environment: door.environment.rawValue, as_of: door.asOf, order: try JSON(encoding: outcome), most_it_can_cost: priced.most.description)
    }
}

extension CallContext {
    /// Who asks, as the journal and the dashboard name it: the client's own name is only its word, and is kept short.
    var asker: String {
        let name = client.info?.name.unicodeScalars.filter { $0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "-" }.prefix(24) ?? []
        return name.isEmpty ? principal : "\(principal) (\(String(String.UnicodeScalarView(name))))"
    }
}
