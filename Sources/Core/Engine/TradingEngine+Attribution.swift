public import Accounting
import Learning
import Model
import Risk
import Strategies

// Whose reasons were worth what.
extension TradingEngine {
    /// A fill belongs to whoever was the reason for its order.
    mutating func credit(_ fill: Fill) {
        let id = fill.clientOrder ?? clientOfOrder[fill.order]
        attribution.bought(fill, family: familyOf(fill.market), credit: id.flatMap { credits[$0] } ?? OrderCredit(.unknownOrder))
        foresee(fill)
    }

    /// What the desk expects of it, as it believes when the fill comes; of a market of which it believes nothing, what the quotes say.
    private mutating func foresee(_ fill: Fill) {
        guard let place = places[fill.market] else { return }
        let known = markets[place]
        let event = eventsKnown[known.market.event]
        let ties = EventTies(group: CorrelationGroup.of(known.market), underlying: known.market.underlying, day: known.market.closeTime.utcDay)
        let probability = believed(place) ?? (fill.side == .yes ? fill.price : fill.price.complement).probability
        let deviation = known.pooled.map { $0.probability * (1 - $0.probability) * $0.uncertainty } ?? 0
        var belief = ForeseenProfit.Belief(fill.market, probability: probability, ties: ties)
        if let event, let states = event.states, let law = Self.law(event.places.map { $0 == place ? probability : believed($0) }, states) {
            let tickers = event.places.map { markets[$0].market.ticker }
            belief = .init(markets: tickers, pays: states.pays, law: law, isOrdered: event.places.allSatisfy { markets[$0].market.strike != .other }, ties: ties)
        }
        let adverse = fill.liquidity == .maker ? adverse.cost(known.market.series) : 0
        foreseen.bought(fill, in: known.market.event, probability: probability, deviation: deviation, adverse: adverse, belief: belief, at: now)
    }

    /// What was expected of the settled events in which something was bought, and what came.
    public var foreseenProfit: ForeseenProfit.Sums { foreseen.sums(risk.correlations) }

    private func believed(_ place: Int) -> Double? {
        markets[place].result?.yesValue?.probability ?? markets[place].pooled?.probability ?? markets[place].mark
    }

    /// Once a market is paid its profit is shared out; after a late fill, anew.
    mutating func attribute(_ ticker: Ticker) {
        guard let known = market(ticker), known.settledAt != nil, let result = known.result else { return }
        share(out: ticker, result)
    }

    /// What the market brought, among those who were the reason for its orders.
    mutating func share(out ticker: Ticker, _ result: MarketResult) {
        attribution.settled(ticker, family: familyOf(ticker), result: result, position: portfolio.position(ticker))
        foreseen.settled(ticker, result: result, at: now)
    }

    /// Its payout cannot be taken back any more.
    mutating func closeAccount(of ticker: Ticker) {
        attribution.forget(ticker)
        foreseen.forget(ticker, risk.correlations)
    }

    /// By the exchange's names an event begins with its series.
    private func familyOf(_ ticker: Ticker) -> SeriesTicker {
        market(ticker)?.market.series ?? SeriesTicker(String(ticker.text.prefix { $0 != "-" }))
    }
}
