import Accounting
import Kalshi
import MCP
import MCPHosting
import Model
import Notation
import Ports
import Risk

/// What became of a change.
struct ChangeTold: Shaped {
    let environment: String
    let as_of: String
    let client_order_id: String
    let state: String
    let price_before: String
    let count_before: String
    let price: String?
    let count: String?
    let filled: String?
    let most_it_can_cost: String?
    static let notes: [String: Note] = [
        "environment": .plain, "as_of": .plain, "client_order_id": .plain, "state": "changed, as_asked, changing or over.", "price_before": .plain, "count_before": .plain,
        "price": .plain, "count": .plain, "filled": .plain, "most_it_can_cost": .plain,
    ]
}

/// `order_amend`: new terms for a resting order, after a person has said yes.
struct OrderAmend: Tool {
    struct Arguments: Shaped {
        let order: String
        let price: String?
        let count: String?
        let probability: Double?
        let max_cost: String?
        let dry_run: Bool?
        static let notes: [String: Note] = [
            "order": OrderCancel.named, "price": "New limit, of the leg it buys.", "count": "New size, what is filled included.", "probability": "As in order_place; else the first one.",
            "max_cost": "With fees.", "dry_run": "Only checks.",
        ]
    }
    static let name = "order_amend"
    static let summary = "Changes price or size of a resting order through the risk gate. A person confirms it."
    static let hints = ToolHints(readOnly: false, destructive: true, idempotent: true, openWorld: true)
    let door: KalshiDoor

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> ChangeTold {
        guard arguments.price != nil || arguments.count != nil else { throw ToolFailure("give price, count or both") }
        if let value = arguments.probability, !(value > 0 && value < 1) { throw ToolFailure("a probability lies strictly between 0 and 1") }
        let view = try await door.resting(arguments.order)
        guard let side = Side(rawValue: view.side), let old = Price(view.price), let size = Quantity(view.quantity), let filled = Quantity(view.filled) else {
            throw ToolFailure("the desk does not tell the order's terms")
        }
        let limit = try arguments.price.map(Given.price) ?? old
        let total = try arguments.count.map(Given.count) ?? size
        guard total > filled else { throw ToolFailure("\(filled) contracts of it have filled; its count must be more") }
        let market = Ticker(view.market)
        guard let fees = FeeSchedule(try await door.catalogue.fees(of: try await door.client().market(market).event)) else {
            throw ToolFailure("the fee rule of \(market) is not known, so nothing is ordered there")
        }
        let rest = total - filled
        let most = limit * rest + fees.upperBound(price: limit, quantity: rest, liquidity: .taker)
        if let most_allowed = try Given.cost(arguments.max_cost), most > most_allowed { throw ToolFailure("what is not filled can cost \(most) with fees, more than max_cost \(most_allowed)") }
        var after = view
        (after.price, after.quantity) = (limit.description, total.description)
        if arguments.dry_run == true { return door.told(view, "dry_run", after, most) }
        try await door.confirmed(
            context,
            "amend order \(view.id), buying \(side.rawValue.uppercased()) of \(market): from \(size) at \(old) to \(total) at \(limit) or better (\(filled) filled); what is not filled then costs at most $\(most) with fees?")
        let wish = ChangeWish(order: ClientOrderID(view.id), asker: context.asker, change: .amend(limit: limit, total: total), probability: arguments.probability)
        return try await door.change(wish, view, after, most)
    }
}

/// `order_decrease`: no question, for it only takes risk away.
struct OrderDecrease: Tool {
    struct Arguments: Shaped {
        let order: String
        let to: String
        let dry_run: Bool?
        static let notes: [String: Note] = [
            "order": OrderCancel.named, "to": "Contracts that are to rest.", "dry_run": "Only checks.",
        ]
    }
    struct Output: Shaped {
        let environment: String
        let as_of: String
        let client_order_id: String
        let state: String
        let count_before: String
        let count: String?
        let filled: String?
        static let notes: [String: Note] = [
            "environment": .plain, "as_of": .plain, "client_order_id": .plain, "state": "As in order_amend.", "count_before": .plain, "count": .plain, "filled": .plain,
        ]

        init(_ change: ChangeTold) {
            (environment, as_of, client_order_id, state) = (change.environment, change.as_of, change.client_order_id, change.state)
            (count_before, count, filled) = (change.count_before, change.count, change.filled)
        }
    }
    static let name = "order_decrease"
    static let summary = "Makes a resting order smaller; it keeps its place in the queue."
    static let hints = ToolHints(readOnly: false, destructive: true, idempotent: true, openWorld: true)
    let door: KalshiDoor

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let rest = try Given.count(arguments.to)
        let view = try await door.resting(arguments.order)
        guard let size = Quantity(view.quantity), let filled = Quantity(view.filled) else { throw ToolFailure("the desk does not tell the order's terms") }
        var after = view
        after.quantity = min(size, filled + rest).description
        if arguments.dry_run == true { return Output(door.told(view, "dry_run", after, nil)) }
        return Output(try await door.change(ChangeWish(order: ClientOrderID(view.id), asker: context.asker, change: .decrease(to: rest)), view, after, nil))
    }
}

extension KalshiDoor {
    /// The desk's resting order of that name.
    func resting(_ name: String) async throws -> OrderView {
        // The desk puts a name of its own before the asker's.
        guard let order = try await trading().view().orders.first(where: { $0.id == name || $0.orderId == name || $0.id.hasSuffix("-x-\(name)") }) else {
            throw ToolFailure("no order of the desk rests under '\(name)'; orders_list shows those that do")
        }
        // The view may be a moment old; this is not.
        return await desk?.order(ClientOrderID(order.id)) ?? order
    }

    /// - Parameter after: as it is, or is to be where it is only checked or still under way; nil when it is over.
    func told(_ before: OrderView, _ state: String, _ after: OrderView?, _ most: Money?) -> ChangeTold {
        ChangeTold(
            environment: environment.rawValue, as_of: asOf, client_order_id: before.id, state: state, price_before: before.price, count_before: before.quantity,
            price: after?.price, count: after?.quantity, filled: after?.filled, most_it_can_cost: most?.description)
    }

    /// Hands the change to the engine, and waits a moment for the exchange's word.
    func change(_ wish: ChangeWish, _ before: OrderView, _ wanted: OrderView, _ most: Money?) async throws -> ChangeTold {
        let desk = try trading()
        let answer = try await desk.answer(to: .change(wish))
        switch answer {
        case .asAsked?: return told(before, "as_asked", await desk.order(wish.order), most)
        case .changing?: break
        default: throw ToolFailure("\(answer?.sentence ?? "the desk gave no answer"); nothing was sent to the exchange (\(environment.rawValue))")
        }
        guard let seen = await desk.order(wish.order, past: "changing") else { return told(before, "over", nil, most) }
        if seen.state == "changing" { return told(before, "changing", wanted, most) }
        if let reason = seen.changeRefused, reason != "over" { throw ToolFailure("the exchange did not change it: \(reason)") }
        return told(before, seen.changeRefused == "over" ? "over" : "changed", seen, most)
    }
}
