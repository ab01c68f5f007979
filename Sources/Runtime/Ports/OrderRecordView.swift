/// What orders came to: profit by the reason for them, and what was foretold of fees and fills beside what came. Amounts are text in dollars.
public struct OrderRecordView: Encodable, Sendable, Equatable {
    /// Of settled markets, by family and by who was the reason for the orders.
    public var credits: [CreditView]
    public var fees: [FeeView]
    public var waits: [WaitView]
    public var adverse: [AdverseView]
    /// Nil until something that was bought has settled.
    public var foreseen: ForeseenView?

    public init(credits: [CreditView] = [], fees: [FeeView] = [], waits: [WaitView] = [], adverse: [AdverseView] = [], foreseen: ForeseenView? = nil) {
        self.credits = credits
        self.fees = fees
        self.waits = waits
        self.adverse = adverse
        self.foreseen = foreseen
    }
}

/// P&L of the settled events in which something was bought, as it was expected when it was bought, in dollars, beside what came.
public struct ForeseenView: Encodable, Sendable, Equatable {
    public var events: Int
    public var expected: Double
    /// Where 95 of 100 outcomes lie if the desk knows how much it knows.
    public var low: Double
    public var high: Double
    public var came: String

    public init(events: Int, expected: Double, low: Double, high: Double, came: String) {
        self.events = events
        self.expected = expected
        self.low = low
        self.high = high
        self.came = came
    }
}

/// What the orders of one strategy (or another reason) brought in one family.
public struct CreditView: Encodable, Sendable, Equatable {
    public var family: String
    public var name: String
    /// Net of fees.
    public var gain: String
    public var fees: String
    public var contracts: String
    public var markets: Int

    public init(family: String, name: String, gain: String, fees: String, contracts: String, markets: Int) {
        self.family = family
        self.name = name
        self.gain = gain
        self.fees = fees
        self.contracts = contracts
        self.markets = markets
    }
}

/// Fees of one series as a maker or a taker: foretold with the rounding of their orders, and charged.
public struct FeeView: Encodable, Sendable, Equatable {
    public var series: String
    public var liquidity: String
    public var fills: Int
    public var contracts: String
    /// By the rate alone, before balances are rounded.
    public var rate: String
    public var predicted: String
    public var charged: String
    /// Fills that were charged more than a cent off what was foretold.
    public var surprises: Int
    /// Dollars a contract beyond the rate that the next order is expected to be charged.
    public var surcharge: Double

    public init(series: String, liquidity: String, fills: Int, contracts: String, rate: String, predicted: String, charged: String, surprises: Int, surcharge: Double) {
        self.series = series
        self.liquidity = liquidity
        self.fills = fills
        self.contracts = contracts
        self.rate = rate
        self.predicted = predicted
        self.charged = charged
        self.surprises = surprises
        self.surcharge = surcharge
    }
}

/// Resting orders of one series with as many contracts ahead: first fills as foretold before each wait taught, and as they came.
public struct WaitView: Encodable, Sendable, Equatable {
    public var series: String
    /// Contracts ahead: at least this many, and less than twice as many.
    public var ahead: Int
    public var waits: Int
    public var fills: Int
    public var seconds: Double
    public var predicted: Double
    /// In 95 of 100 runs the fills lie between these, if the foretold is right.
    public var low: Double
    public var high: Double

    public init(series: String, ahead: Int, waits: Int, fills: Int, seconds: Double, predicted: Double, low: Double, high: Double) {
        self.series = series
        self.ahead = ahead
        self.waits = waits
        self.fills = fills
        self.seconds = seconds
        self.predicted = predicted
        self.low = low
        self.high = high
    }
}

/// How the middle moved after maker fills of one series.
public struct AdverseView: Encodable, Sendable, Equatable {
    public var series: String
    public var fills: Int
    /// Mean move in dollars half a minute after; below zero is against us.
    public var moved: Double
    /// Dollars a contract that the next resting order is expected to lose by being filled.
    public var cost: Double

    public init(series: String, fills: Int, moved: Double, cost: Double) {
        self.series = series
        self.fills = fills
        self.moved = moved
        self.cost = cost
    }
}
