public import Books
public import Model

/// The facts an order is judged by, gathered by the engine at the moment of judgement.
public struct OrderContext: Sendable {
    public var now: Timestamp
    public var market: Market
    public var status: MarketStatus
    public var book: OrderBook
    /// When the book's subscription was last heard of; nil when never.
    public var heard: Timestamp?
    /// The desk's own state: nil when it trades.
    public var notTrading: String?
    /// A difference with the exchange, or an account not yet known; nil when there is none.
    public var blocked: String?
    /// The exchange's own pause, if one is known.
    public var paused: ExchangePause?
    /// An order of this market has no known outcome.
    public var outcomeUnknown: Bool
    public var orderOpen: Bool
    /// Net position: positive YES.
    public var position: Quantity
    /// Cash that no order has reserved; nil while the account is unknown.
    public var free: Money?
    /// The most that can be lost now, open orders included.
    public var marketExposure: Money
    /// Of all markets of the event, outcome by outcome.
    public var event: EventExposure
    /// In which of the event's outcomes this market's YES pays; empty where they are not understood.
    public var wins: [Bool]
    public var seriesExposure: Money
    /// Nil where it is not known what the market moves with.
    public var group: GroupExposure?
    public var totalExposure: Money
    /// The market's event as it stands, and all other events in which something is held or ordered: what they lose together is limited.
    public var eventBet: EventBet
    public var otherBets: [EventBet]

    public init(
        now: Timestamp, market: Market, status: MarketStatus, book: OrderBook, heard: Timestamp?, notTrading: String?, blocked: String?, paused: ExchangePause? = nil,
        outcomeUnknown: Bool, orderOpen: Bool, position: Quantity, free: Money?, marketExposure: Money, event: EventExposure, wins: [Bool],
        seriesExposure: Money, group: GroupExposure?, totalExposure: Money, eventBet: EventBet, otherBets: [EventBet]
    ) {
        self.now = now
        self.market = market
        self.status = status
        self.book = book
        self.heard = heard
        self.notTrading = notTrading
        self.blocked = blocked
        self.paused = paused
        self.outcomeUnknown = outcomeUnknown
        self.orderOpen = orderOpen
        self.position = position
        self.free = free
        self.marketExposure = marketExposure
        self.event = event
        self.wins = wins
        self.seriesExposure = seriesExposure
        self.group = group
        self.totalExposure = totalExposure
        self.eventBet = eventBet
        self.otherBets = otherBets
    }

    /// All events, with the market's own as it would be at `exposure`.
    func bets(at exposure: EventExposure) -> [EventBet] {
        var own = eventBet
        let gains = exposure.gains.map(\.approximateDollars)
        // Without a law over these very outcomes the event loses all it can.
        own = gains.count == own.gains.count
            ? EventBet(gains: gains, probabilities: own.probabilities, group: own.group, underlying: own.underlying, day: own.day)
            : EventBet(gains: [gains.min() ?? 0], probabilities: [1], group: nil, underlying: nil)
        return otherBets + [own]
    }

    /// In which of the event's outcomes a leg pays; empty where they are not understood.
    func wins(_ side: Side) -> [Bool] { side == .yes ? wins : wins.map { !$0 } }
}

/// The cost of everything held or ordered in one correlated group.
public struct GroupExposure: Hashable, Sendable {
    public var group: CorrelationGroup
    public var used: Money

    public init(group: CorrelationGroup, used: Money) {
        self.group = group
        self.used = used
    }
}
