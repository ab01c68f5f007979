/// Reads a headline or a sentence of financial news: for better, for worse, or neither; and says why.
///
/// Rules first (patterns of the lexicon, movements of quantities, figures beside those of before, words with a tone), then what stands around
/// them (negation, boosters, hedges, contrast), then a linear model on the words. The same text always gives the same reading.
public struct SentimentScorer: Sendable {
    public let lexicon: Lexicon

    /// Used for a short text that is no sentence.
    let headlines: Lexicon
    /// Used for a text that names a stock as "$NAME".
    let posts: Lexicon
    public private(set) var model: LinearModel

    /// The scorer of news, with the model that was trained on the project's own text.
    public init() { self.init(model: .trained) }

    public init(model: LinearModel) { self.init(lexicon: .fortune, headlines: .headlines, posts: .posts, model: model) }

    /// Reads which way monetary policy leans: positive is hawkish, negative dovish.
    public static let policy = SentimentScorer(lexicon: .policy, headlines: .policy, posts: .policy)

    public init(lexicon: Lexicon, headlines: Lexicon, posts: Lexicon, model: LinearModel = LinearModel()) {
        self.lexicon = lexicon
        self.headlines = headlines
        self.posts = posts
        self.model = model
    }

    public func read(_ text: String) -> Reading {
        let (evidence, tokens) = evidence(text)
        let balance = Balance(evidence, tokens: tokens, isHeadline: Self.isHeadline(tokens))
        let p = LinearModel.softmax(zip(balance.logits, model.logits(LinearModel.features(tokens))).map { $0 + $1 })
        let tone: Tone = p[0] > p[1] && p[0] > p[2] ? .negative : p[2] > p[1] ? .positive : .neutral
        return Reading(score: balance.score, tone: tone, probabilities: p, evidence: evidence)
    }

    /// Teaches the linear model that a text had this tone; the rules stay what they are.
    public mutating func learn(_ text: String, tone: Tone) {
        let (evidence, tokens) = evidence(text)
        let balance = Balance(evidence, tokens: tokens, isHeadline: Self.isHeadline(tokens))
        model.learn(LinearModel.features(tokens), tone: tone, prior: balance.logits)
    }

    func evidence(_ text: String) -> ([Evidence], [Token]) {
        let tokens = Tokenizer.tokens(text)
        let lexicon = tokens.contains { $0.kind == .cashtag } ? posts : Self.isHeadline(tokens) ? headlines : lexicon
        var scan = TextScan(tokens, lexicon)
        PatternRule.apply(&scan, lexicon, words: 2...9, dead: true)
        ComparisonRule.apply(&scan)
        PatternRule.apply(&scan, lexicon, words: 2...9)
        MovementRule.apply(&scan)
        PatternRule.apply(&scan, lexicon, words: 1...1)
        return (ShapingRule.shaped(scan), scan.tokens)
    }
}

extension SentimentScorer {
    static let longestHeadline = 24

    /// Short, and without a full stop at its end.
    static func isHeadline(_ tokens: [Token]) -> Bool { tokens.count <= longestHeadline && !tokens.suffix(3).contains { $0.text == "." } }
}

/// Evidence for and against, weighed.
struct Balance {
    /// Words with a tone count less in a long text; happenings and movements do not.
    static let wordsThatHalve = 50.0
    static let sharpness = 3.0
    static let threshold = 0.5

    /// A headline is written because something happened.
    static let headlineThreshold = 0.25
    /// Of a movement that goes against that of the result.
    static let againstResult = 0.4

    private let net: Double
    private let threshold: Double

    init(_ evidence: [Evidence], tokens: [Token], isHeadline: Bool) {
        threshold = isHeadline ? Self.headlineThreshold : Self.threshold
        let result = evidence.filter { Self.isOfResult($0) }.reduce(0) { $0 + $1.weight }
        let dilution = 1 + Double(tokens.count) / Self.wordsThatHalve
        net = evidence.reduce(0) { sum, item in
            if item.rule == "tone" { return sum + item.weight / dilution * 1.3 }
            let isAgainst = item.rule == "movement" && item.weight * result < 0 && !Self.isOfResult(item)
            return sum + item.weight * (isAgainst ? Self.againstResult : 1)
        }
    }

    /// Profit is what the other figures are there for.
    private static func isOfResult(_ item: Evidence) -> Bool {
        (item.rule == "movement" || item.rule == "comparison") && ["profit", "earning", "eps", "ebit", "loss"].contains { item.words.contains($0) }
    }

    /// net / sqrt(net² + 1), as VADER normalises its sums (Hutto & Gilbert 2014), with our own scale.
    var score: Double { net / (net * net + 1).squareRoot() }

    var logits: [Double] { [-Self.sharpness * (net + threshold), 0, Self.sharpness * (net - threshold)] }
}
