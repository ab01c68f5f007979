import Accounting
import Kalshi
import MCP
import MCPHosting
import Model
import Notation
import Ports

/// `order_simulate`: an order against the book as it stands, to the exchange's own fees.
struct OrderSimulate: Tool {
    enum Action: String, Choice {
        case buy, sell
    }
    struct Arguments: Shaped {
        let ticker: String
        let side: String
        let action: Action
        let count: String
        let price: String?
        static let notes: [String: Note] = [
            "ticker": "Market.", "side": "yes or no.", "action": Note("Of the side.", default: "buy"), "count": "\"10.00\"",
            "price": "Limit of the side; else any.",
        ]
    }
    struct Level: Shaped {
        let price: String
        let count: String
        let fee: String
        static let notes: [String: Note] = ["price": .plain, "count": .plain, "fee": .plain]
    }
    struct Output: Shaped {
        let environment: String
        let as_of: String
        let ticker: String
        let buys: String
        let filled: String
        let unfilled: String
        let average_price: String?
        let cost: String
        let fee: String
        let slippage: String?
        let worst_case: String
        let levels: [Level]
        let stale_ms: Int64
        static let notes: [String: Note] = [
            "environment": .plain, "as_of": .plain, "ticker": .plain, "buys": .plain, "filled": .plain,
            "unfilled": .plain, "average_price": .plain, "cost": .plain, "fee": .plain,
            "slippage": .plain, "worst_case": .plain,
            "levels": .plain, "stale_ms": .plain,
        ]
    }
    static let mostLevels = 50
    static let name = "order_simulate"
    static let summary = "Average price, exact fee, slippage and worst case of an order by the live book. Sends nothing."
    static let hints = ToolHints.readsElsewhere
    let door: KalshiDoor

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let ticker: Ticker = try Given.name(arguments.ticker)
        let count = try Given.count(arguments.count)
        guard let named = Side(rawValue: arguments.side) else { throw ToolFailure("side is yes or no") }
        let side = arguments.action == .buy ? named : named.opposite
        let limit = try arguments.price.map { text in
            let price = try Given.price(text)
            return arguments.action == .buy ? price : price.complement
        }
        let client = try await door.client()
        let market = try await asked(about: "market \(ticker)") { try await client.market(ticker) }
        guard let fees = FeeSchedule(try await door.catalogue.fees(of: market.event)) else { throw ToolFailure("the fee rule of \(ticker) is not known, so nothing can be priced") }
        guard let figures = try await door.figures([ticker])[ticker] else { throw ToolFailure("the exchange has no book of \(ticker)") }
        let offers = figures.offers(side)
        let walk = BookWalk(offers: offers, quantity: count, limit: limit, fees: fees)
        let filled = walk.filled
        let now = door.clock.now()
        return Output(
            environment: door.environment.rawValue, as_of: now.told, ticker: ticker.text, buys: side.rawValue, filled: filled.description,
            unfilled: walk.remaining.description,
            // Rounded up: what is told is never cheaper than what is paid.
            average_price: filled > .zero ? FixedPoint.text((walk.cost.millionths + filled.hundredths - 1) / filled.hundredths, decimals: 4) : nil,
            cost: walk.cost.description, fee: walk.fee.description,
            slippage: offers.first.flatMap { filled > .zero ? (walk.cost - $0.price * filled).description : nil }, worst_case: (walk.cost + walk.fee).description,
            levels: walk.steps.prefix(Self.mostLevels).map { Level(price: $0.price.description, count: $0.quantity.description, fee: $0.fee.description) },
            stale_ms: max(0, (now - figures.heard).nanoseconds / 1_000_000))
    }
}
