public import Accounting
public import Model

/// The simulated exchange as one value: accounts, order books by price and time, money, fees, and the life of its markets.
///
/// It has no clock: times passed in must not go back. What changed is appended to `events` in order; a refused request changes nothing.
public struct Venue: Sendable {
    var accounts: [AccountState] = []
    private var accountPlaces: PlaceTable
    var markets: [MarketState] = []
    private var marketPlaces: PlaceTable
    /// Places of an event's markets, in the order of listing.
    var eventMarkets: [EventTicker: [Int]] = [:]
    var lastPlace = -1
    var ids: VenueIDs
    var gate = SequenceGate()
    var expirations = Deadlines()
    /// When determined markets pay by themselves: few, and looked at as often as time moves.
    var payments: [Ticker: Timestamp] = [:]
    let rounding: FeeRounding
    let seed: UInt64
    /// The house's own side of the money; its positions stand with the markets.
    var houseCash: Money = .zero

    /// False during maintenance: no new orders, cancels still work.
    public internal(set) var tradingActive = true
    /// False during a full pause: nothing works.
    public internal(set) var exchangeActive = true
    /// Whether replayed market data comes back as events, for a server that publishes it. A backtest reads the recording itself.
    public var publishesRecorded = false

    /// - Parameter seed: of the ids. Two venues with one seed and one history are equal, ids included.
    public init(seed: UInt64, rounding: FeeRounding = .current(precision: .cent)) {
        ids = VenueIDs(seed: seed)
        accountPlaces = PlaceTable(seed: seed)
        marketPlaces = PlaceTable(seed: seed)
        self.seed = seed
        self.rounding = rounding
    }

    /// False when the account exists already; nothing changes then.
    @discardableResult
    public mutating func open(_ account: AccountID, cash: Money) -> Bool {
        guard place(account) == nil else { return false }
        add(AccountState(id: account, cash: cash, seed: seed))
        return true
    }

    mutating func add(_ account: AccountState) {
        accountPlaces.add(accountPlaces.key(account.id.text), place: accounts.count)
        accounts.append(account)
    }

    mutating func add(_ market: MarketRecord) {
        marketPlaces.add(marketPlaces.key(market.market.ticker.text), place: markets.count)
        eventMarkets[market.market.event, default: []].append(markets.count)
        markets.append(MarketState(market, rounding: rounding))
    }

    @inline(__always) func place(_ account: AccountID) -> Int? {
        var search = accountPlaces.search(accountPlaces.key(account.text))
        while let a = accountPlaces.next(&search) {
            if accounts[a].id == account { return a }
        }
        return nil
    }

    @inline(__always) func known(_ market: Ticker) -> Int? {
        var search = marketPlaces.search(marketPlaces.key(market.text))
        while let m = marketPlaces.next(&search) {
            if markets[m].ticker == market { return m }
        }
        return nil
    }

    /// The place of a market; the last one asked for is remembered, because recordings come in bursts.
    mutating func place(_ market: Ticker) -> Int? {
        if lastPlace >= 0, markets[lastPlace].ticker == market { return lastPlace }
        guard let place = known(market) else { return nil }
        lastPlace = place
        return place
    }

    /// The other side of every trade of an account with the house or with a recording: so that no cash appears or vanishes but in fees.
    public var house: Portfolio {
        Portfolio(
            cash: houseCash, reserved: .zero,
            positions: markets.filter { $0.house != Position() }.map { ($0.record.market.ticker, $0.house) })
    }
}

/// One market: its orders, or its recording.
struct MarketState: Sendable {
    /// The same as in its record, at hand.
    let ticker: Ticker
    var record: MarketRecord
    /// Nil when no rule is known for its fees: orders are refused.
    var fees: FeeSchedule?
    var book: MatchingBook
    var tape: RecordedBook
    /// What the house holds against the accounts.
    var house = Position()
    /// What the house got when the market was paid.
    var housePaid: Settlement?

    init(_ record: MarketRecord, rounding: FeeRounding) {
        ticker = record.market.ticker
        self.record = record
        fees = FeeSchedule(record.market.fees, rounding: rounding)
        let tick = PriceSlots.tick(of: record.market.grid)
        // The one that is not used gets two slots.
        book = MatchingBook(tick: record.isRecorded ? 10_000 : tick)
        tape = RecordedBook(tick: record.isRecorded ? tick : 10_000)
    }
}
