import MCP
import MCPHosting
import Model

/// A prompt that names the tools to use, in the order that makes sense.
struct KalshiPrompt: ServedPrompt {
    let description: PromptDescription
    let door: KalshiDoor
    let text: @Sendable ([String: String]) -> String

    func messages(_ arguments: [String: String], _ context: CallContext) async throws -> [PromptMessage] {
        for (name, value) in arguments where name.hasSuffix("ticker") {
            guard value.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._\-]{0,79}/) != nil else { throw ProtocolError.invalidParams("\(name) is no ticker") }
        }
        return [PromptMessage(.user, .text("\(text(arguments)) The environment is \(door.environment.rawValue): say so."))]
    }

    func complete(_ argument: String, value: String, others: [String: String]) async -> [String] {
        argument.hasSuffix("ticker") ? await KalshiResources.tickers(door, value, events: argument == "event_ticker") : []
    }

    static func all(_ door: KalshiDoor) -> [KalshiPrompt] {
        func prompt(_ name: String, _ title: String, _ summary: String, _ arguments: [PromptDescription.Argument] = [], _ text: @escaping @Sendable ([String: String]) -> String) -> KalshiPrompt {
            KalshiPrompt(description: PromptDescription(name: name, title: title, description: summary, arguments: arguments), door: door, text: text)
        }
        let ticker = PromptDescription.Argument("ticker", "The market's ticker.")
        let event = PromptDescription.Argument("event_ticker", "The event's ticker.")
        return [
            prompt("market_brief", "Market brief", "What a market is about, how it is quoted and how it is settled.", [ticker]) {
                "Write a short brief of market \($0["ticker"] ?? ""). Use market_get for its state, rules_read for what settles it, orderbook_get for depth and candles_get for how it moved. Quote prices with their as_of time and say what is not known."
            },
            prompt("event_arbitrage_review", "Arbitrage review", "Whether the prices of an event contradict each other, and what is left after fees.", [event]) {
                "Review event \($0["event_ticker"] ?? "") for prices that contradict each other. Use event_get and arbitrage_scan; check each finding with order_simulate at the size available. Tell apart what is certain from what needs one market to resolve YES."
            },
            prompt("portfolio_risk_review", "Portfolio risk review", "What the account holds, what it could lose, and where it is concentrated.") { _ in
                "Review the account's risk. Use account_get, positions_list and orders_list; group positions by event and say what each could lose at worst. Compare with the limits in force if risk_limits_get is listed. Propose nothing that loosens a limit."
            },
            prompt("pre_trade_checklist", "Pre-trade checklist", "What to check before an order is proposed.", [ticker]) {
                "Before any order in \($0["ticker"] ?? "") go through this list: rules_read (what exactly settles it), orderbook_get (age and depth), order_simulate (average price, fee, worst case), kelly_size (size at your own probability), account_get (cash and state of the desk). State your probability and why before you state a size."
            },
            prompt("post_mortem", "Post-mortem", "What became of past trades, and what can be learned.", []) { _ in
                "Review the settled trades. Use settlements_list and fills_list; for the largest gains and losses compare the price paid with forecast_history of the event, fees included. Tell luck from error: a good bet may lose."
            },
        ]
    }
}
