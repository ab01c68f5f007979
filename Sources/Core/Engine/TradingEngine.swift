public import Accounting
public import Books
public import Learning
public import Model
public import Risk
public import Strategies

/// The desk's mind: one value that owns all trading state, and one function from event to effects.
///
/// It has no clock and asks nobody: the same events in the same order give the same state and the same effects, always. Whoever owns it must journal an
/// event's effects before carrying them out.
public struct TradingEngine: Sendable, Codable {
    /// What the desk does. The operator's commands move it; only reconciliation leads out of `recovering`.
    public enum State: String, Hashable, Sendable, Codable {
        /// The account is not yet known to agree; then what it was before.
        case recovering
        /// Trading; then paused, stopped or killed.
        case running
        /// Nothing new; what rests, rests. Then running, stopped or killed.
        case paused
        /// Nothing new, nothing resting. Then running or killed.
        case stopped
        /// Everything canceled, flattened if asked. Then stopped, by a reset alone.
        case killed
    }

    /// What is known of one market.
    public struct MarketState: Sendable, Codable {
        public internal(set) var market: Market
        public internal(set) var status: MarketStatus = .unknown
        public internal(set) var result: MarketResult?
        public internal(set) var lastPrice: Price?
        /// The middle of the quotes without our orders, the last time both sides were there.
        public internal(set) var mark: Double?
        public internal(set) var pooled: PooledForecast?
        /// What the last look at it came to.
        public internal(set) var lastOutcome: Decision.Outcome?
        /// What would be bought here at the last look, whether or not it was.
        var offer: EventMember.Offer?
        /// Our order that is not over, if there is one.
        public internal(set) var openOrder: ClientOrderID?
        /// What the market expects of the event was written down by its first market, or is not for this one to write.
        var lawNoted = false
        var lastForecast: Timestamp?
        var lastDecided: Timestamp?
        /// The outcome that was last written down.
        var lastWritten: String?
        /// Nothing is sent before: fills of the last order may still be on their way.
        var quietUntil: Timestamp = .zero
        public internal(set) var settledAt: Timestamp?
    }

    public internal(set) var desk = ""
    public internal(set) var mode: TradingMode = .simulated
    public internal(set) var state: State = .stopped
    public internal(set) var reconciled = false
    /// The process is ending.
    public internal(set) var closing = false
    /// Differences with the exchange that block trading.
    public internal(set) var differences: [AccountDifference] = []
    /// All that the last comparison found, also what is explained or too young to block.
    public internal(set) var unsettled: [AccountDifference] = []
    public internal(set) var now: Timestamp = .zero
    public internal(set) var events: Int64 = 0
    public internal(set) var books = BookKeeper()
    public internal(set) var portfolio = Portfolio(cash: .zero)
    public internal(set) var cashKnown = false
    public internal(set) var risk: RiskManager
    public internal(set) var learner = Learner()
    /// Fees as charged, beside the rule's.
    public internal(set) var fees = FeeModel()
    /// What waits of resting orders have taught about the next, and what their fills were worth.
    public internal(set) var fills = FillModel()
    public internal(set) var adverse = AdverseSelection()
    public internal(set) var strategies = StrategyManager()
    /// Profit by the reason for each order.
    public internal(set) var attribution = Attribution()
    /// Profit as it was expected when it was traded for.
    var foreseen = ForeseenProfit()
    /// Orders that are not over, or ended a short while ago.
    public internal(set) var orders: [ClientOrderID: TrackedOrder] = [:]
    public internal(set) var refusals: [String: Int] = [:]
    public internal(set) var noTrade: [String: Int] = [:]
    public internal(set) var ordersPlaced = 0
    public internal(set) var fillsSeen = 0
    public internal(set) var connected = false
    /// Whether the exchange can still be understood.
    public internal(set) var trust = VenueTrust()
    /// What was new at the exchange and did no harm, each told once.
    public internal(set) var drifts: Set<ContractDrift> = []
    /// Books that wait for their snapshots, and how long such waits took.
    public internal(set) var thaw = Thaw()
    public internal(set) var lastReconciled: Timestamp?
    /// Worth of cash and positions at the last look; nil while cash is unknown.
    public internal(set) var equity: Money?
    public internal(set) var news = SentimentStrategy()
    /// The operator's own limits, before caps.
    public internal(set) var configured = DeskSettings()
    /// What was put on top of them.
    public internal(set) var caps = LimitCaps()
    /// What assistants asked for, by key; the oldest are forgotten.
    public internal(set) var wishes: [String: WishRecord] = [:]
    var wishOrder: [String] = []
    /// Order groups that assistants set, in the order of their first asking.
    public internal(set) var groups: [GroupRecord] = []

    /// What the exchange last said of its own hours; nil while it has said nothing.
    public internal(set) var exchange: ExchangeWord?
    /// When a known pause was last seen to be on.
    var lastPaused: Timestamp?
    var pauseTold = false

    // In order of arrival, which is the order of the journal.
    public internal(set) var markets: [MarketState] = []
    var places: [Ticker: Int] = [:]
    var eventsKnown: [EventTicker: KnownEvent] = [:]
    var intents: Int64 = 0
    var decisions: Int64 = 0
    var clientOfOrder: [OrderID: ClientOrderID] = [:]
    /// Trades already counted, by market, until the market is forgotten.
    var seenTrades: [Ticker: Set<TradeID>] = [:]
    var endedAt: [ClientOrderID: Timestamp] = [:]
    /// What was set aside for an order when it was sent, or amended.
    var reservedAtFirst: [ClientOrderID: Reserved] = [:]
    /// Who is the reason for an order.
    var credits: [ClientOrderID: OrderCredit] = [:]
    /// Amendments whose outcome is not certain, with what is to be set aside if they are made.
    var amending: [ClientOrderID: Amendment] = [:]
    /// The rounding that each order has come to, by our own count.
    var feeAccounts: [ClientOrderID: OrderFeeAccount] = [:]
    var waits: [ClientOrderID: Wait] = [:]
    /// In order of their time.
    var markouts: [Markout] = []
    var lastCompared: Timestamp?
    var cancelSentAt: [ClientOrderID: Timestamp] = [:]
    var reconcileAskedAt: Timestamp?
    /// Fills of before this are no news: they are in the position that the journal began with, or of a market that is paid and forgotten.
    var fillsCountFrom: Timestamp = .zero
    /// What was paid for markets that were held, while it may be taken back.
    var paid = PaidMarkets()
    var mismatches = 0
    /// Since when a difference has been explained.
    var explainedSince: [AccountDifference.Subject: Timestamp] = [:]
    /// Orders that are said to be over without a word of how they ended, and since when.
    var unprovenSince: [ClientOrderID: Timestamp] = [:]
    var resolveAskedAt: [ClientOrderID: Timestamp] = [:]
    var killAskedAt: Timestamp?
    /// A cancel-all was sent, and no report of the account has shown since that nothing rests.
    var cancelUnproven = false
    /// The operator has accepted the exchange's word: the next report is taken over.
    var acceptNext = false
    /// When a fill or a payout was last booked.
    var accountMovedAt: Timestamp = .zero
    /// False in a backtest, where the recorded book does not know our orders.
    public var booksHoldOwnOrders = true
    /// When anything was last heard of the markets.
    var feedHeard: Timestamp?
    /// Since when the account differs from the exchange's.
    var differingSince: Timestamp?
    /// Locked-in sets that are being bought, at most one an event.
    var sets: [SetUnderWay] = []
    /// Sets bought whole, and sets that broke.
    public internal(set) var setsLocked = 0
    public internal(set) var setsBroken = 0
    var flattening = false
    /// Sent to leave positions after a kill; they are not taken back.
    var flatteningOrders: Set<ClientOrderID> = []

    public init() { risk = RiskManager(settings: DeskSettings()) }

    /// The one verb: takes the newest event and says what follows from it.
    public mutating func process(_ stamped: Stamped) -> [Effect] {
        var effects: [Effect] = []
        process(stamped, into: &effects)
        return effects
    }

    /// The same, without a new array for each event.
    public mutating func process(_ stamped: Stamped, into effects: inout [Effect]) {
        begin(at: stamped.time)
        let before = effects.count
        switch stamped.event {
        case .market(let event): hear(event, &effects)
        case .fact(let fact): strategies.observe(fact, at: now)
        case .order(let report):
            // What a known pause brings is no error.
            if pause == nil, answersAnAct(report) { risk.breaker.hear(report) }
            take(report, &effects)
        case .fill(let fill): take(fill, &effects)
        case .account(let report): reconcile(report, &effects)
        case .accountUnavailable(let reason): reconciliationFailed(reason, &effects)
        case .drift(let drift): hear(drift, &effects)
        case .command(let command): obey(command, &effects)
        case .opened(let desk, let mode, let settings): open(desk, mode, settings, &effects)
        case .restarted(let settings): restart(settings, &effects)
        case .closing: close(&effects)
        case .tick: look(&effects)
        case .headline(let headline): news.observe(headline, at: now)
        case .group(let report): hear(report, &effects)
        case .groupNews(let news): hear(news, &effects)
        case .exchange(let reading): hear(reading, &effects)
        }
        end(before, &effects)
    }

    /// The same for what the markets say, of which there is a thousand times more than of all the rest: nothing is wrapped and unwrapped.
    public mutating func process(_ event: MarketEvent, at time: Timestamp, into effects: inout [Effect]) {
        begin(at: time)
        let before = effects.count
        hear(event, &effects)
        end(before, &effects)
    }

    @inline(__always) private mutating func begin(at time: Timestamp) {
        precondition(time >= now, "an event came from before the last one")
        now = time
        events += 1
    }

    @inline(__always) private mutating func hear(_ event: MarketEvent, _ effects: inout [Effect]) {
        feedHeard = now
        observe(event, &effects)
    }

    @inline(__always) private mutating func end(_ before: Int, _ effects: inout [Effect]) {
        tendSets(&effects)
        if effects.count > before { learn(from: effects[before...]) }
    }

    public var fundamental: FundamentalStrategy { strategies.strategy(FundamentalStrategy.self) ?? FundamentalStrategy() }

    public func market(_ ticker: Ticker) -> MarketState? { places[ticker].map { markets[$0] } }

    /// A fingerprint of the whole state: equal after the same events, on every run.
    public func digest() -> Digest {
        var digest = Digest()
        digest.feed(desk)
        digest.feed(state.rawValue)
        digest.feed(now)
        digest.feed(events)
        digest.feed(intents)
        digest.feed(decisions)
        digest.feed(cashKnown)
        digest.feed(fillsCountFrom)
        digest.feed(reconciled)
        books.feed(into: &digest)
        portfolio.feed(into: &digest)
        risk.feed(into: &digest)
        learner.feed(into: &digest)
        fees.feed(into: &digest)
        fills.feed(into: &digest)
        adverse.feed(into: &digest)
        trust.feed(into: &digest)
        thaw.feed(into: &digest)
        digest.feed(drifts.count)
        strategies.feed(into: &digest)
        attribution.feed(into: &digest)
        foreseen.feed(into: &digest)
        for id in orders.keys.sorted() { orders[id]?.feed(into: &digest) }
        for market in markets {
            digest.feed(market.market.ticker.text)
            digest.feed(market.status.rawValue)
            digest.feed(market.mark ?? 0)
            digest.feed(seenTrades[market.market.ticker]?.count ?? 0)
        }
        news.feed(into: &digest)
        for set in sets { set.feed(into: &digest) }
        digest.feed(setsLocked)
        // A desk that nobody asked anything has the fingerprint that it always had.
        for key in wishOrder {
            digest.feed(key)
            digest.feed(String(describing: wishes[key]?.answer))
        }
        for name in configured.strategies.keys.sorted() {
            digest.feed(name)
            digest.feed(configured.strategies[name] ?? 0)
        }
        if caps != LimitCaps() { digest.feed(String(describing: caps)) }
        feedGroups(into: &digest)
        feedPause(into: &digest)
        return digest
    }

    // MARK: - Life

    private mutating func open(_ desk: String, _ mode: TradingMode, _ settings: DeskSettings, _ effects: inout [Effect]) {
        precondition(self.desk.isEmpty, "a journal is opened once")
        self.desk = desk
        self.mode = mode
        risk.settings = settings
        configured = settings
        strategies.configure(settings.strategies)
        // On simulated money it trades from the start; where money or an account is at stake, a person says so.
        state = mode == .simulated || mode == .recorded ? .running : .paused
        effects.append(.notice(Notice(.info, "Desk \(desk) opened, \(mode.rawValue).")))
        askForAccount(&effects)
    }

    /// Orders that were on their way when the process died may have arrived: each is asked for by its id before anything else.
    private mutating func restart(_ settings: DeskSettings?, _ effects: inout [Effect]) {
        if let settings, settings != configured {
            let lifted = caps != LimitCaps()
            configured = settings
            caps = LimitCaps()
            risk.settings = settings
            strategies.configure(settings.strategies)
            effects.append(.notice(Notice(.warning, "The settings have changed and are in force\(lifted ? "; limits that were tightened since are lifted" : "").")))
        }
        // Whatever fed the books is gone with the old process: none of them is true before its snapshot.
        _ = books.apply(.connected(connection: .max), at: now)
        thaw = Thaw()
        dropSets("the desk restarted", &effects)
        reconciled = false
        closing = false
        connected = false
        feedHeard = now
        mismatches = 0
        unsettled = []
        explainedSince = [:]
        reconcileAskedAt = nil
        resolveAskedAt = [:]
        for id in orders.keys.sorted() where orders[id]?.state == .pending {
            settle(orders[id]?.apply(.unknown(id, reason: "the desk restarted")), of: id, &effects)
        }
        doubtGroups(&effects)
        doubtPause()
        effects.append(.notice(Notice(.info, "Restarted; the account is being reconciled before anything is sent.")))
        askForAccount(&effects)
    }

    private mutating func close(_ effects: inout [Effect]) {
        closing = true
        for id in orders.keys.sorted() { orders[id]?.requestCancel() }
        effects.append(.notice(Notice(.info, "Closing: resting orders are canceled.")))
        effects.append(.cancelAll(reason: "closing"))
    }

    /// How many orders rest at the exchange, or may.
    public var openOrders: Int { orders.values.reduce(0) { $0 + ($1.isOpen ? 1 : 0) } }
}
