/// A story as it was read, and what came of it.
public struct NewsView: Encodable, Sendable, Equatable {
    public struct Match: Encodable, Sendable, Equatable {
        public var market: String
        /// By what all the news of this market moves its log-odds now.
        public var shift: Double
        /// Settlements that taught what news is worth there; none, and it is worth nothing yet.
        public var settlements: Int

        public init(market: String, shift: Double, settlements: Int) {
            self.market = market
            self.shift = shift
            self.settlements = settlements
        }
    }

    public var heard: Int64
    public var sources: [String]
    public var title: String
    /// negative, neutral or positive.
    public var tone: String
    public var score: Double
    public var topics: [String]
    /// The first few.
    public var matches: [Match]
    public var matched: Int

    public init(heard: Int64, sources: [String], title: String, tone: String, score: Double, topics: [String], matches: [Match], matched: Int) {
        self.heard = heard
        self.sources = sources
        self.title = title
        self.tone = tone
        self.score = score
        self.topics = topics
        self.matches = matches
        self.matched = matched
    }
}
