import Kalshi
import MCP
import MCPHosting
import MCPServing
import Model
import Notation

/// A market with all that the exchange says of it.
struct MarketFacts: Shaped {
    var ticker: String?
    var event: String?
    var title: String?
    var status: String?
    var result: String?
    var opens: String?
    var closes: String?
    var yes_bid: String?
    var yes_ask: String?
    var last: String?
    var volume: String?
    var volume_24h: String?
    var open_interest: String?
    var strike: String?
    var price_steps: String?
    var fee: String?
    var rules: String?

    static let notes: [String: Note] = [
        "ticker": .plain, "event": .plain, "title": .plain, "status": .plain, "result": .plain, "opens": .plain, "closes": .plain, "yes_bid": .plain,
        "yes_ask": .plain, "last": .plain, "volume": .plain, "volume_24h": .plain, "open_interest": .plain, "strike": .plain,
        "price_steps": .plain, "fee": .plain, "rules": .plain,
    ]

    init(_ detail: KalshiMarketDetail, fees: FeeTerms?) {
        let market = detail.market
        ticker = market.ticker.text
        event = market.event.text
        title = market.title
        status = market.status.rawValue
        result = market.result.map(MarketFacts.told)
        opens = market.openTime?.told
        closes = market.closeTime?.told
        yes_bid = detail.yesBid?.description
        yes_ask = detail.yesAsk?.description
        last = detail.last?.description
        volume = detail.volume?.description
        volume_24h = detail.volumeOfDay?.description
        open_interest = detail.openInterest?.description
        strike = MarketFacts.told(detail.strike)
        price_steps = detail.grid?.bands.map { "\($0.start)-\($0.end):\(FixedPoint.text(Int64($0.step), decimals: 4))" }.joined(separator: " ")
        fee = fees.map { $0.kind == .unknown ? "unknown" : "\($0.kind.rawValue) x\(FixedPoint.text($0.multiplierThousandths, decimals: 3))" }
        rules = detail.rulesPrimary.isEmpty ? nil : detail.rulesPrimary
    }

    static func told(_ result: MarketResult) -> String {
        switch result {
        case .yes: "yes"
        case .no: "no"
        case .scalar(let value): "scalar \(value)"
        case .void: "void"
        }
    }

    static func told(_ strike: Strike) -> String? {
        switch strike {
        case .greater(let k): "greater than \(k)"
        case .greaterOrEqual(let k): "at least \(k)"
        case .less(let k): "less than \(k)"
        case .lessOrEqual(let k): "at most \(k)"
        case .between(let low, let high): "from \(low) to \(high)"
        case .other: nil
        }
    }
}

/// `market_get`.
struct MarketGet: Tool {
    struct Arguments: Shaped {
        let tickers: [String]
        let fields: [String]?
        let max_bytes: Int
        static let notes: [String: Note] = ["tickers": Note("Markets.", items: 1...100), "fields": ListBudget.fields, "max_bytes": ListBudget.maxBytes]
    }
    struct Output: Shaped {
        let environment: String
        let as_of: String
        let markets: [MarketFacts]
        let missing: [String]
        let truncated: Bool
        static let notes: [String: Note] = [
            "environment": .plain, "as_of": .plain, "markets": .plain, "missing": .plain, "truncated": .plain,
        ]
    }
    static let name = "market_get"
    static let summary = "State, quotes, strike, fee, price steps and rules of up to 100 markets."
    static let hints = ToolHints.readsElsewhere
    let door: KalshiDoor

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let tickers: [Ticker] = try arguments.tickers.map { try Given.name($0) }
        let details = try await door.client().marketDetails(tickers)
        var rows: [MarketFacts] = []
        for ticker in tickers {
            guard let detail = details.first(where: { $0.market.ticker == ticker }) else { continue }
            rows.append(MarketFacts(detail, fees: try await door.catalogue.fees(of: detail.market.event)))
        }
        let fitted = try ListBudget.fit(rows, fields: arguments.fields, maxBytes: arguments.max_bytes)
        let known = Set(details.map(\.market.ticker))
        return Output(
            environment: door.environment.rawValue, as_of: door.asOf, markets: fitted.rows, missing: tickers.filter { !known.contains($0) }.map(\.text),
            truncated: fitted.truncated)
    }
}
