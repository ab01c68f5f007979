public import Matching
public import Model

/// The strangers of our exchange: a latent world of prices and temperatures, markets that open and close on it by the clock, and crowds who trade them.
///
/// It owns no book: everything it does goes through the `Venue`, and comes out as the venue's events. Same seed, same start and the same venue
/// give the same stream. It is a model to test and show the desk on; nothing earned against it says anything about the real exchange.
public struct LivingMarket: Sendable {
    /// What may be set about it.
    public struct Options: Hashable, Sendable, Codable {
        /// Scales everything the crowds do; 1 is as measured.
        public var rate: Double = 1
        public var families: [Family] = Family.allCases
        /// The level of the recordings that the figures come from (kalshi-ws-btc15m; kalshi-crypto15m-topofbook).
        public var bitcoinPrice = 79_600.0
        public var etherPrice = 1_900.0

        public init() {}
    }

    /// A price of an underlying and when it was struck.
    public struct TimedSpot: Hashable, Sendable {
        public let time: Timestamp
        public let tick: SpotTick
    }

    /// What must survive a restart of the exchange's process. Quotes do not: the crowds come back with new ones.
    public struct Memory: Hashable, Sendable, Codable {
        var options: Options
        var random: SeededRandom
        var world: World
        /// Markets that this world has opened and not yet forgotten, oldest first.
        public internal(set) var listings: [Listing]
    }

    /// Crowds act on this grid of time; all events of one step carry its end.
    static let step = Interval.milliseconds(25)
    /// A longer silence than this is stepped over coarsely, without crowds: nobody traded while the process was away.
    static let longestLivedGap = Interval.seconds(15 * 60)
    /// Of a gap beyond this only the last part is stepped by the second, the rest by the minute.
    static let longestGapBySeconds = Interval.seconds(30 * 86_400)
    /// kalshi-ws-gold15m: settled 4.8 to 10.9 seconds after the close; the result is known before.
    static let determinedAfter = Interval.seconds(4)
    static let settledAfter = Interval.seconds(8)
    /// A settled market stays visible for an hour, then is forgotten here.
    static let forgottenAfter = Interval.seconds(3600)

    public internal(set) var memory: Memory
    /// Up to when everything has happened.
    public internal(set) var time: Timestamp
    private(set) var pits: [Pit] = []
    /// When somebody acts next, beside `pits`: most steps touch only these.
    private var due: [Timestamp] = []
    /// The earliest of them, or earlier.
    private var nextAction = Timestamp.zero
    /// The earliest moment at which a listing takes its next step, or earlier.
    var nextDeadline = Timestamp.zero
    /// False until the crowds are in their places: before the first `advance`, and over a gap.
    var isAwake = false
    /// Comes from a memory, and has not lived since.
    private var isReturning = false

    /// A world that begins at `start`. Nothing is listed before the first `advance`.
    public init(seed: UInt64, start: Timestamp, options: Options = Options()) {
        var random = SeededRandom(seed: seed)
        let world = World(start: start, bitcoinPrice: options.bitcoinPrice, etherPrice: options.etherPrice, random: &random)
        memory = Memory(options: options, random: random, world: world, listings: [])
        time = Self.onGrid(start)
        while memory.world.time + World.step <= time { memory.world.advance(by: World.step, random: &memory.random) }
    }

    /// A world that goes on from what it remembers; the first `advance` bridges the gap.
    public init(_ memory: Memory) {
        self.memory = memory
        time = memory.world.time
        isReturning = true
    }

    /// Lives until `target`: moves the world, opens, closes, determines and settles markets, and lets the crowds trade.
    /// More than fifteen minutes at once is a gap: the world is stepped over it and the crowds come back at its end.
    /// A target that is not later than `time` changes nothing.
    public mutating func advance(to target: Timestamp, venue: inout Venue, into events: inout [VenueEvent], spots: inout [TimedSpot]) {
        if isReturning || target - time > Self.longestLivedGap { bridge(to: target, venue: &venue, into: &events) }
        isReturning = false
        if !isAwake, time <= target { wake(venue: &venue, into: &events, spots: &spots) }
        let end = Self.onGrid(target)
        while time < end {
            // To the next step in which anything is due: the world's, or somebody's in a crowd.
            time = min(end, memory.world.time + World.step, max(time + Self.step, Self.onGrid(nextAction + Interval(nanoseconds: Self.step.nanoseconds - 1))))
            if memory.world.time + World.step <= time { moveWorld(into: &spots) }
            if time.nanoseconds % 1_000_000_000 == 0 { keepCalendar(venue: &venue, into: &events) }
            if nextAction <= time { letCrowdsAct(venue: &venue, into: &events) }
        }
    }

    /// The probability of YES that the latent world gives an open market now; nil for any other. For tests and demonstrations: no participant sees it.
    public func fairProbability(_ ticker: Ticker) -> Double? {
        pits.first { $0.ticker == ticker }?.fairProbability(now: time, world: memory.world)
    }

    /// The markets this world has opened and not yet forgotten.
    public var listings: [Listing] { memory.listings }

    // MARK: - Steps

    private mutating func moveWorld(into spots: inout [TimedSpot]) {
        let bitcoin = memory.world.bitcoin.price
        let ether = memory.world.ether.price
        memory.world.advance(by: World.step, random: &memory.random)
        // A price is told when it moves, and once a second in any case, so that silence means a fault.
        let isWholeSecond = memory.world.time.nanoseconds % 1_000_000_000 == 0
        if isWholeSecond || memory.world.bitcoin.price != bitcoin { tell(.bitcoin, into: &spots) }
        if isWholeSecond || memory.world.ether.price != ether { tell(.ether, into: &spots) }
    }

    private func tell(_ coin: Coin, into spots: inout [TimedSpot]) {
        let cents = (memory.world.spot(coin).price * 100).rounded() / 100
        spots.append(TimedSpot(time: memory.world.time, tick: SpotTick(underlying: coin.underlying, price: cents)))
    }

    /// At most eight actions a step and pit: at any rate scale a crowd cannot hold the clock up.
    private mutating func letCrowdsAct(venue: inout Venue, into events: inout [VenueEvent]) {
        nextAction = time + .seconds(3600)
        for i in pits.indices {
            for _ in 0..<8 where due[i] <= time {
                pits[i].act(now: time, world: memory.world, venue: &venue, into: &events, random: &memory.random)
                due[i] = pits[i].nextAction
            }
            nextAction = min(nextAction, due[i])
        }
    }

    private mutating func wake(venue: inout Venue, into events: inout [VenueEvent], spots: inout [TimedSpot]) {
        isAwake = true
        agree(with: &venue, into: &events)
        for coin in Coin.allCases { tell(coin, into: &spots) }
        pits = []
        closeAndSettle(venue: &venue, into: &events)
        for listing in memory.listings where listing.phase == .open { enter(listing, venue: &venue, into: &events) }
        openWhatIsDue(venue: &venue, into: &events)
    }

    mutating func enter(_ listing: Listing, venue: inout Venue, into events: inout [VenueEvent]) {
        var pit = Pit(listing, rate: memory.options.rate, now: time, random: &memory.random)
        pit.open(now: time, world: memory.world, venue: &venue, into: &events, random: &memory.random)
        pits.append(pit)
        due.append(pit.nextAction)
        nextAction = min(nextAction, pit.nextAction)
    }

    mutating func leave(_ market: Ticker) {
        guard let i = pits.firstIndex(where: { $0.ticker == market }) else { return }
        pits.remove(at: i)
        due.remove(at: i)
    }

    mutating func leaveAll() {
        pits = []
        due = []
    }

    static func onGrid(_ time: Timestamp) -> Timestamp {
        Timestamp(nanoseconds: time.nanoseconds / step.nanoseconds * step.nanoseconds)
    }
}
