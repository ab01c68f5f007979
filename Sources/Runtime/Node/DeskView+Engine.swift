import Accounting
import Books
import Engine
import Learning
import Model
import Ports
import Risk
import Strategies

extension DeskView {
    /// The engine as a screen shows it. What the engine does not know stays out.
    init(
        _ engine: TradingEngine, _ chronicle: Chronicle, started: Timestamp, version: String, line: VenueHealth = VenueHealth(), risks: [GroupRiskView],
        learning: LearningView, news: [NewsView]
    ) {
        self.init(
            status: StatusView(engine, started: started, version: version, line: line), account: AccountView(engine),
            markets: engine.markets.map { MarketView($0, engine) },
            orders: engine.orders.values.filter(\.isOpen).sorted { $0.created < $1.created || $0.created == $1.created && $0.id < $1.id }.map { OrderView($0, engine) },
            positions: engine.portfolio.positions.filter { !$0.position.net.isZero }.map { PositionView($0.market, $0.position, engine) },
            decisions: chronicle.decisions, log: chronicle.log, equity: chronicle.equity,
            refusals: engine.refusals.merging(engine.noTrade) { $0 + $1 }.map { ReasonCount(reason: $0.key, count: $0.value) }
                .sorted { $0.count > $1.count || $0.count == $1.count && $0.reason < $1.reason },
            scores: engine.learner.scores.keys.sorted().map { ScoreView($0, engine) }, risks: risks, learning: learning, news: news,
            proposals: engine.proposals.map { ProposalView($0) }, groups: engine.groups.map { OrderGroupView($0, at: engine.now) })
    }
}

extension StatusView {
    init(_ engine: TradingEngine, started: Timestamp, version: String, line: VenueHealth = VenueHealth()) {
        let state =
            if engine.closing {
                "closing"
            } else if engine.state == .killed {
                engine.openOrders > 0 ? "killing" : "halted"
            } else if !engine.reconciled {
                "recovering"
            } else if engine.trust.broken != nil {
                "cancel-only"
            } else {
                engine.risk.breaker.state == .halted ? "halted" : engine.state.rawValue
            }
        self.init(
            mode: engine.mode.rawValue, state: state, blocked: engine.blocked, breaker: engine.risk.breaker.state.rawValue,
            breakerReason: engine.risk.breaker.reason, feed: engine.connected ? "live" : "connecting", time: engine.now.nanoseconds,
            started: started.nanoseconds, events: engine.events, stateHash: engine.digest().text, version: version,
            clockOffsetMilliseconds: line.clockOffset?.wholeMilliseconds, clockUncertaintyMilliseconds: line.clockUncertainty?.wholeMilliseconds,
            frozenBooks: engine.thaw.waiting.count, repairs: engine.thaw.repairs, lastRepairMilliseconds: engine.thaw.last?.took.wholeMilliseconds,
            longestRepairMilliseconds: engine.thaw.longest?.took.wholeMilliseconds, drifts: engine.drifts.count,
            exchange: engine.exchange.map { ExchangeView($0.reading, pause: engine.pause, at: engine.now) })
    }
}

extension ExchangeView {
    init(_ reading: ExchangeReading, pause: ExchangePause?, at now: Timestamp) {
        let next = reading.maintenance.first { $0.start > now }
        let state = pause.map { $0.takesCancels ? "paused" : "closed" } ?? (reading.takesOrders == true ? "trading" : nil)
        self.init(state: state, until: pause?.until?.nanoseconds, nextStart: next?.start.nanoseconds, nextEnd: next?.end.nanoseconds)
    }
}

extension AccountView {
    init(_ engine: TradingEngine) {
        let portfolio = engine.portfolio
        let held = portfolio.positions.filter { !$0.position.net.isZero }
        var unrealized: Money? = .zero
        for (ticker, position) in held {
            unrealized = unrealized.flatMap { sum in engine.mark(ticker).map { sum + position.unrealized(at: $0) } }
        }
        self.init(
            cash: engine.cashKnown ? portfolio.cash.description : nil, reserved: portfolio.reserved.description, equity: engine.equity?.description,
            realized: portfolio.realized.description, unrealized: unrealized?.description, fees: portfolio.fees.description,
            dayPnl: engine.equity.flatMap { worth in engine.risk.breaker.dayStart.map { (worth - $0).description } },
            drawdown: engine.equity.map { engine.risk.breaker.drawdown($0) },
            exposure: (portfolio.totalExposure + portfolio.reserved).description, reconciled: engine.lastReconciled?.nanoseconds,
            differences: engine.unsettled.map(\.sentence))
    }
}

extension MarketView {
    init(_ known: TradingEngine.MarketState, _ engine: TradingEngine) {
        let ticker = known.market.ticker
        let book = engine.books.book(ticker)
        let bid = book?.bid(.yes)
        let ask = book?.ask(.yes)
        self.init(
            ticker: ticker.text, event: known.market.event.text, series: known.market.series.text, title: known.market.title,
            status: known.status.rawValue, book: BookView.state(book), yesBid: bid?.price.description, yesAsk: ask?.price.description,
            yesBidSize: bid?.quantity.description, yesAskSize: ask?.quantity.description, last: known.lastPrice?.description,
            probability: known.pooled?.probability, position: engine.portfolio.position(ticker).net.description,
            closes: known.market.closeTime.nanoseconds, updated: book?.changed?.nanoseconds,
            spot: known.market.underlying.flatMap { engine.fundamental.history($0)?.last }, reason: known.lastOutcome?.code)
    }
}

extension BookView {
    init(_ ticker: Ticker, _ book: OrderBook?, depth: Int) {
        func rows(_ side: Side) -> [[String]] {
            (book?[side].levels.suffix(depth).reversed() ?? []).map { [$0.price.description, $0.quantity.description] }
        }
        self.init(market: ticker.text, state: Self.state(book), yes: rows(.yes), no: rows(.no), updated: book?.changed?.nanoseconds)
    }

    static func state(_ book: OrderBook?) -> String {
        guard let book, !book.isEmpty else { return "empty" }
        return book.state == .live ? "live" : "frozen"
    }
}

extension OrderView {
    init(_ order: TrackedOrder, _ engine: TradingEngine) {
        self.init(
            id: order.id.text, orderId: order.order?.text, market: order.intent.market.text, side: order.intent.side.rawValue,
            price: order.intent.limit.description, quantity: order.intent.quantity.description, filled: order.filled.description,
            state: order.cancelRequested ? "canceling" : order.change != nil ? "changing" : order.state.rawValue, placed: order.created.nanoseconds,
            expires: order.intent.expires?.nanoseconds, changeRefused: order.changes.refusal, group: engine.groupName(of: order.intent))
    }
}

extension OrderGroupView {
    init(_ record: TradingEngine.GroupRecord, at now: Timestamp) {
        self.init(
            name: record.name, group: record.group?.text, limit: record.limit?.description, used: record.used(at: now).description, isTriggered: record.isTriggered,
            isBeingSet: record.asked != nil, trouble: record.trouble)
    }
}

extension PositionView {
    init(_ ticker: Ticker, _ position: Position, _ engine: TradingEngine) {
        let mark = engine.mark(ticker)
        let size = position.net.magnitude
        let side = position.side ?? .yes
        self.init(
            market: ticker.text, side: side.rawValue, quantity: size.description,
            averageCost: Money(millionths: position.cost.millionths * 100 / max(size.hundredths, 1)).description,
            mark: mark.map { (side == .yes ? $0 : $0.complement).description }, unrealized: mark.map { position.unrealized(at: $0).description },
            realized: position.realized.description, fees: position.fees.description)
    }
}

extension ProposalView {
    init(_ record: TradingEngine.WishRecord) {
        let intent = record.wish.intent
        self.init(
            key: record.wish.key, asker: record.wish.asker, market: intent.market.text, side: intent.side.rawValue, price: intent.limit.description,
            quantity: intent.quantity.description, probability: record.wish.probability, closesOnly: record.wish.reduceOnly, asked: record.asked.nanoseconds,
            expires: record.expires.nanoseconds)
    }
}

extension ScoreView {
    init(_ name: String, _ engine: TradingEngine) {
        let score = engine.learner.scores[name]
        let families = Set(engine.markets.map(\.market.series)).sorted()
        let weights = families.map { engine.learner.weight(name, in: $0) }
        let isStrategy = name != Learner.pool && name != Learner.market
        self.init(
            name: name, forecasts: score?.count ?? 0, brier: score?.brier, logLoss: score?.logLoss,
            weight: isStrategy && !weights.isEmpty ? weights.reduce(0, +) / Double(weights.count) : nil)
    }
}

extension Interval {
    var wholeMilliseconds: Int64 { nanoseconds / 1_000_000 }
}

extension TradingEngine {
    /// The last middle of a market's quotes as a YES price; nil when there never was one.
    func mark(_ ticker: Ticker) -> Price? { market(ticker)?.mark.map { Price(tenThousandths: Int32(($0 * 10_000).rounded())) } }
}
