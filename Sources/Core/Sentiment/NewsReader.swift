public import Model
import RealModule

/// From headlines to a shift of a market's log-odds: reads, matches, remembers each story once, lets it fade, and learns from settlements what news is worth.
///
/// One value, fed by the engine: headlines, markets, settlements, each with its time. It knows nothing of orders and prices but the market's probability
/// at the moment it is asked.
public struct NewsReader: Sendable, Codable {
    /// Hours after which a story weighs half: most of what news does to a price is done within the day.
    public static let halfLifeHours = 6.0
    /// Signals smaller than this are no news.
    static let smallest = 0.05
    public static let partsShown = 5
    /// Markets whose first signal waits for a settlement.
    static let waitingBound = 8192

    private struct Teller: Sendable, Codable {
        let name: String
        let sign: Double
    }

    private struct Waiting: Sendable, Codable {
        let signal: Double
        let marketLogOdds: Double
        let series: SeriesTicker
        /// Who told the strongest stories first, and which way they pointed.
        let sources: [Teller]
        /// The words of the stories, towards YES.
        let words: [Int: Double]
    }

    public private(set) var markets = MarketIndex()
    public private(set) var memory = HeadlineMemory()
    public private(set) var influence = NewsInfluence()
    public private(set) var reliability = SourceReliability()
    public private(set) var words = HeadlineWords()
    private let scorer = NewsReader.scorer
    private static let scorer = SentimentScorer()
    private var waiting: [Ticker: Waiting] = [:]

    // How a text is read is part of the program, not of what it has learned.
    private enum CodingKeys: CodingKey { case markets, memory, influence, reliability, words, waiting }

    public init() {}

    public mutating func list(_ market: Market) { markets.add(market) }

    public mutating func forget(_ market: Ticker) {
        markets.remove(market)
        waiting[market] = nil
    }

    /// Takes a headline in.
    /// - Returns: the story, when it is a new one; whether it is about anything that is known does not matter here.
    public mutating func observe(_ headline: Headline, at time: Timestamp) -> ReadHeadline? {
        let tokens = Tokenizer.tokens(headline.title)
        var topics = markets.topics.mentions(in: tokens).map(\.topic)
        if topics.isEmpty { topics = markets.topics.mentions(in: headline.summary).map(\.topic) }
        return memory.remember(headline, at: time, reading: scorer.read(headline.title), topics: topics, tokens: tokens)
    }

    /// What the news of the last two days says of a market; nil when there is none, or it has no direction for this market.
    public func shift(_ market: Market, at now: Timestamp) -> NewsShift? {
        let polarity = MarketIndex.polarity(market.strike)
        guard polarity != 0, let (sum, variance, parts, told) = gather(market, polarity, now) else { return nil }
        // Bounded: the tenth bad story says less than the first.
        let signal = sum / (1 + sum * sum).squareRoot()
        guard abs(signal) >= Self.smallest else { return nil }
        let slope = 1 / ((1 + sum * sum) * (1 + sum * sum).squareRoot())
        let worth = influence.coefficient(market.series)
        let shiftVariance = signal * signal * worth.variance + worth.mean * worth.mean * variance * slope * slope
        let direction = HeadlineWords.direction(told)
        let beyond = words.worth(direction)
        // Words that no settlement has met are worth nothing, and make nothing less sure.
        let unsure = words.settlements > 0 ? beyond.variance : 0
        return NewsShift(
            logOdds: worth.mean * signal + beyond.logOdds, variance: shiftVariance + unsure, signal: signal, parts: Array(parts.prefix(Self.partsShown)), words: direction)
    }

    /// Keeps the first signal of a market beside the market's own probability of that moment: what its settlement will be compared with.
    public mutating func note(_ market: Market, _ shift: NewsShift, marketProbability: Double) {
        guard waiting[market.ticker] == nil, waiting.count < Self.waitingBound else { return }
        let p = min(max(marketProbability, 1e-4), 1 - 1e-4)
        var sources: [Teller] = []
        for part in shift.parts where !sources.contains(where: { $0.name == part.source }) { sources.append(Teller(name: part.source, sign: part.weight < 0 ? -1 : 1)) }
        waiting[market.ticker] = Waiting(signal: shift.signal, marketLogOdds: Double.log(p / (1 - p)), series: market.series, sources: sources, words: shift.words)
    }

    /// The market paid `outcome` per YES: the influence of news on its series, and its sources, are judged by it.
    public mutating func settle(_ market: Ticker, outcome: Double) {
        defer { forget(market) }
        guard let was = waiting[market] else { return }
        let expected = 1 / (1 + Double.exp(-was.marketLogOdds))
        let worth = influence.coefficient(was.series).mean
        // Whether a source was right can be said only where it is known which way news points here.
        if worth != 0 { for source in was.sources { reliability.learn(source.name, agreed: source.sign * worth * (outcome - expected) > 0) } }
        words.learn(was.words, logOdds: was.marketLogOdds + worth * was.signal, outcome: outcome)
        influence.learn(was.series, signal: was.signal, marketLogOdds: was.marketLogOdds, outcome: outcome)
    }

    private func gather(_ market: Market, _ polarity: Double, _ now: Timestamp) -> (sum: Double, variance: Double, parts: [NewsShift.Part], told: [(features: [Int], weight: Double)])? {
        let topics = markets.topics(of: market.ticker)
        let stories = memory.stories(of: topics)
        guard !stories.isEmpty else { return nil }
        var sum = 0.0, variance = 0.0
        var parts: [NewsShift.Part] = []
        var told: [(features: [Int], weight: Double)] = []
        for story in stories {
            guard let relevance = MarketIndex.relevance(topics, story.topics), story.heard <= now else { continue }
            let age = (now - story.heard).seconds / 3600
            let trust = story.sources.map { reliability.weight($0) }.max() ?? 1
            let weight = relevance * trust * Double.exp2(-age / Self.halfLifeHours)
            let p = story.reading.probabilities
            let lean = p[2] - p[0]
            sum += weight * lean * polarity
            variance += weight * weight * (p[2] + p[0] - lean * lean)
            if weight >= Self.smallest { told.append((story.features, weight * polarity)) }
            if abs(weight * lean) >= Self.smallest { parts.append(.init(title: story.headline.title, source: story.headline.source, weight: weight * lean * polarity)) }
        }
        return parts.isEmpty ? nil : (sum, variance, parts.sorted { (abs($1.weight), $0.title) < (abs($0.weight), $1.title) }, told)
    }

    public func feed(into digest: inout Digest) {
        memory.feed(into: &digest)
        influence.feed(into: &digest)
        reliability.feed(into: &digest)
        words.feed(into: &digest)
        digest.feed(waiting.count)
    }
}
