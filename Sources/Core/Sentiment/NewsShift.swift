/// What the news says of a market now, as a shift of its log-odds.
public struct NewsShift: Hashable, Sendable, Codable {
    /// One story's part in it.
    public struct Part: Hashable, Sendable, Codable {
        public let title: String
        public let source: String
        /// Its signed contribution to the signal before that is bounded.
        public let weight: Double
    }

    /// Added to the market's log-odds; 0 until settlements have shown that news moves this series.
    public let logOdds: Double
    /// Of `logOdds`: from what the influence is not known to be, and from what the readings are unsure of.
    public let variance: Double
    /// In -1...1: what the influence is multiplied with.
    public let signal: Double
    /// The strongest first, at most `NewsReader.partsShown`.
    public let parts: [Part]
    /// What the stories' words point to, by bucket: what a settlement will teach (`HeadlineWords`).
    let words: [Int: Double]
}
