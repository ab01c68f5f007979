import Accounting
import Model

// Whose reasons were worth what.
extension TradingEngine {
    /// A fill belongs to whoever was the reason for its order.
    mutating func credit(_ fill: Fill) {
        let id = fill.clientOrder ?? clientOfOrder[fill.order]
        attribution.bought(fill, family: familyOf(fill.market), credit: id.flatMap { credits[$0] } ?? OrderCredit(.unknownOrder))
    }

    /// Once a market is paid its profit is shared out; after a late fill, anew.
    mutating func attribute(_ ticker: Ticker) {
        guard let known = market(ticker), known.settledAt != nil, let result = known.result else { return }
        share(out: ticker, result)
    }

    /// What the market brought, among those who were the reason for its orders.
    mutating func share(out ticker: Ticker, _ result: MarketResult) {
        attribution.settled(ticker, family: familyOf(ticker), result: result, position: portfolio.position(ticker))
    }

    /// By the exchange's names an event begins with its series.
    private func familyOf(_ ticker: Ticker) -> SeriesTicker {
        market(ticker)?.market.series ?? SeriesTicker(String(ticker.text.prefix { $0 != "-" }))
    }
}
