/// What settlements have taught, with the evidence: who has which say, why, and what came true of what was said.
public struct LearningView: Encodable, Sendable, Equatable {
    /// Settled markets that were learned from.
    public var settled: Int
    public var standings: [StandingView]
    public var curves: [CurveView]
    /// Newest first.
    public var versions: [VersionView]
    public var orders: OrderRecordView

    public init(
        settled: Int = 0, standings: [StandingView] = [], curves: [CurveView] = [], versions: [VersionView] = [], orders: OrderRecordView = OrderRecordView()
    ) {
        self.settled = settled
        self.standings = standings
        self.curves = curves
        self.versions = versions
        self.orders = orders
    }
}

/// One strategy in one family of markets.
public struct StandingView: Encodable, Sendable, Equatable {
    public var family: String
    public var strategy: String
    /// shadow, paper, canary or live.
    public var stage: String
    /// Its share of the pool by its record, and what its stage leaves of that; the rest is the market's.
    public var weight: Double
    public var influence: Double
    /// Events that the evidence is of, since the stage began.
    public var events: Int
    /// The capital of the bet that it is better than the market; a useless one ever reaches `promotion` with the probability 1 / promotion.
    public var capital: Double
    public var promotion: Double
    /// The drift detector's level, and where it alarms.
    public var drift: Double
    public var driftLimit: Double

    public init(
        family: String, strategy: String, stage: String, weight: Double, influence: Double, events: Int, capital: Double, promotion: Double, drift: Double,
        driftLimit: Double
    ) {
        self.family = family
        self.strategy = strategy
        self.stage = stage
        self.weight = weight
        self.influence = influence
        self.events = events
        self.capital = capital
        self.promotion = promotion
        self.drift = drift
        self.driftLimit = driftLimit
    }
}

/// What came true of what one forecaster said.
public struct CurveView: Encodable, Sendable, Equatable {
    public struct Point: Encodable, Sendable, Equatable {
        public var said: Double
        public var cameTrue: Double
        /// The ends of a 95 % interval.
        public var low: Double
        public var high: Double
        public var markets: Double

        public init(said: Double, cameTrue: Double, low: Double, high: Double, markets: Double) {
            self.said = said
            self.cameTrue = cameTrue
            self.low = low
            self.high = high
            self.markets = markets
        }
    }

    public var name: String
    public var points: [Point]

    public init(name: String, points: [Point]) {
        self.name = name
        self.points = points
    }
}

/// A version that can be gone back to, and what that would change.
public struct VersionView: Encodable, Sendable, Equatable {
    public struct Change: Encodable, Sendable, Equatable {
        public var name: String
        /// As it is now, and as it was then; absent where it does not exist.
        public var now: Double?
        public var was: Double?

        public init(name: String, now: Double?, was: Double?) {
            self.name = name
            self.now = now
            self.was = was
        }
    }

    /// After how many settled markets.
    public var number: Int
    public var changed: Int
    /// The largest, bounded.
    public var changes: [Change]

    public init(number: Int, changed: Int, changes: [Change]) {
        self.number = number
        self.changed = changed
        self.changes = changes
    }
}
