/// What a text says of the fortunes of the thing it is about.
public enum Tone: Int, Hashable, Sendable, Codable, CaseIterable, Comparable {
    case negative = -1
    case neutral = 0
    case positive = 1

    public static func < (a: Tone, b: Tone) -> Bool { a.rawValue < b.rawValue }
    public var name: String {
        switch self {
        case .negative: "negative"
        case .neutral: "neutral"
        case .positive: "positive"
        }
    }
}

/// One thing in a text that speaks for or against: which words, which rule, and how much it counts in the end.
public struct Evidence: Hashable, Sendable, Codable {
    /// "layoffs", "direction", "comparison", "tone": the name of the rule or of the lexicon's line.
    public let rule: String
    /// The words, as they were read.
    public let words: String
    /// About 1 is one clear piece of good news; negative is bad news. Negation, boosters, hedges and contrast are counted in.
    public let weight: Double
    /// Where in the text it stands, as a number of tokens from its start.
    public let position: Int

    public init(rule: String, words: String, weight: Double, position: Int) {
        self.rule = rule
        self.words = words
        self.weight = weight
        self.position = position
    }
}

/// A text as the scorer understands it.
public struct Reading: Hashable, Sendable, Codable {
    /// In -1...1; its sign is not always that of `tone`: a weak word in a long text leaves it neutral.
    public let score: Double
    public let tone: Tone
    /// Of negative, neutral and positive, in this order; they add up to 1.
    public let probabilities: [Double]
    /// Why, in the order of the text.
    public let evidence: [Evidence]

    public init(score: Double, tone: Tone, probabilities: [Double], evidence: [Evidence]) {
        self.score = score
        self.tone = tone
        self.probabilities = probabilities
        self.evidence = evidence
    }
}
