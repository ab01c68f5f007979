import Matching
import Model
import Notation

/// A series and an event as REST shows them, gathered from the markets that belong to them.
struct SeriesFacts {
    let ticker: SeriesTicker
    let markets: [MarketFacts]

    private var first: Market? { markets.first?.market }

    var tags: [String] { first?.underlying.map { [$0.text] } ?? [] }
    /// When any of its markets last changed.
    var updated: Timestamp { markets.map(\.record.changed).max() ?? .zero }

    func json(volume: Bool) -> JSON {
        .object([
            "ticker": .text(ticker.text),
            "frequency": .text(frequency),
            "title": .text(first.map { $0.underlying.map { "Simulated: \($0.text)" } ?? $0.title } ?? ticker.text),
            "category": .text(category),
            "tags": .array(tags.map(JSON.text)),
            "settlement_sources": [],
            "contract_url": "",
            "contract_terms_url": "",
            "fee_type": .text(feeType),
            "fee_multiplier": .number(Double(first?.fees.multiplierThousandths ?? 1000) / 1000),
            "additional_prohibitions": [],
            "volume_fp": volume ? .text(markets.reduce(Quantity.zero) { $0 + $1.record.volume }.description) : nil,
            "last_updated_ts": .text(CivilTime.text(updated)),
            "exchange_index": 0,
            "categories": [.text(category)],
        ])
    }

    /// By how long its markets trade.
    private var frequency: String {
        guard let first else { return "custom" }
        return switch (first.closeTime - first.openTime).seconds {
        case ...1200: "fifteen_min"
        case ...7200: "hourly"
        default: "daily"
        }
    }

    /// A rule that is not known here is not tradable here either, so the ordinary one is shown.
    private var feeType: String {
        first?.fees.kind == .quadraticWithMakerFees ? "quadratic_with_maker_fees" : "quadratic"
    }

    var category: String { SeriesFacts.category(first) }

    static func category(_ market: Market?) -> String {
        guard let underlying = market?.underlying?.text else { return "Other" }
        return switch underlying {
        case "BTC", "ETH": "Crypto"
        case "XAU": "Commodities"
        default: underlying.contains("HIGH") || underlying.contains("LOW") ? "Climate and Weather" : "Financials"
        }
    }
}

/// One question, with its markets in ascending order of ticker.
struct EventFacts {
    let ticker: EventTicker
    let markets: [MarketFacts]

    func json(nested: Bool) -> JSON {
        let first = markets.first?.market
        return .object([
            "event_ticker": .text(ticker.text),
            "series_ticker": .text(first?.series.text ?? ""),
            "sub_title": .text(first.map { CivilTime.text($0.closeTime, decimals: 0) } ?? ""),
            "title": .text(first?.title ?? ticker.text),
            "collateral_return_type": .text(CollateralReturn(of: markets.map(\.market)).rawValue),
            "mutually_exclusive": .bool(first?.mutuallyExclusive ?? false),
            "category": .text(SeriesFacts.category(first)),
            "strike_date": first.map { .text(CivilTime.text($0.closeTime, decimals: 0)) },
            "markets": nested ? .array(markets.map(\.json)) : nil,
            "settlement_sources": [],
            "last_updated_ts": markets.map(\.record.changed).max().map { .text(CivilTime.text($0)) },
            "exchange_index": 0,
        ])
    }

    /// The event's status in the query's words, taken from its markets: the liveliest decides.
    var queryStatus: String? {
        let all = Set(markets.compactMap { $0.record.status.queryName })
        return ["open", "paused", "unopened", "closed", "settled"].first(where: all.contains)
    }
}

extension MarketStatus {
    /// The word of the `status` filter (section 15).
    var queryName: String? {
        switch self {
        case .initialized: "unopened"
        case .active: "open"
        case .inactive: "paused"
        case .closed, .determined, .disputed, .amended: "closed"
        case .finalized: "settled"
        case .unknown: nil
        }
    }
}
