public import Accounting
public import Model

/// The simulated exchange as one value: accounts, order books by price and time, money, fees, and the life of its markets.
///
/// It has no clock: times passed in must not go back. What changed is appended to `events` in order; a refused request changes nothing.
public struct Venue: Sendable {
    var accounts: [AccountState] = []
    var accountPlaces: [AccountID: Int] = [:]
    var markets: [MarketState] = []
    var marketPlaces: [Ticker: Int] = [:]
    var lastPlace = -1
    var ids: VenueIDs
    var gate = SequenceGate()
    var expirations: [Expiration] = []
    var nextExpiration: Timestamp?
    let rounding: FeeRounding

    /// The other side of every trade of an account with the house or with a recording: so that no cash appears or vanishes but in fees.
    public internal(set) var house = Portfolio(cash: .zero)
    /// False during maintenance: no new orders, cancels still work.
    public var tradingActive = true
    /// False during a full pause: nothing works.
    public var exchangeActive = true
    /// Whether replayed market data comes back as events, for a server that publishes it. A backtest reads the recording itself.
    public var publishesRecorded = false

    /// - Parameter seed: of the ids. Two venues with one seed and one history are equal, ids included.
    public init(seed: UInt64, rounding: FeeRounding = .current(precision: .cent)) {
        ids = VenueIDs(seed: seed)
        self.rounding = rounding
    }

    /// False when the account exists already; nothing changes then.
    @discardableResult
    public mutating func open(_ account: AccountID, cash: Money) -> Bool {
        guard accountPlaces[account] == nil else { return false }
        add(AccountState(id: account, portfolio: Portfolio(cash: cash)))
        return true
    }

    mutating func add(_ account: AccountState) {
        accountPlaces[account.id] = accounts.count
        accounts.append(account)
    }

    /// The place of a market; the last one asked for is remembered, because recordings come in bursts.
    mutating func place(_ market: Ticker) -> Int? {
        if lastPlace >= 0, markets[lastPlace].record.market.ticker == market { return lastPlace }
        guard let place = marketPlaces[market] else { return nil }
        lastPlace = place
        return place
    }
}

/// When an order lapses.
struct Expiration: Sendable {
    let time: Timestamp
    let account: Int
    let order: Int
}

/// One account: its money, and all it ever did.
struct AccountState: Sendable {
    let id: AccountID
    var portfolio: Portfolio
    var orders: [OrderRecord] = []
    /// Places in the slab of the order's book, beside `orders`; -1 when it rests in none.
    var handles: [Int32] = []
    var fills: [FillRecord] = []
    var settlements: [SettlementRecord] = []
    var clients: [ClientOrderID: Int] = [:]
    var orderPlaces: [OrderID: Int] = [:]
    /// Resting orders by place of the market, oldest first.
    var open: [Int: [Int]] = [:]

    init(id: AccountID, portfolio: Portfolio) {
        self.id = id
        self.portfolio = portfolio
    }
}

/// One market: its orders, or its recording.
struct MarketState: Sendable {
    var record: MarketRecord
    /// Nil when no rule is known for its fees: orders are refused.
    var fees: FeeSchedule?
    var book: MatchingBook
    var tape: RecordedBook

    init(_ record: MarketRecord, rounding: FeeRounding) {
        self.record = record
        fees = FeeSchedule(record.market.fees, rounding: rounding)
        let tick = PriceSlots.tick(of: record.market.grid)
        // The one that is not used gets two slots.
        book = MatchingBook(tick: record.isRecorded ? 10_000 : tick)
        tape = RecordedBook(tick: record.isRecorded ? tick : 10_000)
    }
}
