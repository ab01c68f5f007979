/// The words and patterns that a scorer knows, and what each of them is to it.
///
/// Everything is written as text (Lexicon+Fortune, Lexicon+Events, Lexicon+Policy) in base forms: "rise" also finds rises, rose, risen and rising.
/// docs/sentiment.md tells how an entry is added.
public struct Lexicon: Sendable {
    /// What a single word does to what stands around it.
    public struct Word: Hashable, Sendable {
        /// Up is positive, down negative; the size is its force.
        var direction = 0.0
        /// "higher", "rising": takes the quantity that follows it, not the one before it.
        var isAdjective = false
        /// "cut", "raise": takes an object.
        var isTransitive = false
        /// "increase": may take an object, or not.
        var isEither = false
        /// "improve": good whatever it is that improves.
        var isInherent = false
        /// "up": moves something only where it stands beside it or beside a figure; it is also a part of many verbs.
        var isParticle = false
        /// Only itself: no form of it is looked for ("recorded" is no record).
        var isPlain = false
        /// What it means when this grows: +1 good, -1 bad, 0 nothing.
        var quantity: Double?
        /// A quantity whose presence is already bad news, and which turns signs in comparisons.
        var isLoss = false
        /// Turns what follows it within its reach.
        var isNegator = false
        /// Multiplies what stands beside it.
        var boost = 1.0
        var isHedge = false
        /// "but": what comes after it counts more than what came before.
        var isContrast = false
        /// "despite": what it introduces counts little.
        var isConcession = false
        /// "from", "versus", "compared": a value of before follows.
        var isComparison = false
    }

    /// Words in a row, with room between some of them, that mean something together.
    struct Pattern: Sendable {
        struct Step: Sendable {
            let words: Set<String>
            /// Other words that may stand before this one.
            let gap: Int
        }

        let rule: String
        let weight: Double
        let steps: [Step]
    }

    private(set) var words: [String: Word] = [:]
    private(set) var patterns: [Pattern] = []
    /// Patterns by each of their possible first words, longest first.
    private(set) var starts: [String: [Int]] = [:]
    private var vocabulary: Set<String> = []

    /// Words that may stand where a pattern has "..".
    static let gap = 5

    /// - Parameters:
    ///   - roles: lines "role: word word:force ...", see `Role`.
    ///   - patterns: lines "weight rule: pattern, pattern", a pattern being words with `a|b` for a choice and `..` for room.
    public init(roles: [String], patterns: [String]) {
        for table in roles { for line in Self.lines(table) { addRole(line) } }
        for table in patterns { for line in Self.lines(table) { addPatterns(line) } }
        for (index, pattern) in self.patterns.enumerated() { for word in pattern.steps[0].words { starts[word, default: []].append(index) } }
        for (word, indices) in starts {
            starts[word] = indices.sorted { (self.patterns[$0].steps.count, $1) > (self.patterns[$1].steps.count, $0) }
        }
        vocabulary.formUnion(words.keys)
        for pattern in self.patterns { for step in pattern.steps { vocabulary.formUnion(step.words) } }
    }

    /// The word itself, and every base form of it that the lexicon knows.
    func forms(_ word: String) -> [String] {
        var found = [word]
        if words[word]?.isPlain == true { return found }
        for base in Inflection.bases(word) where base != word && vocabulary.contains(base) && !found.contains(base) { found.append(base) }
        return found
    }

    /// The first role among the forms.
    func role(_ forms: [String]) -> Word? {
        for form in forms { if let word = words[form] { return word } }
        return nil
    }

    // MARK: - Reading the tables

    private static func lines(_ table: String) -> [Substring] { table.split(separator: "\n").filter { !$0.hasPrefix("#") } }

    private mutating func addRole(_ line: Substring) {
        let parts = line.split(separator: ":", maxSplits: 1)
        precondition(parts.count == 2, "a line of roles has a name and words: \(line)")
        for item in parts[1].split(separator: " ") {
            let pair = item.split(separator: ":")
            let force = pair.count > 1 ? Double(String(pair[1])) ?? 1 : 1
            var word = words[String(pair[0])] ?? Word()
            word.take(String(parts[0]), force)
            words[String(pair[0])] = word
        }
    }

    private mutating func addPatterns(_ line: Substring) {
        let parts = line.split(separator: ":", maxSplits: 1)
        let head = parts[0].split(separator: " ")
        guard parts.count == 2, head.count == 2, let weight = Double(String(head[0])) else { preconditionFailure("a line of patterns has a weight and a rule: \(line)") }
        for text in parts[1].split(separator: ",") {
            var steps: [Pattern.Step] = []
            var gap = 0
            for element in text.split(separator: " ") {
                if element == ".." { gap = Self.gap; continue }
                steps.append(Pattern.Step(words: Set(element.split(separator: "|").map(String.init)), gap: gap))
                gap = 0
            }
            precondition(!steps.isEmpty, "an empty pattern in: \(line)")
            patterns.append(Pattern(rule: String(head[1]), weight: weight, steps: steps))
        }
    }
}

extension Lexicon.Word {
    /// The roles that a table may name.
    mutating func take(_ role: String, _ force: Double) {
        switch role {
        case "up": direction = force
        case "down": direction = -force
        case "up_adjective": (direction, isAdjective) = (force, true)
        case "down_adjective": (direction, isAdjective) = (-force, true)
        case "up_transitive": (direction, isTransitive) = (force, true)
        case "down_transitive": (direction, isTransitive) = (-force, true)
        case "up_either": (direction, isEither) = (force, true)
        case "down_either": (direction, isEither) = (-force, true)
        case "up_particle": (direction, isParticle) = (force, true)
        case "down_particle": (direction, isParticle) = (-force, true)
        case "better": (direction, isInherent, isEither) = (force, true, true)
        case "plain": isPlain = true
        case "good": quantity = force
        case "bad": quantity = -force
        case "loss": (quantity, isLoss) = (-force, true)
        case "indifferent": quantity = 0
        case "negator": isNegator = true
        case "booster": boost = force
        case "hedge": isHedge = true
        case "contrast": isContrast = true
        case "concession": isConcession = true
        case "comparison": isComparison = true
        default: preconditionFailure("no such role: \(role)")
        }
    }
}
