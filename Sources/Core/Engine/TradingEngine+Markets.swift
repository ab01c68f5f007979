import Accounting
import Books
import Learning
import Model
import Strategies

// What the exchange says of its markets.
extension TradingEngine {
    /// Markets stay known this long after they are paid, so that late messages find them.
    static let memoryAfterSettlement = Interval.seconds(120)

    mutating func observe(_ event: MarketEvent, _ effects: inout [Effect]) {
        switch books.apply(event, at: now) {
        case .none, .updated: break
        case .froze(let tickers, let subscription): froze(tickers, subscription, &effects)
        }
        switch event {
        case .delta, .sequenced, .subscribed: break
        case .snapshot(let snapshot): thawed(snapshot.market, &effects)
        case .trade(let trade, _, _): update(trade.market) { $0.lastPrice = trade.yesPrice }
        case .ticker(let ticker): update(ticker.market) { $0.lastPrice = ticker.lastPrice.isTradable ? ticker.lastPrice : $0.lastPrice }
        case .spot(let tick): strategies.observe(tick, at: now)
        case .listed(let market): list(market)
        case .status(let ticker, let status): update(ticker) { $0.status = status }
        case .determined(let ticker, let result):
            update(ticker) {
                $0.result = result
                if $0.status != .finalized { $0.status = .determined }
            }
        case .settled(let ticker): pay(ticker, &effects)
        case .connected: connected = true
        case .disconnected:
            connected = false
            deafToGroups()
            effects.append(.notice(Notice(.warning, "The connection to the exchange is lost; its books are frozen.")))
        }
    }

    mutating func update(_ ticker: Ticker, _ change: (inout MarketState) -> Void) {
        guard let place = places[ticker] else { return }
        change(&markets[place])
    }

    private mutating func list(_ market: Market) {
        news.list(market)
        if let place = places[market.ticker] {
            let before = markets[place].market
            guard before != market else { return }
            markets[place].market = market
            if before.event != market.event { relate(before.event) }
            return relate(market.event)
        }
        places[market.ticker] = markets.count
        markets.append(MarketState(market: market))
        relate(market.event)
    }

    private mutating func froze(_ tickers: [Ticker], _ subscription: SubscriptionID?, _ effects: inout [Effect]) {
        thaw.froze(tickers.filter { market($0).map { $0.settledAt == nil } ?? false }, at: now)
        guard let subscription else { return }
        effects.append(.notice(Notice(.warning, "Messages were lost: \(tickers.count) books are frozen until their snapshots arrive.")))
        effects.append(.requestSnapshots(subscription))
    }

    private mutating func thawed(_ ticker: Ticker, _ effects: inout [Effect]) {
        guard books.book(ticker)?.state == .live, let repair = thaw.thawed(ticker, at: now) else { return }
        let milliseconds = repair.took.nanoseconds / 1_000_000
        effects.append(.notice(Notice(.info, "\(repair.books) frozen books are live again after \(milliseconds) ms.")))
    }

    /// Pays the position out, and lets every forecast of the market meet its outcome.
    /// - Parameter told: what the account says was paid.
    mutating func pay(_ ticker: Ticker, told: VenueSettlement.Paid? = nil, _ effects: inout [Effect]) {
        guard let known = market(ticker) else { return }
        guard known.settledAt == nil else {
            if let result = known.result { payAgain(ticker, by: result, &effects) }
            return
        }
        guard let result = known.result else {
            effects.append(.notice(Notice(.warning, "\(ticker) was settled, but its result is not known; the account will tell.")))
            return
        }
        if let settlement = portfolio.settle(ticker, result, told: told) { book(settlement, &effects) }
        learn(known.market, result, &effects)
        news.settle(ticker, outcome: result.yesValue?.probability)
        let paidAt = now
        thaw.forget(ticker)
        update(ticker) {
            $0.status = .finalized
            $0.settledAt = paidAt
        }
        attribute(ticker)
    }

    /// Forgets markets that are paid and quiet, so that memory does not grow with the days.
    mutating func forgetOldMarkets() {
        guard let agreed = lastReconciled else { return }
        let old = markets.filter { state in
            // A fill that the next report can still bring must find its market, and the trades that were counted.
            guard let settled = state.settledAt, agreed - Self.overlap - Self.overlap - Self.overlap > settled else { return false }
            return now - settled > Self.memoryAfterSettlement && state.openOrder == nil && portfolio.position(state.market.ticker).net.isZero
        }
        guard !old.isEmpty else { return }
        // With a market goes the memory of its trades: what is so old that an account which has agreed since must have held it is no news, whoever tells it.
        fillsCountFrom = max(fillsCountFrom, agreed - Self.overlap - Self.overlap)
        for ticker in paid.forget(before: now) { closeAccount(of: ticker) }
        for state in old {
            let ticker = state.market.ticker
            books.forget(ticker)
            learner.forget(ticker)
            seenTrades[ticker] = nil
            portfolio.forget(ticker)
            if paid[ticker] == nil { closeAccount(of: ticker) }
            news.forget(ticker)
            strategies.forget(state.market)
        }
        let gone = Set(old.map(\.market.ticker))
        markets.removeAll { gone.contains($0.market.ticker) }
        places = Dictionary(uniqueKeysWithValues: markets.enumerated().map { ($0.element.market.ticker, $0.offset) })
        relateAll()
    }
}
