import MCP
import MCPHosting
import Model
import Notation
import Ports
import Risk

/// The limits as they are told and given.
struct Limits: Shaped {
    let kelly_fraction: Double?
    let maximum_order_cost: String?
    let maximum_market_exposure: String?
    let maximum_event_exposure: String?
    let maximum_series_exposure: String?
    let maximum_group_exposure: String?
    let maximum_total_exposure: String?
    let cash_reserve: String?
    let daily_loss_limit: String?
    let maximum_orders_per_minute: Int?

    static let notes: [String: Note] = [
        "kelly_fraction": "0 to 1.", "maximum_order_cost": "USD.", "maximum_market_exposure": "USD.", "maximum_event_exposure": "USD.",
        "maximum_series_exposure": "USD.", "maximum_group_exposure": "USD, of what moves together.", "maximum_total_exposure": "USD.",
        "cash_reserve": "USD.", "daily_loss_limit": "USD.", "maximum_orders_per_minute": "Orders.",
    ]

    init(_ settings: DeskSettings) {
        kelly_fraction = settings.kellyFraction
        maximum_order_cost = settings.maximumOrderCost.description
        maximum_market_exposure = settings.maximumMarketExposure.description
        maximum_event_exposure = settings.maximumEventExposure.description
        maximum_series_exposure = settings.maximumSeriesExposure.description
        maximum_group_exposure = settings.maximumGroupExposure.description
        maximum_total_exposure = settings.maximumTotalExposure.description
        cash_reserve = settings.cashReserve.description
        daily_loss_limit = settings.dailyLossLimit.description
        maximum_orders_per_minute = settings.maximumOrdersPerMinute
    }

    func caps() throws -> LimitCaps {
        func money(_ name: String, _ text: String?) throws -> Money? {
            guard let text else { return nil }
            guard let money = Money(text), money >= .zero, money <= .dollars(1_000_000_000) else { throw ToolFailure("\(name) is dollars, like \"25.00\", not '\(text.prefix(40))'") }
            return money
        }
        var caps = LimitCaps()
        caps.kellyFraction = kelly_fraction
        caps.maximumOrderCost = try money("maximum_order_cost", maximum_order_cost)
        caps.maximumMarketExposure = try money("maximum_market_exposure", maximum_market_exposure)
        caps.maximumEventExposure = try money("maximum_event_exposure", maximum_event_exposure)
        caps.maximumSeriesExposure = try money("maximum_series_exposure", maximum_series_exposure)
        caps.maximumGroupExposure = try money("maximum_group_exposure", maximum_group_exposure)
        caps.maximumTotalExposure = try money("maximum_total_exposure", maximum_total_exposure)
        caps.cashReserve = try money("cash_reserve", cash_reserve)
        caps.dailyLossLimit = try money("daily_loss_limit", daily_loss_limit)
        caps.maximumOrdersPerMinute = maximum_orders_per_minute
        guard caps != LimitCaps() else { throw ToolFailure("name at least one limit") }
        return caps
    }
}

struct LimitsTold: Shaped {
    let environment: String
    let as_of: String
    // Their schema stands in risk_limits_tighten's arguments: a list of tools need not say it three times.
    let limits: JSON
    static let notes: [String: Note] = ["environment": .plain, "as_of": .plain, "limits": "As in risk_limits_tighten."]

    init(_ door: KalshiDoor, _ settings: DeskSettings) throws {
        environment = door.environment.rawValue
        as_of = door.asOf
        limits = try JSON(encoding: Limits(settings))
    }
}

/// `risk_limits_get`.
struct RiskLimitsGet: Tool {
    static let name = "risk_limits_get"
    static let summary = "The desk's limits in force, in dollars."
    static let hints = ToolHints.readsHere
    let door: KalshiDoor

    func call(_ arguments: Nothing, _ context: CallContext) async throws -> LimitsTold {
        try LimitsTold(door, try await door.trading().limits)
    }
}

/// `risk_limits_tighten`: never the other way.
struct RiskLimitsTighten: Tool {
    static let name = "risk_limits_tighten"
    static let summary = "Makes limits stricter, all that are named or none; never looser."
    static let hints = ToolHints(readOnly: false, destructive: false, idempotent: true, openWorld: false)
    let door: KalshiDoor

    func call(_ arguments: Limits, _ context: CallContext) async throws -> LimitsTold {
        let answer = try await door.trading().answer(to: .tighten(try arguments.caps()))
        guard case .limits(let settings)? = answer else { throw ToolFailure(answer?.sentence ?? "the desk gave no answer") }
        return try LimitsTold(door, settings)
    }
}

struct StateTold: Shaped {
    let environment: String
    let as_of: String
    let desk_state: String
    let open_orders: Int
    static let notes: [String: Note] = ["environment": .plain, "as_of": .plain, "desk_state": .plain, "open_orders": .plain]

    init(_ door: KalshiDoor) async throws {
        let view = try await door.trading().view()
        environment = door.environment.rawValue
        as_of = door.asOf
        desk_state = view.status.state
        open_orders = view.orders.count
    }
}

/// `trading_halt`: at once, and without a question.
struct TradingHalt: Tool {
    static let name = "trading_halt"
    static let summary = "Stops the desk at once and cancels all that rests. Asks nobody; positions stay."
    static let hints = ToolHints(readOnly: false, destructive: true, idempotent: true, openWorld: true)
    let door: KalshiDoor

    func call(_ arguments: Nothing, _ context: CallContext) async throws -> StateTold {
        _ = try await door.trading().command(.kill(flatten: false))
        return try await StateTold(door)
    }
}

/// How the desk stands, as a person is asked about it: a yes said of a desk that runs lifts no halt that comes after.
private struct Halt: Equatable {
    let words: String

    init(_ desk: any DeskPort) async throws {
        let status = await desk.view().status
        if let blocked = status.blocked { throw ToolFailure("trading is blocked (\(blocked)); only the operator can clear that, on the dashboard") }
        words = status.state + (status.breakerReason.map { " (\($0))" } ?? "")
    }
}

/// `trading_resume`: asks.
struct TradingResume: Tool {
    struct Arguments: Shaped {
        let reason: String
        static let notes: [String: Note] = ["reason": Note("Why it is safe.", lengths: 3...300)]
    }
    static let name = "trading_resume"
    static let summary = "Lifts a halt. A person confirms it."
    static let hints = ToolHints(readOnly: false, destructive: false, idempotent: true, openWorld: true)
    let door: KalshiDoor

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> StateTold {
        let desk = try door.trading()
        // What a difference with the exchange means is for the operator's own eyes: an assistant's word must not settle it.
        let halt = try await Halt(desk)
        try await door.confirmed(context, "let the desk trade again, which is \(halt.words)? Reason given: \(arguments.reason)")
        // The yes was to that halt. What came while the person thought is for another question.
        guard try await Halt(desk) == halt else { throw ToolFailure("the desk does not stand as it did when the person was asked; nothing was done, ask again") }
        _ = try await desk.command(.reset(reason: "\(context.asker): \(arguments.reason)"))
        _ = try await desk.command(.start)
        return try await StateTold(door)
    }
}
