public import Model
import Sentiment

/// A story as it was read, what it was matched to, and what news is worth there: for a person to look at.
public struct NewsLine: Hashable, Sendable {
    /// A market that the story is about.
    public struct Match: Hashable, Sendable {
        public let market: Ticker
        /// What all the news of this market shifts its log-odds by now; zero until settlements have shown that news moves its series.
        public let shift: Double
        /// Settlements that taught what news is worth in its series.
        public let settlements: Int
    }

    public let heard: Timestamp
    /// Who told it, the first one first.
    public let sources: [String]
    public let title: String
    /// negative, neutral or positive.
    public let tone: String
    /// In -1...1.
    public let score: Double
    public let topics: [String]
    /// The first few of the markets that it is about, and how many there are.
    public let matches: [Match]
    public let matched: Int
}

extension SentimentStrategy {
    /// Of the markets that a story is about, so many are named.
    static let matchesShown = 4

    /// The newest stories, newest first.
    /// - Parameter markets: those that are traded.
    public func newest(_ count: Int, among markets: [Market], at now: Timestamp) -> [NewsLine] {
        reader.memory.newest(count).map { story in
            let about = markets.filter { market in
                MarketIndex.polarity(market.strike) != 0 && MarketIndex.relevance(reader.markets.topics(of: market.ticker), story.topics) != nil
            }
            return NewsLine(
                heard: story.heard, sources: story.sources, title: story.headline.title, tone: story.reading.tone.name, score: story.reading.score,
                topics: story.topics.map(\.id),
                matches: about.prefix(Self.matchesShown).map { market in
                    NewsLine.Match(
                        market: market.ticker, shift: reader.shift(market, at: now)?.logOdds ?? 0,
                        settlements: reader.influence.coefficient(market.series).settlements)
                }, matched: about.count)
        }
    }
}
