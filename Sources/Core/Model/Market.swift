/// What makes a market resolve YES, as the exchange states it in `strike_type`, `floor_strike` and `cap_strike`.
public enum Strike: Hashable, Sendable, Codable {
    case greater(Double)
    case greaterOrEqual(Double)
    case less(Double)
    case lessOrEqual(Double)
    /// Both ends inclusive.
    case between(Double, Double)
    /// Any rule that is not a number: only the exchange can say how it resolves.
    case other

    /// Whether `value` resolves YES; nil where no number decides.
    public func resolvesYes(_ value: Double) -> Bool? {
        switch self {
        case .greater(let k): value > k
        case .greaterOrEqual(let k): value >= k
        case .less(let k): value < k
        case .lessOrEqual(let k): value <= k
        case .between(let low, let high): value >= low && value <= high
        case .other: nil
        }
    }
}

/// Where a market stands in its life (Kalshi reference, section 15).
public enum MarketStatus: String, Hashable, Sendable, Codable {
    /// Not open yet; then active.
    case initialized
    /// Trading; then inactive or closed.
    case active
    /// Paused by the exchange; then active (with all resting orders gone) or closed.
    case inactive
    /// Past its close, not determined; then determined.
    case closed
    /// Result known, not paid; then disputed, amended or finalized.
    case determined
    case disputed
    case amended
    /// Paid. Nothing follows.
    case finalized
    /// A status this version does not know: nothing is traded on it.
    case unknown
}

/// How a market ended.
public enum MarketResult: Hashable, Sendable, Codable {
    case yes
    case no
    /// Pays this much per YES and the rest of the dollar per NO.
    case scalar(Price)
    /// Trades are undone: each side gets its cost back.
    case void

    /// What one YES pays; nil when void, where the payout depends on what was paid.
    public var yesValue: Price? {
        switch self {
        case .yes: .one
        case .no: .zero
        case .scalar(let value): value
        case .void: nil
        }
    }
}

/// The family of rule a series charges by (`fee_type`), with its multiplier in thousandths.
public struct FeeTerms: Hashable, Sendable, Codable {
    public enum Kind: String, Hashable, Sendable, Codable {
        /// Takers pay, makers do not.
        case quadratic
        /// Makers pay a quarter of the taker rate.
        case quadraticWithMakerFees = "quadratic_with_maker_fees"
        /// No fee rule known for it: nothing may be sized on it.
        case unknown
    }

    public let kind: Kind
    /// `fee_multiplier` in thousandths: 1000 is the ordinary rate.
    public let multiplierThousandths: Int64

    public init(kind: Kind, multiplierThousandths: Int64 = 1000) {
        self.kind = kind
        self.multiplierThousandths = multiplierThousandths
    }

    public static let ordinary = FeeTerms(kind: .quadratic)
}

/// A market as the exchange defines it. What changes by the second (quotes, status) is not in here.
public struct Market: Hashable, Sendable, Codable {
    public let ticker: Ticker
    public let event: EventTicker
    public let series: SeriesTicker
    public let title: String
    public let strike: Strike
    public let openTime: Timestamp
    public let closeTime: Timestamp
    public let grid: PriceGrid
    public let fees: FeeTerms
    /// True where at most one market of the event can resolve YES.
    public let mutuallyExclusive: Bool
    /// What the outcome is measured on, where it is known.
    public let underlying: Underlying?

    public init(
        ticker: Ticker, event: EventTicker, series: SeriesTicker, title: String, strike: Strike, openTime: Timestamp, closeTime: Timestamp,
        grid: PriceGrid, fees: FeeTerms, mutuallyExclusive: Bool, underlying: Underlying?
    ) {
        self.ticker = ticker
        self.event = event
        self.series = series
        self.title = title
        self.strike = strike
        self.openTime = openTime
        self.closeTime = closeTime
        self.grid = grid
        self.fees = fees
        self.mutuallyExclusive = mutuallyExclusive
        self.underlying = underlying
    }
}
