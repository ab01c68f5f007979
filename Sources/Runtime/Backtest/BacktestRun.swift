public import Accounting
public import Engine
public import Learning
public import Matching
public import Model
import Risk

/// How a backtest is run: the money, the limits, and how far away the exchange is.
public struct BacktestSettings: Sendable {
    public var cash: Money = .dollars(10_000)
    public var desk = DeskSettings()
    /// One way. A recording's times are those of receipt, one latency after the exchange's own: so an order that is sent at a moment of the
    /// recording meets the book that is received two latencies later, and its answer comes at that same moment.
    public var latency: Interval = .milliseconds(50)
    /// How often the desk's clock ticks, which is when it decides.
    public var tick: Interval = .milliseconds(500)
    public var rounding: FeeRounding = .current(precision: .cent)
    public var seed: UInt64 = 1

    public init() {}
}

/// The desk of `aura run` against a recording: the same engine, the same venue as on paper, and a clock that is the recording's own.
///
/// Feed it every event in order of receive time, then call `finish`. It is deterministic: the same events give the same hash.
public struct BacktestRun: Sendable {
    public private(set) var engine = TradingEngine()
    public private(set) var venue: Venue
    public private(set) var events = 0
    public private(set) var bookEvents = 0
    public private(set) var fills: [Fill] = []
    public private(set) var forecasts: [ForecastRow] = []
    public private(set) var settlements: [(time: Timestamp, market: Ticker, result: MarketResult)] = []
    /// Worth of cash and positions, and the cost of what is held, at most once every ten seconds of the recording.
    public private(set) var equity: [(time: Timestamp, worth: Money, exposure: Money)] = []
    public private(set) var decisions: [Decision] = []
    /// Every market that was listed, as it was defined last; the engine forgets those that are paid.
    public private(set) var markets: [Ticker: Market] = [:]
    /// What the facts of this run give away of themselves.
    public private(set) var lookAhead = LookAheadCheck()
    public private(set) var firstListed: [Ticker: Timestamp] = [:]
    /// Contracts that changed hands on the tape.
    public private(set) var volumes: [Ticker: Quantity] = [:]

    private let settings: BacktestSettings
    private let account = AccountID("backtest")
    private var agenda = Agenda()
    private var nextTick: Timestamp?
    private var lastTime: Timestamp = .zero
    /// When the markets were last heard of.
    private var heardAt: Timestamp = .zero
    private var effects: [Effect] = []
    private var told: [VenueEvent] = []
    private var connections: Set<UInt32> = []

    /// After this much silence of the recording the clock stands still until the next event: nothing can be decided on old books.
    private static let longestSilence = Interval.seconds(120)
    private static let decisionsKept = 5000

    public init(_ settings: BacktestSettings = BacktestSettings()) {
        self.settings = settings
        venue = Venue(seed: settings.seed, rounding: settings.rounding)
        venue.open(account, cash: settings.cash)
        engine.booksHoldOwnOrders = false
    }

    /// The next event of the recording.
    public mutating func take(_ event: MarketEvent, at time: Timestamp) {
        if nextTick == nil { begin(at: time) }
        // A recorder's clock may step back; the desk's must not.
        let now = max(time, lastTime)
        catchUp(to: now)
        lastTime = now
        heardAt = now
        events += 1
        count(event)
        venue.replay(event, at: now, into: &told)
        if !told.isEmpty { hear(at: now) }
        give(event, at: now)
        if case .listed(let market) = event { give(.status(market.ticker, .active), at: now) }
    }

    /// A fact that was known from `time` on. The markets' silence goes on through it.
    public mutating func take(_ fact: Fact, at time: Timestamp) {
        if nextTick == nil { begin(at: time) }
        let now = max(time, lastTime)
        catchUp(to: now)
        lastTime = now
        switch fact {
        case .highForecast(let forecast): lookAhead.note(forecast, knownFrom: now)
        case .high(let high): lookAhead.note(high)
        case .highSoFar, .nowcast, .figure: break
        }
        give(.fact(fact), at: now)
    }

    /// Ends one recording before the next: its connections are gone.
    public mutating func endOfRecording() {
        for connection in connections.sorted() { take(.disconnected(connection: connection), at: lastTime) }
        connections = []
    }

    /// Lets everything that is still on its way arrive.
    public mutating func finish() {
        let end = lastTime + settings.latency + settings.latency + settings.latency
        catchUp(to: end)
        lastTime = end
    }

    // MARK: - Time

    private mutating func begin(at time: Timestamp) {
        lastTime = time
        heardAt = time
        nextTick = time
        give(.opened(desk: "backtest", mode: .recorded, settings: settings.desk), at: time)
    }

    private mutating func catchUp(to now: Timestamp) {
        while true {
            let due = agenda.next
            if let tick = nextTick, tick <= now, due.map({ tick <= $0 }) ?? true {
                if now - tick > Self.longestSilence, tick - heardAt > Self.longestSilence {
                    nextTick = now
                    continue
                }
                nextTick = tick + settings.tick
                give(.tick, at: tick)
                point(at: tick)
            } else if let due, due <= now {
                act(agenda.take(), at: due)
            } else {
                return
            }
        }
    }

    private mutating func act(_ errand: Agenda.Errand, at time: Timestamp) {
        switch errand {
        case .deliver(let event): give(event, at: time)
        case .place(let intent, let client): place(intent, client, at: time)
        case .cancel(let order, let client): cancel(order, client, at: time)
        case .cancelAll: venue.cancelAll(account, at: time, into: &told)
        case .find(let client): reply(find(client), at: time)
        case .report(let since): reply(.account(report(since: since)), at: time)
        }
        hear(at: time)
    }

    // MARK: - The desk

    private mutating func give(_ event: Event, at time: Timestamp) {
        effects.removeAll(keepingCapacity: true)
        engine.process(Stamped(event, at: time), into: &effects)
        carryOut(at: time)
    }

    private mutating func give(_ event: MarketEvent, at time: Timestamp) {
        effects.removeAll(keepingCapacity: true)
        engine.process(event, at: time, into: &effects)
        carryOut(at: time)
    }

    private mutating func carryOut(at time: Timestamp) {
        guard !effects.isEmpty else { return }
        let wanted = effects
        for effect in wanted { carryOut(effect, at: time) }
    }

    private mutating func carryOut(_ effect: Effect, at time: Timestamp) {
        let arrival = time + settings.latency + settings.latency
        switch effect {
        case .place(let order): agenda.add(.place(order.intent, order.id), at: arrival)
        case .cancel(let order, let client, _): agenda.add(.cancel(order, client), at: arrival)
        case .cancelAll: agenda.add(.cancelAll, at: arrival)
        case .resolve(let client, _): agenda.add(.find(client), at: arrival)
        case .reconcile(let since): agenda.add(.report(since: since), at: arrival)
        case .filled(let fill): fills.append(fill)
        case .forecast(let row): forecasts.append(row)
        case .decided(let decision): if decisions.count < Self.decisionsKept { decisions.append(decision) }
        // A recording cannot be asked for a snapshot: the book stays frozen until the next one it holds.
        // Changes and groups are asked for by assistants alone, and none sits in a recording.
        case .requestSnapshots, .amend, .decrease, .setGroup, .scored, .settled, .breaker, .notice, .answered: break
        }
    }

    // MARK: - The exchange

    private mutating func place(_ intent: OrderIntent, _ client: ClientOrderID, at time: Timestamp) {
        switch venue.create(OrderRequest(intent, client: client), for: account, at: time, into: &told) {
        case .success(let record):
            reply(.order(.accepted(client, record.id, remaining: record.remaining)), at: time)
        case .failure(let refusal): reply(.order(.rejected(client, code: refusal.code, message: refusal.details ?? refusal.message)), at: time)
        }
    }

    private mutating func cancel(_ order: OrderID, _ client: ClientOrderID, at time: Timestamp) {
        switch venue.cancel(order, for: account, at: time, into: &told) {
        case .success(let record): reply(.order(.canceled(client, remaining: record.initial - record.filled)), at: time)
        case .failure: reply(.order(.notResting(client)), at: time)
        }
    }

    private func find(_ client: ClientOrderID) -> Event {
        .order(venue.order(client, of: account).map { .state($0.venueOrder) } ?? .absent(client))
    }

    private func report(since: Timestamp) -> AccountReport {
        let portfolio = venue.account(account)?.portfolio ?? Portfolio(cash: .zero)
        return AccountReport(
            cash: portfolio.cash,
            positions: portfolio.positions.filter { !$0.position.net.isZero }.map { VenuePosition(market: $0.market, net: $0.position.net) },
            orders: venue.orders(account, status: .resting).map(\.venueOrder), fills: venue.fills(account, since: since).map(\.fill))
    }

    /// What the exchange says to the account is received with the market data of the same moment, in the order it was said.
    private mutating func hear(at time: Timestamp) {
        for event in told {
            switch event {
            case .fill(let record): reply(.fill(record.fill), at: time)
            case .order(let record): reply(.order(.state(record.venueOrder)), at: time)
            case .bookDelta, .trade, .settled, .market, .group, .transfer, .account: break
            }
        }
        told.removeAll(keepingCapacity: true)
    }

    private mutating func reply(_ event: Event, at time: Timestamp) { agenda.add(.deliver(event), at: time) }

    // MARK: - Books of account

    private mutating func count(_ event: MarketEvent) {
        switch event {
        case .delta, .snapshot: bookEvents += 1
        case .connected(let connection): connections.insert(connection)
        case .subscribed(let id, _, _): connections.insert(id.connection)
        case .settled(let market):
            if let known = engine.market(market), known.settledAt == nil, let result = known.result { settlements.append((lastTime, market, result)) }
        case .listed(let market):
            markets[market.ticker] = market
            if firstListed[market.ticker] == nil { firstListed[market.ticker] = lastTime }
        case .trade(let trade, _, _): volumes[trade.market, default: .zero] += trade.quantity
        case .disconnected, .sequenced, .ticker, .spot, .status, .determined: break
        }
    }

    private mutating func point(at time: Timestamp) {
        guard let worth = engine.equity else { return }
        if let last = equity.last, time - last.time < .seconds(10) { return }
        equity.append((time, worth, engine.portfolio.totalExposure))
    }
}
