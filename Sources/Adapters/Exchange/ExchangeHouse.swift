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
    var publicKeys: [AccountID: String]
    var venue: Venue
    /// Nil when the liquidity is a recording's.
    private var living: LivingMarket?
    let seed: UInt64
    /// The exchange's time: the clock's, or the recording's. Never goes back.
    private(set) var time: Timestamp
    var tape = PublicTape()
    var indices = IndexFeed.all
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
    /// Happened, but not told yet, because the ledger does not have it.
    private var untold: [VenueEvent] = []
    /// Why the ledger cannot be written, while it cannot.
    private(set) var trouble: String?

    init(_ configuration: ExchangeConfiguration, keys: KeyRing, faults: FaultInjector? = nil) throws(JournalError) {
        let (state, stored) = try LedgerCodec.state(from: configuration.ledger)
        let world = try LedgerCodec.load(.world, as: StoredWorld.self, from: configuration.ledger).first
        let start = configuration.now()
        switch configuration.liquidity {
        case .living(let given):
            seed = world?.seed ?? given
            living = world.map { LivingMarket($0.memory) } ?? LivingMarket(seed: given, start: start)
            time = start
        case .recorded(let given):
            seed = given
            time = state.markets.map(\.changed).max() ?? .zero
        }
        self.configuration = configuration
        self.keys = keys
        self.faults = faults
        venue = Venue(seed: seed, restoring: state)
        venue.publishesRecorded = true
        publicKeys = Dictionary(stored.map { (AccountID($0.keyID), $0.publicKey) }, uniquingKeysWith: { _, last in last })
    }

    /// The keys of the accounts that the ledger knows; one that cannot be read any more is a damaged ledger.
    func restoreKeys() throws {
        for (account, pem) in publicKeys { keys.add(account.text, try VerifyingKey(pem: pem)) }
    }

    // MARK: - Accounts

    /// Opens an account, or gives an existing one this key.
    func register(_ keyID: String, _ key: VerifyingKey) throws(JournalError) {
        let account = AccountID(keyID)
        publicKeys[account] = key.pem
        venue.open(account, cash: configuration.startingCash)
        guard commit([.account(account)]) else { throw JournalError(trouble ?? "the account was not stored") }
        keys.add(keyID, key)
    }

    // MARK: - Time

    /// Lives until now. False when the ledger is in trouble: then nothing has happened.
    @discardableResult
    func catchUp() -> Bool {
        guard trouble == nil || commit([]) else { return false }
        var events: [VenueEvent] = []
        var spots: [LivingMarket.TimedSpot] = []
        if living != nil {
            time = max(time, configuration.now())
            living?.advance(to: time, venue: &venue, into: &events, spots: &spots)
        }
        venue.advance(to: time, into: &events)
        for spot in spots { tell(spot.tick, at: spot.time) }
        if let faults {
            live(under: faults, into: &events)
            releaseFrames(faults)
        }
        guard !events.isEmpty || time - worldStored >= ExchangeHouse.worldInterval else { return true }
        return commit(events)
    }

    /// A recording moves on: its liquidity, its markets and its spot prices.
    func feed(_ event: MarketEvent, at moment: Timestamp) {
        guard living == nil, trouble == nil || commit([]) else { return }
        time = max(time, moment)
        var events: [VenueEvent] = []
        venue.advance(to: time, into: &events)
        venue.replay(event, at: time, into: &events)
        if case .spot(let tick) = event { tell(tick, at: time) }
        if !events.isEmpty { commit(events) }
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

    /// Stores what happened, then tells it. False when it could not be stored: it is kept, and told as soon as it could.
    @discardableResult
    func commit(_ events: [VenueEvent]) -> Bool {
        untold.append(contentsOf: events)
        do {
            try collect(events)
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
        publish(told)
        return true
    }

    private func collect(_ events: [VenueEvent]) throws(JournalError) {
        var marketsMoved = false
        for event in events {
            switch event {
            case .order(let order): keep(try LedgerCodec.record(.order, order.id.text, order))
            case .fill(let fill): keep(try LedgerCodec.record(.fill, "\(fill.fill.trade.text)/\(fill.fill.order.text)", fill))
            case .settled(let paid): keep(try LedgerCodec.record(.settlement, "\(paid.account.text)/\(paid.settlement.market.text)", paid))
            case .market(let market, _):
                marketsMoved = true
                keep(try LedgerCodec.record(.market, market.market.ticker.text, market))
            case .account(let account): try keep(account)
            case .bookDelta, .trade: break
            }
        }
        // The world is stored with the markets it moved, so that a restart repeats no step of their lives.
        guard let living, marketsMoved || time - worldStored >= ExchangeHouse.worldInterval else { return }
        worldStored = time
        keep(try LedgerCodec.record(.world, "living", StoredWorld(seed: seed, memory: living.memory)))
    }

    private func keep(_ account: AccountID) throws(JournalError) {
        guard let record = venue.account(account) else { return }
        keep(try LedgerCodec.record(.account, account.text, LedgerCodec.StoredAccount(record: record, publicKey: publicKeys[account] ?? "")))
    }

    private func keep(_ record: LedgerRecord) {
        let place = "\(record.kind)/\(record.key)"
        if unstored.updateValue(record, forKey: place) == nil { unstoredOrder.append(place) }
    }
}
