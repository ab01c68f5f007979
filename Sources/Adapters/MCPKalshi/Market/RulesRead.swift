import Kalshi
import MCP
import MCPHosting
import MCPServing
import Model
import Notation

/// `rules_read`: by what a market is settled, and what its contract says, by page.
struct RulesRead: Tool {
    enum Document: String, Choice {
        case terms, contract, none
    }
    struct Arguments: Shaped {
        let ticker: String
        let document: Document
        let from_page: Int
        let max_bytes: Int
        static let notes: [String: Note] = [
            "ticker": "Market.", "document": Note("Terms in force, or the contract as filed.", default: "terms"), "from_page": Note("Of it.", range: 1...500, default: 1),
            "max_bytes": ListBudget.maxBytes,
        ]
    }
    struct Page: Shaped {
        let page: Int
        let text: String
        static let notes: [String: Note] = ["page": .plain, "text": .plain]
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
        let pages: [Page]?
        let page_count: Int?
        let next_page: Int?
        let unread: String?
        let expected_expiration: String?
        let settlement_delay_seconds: Int64?
        let can_close_early: Bool?
        static let notes: [String: Note] = [
            "environment": .plain, "as_of": .plain, "ticker": .plain, "rules_primary": .plain, "rules_secondary": .plain, "sources": .plain, "contract_url": .plain, "terms_url": .plain,
            "pages": "Cite by page.", "page_count": .plain, "next_page": .plain, "unread": "Why there are no pages.", "expected_expiration": .plain,
            "settlement_delay_seconds": .plain, "can_close_early": .plain,
        ]
    }
    static let name = "rules_read"
    static let summary = "The rules and sources that settle a market, and the text of its contract."
    static let hints = ToolHints.readsElsewhere
    let door: KalshiDoor

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let ticker: Ticker = try Given.name(arguments.ticker)
        let client = try await door.client()
        guard let detail = try await client.marketDetails([ticker]).first else { throw ToolFailure("the exchange has no market \(ticker); markets_search finds what there is") }
        let event = try await client.eventDetail(detail.market.event)
        let series = try await door.catalogue.seriesDetail(event.event.series)
        func said(_ text: String) -> String? { text.isEmpty ? nil : text }
        let read = try await pages(arguments, series)
        return Output(
            environment: door.environment.rawValue, as_of: door.asOf, ticker: ticker.text, rules_primary: said(detail.rulesPrimary),
            rules_secondary: said(detail.rulesSecondary),
            sources: (event.sources.isEmpty ? series.sources : event.sources).map { $0.url.isEmpty ? $0.name : "\($0.name) \($0.url)" },
            contract_url: said(series.contractURL), terms_url: said(series.termsURL), pages: read.pages, page_count: read.count, next_page: read.next, unread: read.unread,
            expected_expiration: detail.expectedExpiration?.told, settlement_delay_seconds: detail.settlementTimerSeconds, can_close_early: detail.canCloseEarly)
    }

    /// As many whole pages as the bytes allow, one at least: a page that is too long is cut. What cannot be read is told, and the rest of the answer stands.
    private func pages(_ arguments: Arguments, _ series: KalshiSeriesDetail) async throws -> (pages: [Page]?, count: Int?, next: Int?, unread: String?) {
        let address: String
        switch arguments.document {
        case .none: return (nil, nil, nil, nil)
        case .terms: address = series.termsURL
        case .contract: address = series.contractURL
        }
        let text: ContractText
        do throws(ContractUnread) { text = try await door.contracts.read(address) } catch { return (nil, nil, nil, error.description) }
        guard arguments.from_page <= text.pages.count else { throw ToolFailure("the document has \(text.pages.count) pages") }
        let budget = min(max(arguments.max_bytes, 500), ListBudget.most)
        let left = text.pages.enumerated().dropFirst(arguments.from_page - 1).map { Page(page: $0.offset + 1, text: $0.element) }
        var pages = try ListBudget.fit(left, fields: nil, maxBytes: budget).rows
        if pages.isEmpty, let first = left.first {
            // Six bytes are the most that one of a text can become in JSON.
            pages = [Page(page: first.page, text: String(String.UnicodeScalarView(first.text.unicodeScalars.prefix(budget / 6))) + " (cut: ask with more max_bytes)")]
        }
        let next = arguments.from_page + pages.count
        return (pages, text.pages.count, next <= text.pages.count ? next : nil, nil)
    }
}
