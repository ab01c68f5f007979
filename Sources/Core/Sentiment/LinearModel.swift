import RealModule

/// A linear classifier on hashed words and pairs of words, beside the rules: what a rule did not think of can still be learned, from labels or from outcomes.
///
/// Multinomial logistic regression with AdaGrad steps (Duchi, Hazan & Singer 2011): deterministic, one example at a time, no state but weights and
/// squared gradients. It adds to the logits of the rules, so that with no training it changes nothing.
public struct LinearModel: Hashable, Sendable {
    public static let buckets = 4096
    static let classes = 3
    static let rate = 0.1
    /// In logits; a clear piece of evidence is worth three.
    static let reach = 1.0
    /// Pulls a weight to zero with every step on it.
    static let decay = 1e-3

    /// By bucket, then negative, neutral, positive.
    public private(set) var weights: [Double]
    private var squares: [Double]

    public init() {
        weights = Array(repeating: 0, count: Self.buckets * Self.classes)
        squares = Array(repeating: 0, count: Self.buckets * Self.classes)
    }

    public init(weights: [Double]) {
        precondition(weights.count == Self.buckets * Self.classes, "a weight for every bucket and class")
        self.weights = weights
        // As if each had been learned from a few examples: labels move them, one label does not overthrow them.
        squares = weights.map { $0 == 0 ? 0 : 1 }
    }

    /// The model that the desk starts with.
    public static let trained = LinearModel(steps: trainedSteps, of: 1.0 / 64)

    /// - Parameter text: weights as whole steps; "n:w" is n zeros and then w, what is left at the end is zero.
    init(steps text: String, of step: Double) {
        var weights = Array(repeating: 0.0, count: Self.buckets * Self.classes)
        var place = 0
        for run in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            let parts = run.split(separator: ":").map { Int(String($0)) }
            guard let value = parts.last ?? nil, let zeros = parts.count > 1 ? parts[0] : 0 else { preconditionFailure("not a run of weights: \(run)") }
            place += zeros
            precondition(place < weights.count, "more weights than buckets")
            weights[place] = Double(value) * step
            place += 1
        }
        self.init(weights: weights)
    }

    /// The buckets of a text: its longer words and neighbouring pairs of them, each once. Numbers, marks and small words say nothing by themselves.
    public static func features(_ tokens: [Token]) -> [Int] {
        var found: Set<Int> = []
        var previous: String?
        for token in tokens {
            guard token.kind == .word, token.text.utf8.count >= 4 else {
                if token.kind != .word { previous = nil }
                continue
            }
            found.insert(bucket(token.text))
            if let previous { found.insert(bucket(previous + " " + token.text)) }
            previous = token.text
        }
        return found.sorted()
    }

    /// What it adds to the logits of negative, neutral and positive, each within ±`reach`: it may tip a balance, not overturn a rule.
    func logits(_ features: [Int]) -> [Double] {
        sums(features).map { $0 / (1 + abs($0) / Self.reach) }
    }

    private func sums(_ features: [Int]) -> [Double] {
        var sums = [0.0, 0, 0]
        // A long text has more words, not more to say.
        let share = 1 / Double(max(features.count, 1)).squareRoot()
        for bucket in features { for index in 0..<Self.classes { sums[index] += weights[bucket * Self.classes + index] * share } }
        return sums
    }

    /// One step on one text whose tone is known; `prior` are the logits that the rules gave.
    public mutating func learn(_ features: [Int], tone: Tone, prior: [Double]) {
        let p = Self.softmax(zip(prior, logits(features)).map { $0 + $1 })
        let share = 1 / Double(max(features.count, 1)).squareRoot()
        // The slope of the bound on what it adds.
        let slopes = sums(features).map { 1 / ((1 + abs($0) / Self.reach) * (1 + abs($0) / Self.reach)) }
        for bucket in features {
            for index in 0..<Self.classes {
                let place = bucket * Self.classes + index
                let gradient = (p[index] - (index == tone.rawValue + 1 ? 1 : 0)) * slopes[index] * share + Self.decay * weights[place]
                squares[place] += gradient * gradient
                weights[place] -= Self.rate * gradient / (squares[place].squareRoot() + 1e-8)
            }
        }
    }

    static func softmax(_ logits: [Double]) -> [Double] {
        let top = logits.max() ?? 0
        let parts = logits.map { Double.exp($0 - top) }
        let total = parts.reduce(0, +)
        return parts.map { $0 / total }
    }

    private static func bucket(_ text: String) -> Int {
        var hash: UInt32 = 2_166_136_261
        for byte in text.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return Int(hash % UInt32(buckets))
    }
}
