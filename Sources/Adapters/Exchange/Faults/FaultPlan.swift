/// What shall go wrong, and when: a seed and rules. The same plan and the same traffic give the same faults.
///
/// An exchange that is given a plan, even an empty one, can be given more rules while it runs (`ExchangeServer.inject`).
public struct FaultPlan: Hashable, Sendable {
    public var seed: UInt64
    public var rules: [FaultRule]

    public init(seed: UInt64 = 1, _ rules: [FaultRule] = []) {
        self.seed = seed
        self.rules = rules
    }
}

/// One fault with its occasions: where it may strike, and which of those occasions it takes.
///
/// Every condition that is given must hold. An occasion is a frame about to be sent, a request that came in, or, for the faults of the exchange's life, a moment.
public struct FaultRule: Hashable, Sendable {
    public var fault: Fault

    /// The frame's `type`: "orderbook_delta", "fill", "subscribed". Frames only.
    public var frame: String?
    /// The request's operation as the contract names it ("CreateOrderV2"), or "WebSocket" for a handshake. Requests only.
    public var operation: String?
    /// The market that the frame is about; for the exchange's life the market that is struck. Without it chance chooses one that is open.
    public var market: String?
    /// The key id of the client.
    public var account: String?

    /// From 0 to 1: how likely an occasion is taken, when its turn has come.
    public var chance = 1.0
    /// The first so many occasions are let pass.
    public var after = 0
    /// Of the others, the first and then each so many.
    public var every = 1
    /// It strikes at most so often; nil for no limit. The faults of the exchange's life strike once unless told otherwise.
    public var times: Int?
    /// Seconds since the exchange started, or since the rule was injected. The life's faults strike at `from`, and again each `interval`.
    public var from = 0.0
    public var until: Double?
    /// Seconds; the exchange's life only.
    public var interval: Double?

    public init(
        _ fault: Fault, frame: String? = nil, operation: String? = nil, market: String? = nil, account: String? = nil, chance: Double = 1, after: Int = 0,
        every: Int = 1, times: Int? = nil, from: Double = 0, until: Double? = nil, interval: Double? = nil
    ) {
        precondition((0...1).contains(chance) && after >= 0 && every >= 1, "a rule's chance is from 0 to 1, and it takes each first, second, ... occasion")
        self.fault = fault
        self.frame = frame
        self.operation = operation
        self.market = market
        self.account = account
        self.chance = chance
        self.after = after
        self.every = every
        self.times = times ?? (fault.place == .life && interval == nil ? 1 : nil)
        self.from = from
        self.until = until
        self.interval = interval
    }
}

/// What a running exchange has done so far of what it was asked to do wrong.
public struct FaultReport: Hashable, Sendable {
    public struct Line: Hashable, Sendable {
        public let fault: Fault
        /// Occasions that fitted the rule, and those that it took.
        public let occasions: Int
        public let fired: Int
    }

    /// One fault that happened.
    public struct Firing: Hashable, Sendable {
        /// From 1.
        public let number: Int
        /// The rule's place, from 0.
        public let rule: Int
        public let fault: Fault
        /// Since the exchange started.
        public let seconds: Double
        /// What it struck: a frame's type and market, an operation, a market.
        public let subject: String
    }

    /// By rule, in the order in which they were given.
    public let lines: [Line]
    /// The newest last; older ones are forgotten, the counts are not.
    public let recent: [Firing]
    public let total: Int

    /// How often faults of this name have happened.
    public func fired(_ name: String) -> Int { lines.filter { $0.fault.name == name }.reduce(0) { $0 + $1.fired } }
}
