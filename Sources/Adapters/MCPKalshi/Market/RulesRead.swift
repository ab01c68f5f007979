import Kalshi
import MCP
import MCPHosting
import Model
import Notation

/// `rules_read`: by what a market is settled.
struct RulesRead: Tool {
    struct Arguments: Shaped {
        let ticker: String
        static let notes: [String: Note] = ["ticker": "Market."]
    }
    struct Output: Shaped {
        let environment: String
        let as_of: String
        let ticker: String
        let rules_primary: String?
        let rules_secondary: String?
        let sources: [String]
        let contract_url: String?
        let terms_url: String?
        let expected_expiration: String?
        let settlement_delay_seconds: Int64?
        let can_close_early: Bool?
        static let notes: [String: Note] = [
            "environment": .plain, "as_of": .plain, "ticker": .plain, "rules_primary": .plain, "rules_secondary": .plain, "sources": .plain,
            "contract_url": "The contract's PDF; its text is not read here.", "terms_url": .plain, "expected_expiration": .plain,
            "settlement_delay_seconds": .plain, "can_close_early": .plain,
        ]
    }
    static let name = "rules_read"
    static let title = "Read settlement rules"
    static let summary = "The rules a market is settled by, in the exchange's words, with its sources and its contract's address."
    static let hints = ToolHints.readsElsewhere
    let door: KalshiDoor

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let ticker: Ticker = try Given.name(arguments.ticker)
        let client = try await door.client()
        guard let detail = try await client.marketDetails([ticker]).first else { throw ToolFailure("the exchange has no market \(ticker); markets_search finds what there is") }
        let event = try await client.eventDetail(detail.market.event)
        let series = try await door.catalogue.seriesDetail(event.event.series)
        func said(_ text: String) -> String? { text.isEmpty ? nil : text }
        return Output(
            environment: door.environment.rawValue, as_of: door.asOf, ticker: ticker.text, rules_primary: said(detail.rulesPrimary),
            rules_secondary: said(detail.rulesSecondary),
            sources: (event.sources.isEmpty ? series.sources : event.sources).map { $0.url.isEmpty ? $0.name : "\($0.name) \($0.url)" },
            contract_url: said(series.contractURL), terms_url: said(series.termsURL), expected_expiration: detail.expectedExpiration?.told,
            settlement_delay_seconds: detail.settlementTimerSeconds, can_close_early: detail.canCloseEarly)
    }
}
