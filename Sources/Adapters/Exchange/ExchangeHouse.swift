import Accounting
import Keys
import Matching
import Model
import Notation
import Ports
import Simulation

/// The one owner of the exchange: its venue, its strangers, its memory and its subscribers. Every request and every step of time passes through it in turn.
///
/// Nothing that concerns an account is told before the ledger has it. While the ledger cannot be written, nothing moves and nothing is told.
actor ExchangeHouse {
    /// How often the living world's own memory is stored.
    static let worldInterval = Interval.seconds(1)

    /// What the ledger keeps of the living world.
    struct StoredWorld: Codable {
        let seed: UInt64
        let memory: LivingMarket.Memory
    }

    let configuration: ExchangeConfiguration
    let keys: KeyRing
    let gate: RateGate
    let hours: TradingHours
    /// Every account there is: asked for with each call, and cheaper so than the account's own record.
    private(set) var accounts: Set<AccountID>
    /// The tiers that accounts were granted beyond the ordinary one.
    private(set) var tiers: [AccountID: UsageTier] = [:]
    var venue: Venue
    /// Nil when the liquidity is a recording's.
    private var living: LivingMarket?
    let seed: UInt64
    /// When this process began, on the clock and in the world.
    private let birth: (clock: Timestamp, world: Timestamp)
    /// The exchange's time: the clock's, or the recording's. Never goes back.
    private(set) var time: Timestamp
    var tape = PublicTape()
    var candleBook = CandleBook()
    /// Combinations by their market, those that are not paid yet, and when the next of these closes.
    var combos: [Ticker: Combo] = [:]
    var openCombos: [Ticker] = []
    var nextComboClose = Timestamp.zero
    var quoteDesk: QuoteDesk
    /// Happened between requesters and makers, but not told yet; see `untold`.
    var untoldAgreements: [QuoteEvent] = []
    var indices = IndexFeed.all
    var pyth = PythFeed()
    var parts = MessageParts()
    /// The events that were told of, with the fees they have.
    var eventFees: [EventTicker: FeeTerms]
    /// In the order of their ids.
    var sessions: [OpenSession] = []
    var lastSession = 0
    /// Sessions that end with what is being told: they are forgotten right after.
    var gone: [Int] = []
    /// Nil without a plan of faults.
    let faults: FaultInjector?
    var faultEndings: [FaultEnding] = []
    var lastQuotes: [Ticker: MarketFacts.Quote] = [:]
    private var worldStored: Timestamp = .zero
    /// Not in the ledger yet, by kind and key: bounded by the number of things there are.
    private var unstored: [String: LedgerRecord] = [:]
    private var unstoredOrder: [String] = []
    /// Records that the next commit encodes.
    private var later: [(kind: LedgerCodec.Kind, key: String, value: any Encodable & Sendable)] = []
    /// Happened in the requests that are being answered: stored and told together.
    private var noted: [VenueEvent] = []
    /// Happened, but not told yet, because the ledger does not have it.
    private var untold: [VenueEvent] = []
    /// Why the ledger cannot be written, while it cannot.
    private(set) var trouble: String?

    init(_ configuration: ExchangeConfiguration, keys: KeyRing, gate: RateGate? = nil, faults: FaultInjector? = nil) throws(JournalError) {
        let state = try LedgerCodec.state(from: configuration.ledger)
        let world = try LedgerCodec.load(.world, as: StoredWorld.self, from: configuration.ledger).first
        let start = configuration.now()
        switch configuration.liquidity {
        case .living(let given):
            seed = world?.seed ?? given
            let beginning = configuration.worldStart ?? start
            living = world.map { LivingMarket($0.memory) } ?? LivingMarket(seed: given, start: beginning)
            // A world that lived faster than the clock is ahead of it.
            time = configuration.livesByTheClock ? start : max(beginning, living?.time ?? beginning)
            hours = TradingHours(hasMaintenance: configuration.hasMaintenance)
        case .recorded(let given):
            seed = given
            time = state.markets.map(\.changed).max() ?? .zero
            // A recording shows by itself when nothing was traded.
            hours = TradingHours(hasMaintenance: false)
        }
        birth = (start, time)
        self.gate = gate ?? RateGate(standard: configuration.usageTier)
        self.configuration = configuration
        self.keys = keys
        self.faults = faults
        accounts = Set(state.accounts.map(\.id))
        venue = Venue(seed: seed, restoring: state)
        venue.publishesRecorded = true
        quoteDesk = QuoteDesk(
            seed: seed &+ 1, rfqs: try LedgerCodec.load(.rfq, as: RFQRecord.self, from: configuration.ledger),
            quotes: try LedgerCodec.load(.quote, as: QuoteRecord.self, from: configuration.ledger))
        for combo in try LedgerCodec.load(.combo, as: Combo.self, from: configuration.ledger) { combos[combo.ticker] = combo }
        let paid = Set(state.markets.filter { $0.status == .finalized }.map(\.market.ticker))
        openCombos = combos.keys.filter { !paid.contains($0) }.sorted()
        for stored in try LedgerCodec.load(.tier, as: LedgerCodec.StoredTier.self, from: configuration.ledger) { tiers[stored.account] = stored.tier }
        for (account, tier) in tiers { self.gate.grant(tier, to: account, at: start) }
        for stake in try LedgerCodec.unwrittenStakes(in: configuration.ledger) { later.append((.stake, LedgerCodec.key(stake.key), stake)) }
        eventFees = Dictionary(state.markets.map { ($0.market.event, $0.market.fees) }, uniquingKeysWith: { _, last in last })
    }

    /// The keys that the ledger knows; one that cannot be read any more is a damaged ledger.
    func restoreKeys() throws {
        let stored = try LedgerCodec.load(.key, as: APIKey.Stored.self, from: configuration.ledger)
        for key in stored where !key.isDeleted { keys.add(try APIKey(key)) }
        let known = Set(stored.map(\.id))
        for old in try LedgerCodec.load(.account, as: LedgerCodec.StoredAccount.self, from: configuration.ledger) {
            guard let pem = old.publicKey, !pem.isEmpty, !known.contains(old.record.id.text) else { continue }
            keys.add(APIKey(registered: old.record.id.text, try VerifyingKey(pem: pem), serial: 0))
        }
    }

    // MARK: - Accounts

    /// Opens an account, or gives an existing one this key. The key's id is the account's name as well.
    func register(_ keyID: String, _ key: VerifyingKey) throws(JournalError) {
        let account = AccountID(keyID)
        let new = APIKey(registered: keyID, key, serial: keys.key(keyID)?.serial ?? keys.nextSerial)
        venue.open(account, cash: configuration.startingCash)
        accounts.insert(account)
        try keep(new.stored())
        guard commit([.account(account)]) else { throw JournalError(trouble ?? "the account was not stored") }
        keys.add(new)
    }

    // MARK: - Time

    private func worldTime() -> Timestamp {
        guard !configuration.livesByTheClock else { return configuration.now() }
        return birth.world + Interval(nanoseconds: (configuration.now() - birth.clock).nanoseconds * Int64(configuration.pace))
    }

    /// Lives until now. False when the ledger is in trouble: then nothing has happened, or nothing is told yet.
    @discardableResult
    func catchUp() -> Bool { live() && commitNoted() }

    /// Lives until now, and notes what happened. False when the ledger is in trouble: then nothing has happened.
    func live() -> Bool {
        guard trouble == nil || commit([]) else { return false }
        var events: [VenueEvent] = []
        var spots: [LivingMarket.TimedSpot] = []
        let before = time
        if living != nil { time = max(time, worldTime()) }
        keepHours(since: before, into: &events)
        living?.advance(to: time, venue: &venue, into: &events, spots: &spots)
        venue.advance(to: time, into: &events)
        if let faults { live(under: faults, into: &events) }
        follow(&events)
        for spot in spots { tell(spot.tick, at: spot.time) }
        afterTelling()
        if let faults { releaseFrames(faults) }
        return true
    }

    /// What follows from what has happened in the markets, whoever moved them: to combinations, to requests for quotes and to what was agreed on them.
    private func follow(_ events: inout [VenueEvent]) {
        liveCombos(into: &events)
        executeAgreements(into: &events)
        closeRequests(events)
        note(events)
    }

    /// The weekly maintenance, beside the pauses that a plan of faults makes.
    ///
    /// - Parameter before: the venue's own time, which the living market has not moved on yet.
    private func keepHours(since before: Timestamp, into events: inout [VenueEvent]) {
        let isPlanned = faultEndings.contains { if case .tradingPause = $0.fault { true } else { false } }
        let isActive = hours.maintenance(at: time) == nil && !isPlanned
        if isActive != venue.tradingActive { venue.setTrading(active: isActive, at: before, into: &events) }
    }

    /// A recording moves on: its liquidity, its markets and its spot prices.
    func feed(_ recorded: [MarketEvent], at moment: Timestamp) {
        guard living == nil, trouble == nil || commit([]) else { return }
        time = max(time, moment)
        var events: [VenueEvent] = []
        venue.advance(to: time, into: &events)
        for event in recorded {
            venue.replay(event, at: time, into: &events)
            if case .spot(let tick) = event { tell(tick, at: time) }
        }
        follow(&events)
        commitNoted()
        afterTelling()
    }

    /// Stores everything that is not stored, for an orderly end.
    func close() throws(JournalError) {
        worldStored = .zero
        // Volumes and last prices move without an event of their own.
        for market in venue.allMarkets where market.status != .finalized { keep(try LedgerCodec.record(.market, market.market.ticker.text, market)) }
        guard commit([]) else { throw JournalError(trouble ?? "the exchange's memory was not stored") }
        for session in sessions { session.outbox.close(code: 1001, reason: "the exchange stops") }
    }

    /// The markets' measured outcomes, where the world has shown them.
    func expirationValue(_ market: Ticker) -> String {
        let value = living?.listings.first { $0.market.ticker == market }?.value
        return value.map { JSON.number($0).rendered } ?? ""
    }

    // MARK: - Memory before speech

    /// Takes down what happened, to be stored and told by the next `commitNoted`.
    func note(_ events: [VenueEvent]) { noted.append(contentsOf: events) }

    /// Stores what was noted, then tells it; see `commit`.
    @discardableResult
    func commitNoted() -> Bool {
        guard !noted.isEmpty || !unstoredOrder.isEmpty || !untoldAgreements.isEmpty || (living != nil && time - worldStored >= ExchangeHouse.worldInterval) else { return true }
        let events = noted
        noted = []
        return commit(events)
    }

    /// Stores what happened, then tells it. False when it could not be stored: it is kept, and told as soon as it could.
    @discardableResult
    func commit(_ events: [VenueEvent]) -> Bool {
        untold.append(contentsOf: events)
        do {
            try collect(events)
            try collectLater()
            let records = unstoredOrder.compactMap { unstored[$0] }
            if !records.isEmpty { try configuration.ledger.upsert(records) }
        } catch {
            trouble = error.description
            return false
        }
        unstored = [:]
        unstoredOrder = []
        trouble = nil
        let told = untold
        untold = []
        let agreements = untoldAgreements
        untoldAgreements = []
        keepHistory(told)
        publish(told)
        if !agreements.isEmpty { publish(agreements) }
        return true
    }

    /// Every order and account is written once, as the last event left it.
    private func collect(_ events: [VenueEvent]) throws(JournalError) {
        var marketsMoved = false
        var orders: [OrderID: OrderRecord] = [:]
        var accounts: Set<AccountID> = []
        var stakes: Set<StakeKey> = []
        for event in events {
            switch event {
            case .order(let order): orders[order.id] = order
            case .fill(let fill):
                stakes.insert(StakeKey(fill))
                keep(try LedgerCodec.record(.fill, LedgerCodec.key(fill), fill))
            case .settled(let paid):
                stakes.insert(StakeKey(paid))
                keep(try LedgerCodec.record(.settlement, paid.key, paid))
            case .market(let market, _):
                marketsMoved = true
                keep(try LedgerCodec.record(.market, market.market.ticker.text, market))
            case .group(let group, _): keep(try LedgerCodec.record(.group, group.id.text, group))
            case .transfer(let transfer): keep(try LedgerCodec.record(.transfer, "\(transfer.account.text)/\(transfer.id)", transfer))
            case .account(let account): accounts.insert(account)
            case .bookDelta, .trade: break
            }
        }
        for order in orders.values { keep(try LedgerCodec.record(.order, LedgerCodec.key(order), order)) }
        for account in accounts {
            guard let record = venue.funds(account) else { continue }
            keep(try LedgerCodec.record(.account, account.text, LedgerCodec.StoredAccount(record: record)))
        }
        for key in stakes {
            guard let stake = venue.stake(key) else { continue }
            keep(try LedgerCodec.record(.stake, LedgerCodec.key(key), LedgerCodec.StoredStake(key, stake.position)))
        }
        // The world is stored with the markets it moved, so that a restart repeats no step of their lives.
        guard let living, marketsMoved || time - worldStored >= ExchangeHouse.worldInterval else { return }
        worldStored = time
        keep(try LedgerCodec.record(.world, "living", StoredWorld(seed: seed, memory: living.memory)))
    }

    /// A record whose writing cannot be refused here: it is encoded with the commit, which can be.
    func keepLater(_ kind: LedgerCodec.Kind, _ key: String, _ value: some Encodable & Sendable) {
        later.append((kind, key, value))
    }

    private func collectLater() throws(JournalError) {
        for record in later { keep(try LedgerCodec.record(record.kind, record.key, record.value)) }
        later = []
    }

    func keep(_ key: APIKey.Stored) throws(JournalError) { keep(try LedgerCodec.record(.key, key.id, key)) }

    func keep(tier: UsageTier, of account: AccountID) throws(JournalError) {
        tiers[account] = tier
        keep(try LedgerCodec.record(.tier, account.text, LedgerCodec.StoredTier(account: account, tier: tier)))
    }

    private func keep(_ record: LedgerRecord) {
        let place = "\(record.kind)/\(record.key)"
        if unstored.updateValue(record, forKey: place) == nil { unstoredOrder.append(place) }
    }
}
