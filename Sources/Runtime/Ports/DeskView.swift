// What a screen may show: the server's own figures, ready to be written as JSON. Money, prices and counts are strings there, times integers
// (nanoseconds since 1970), probabilities numbers; what is not known is absent.

/// The whole desk at one moment: what a client gets first, and again whenever it was too slow.
public struct DeskView: Encodable, Sendable {
    public var status: StatusView
    public var account: AccountView
    public var markets: [MarketView]
    public var orders: [OrderView]
    public var positions: [PositionView]
    /// Newest last, bounded.
    public var decisions: [DecisionView]
    public var log: [LogView]
    /// The equity curve, oldest first, bounded by thinning.
    public var equity: [EquityPoint]
    public var refusals: [ReasonCount]
    public var scores: [ScoreView]
    /// The groups in which something is held or ordered, and all together at the end.
    public var risks: [GroupRiskView]
    public var learning: LearningView
    /// Newest first, bounded.
    public var news: [NewsView]
    /// Absent at a desk that serves no browser.
    public var research: ResearchView?
    /// What assistants propose and the operator has not decided, oldest first.
    public var proposals: [ProposalView]
    /// The order groups that assistants set, in the order of their first asking.
    public var groups: [OrderGroupView]

    public init(
        status: StatusView, account: AccountView, markets: [MarketView], orders: [OrderView], positions: [PositionView], decisions: [DecisionView],
        log: [LogView], equity: [EquityPoint], refusals: [ReasonCount], scores: [ScoreView], risks: [GroupRiskView] = [], learning: LearningView = LearningView(),
        news: [NewsView] = [], research: ResearchView? = nil, proposals: [ProposalView] = [], groups: [OrderGroupView] = []
    ) {
        self.status = status
        self.account = account
        self.markets = markets
        self.orders = orders
        self.positions = positions
        self.decisions = decisions
        self.log = log
        self.equity = equity
        self.refusals = refusals
        self.scores = scores
        self.risks = risks
        self.learning = learning
        self.news = news
        self.research = research
        self.proposals = proposals
        self.groups = groups
    }
}

public struct StatusView: Encodable, Sendable, Equatable {
    /// SIMULATED, RECORDED, DEMO or LIVE.
    public var mode: String
    /// running, paused, stopped, halted, killing, recovering, closing, cancel-only.
    public var state: String
    /// Why it does not trade, if it does not.
    public var blocked: String?
    /// normal, warning, critical, halted.
    public var breaker: String
    public var breakerReason: String?
    /// live, connecting, down.
    public var feed: String
    public var time: Int64
    public var started: Int64
    public var events: Int64
    public var stateHash: String
    public var version: String
    /// How far the exchange's clock is ahead of ours, and how far that may be off.
    public var clockOffsetMilliseconds: Int64?
    public var clockUncertaintyMilliseconds: Int64?
    /// Books that wait for their snapshots; how often such waits ended, and how long the last and the longest took.
    public var frozenBooks: Int
    public var repairs: Int
    public var lastRepairMilliseconds: Int64?
    public var longestRepairMilliseconds: Int64?
    /// What was new at the exchange and left aside.
    public var drifts: Int
    /// What the exchange says of its own hours; nil while it has said nothing.
    public var exchange: ExchangeView?

    public init(
        mode: String, state: String, blocked: String?, breaker: String, breakerReason: String?, feed: String, time: Int64, started: Int64, events: Int64,
        stateHash: String, version: String, clockOffsetMilliseconds: Int64? = nil, clockUncertaintyMilliseconds: Int64? = nil, frozenBooks: Int = 0,
        repairs: Int = 0, lastRepairMilliseconds: Int64? = nil, longestRepairMilliseconds: Int64? = nil, drifts: Int = 0, exchange: ExchangeView? = nil
    ) {
        self.mode = mode
        self.state = state
        self.blocked = blocked
        self.breaker = breaker
        self.breakerReason = breakerReason
        self.feed = feed
        self.time = time
        self.started = started
        self.events = events
        self.stateHash = stateHash
        self.version = version
        self.clockOffsetMilliseconds = clockOffsetMilliseconds
        self.clockUncertaintyMilliseconds = clockUncertaintyMilliseconds
        self.frozenBooks = frozenBooks
        self.repairs = repairs
        self.lastRepairMilliseconds = lastRepairMilliseconds
        self.longestRepairMilliseconds = longestRepairMilliseconds
        self.drifts = drifts
        self.exchange = exchange
    }
}

public struct AccountView: Encodable, Sendable, Equatable {
    public var cash: String?
    public var reserved: String
    public var equity: String?
    public var realized: String
    public var unrealized: String?
    public var fees: String
    public var dayPnl: String?
    public var drawdown: Double?
    public var exposure: String
    public var reconciled: Int64?
    /// How the account here and the one at the exchange differ, each with its explanation where there is one.
    public var differences: [String]

    public init(
        cash: String?, reserved: String, equity: String?, realized: String, unrealized: String?, fees: String, dayPnl: String?, drawdown: Double?,
        exposure: String, reconciled: Int64?, differences: [String] = []
    ) {
        self.cash = cash
        self.reserved = reserved
        self.equity = equity
        self.realized = realized
        self.unrealized = unrealized
        self.fees = fees
        self.dayPnl = dayPnl
        self.drawdown = drawdown
        self.exposure = exposure
        self.reconciled = reconciled
        self.differences = differences
    }
}

public struct MarketView: Encodable, Sendable, Equatable {
    public var ticker: String
    public var event: String
    public var series: String
    public var title: String
    public var status: String
    /// live, frozen or empty.
    public var book: String
    public var yesBid: String?
    public var yesAsk: String?
    public var yesBidSize: String?
    public var yesAskSize: String?
    public var last: String?
    /// Ours, pooled with the market.
    public var probability: Double?
    public var position: String
    public var closes: Int64
    public var updated: Int64?
    public var spot: Double?
    public var reason: String?

    public init(
        ticker: String, event: String, series: String, title: String, status: String, book: String, yesBid: String?, yesAsk: String?, yesBidSize: String?,
        yesAskSize: String?, last: String?, probability: Double?, position: String, closes: Int64, updated: Int64?, spot: Double?, reason: String?
    ) {
        self.ticker = ticker
        self.event = event
        self.series = series
        self.title = title
        self.status = status
        self.book = book
        self.yesBid = yesBid
        self.yesAsk = yesAsk
        self.yesBidSize = yesBidSize
        self.yesAskSize = yesAskSize
        self.last = last
        self.probability = probability
        self.position = position
        self.closes = closes
        self.updated = updated
        self.spot = spot
        self.reason = reason
    }
}

/// One market's book, to a depth: prices in each leg's own dollars, best first.
public struct BookView: Encodable, Sendable, Equatable {
    public var market: String
    public var state: String
    public var yes: [[String]]
    public var no: [[String]]
    public var updated: Int64?

    public init(market: String, state: String, yes: [[String]], no: [[String]], updated: Int64?) {
        self.market = market
        self.state = state
        self.yes = yes
        self.no = no
        self.updated = updated
    }
}

public struct OrderView: Encodable, Sendable, Equatable {
    public var id: String
    public var orderId: String?
    public var market: String
    public var side: String
    public var price: String
    public var quantity: String
    public var filled: String
    public var state: String
    public var placed: Int64
    /// When the exchange takes it off the book; absent: never.
    public var expires: Int64?
    /// Why its last change was not made; absent when it was, or there was none.
    public var changeRefused: String?
    /// The order group that it counts in, by its asker's name where the desk knows it, else by the exchange's; absent: none.
    public var group: String?

    public init(
        id: String, orderId: String?, market: String, side: String, price: String, quantity: String, filled: String, state: String, placed: Int64,
        expires: Int64? = nil, changeRefused: String? = nil, group: String? = nil
    ) {
        self.id = id
        self.orderId = orderId
        self.market = market
        self.side = side
        self.price = price
        self.quantity = quantity
        self.filled = filled
        self.state = state
        self.placed = placed
        self.expires = expires
        self.changeRefused = changeRefused
        self.group = group
    }
}

public struct PositionView: Encodable, Sendable, Equatable {
    public var market: String
    public var side: String
    public var quantity: String
    public var averageCost: String
    public var mark: String?
    public var unrealized: String?
    public var realized: String
    public var fees: String

    public init(
        market: String, side: String, quantity: String, averageCost: String, mark: String?, unrealized: String?, realized: String, fees: String
    ) {
        self.market = market
        self.side = side
        self.quantity = quantity
        self.averageCost = averageCost
        self.mark = mark
        self.unrealized = unrealized
        self.realized = realized
        self.fees = fees
    }
}

public struct DecisionView: Codable, Sendable, Equatable {
    public var id: Int64
    public var time: Int64
    public var market: String
    /// ordered, canceled, held or refused.
    public var outcome: String
    public var reason: String
    public var side: String?
    public var price: String?
    public var quantity: String?
    public var probability: Double?
    public var marketProbability: Double?
    public var edge: Double?
    /// The inputs that made the forecast, as text a person can read.
    public var why: String

    public init(
        id: Int64, time: Int64, market: String, outcome: String, reason: String, side: String?, price: String?, quantity: String?, probability: Double?,
        marketProbability: Double?, edge: Double?, why: String
    ) {
        self.id = id
        self.time = time
        self.market = market
        self.outcome = outcome
        self.reason = reason
        self.side = side
        self.price = price
        self.quantity = quantity
        self.probability = probability
        self.marketProbability = marketProbability
        self.edge = edge
        self.why = why
    }
}

public struct LogView: Codable, Sendable, Equatable {
    public var id: Int64
    public var time: Int64
    /// info, warning or error.
    public var level: String
    public var text: String

    public init(id: Int64, time: Int64, level: String, text: String) {
        self.id = id
        self.time = time
        self.level = level
        self.text = text
    }
}

public struct EquityPoint: Codable, Sendable, Equatable {
    public var time: Int64
    public var equity: String

    public init(time: Int64, equity: String) {
        self.time = time
        self.equity = equity
    }
}

public struct ReasonCount: Encodable, Sendable, Equatable {
    public var reason: String
    public var count: Int

    public init(reason: String, count: Int) {
        self.reason = reason
        self.count = count
    }
}

public struct ScoreView: Encodable, Sendable, Equatable {
    public var name: String
    public var forecasts: Int
    public var brier: Double?
    public var logLoss: Double?
    public var weight: Double?

    public init(name: String, forecasts: Int, brier: Double?, logLoss: Double?, weight: Double?) {
        self.name = name
        self.forecasts = forecasts
        self.brier = brier
        self.logLoss = logLoss
        self.weight = weight
    }
}

/// An order that waits for the operator's word.
public struct ProposalView: Encodable, Sendable, Equatable {
    /// By which it is accepted or declined.
    public var key: String
    public var asker: String
    public var market: String
    public var side: String
    public var price: String
    public var quantity: String
    /// The asker's, that the leg wins.
    public var probability: Double?
    public var closesOnly: Bool
    public var asked: Int64
    /// After this it cannot be accepted any more.
    public var expires: Int64

    public init(
        key: String, asker: String, market: String, side: String, price: String, quantity: String, probability: Double?, closesOnly: Bool, asked: Int64, expires: Int64
    ) {
        self.key = key
        self.asker = asker
        self.market = market
        self.side = side
        self.price = price
        self.quantity = quantity
        self.probability = probability
        self.closesOnly = closesOnly
        self.asked = asked
        self.expires = expires
    }
}
