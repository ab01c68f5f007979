import Accounting
import Learning
import Model
import Risk

// What the desk learns from what has happened to it.
extension TradingEngine {
    /// Every forecast of the market meets its outcome; with the event's last market the evidence is judged.
    mutating func learn(_ market: Market, _ result: MarketResult, _ effects: inout [Effect]) {
        hear(result, of: market.ticker)
        // Its result was taken back, and is told anew.
        if let corrected = learner.correct(market.ticker, result: result) { return effects.append(.scored(corrected)) }
        let others = eventsKnown[market.event]?.places ?? []
        let over = others.allSatisfy { markets[$0].market.ticker == market.ticker || markets[$0].settledAt != nil }
        guard let lesson = learner.settle(
            market.ticker, family: market.series, event: market.event, resolution: .init(strike: market.strike, exclusive: market.mutuallyExclusive), eventOver: over,
            result: result)
        else { return }
        if let score = lesson.score { effects.append(.scored(score)) }
        for move in lesson.moves {
            let level: Notice.Level = move.to.influence(realMoney: true) < move.from.influence(realMoney: true) ? .warning : .info
            effects.append(.notice(Notice(level, "\(move.strategy) is now \(move.to.rawValue) in \(move.family), it was \(move.from.rawValue).")))
        }
    }

    /// What came of a market teaches how events move together, and a result that was taken back unteaches it while its day is waited for.
    mutating func hear(_ result: MarketResult, of market: Ticker) {
        learner.hear(result, of: market, in: eventOf(market), today: now.utcDay)
        risk.correlations = learner.parameters.correlations
    }

    /// Forecasts, scores and curves stay as they are; weights, calibrations, stages and correlations become what they were. Trading goes on with them at the next look.
    mutating func rollBack(to version: Int, _ reason: String, _ effects: inout [Effect]) {
        guard let changes = learner.rollBack(to: version) else {
            let kept = learner.history.versions.map { String($0.number) }.joined(separator: ", ")
            effects.append(.notice(Notice(.warning, "There is no version \(version) to go back to; \(kept.isEmpty ? "none is kept yet" : "kept are \(kept)").")))
            return
        }
        risk.correlations = learner.parameters.correlations
        let largest = changes.prefix(3).map(\.sentence).joined(separator: "; ")
        let what = changes.isEmpty ? "nothing had changed since" : "\(changes.count) figures changed, most of all \(largest)"
        effects.append(.notice(Notice(.warning, "The learner was taken back to version \(version): \(what). The reason: \(reason)")))
    }

    /// A market that was never known is an event of its own.
    func eventOf(_ ticker: Ticker) -> EventTicker { market(ticker)?.market.event ?? paid[ticker]?.event ?? EventTicker(ticker.text) }

    /// What an event's effects teach the breaker, the fee model and the measure of adverse selection.
    mutating func learn(from effects: ArraySlice<Effect>) {
        for effect in effects {
            switch effect {
            case .settled(let paid) where !paid.net.isZero:
                let each = paid.cost.approximateDollars / paid.net.magnitude.approximateContracts
                risk.breaker.settled(eventOf(paid.market), realized: paid.realized, chanceOfLoss: 1 - each)
            case .filled(let fill):
                learnFee(of: fill)
                beginMarkout(fill)
            case .place, .cancel, .amend, .decrease, .setGroup, .cancelAll, .resolve, .reconcile, .requestSnapshots, .decided, .forecast, .scored, .settled, .breaker, .notice, .answered: continue
            }
        }
    }

    /// Rounding is settled over all fills of an order, so each is predicted with those before it.
    private mutating func learnFee(of fill: Fill) {
        guard let market = market(fill.market)?.market, let schedule = FeeSchedule(market.fees) else { return }
        let id = (fill.clientOrder ?? clientOfOrder[fill.order]).flatMap { orders[$0]?.id }
        var account = id.flatMap { feeAccounts[$0] } ?? OrderFeeAccount(schedule)
        let charge = account.charge(price: fill.price, quantity: fill.quantity, liquidity: fill.liquidity)
        if let id { feeAccounts[id] = account }
        fees.learn(market.series, fill.liquidity, quantity: fill.quantity, rate: charge.tradeFee, predicted: charge.net, charged: fill.fee)
    }
}
