/// What the operator, or an assistant in the operator's name, tells the desk.
public enum Command: Hashable, Sendable, Codable {
    /// Trade, from paused or stopped.
    case start
    /// No new orders; resting ones stay.
    case pause
    /// No new orders, and every resting order is canceled.
    case stop
    /// Cancel everything at the exchange, whatever the desk believes rests there; with `flatten`, sell every position after that. Only `reset` leads out.
    case kill(flatten: Bool)
    /// Clears a halt, with the operator's reason.
    case reset(reason: String)
    /// Takes what settlements have taught back to what it was after so many of them, with the operator's reason.
    case rollBack(version: Int, reason: String)
    /// An order is wanted now. It passes the gate, or is refused.
    case order(OrderWish)
    /// An order that the operator is to decide about.
    case propose(OrderWish)
    /// The operator's word on a proposal.
    case decide(key: String, accepted: Bool)
    /// Takes resting orders back.
    case cancel(CancelScope)
    /// Changes a resting order. What adds risk passes the gate; what only takes some off is done.
    case change(ChangeWish)
    /// Puts stricter limits on top of the operator's.
    case tighten(LimitCaps)
    /// Has the exchange hold a group of orders to a limit. A stricter one works in whatever state the desk is.
    case setGroup(GroupWish)
    /// Has the exchange take orders into a triggered group again. Passes the gate.
    case resetGroup(name: String, asker: String)
    /// Has the exchange forget a group, with what rests of it.
    case deleteGroup(name: String, asker: String)
}

/// What became of one request to the exchange.
public enum OrderReport: Hashable, Sendable, Codable {
    /// The order is in: it may rest, have filled, or both. Fills come on their own.
    case accepted(ClientOrderID, OrderID, remaining: Quantity)
    /// The exchange refused it for good; nothing rests.
    case rejected(ClientOrderID, code: String, message: String)
    /// The answer does not say whether the order exists (time-out, 5xx, 2xx without an order).
    case unknown(ClientOrderID, reason: String)
    /// Asked by client order id after an unknown outcome: it never arrived.
    case absent(ClientOrderID)
    /// The order no longer rests; `remaining` was taken off the book.
    case canceled(ClientOrderID, remaining: Quantity)
    /// A cancel found nothing to cancel: the order had filled or gone before. Its fills tell.
    case notResting(ClientOrderID)
    /// What became of a request to change it.
    case change(ClientOrderID, ChangeOutcome)
    /// The exchange reports an order's state on its private channel, or in answer to a question.
    case state(VenueOrder)
}

/// The whole account as the exchange remembers it, complete or not at all.
public struct AccountReport: Hashable, Sendable, Codable {
    /// What the exchange calls the balance: cash less what it has set aside for resting orders, by a rule of its own.
    public let cash: Money
    public let positions: [VenuePosition]
    /// The resting ones.
    public let orders: [VenueOrder]
    /// Every fill since the desk last reconciled, oldest first.
    public let fills: [Fill]
    /// Every market that the account was paid for since then.
    public let settlements: [VenueSettlement]
    /// When its reading began: what has happened since may be in it or not. Nil where all of it is of one moment.
    public var began: Timestamp?

    public init(cash: Money, positions: [VenuePosition], orders: [VenueOrder], fills: [Fill], settlements: [VenueSettlement] = []) {
        self.cash = cash
        self.positions = positions
        self.orders = orders
        self.fills = fills
        self.settlements = settlements
    }
}

/// A market that the exchange has paid out to the account.
public struct VenueSettlement: Hashable, Sendable, Codable {
    /// What was paid, in whole cents, and for which net position: positive YES.
    public struct Paid: Hashable, Sendable, Codable {
        public let net: Quantity
        public let amount: Money

        public init(net: Quantity, amount: Money) {
            self.net = net
            self.amount = amount
        }
    }

    public let market: Ticker
    /// A value per contract is told in whole cents, so it may be coarser than what was paid by.
    public let result: MarketResult
    public let time: Timestamp
    /// Nil where the exchange does not say, and in journals that were begun before it was written here.
    public let paid: Paid?

    public init(market: Ticker, result: MarketResult, time: Timestamp, paid: Paid? = nil) {
        self.market = market
        self.result = result
        self.time = time
        self.paid = paid
    }
}

/// Everything that can reach the engine. Its order in the journal is the truth.
public enum Event: Hashable, Sendable, Codable {
    /// The first event of a journal: who this desk is. `desk` enters every client order id.
    case opened(desk: String, mode: TradingMode, settings: DeskSettings)
    /// The process came up again on an old journal: until the account is reconciled, nothing is sent.
    ///
    /// `settings` are those of this start; nil in journals that were begun before they were written here.
    case restarted(settings: DeskSettings?)
    /// The process is about to end: resting orders are canceled and nothing new is sent; the next start goes on as before.
    case closing
    case market(MarketEvent)
    /// Something was learned of the world outside the exchange.
    case fact(Fact)
    case order(OrderReport)
    case fill(Fill)
    case account(AccountReport)
    /// A reconciliation could not be completed; the reason is shown, and trading stays as it is.
    case accountUnavailable(reason: String)
    /// An answer or a frame of the exchange was not as its contract says.
    case drift(ContractDrift)
    case command(Command)
    /// The clock moved; comes at least once a second.
    case tick
    /// A feed told something new.
    case headline(Headline)
    /// What became of a request about an order group.
    case group(GroupReport)
    /// The exchange tells what became of an order group.
    case groupNews(GroupNews)
    /// The exchange said something new of its own hours, or could not be asked any more.
    case exchange(ExchangeReading)
}

/// An event and when it was received. Times never go back within a journal.
public struct Stamped: Hashable, Sendable, Codable {
    public let time: Timestamp
    public let event: Event

    public init(_ event: Event, at time: Timestamp) {
        self.time = time
        self.event = event
    }
}

/// Whose money it is. Comes from the server's configuration and is shown everywhere.
public enum TradingMode: String, Hashable, Sendable, Codable {
    case simulated = "SIMULATED"
    case recorded = "RECORDED"
    case demo = "DEMO"
    case live = "LIVE"
}
