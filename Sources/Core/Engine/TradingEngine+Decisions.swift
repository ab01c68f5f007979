import Accounting
import Books
import Learning
public import Model
import Risk
import Strategies

// The look at every market, at every tick of the clock.
extension TradingEngine {
    /// A resting order is left at least this long, unless its edge is gone.
    static let minimumRest = Interval.seconds(2)
    /// After an immediate order the market is left alone for a while: the book must answer first.
    static let afterTaking = Interval.seconds(5)
    /// Two different answers about one market are written down at least this far apart; the same answer again is only counted.
    static let newDecisionAfter = Interval.seconds(5)

    mutating func look(_ effects: inout [Effect]) {
        tendAccount(&effects)
        tendTrust(&effects)
        tendOrders(&effects)
        tendGroups(&effects)
        tendPause(&effects)
        tendKill(&effects)
        tendMarkouts()
        takeStock(&effects)
        for place in markets.indices where markets[place].status == .active { tellQuote(place) }
        seekSets(&effects)
        for place in markets.indices where markets[place].status == .active {
            decide(place, &effects)
            noteLaw(place)
        }
        forgetOldMarkets()
    }

    /// Tells the strategies what a market is quoted at, where it has others beside it that this says something of.
    private mutating func tellQuote(_ place: Int) {
        let known = markets[place]
        let ticker = known.market.ticker
        guard eventsKnown[known.market.event]?.places.count ?? 0 > 1, let book = books.book(ticker), book.state == .live, let heard = books.heard(ticker),
            now - heard <= risk.settings.bookStaleness
        else { return }
        let touch = Touch(book, own: booksHoldOwnOrders ? known.openOrder.flatMap { orders[$0] } : nil)
        strategies.observe(Quote(bid: touch.bid(.yes)?.price, ask: touch.ask(.yes)?.price), of: known.market, at: now)
    }

    private mutating func decide(_ place: Int, _ effects: inout [Effect]) {
        let known = markets[place]
        let ticker = known.market.ticker
        let own = known.openOrder.flatMap { orders[$0] }
        guard now < known.market.closeTime else {
            // Before its close nothing rests any more, unless the clock has stepped over the time between.
            if own != nil { leave(place, own, "closed", &effects) }
            return
        }
        guard let book = books.book(ticker), book.state == .live else { return leave(place, own, "book_not_live", &effects) }
        let touch = Touch(book, own: booksHoldOwnOrders ? own : nil)
        guard let mid = touch.mid else {
            markets[place].mark = markets[place].mark.map(touch.bounded)
            return leave(place, own, "one_sided_book", &effects)
        }
        markets[place].mark = mid
        switch withNews(place, mid, strategies.forecasts(known.market, at: now, staleness: risk.settings.spotStaleness)) {
        case .failure(let reason):
            markets[place].pooled = nil
            // Without a strategy's opinion the pool is what the quotes say: that too is written down and scored, but nothing is traded on it.
            record(place, pool(known.market, mid, []), &effects)
            leave(place, own, reason.rawValue, &effects)
        case .success(let forecasts):
            let pooled = pool(known.market, mid, forecasts)
            markets[place].pooled = pooled
            record(place, pooled, &effects)
            act(place, own, pooled, touch, book, &effects)
        }
    }

    /// Each forecast as its record has taught to read it, with the weight that it has earned; what is written down is what the strategy said. For the market
    /// speaks what its event's quotes say once they agree, as far as that has not been found worse than their middle.
    private func pool(_ market: Market, _ mid: Double, _ forecasts: [Forecast]) -> PooledForecast {
        let horizon = (market.closeTime - now).seconds
        func calibrated(_ forecast: Forecast) -> Forecast { learner.calibrated(forecast, in: market.series, horizonSeconds: horizon) }
        let together = eventsKnown[market.event]?.places.count ?? 1 > 1
        let coherent = together ? strategies.coherent(market, at: now, staleness: risk.settings.bookStaleness) : nil
        let trust = learner.standing(Learner.coherence, in: market.series).stage.influence(realMoney: mode == .live)
        let spoken = coherent.map { (Pool.mixed(mid, $0.probability, share: trust), trust * $0.uncertainty, by: $0.strategy) }
        let weights = forecasts.map { ($0.strategy, learner.influence($0.strategy, in: market.series, horizonSeconds: horizon, realMoney: mode == .live)) }
        let pooled = Pool.combine(
            market: mid, spoken: spoken, forecasts: forecasts.map(calibrated), weights: Dictionary(weights, uniquingKeysWith: { a, _ in a }))
        return pooled.telling(forecasts + (coherent.map { [$0] } ?? []))
    }

    /// Writes the forecasts down before the outcome: every ten seconds, or a hundred times in the market's life.
    private mutating func record(_ place: Int, _ pooled: PooledForecast, _ effects: inout [Effect]) {
        let known = markets[place]
        let life = (known.market.closeTime - known.market.openTime).nanoseconds
        let every = Interval(nanoseconds: max(life / 100, Interval.seconds(10).nanoseconds))
        // What a book said long ago is not what the market says now: a comparison with it would be won by whoever heard the later news.
        guard let heard = books.heard(known.market.ticker), now - heard <= risk.settings.bookStaleness else { return }
        if let last = known.lastForecast, now - last < every { return }
        markets[place].lastForecast = now
        let horizon = (known.market.closeTime - now).seconds
        let opinions = pooled.forecasts.map { ($0.strategy, $0.probability) } + [(Learner.pool, pooled.probability)]
        for (name, probability) in opinions {
            let row = ForecastRow(
                time: now, market: known.market.ticker, strategy: name, probability: probability, marketProbability: pooled.market,
                horizonSeconds: horizon)
            learner.record(row)
            effects.append(.forecast(row))
        }
    }

    private mutating func act(
        _ place: Int, _ own: TrackedOrder?, _ pooled: PooledForecast, _ touch: Touch, _ book: OrderBook, _ effects: inout [Effect]
    ) {
        let known = markets[place]
        guard let fees = FeeSchedule(known.market.fees) else { return leave(place, own, "fee_unknown", &effects) }
        let costs = Quoting.Costs(
            taking: self.fees.surcharge(known.market.series, .taker), resting: self.fees.surcharge(known.market.series, .maker),
            adverse: adverse.cost(known.market.series))
        func wanted(_ pooled: PooledForecast) -> Want? {
            Quoting.want(pooled, touch: touch, market: known.market, fees: fees, costs: costs, minimumEdge: risk.settings.minimumEdge) { side, limit in
                chanceOfFill(known.market, side, limit, book)
            }
        }
        var want = wanted(pooled)
        // That an event's quotes contradict each other says they are wrong together, not which of them: it may keep from an order, never be its reason.
        if let found = want, wanted(pooled.without(CoherenceStrategy.name))?.side != found.side { want = nil }
        markets[place].offer = want.map {
            EventMember.Offer(side: $0.side, price: $0.limit, liquidity: $0.rests ? .maker : .taker, surcharge: costs.surcharge(rests: $0.rests))
        }
        if let own, isAsked(own.id) { return keep(place, own, pooled, &effects) }
        if let own { return tend(place, own, want, pooled, &effects) }
        if sets.contains(where: { $0.event == known.market.event }) { return conclude(place, .held(reason: "set_under_way"), pooled: pooled, &effects) }
        guard let want else { return conclude(place, .held(reason: "no_edge"), pooled: pooled, &effects) }
        if now < known.quietUntil { return conclude(place, .held(reason: "waiting_for_answer"), pooled: pooled, &effects) }
        guard let more = size(place, free: portfolio.free) else { return conclude(place, .held(reason: "event_unpriced"), pooled: pooled, &effects) }
        guard more > .zero else { return conclude(place, .held(reason: "at_target"), pooled: pooled, &effects) }
        let context = context(known, book)
        var quantity = risk.fitted(more, side: want.side, price: want.limit, fees: fees, context)
        if !want.rests, let offered = touch.ask(want.side)?.quantity { quantity = min(quantity, wholeContracts(offered)) }
        order(place, want, quantity, pooled, fees, context, &effects)
    }

    private mutating func order(
        _ place: Int, _ want: Want, _ quantity: Quantity, _ pooled: PooledForecast, _ fees: FeeSchedule, _ context: OrderContext,
        _ effects: inout [Effect]
    ) {
        let intent = OrderIntent(
            market: context.market.ticker, side: want.side, limit: want.limit, quantity: quantity,
            timeInForce: want.rests ? .goodTillCanceled : .immediateOrCancel, postOnly: want.rests)
        let id = ClientOrderID("\(desk)-\(intents + 1)")
        switch risk.approve(intent, id: id, probability: want.probability, fees: fees, context) {
        case .failure(let refusal): conclude(place, .refused(refusal), want: want, quantity: quantity, pooled: pooled, &effects)
        case .success(let approved):
            intents += 1
            conclude(place, .ordered(id), want: want, quantity: quantity, pooled: pooled, &effects)
            send(approved, by: OrderCredit(moves: pooled.moves.map { ($0.strategy, $0.logOdds) }, bought: want.side), &effects)
            if !want.rests { markets[place].quietUntil = now + Self.afterTaking }
        }
    }

    /// An order is out: keep it while it is still what is wanted, else take it back.
    private mutating func tend(_ place: Int, _ own: TrackedOrder, _ want: Want?, _ pooled: PooledForecast, _ effects: inout [Effect]) {
        guard own.state == .resting, !own.cancelRequested else { return conclude(place, .held(reason: "order_pending"), pooled: pooled, &effects) }
        let worth = own.intent.side == .yes ? pooled.probability : 1 - pooled.probability
        let edgeGone = worth - own.intent.limit.probability < risk.settings.minimumEdge / 2
        let closing = markets[place].market.closeTime - now < risk.settings.quietBeforeClose
        if !edgeGone, !closing, state == .running || state == .paused {
            if now - own.created < Self.minimumRest { return conclude(place, .held(reason: "order_resting"), pooled: pooled, &effects) }
            // With its edge left it stays, unless something else is wanted now: its place in the queue is worth more than a flicker of the forecast.
            let stays = want.map { $0.side == own.intent.side && $0.rests && isNear($0.limit, own.intent.limit, markets[place].market.grid) } ?? true
            if stays { return conclude(place, .held(reason: "order_resting"), pooled: pooled, &effects) }
        }
        let reason = closing ? "closes_soon" : edgeGone ? "edge_gone" : "requote"
        conclude(place, .canceled(own.id, reason: reason), pooled: pooled, &effects)
        cancel(own.id, &effects)
    }

    /// An order that was asked for stays as long as whoever asked wants it: no forecast of ours takes it back, only the close.
    private mutating func keep(_ place: Int, _ own: TrackedOrder, _ pooled: PooledForecast?, _ effects: inout [Effect]) {
        guard own.state == .resting, !own.cancelRequested else { return conclude(place, .held(reason: "order_pending"), pooled: pooled, &effects) }
        guard markets[place].market.closeTime - now < risk.settings.quietBeforeClose else { return conclude(place, .held(reason: "order_resting"), pooled: pooled, &effects) }
        conclude(place, .canceled(own.id, reason: "closes_soon"), pooled: pooled, &effects)
        cancel(own.id, &effects)
    }

    /// There is nothing to go by: an order that rests is taken back, and the reason is counted.
    private mutating func leave(_ place: Int, _ own: TrackedOrder?, _ reason: String, _ effects: inout [Effect]) {
        markets[place].offer = nil
        // Without a live book nothing may rest, whoever asked for it.
        if let own, isAsked(own.id), reason != "book_not_live" { return keep(place, own, nil, &effects) }
        if let own, own.state == .resting, !own.cancelRequested {
            conclude(place, .canceled(own.id, reason: reason), &effects)
            cancel(own.id, &effects)
        } else {
            conclude(place, .held(reason: reason), &effects)
        }
    }

    /// Counts what came of the look, and writes it down when it is news.
    mutating func conclude(
        _ place: Int, _ outcome: Decision.Outcome, want: Want? = nil, quantity: Quantity? = nil, pooled: PooledForecast? = nil,
        _ effects: inout [Effect]
    ) {
        var news = true
        switch outcome {
        case .held(let reason): noTrade[reason, default: 0] += 1
        case .refused(let refusal): refusals[refusal.code, default: 0] += 1
        case .ordered, .amended, .canceled: break
        }
        switch outcome {
        case .held, .refused:
            let recent = markets[place].lastDecided.map { now - $0 < Self.newDecisionAfter } ?? false
            news = markets[place].lastWritten != outcome.code && !recent
        case .ordered, .amended, .canceled: break
        }
        markets[place].lastOutcome = outcome
        guard news else { return }
        markets[place].lastDecided = now
        markets[place].lastWritten = outcome.code
        decisions += 1
        effects.append(
            .decided(
                Decision(
                    number: decisions, time: now, market: markets[place].market.ticker, outcome: outcome, side: want?.side, price: want?.limit,
                    quantity: quantity, edge: want?.edge, pooled: pooled)))
    }

    /// The facts that risk judges by.
    func context(_ known: MarketState, _ book: OrderBook) -> OrderContext {
        let ticker = known.market.ticker
        let unknown = orders.values.contains { $0.intent.market == ticker && $0.state == .unknown }
        return OrderContext(
            now: now, market: known.market, status: known.status, book: book, heard: books.heard(ticker), notTrading: notTrading, blocked: blocked, paused: pause,
            outcomeUnknown: unknown, orderOpen: known.openOrder != nil, position: portfolio.position(ticker).net, free: cashKnown ? portfolio.free : nil,
            marketExposure: exposure(known), event: exposure(of: known.market.event), wins: places[ticker].map { wins($0, .yes) } ?? [],
            seriesExposure: seriesExposure(known.market.series), group: groupExposure(known.market),
            totalExposure: portfolio.totalExposure + portfolio.reserved, eventBet: bet(on: known.market.event),
            otherBets: bets.filter { $0.event != known.market.event }.map(\.bet))
    }

    /// The most that can be lost on a market, its open order included.
    public func exposure(_ known: MarketState) -> Money {
        portfolio.exposure(known.market.ticker) + (known.openOrder.map { portfolio.reservation($0) } ?? .zero)
    }

    /// Why the desk itself sends nothing; nil when it trades.
    public var notTrading: String? {
        if closing { return "closing" }
        if !reconciled { return State.recovering.rawValue }
        return state == .running ? nil : state.rawValue
    }

    /// Why the exchange's account blocks trading; nil when it does not.
    public var blocked: String? {
        if let reason = trust.reason { return reason }
        if !differences.isEmpty { return differences.map(\.sentence).joined(separator: "; ") }
        // In a pause of everything the account cannot be read, and nothing is sent.
        guard reconciled, pause?.takesCancels != false, let last = lastReconciled, now - last > Self.longestUncompared else { return nil }
        return "the account has not been compared with the exchange for two minutes"
    }

    static let longestUncompared = Interval.seconds(120)

    private func isNear(_ a: Price, _ b: Price, _ grid: PriceGrid) -> Bool { a == b || grid.next(above: a) == b || grid.next(below: a) == b }

    private func wholeContracts(_ quantity: Quantity) -> Quantity { .contracts(quantity.hundredths / 100) }
}
