/// A text on its way through the rules: its tokens, what the lexicon knows of each, and what a rule has already taken.
struct TextScan {
    let tokens: [Token]
    /// The forms under which the lexicon may know a token.
    let forms: [[String]]
    let roles: [Lexicon.Word?]
    /// Taken by a rule: no other rule counts it again.
    var used: [Bool]
    /// With the place of its last word, up to which what stands around it counts.
    private(set) var found: [(evidence: Evidence, last: Int)] = []

    init(_ tokens: [Token], _ lexicon: Lexicon) {
        self.tokens = tokens
        forms = tokens.map { token in
            switch token.kind {
            case .word: lexicon.forms(token.text)
            // Any stock's symbol, and any number, as a pattern writes them.
            case .cashtag: [token.text, "$"]
            case .number: [token.text, "0"]
            case .year, .comma, .mark, .stop, .question: [token.text]
            }
        }
        roles = zip(tokens, forms).map { $0.kind == .word ? lexicon.role($1) : nil }
        used = Array(repeating: false, count: tokens.count)
    }

    /// Writes evidence down, and takes its tokens.
    mutating func add(_ rule: String, _ weight: Double, _ places: [Int]) {
        for place in places { used[place] = true }
        let words = places.map { tokens[$0].text }.joined(separator: " ")
        let first = places.min() ?? 0
        found.append((Evidence(rule: rule, words: words, weight: weight, position: first), places.max() ?? first))
    }

    mutating func take(_ places: [Int]) { for place in places { used[place] = true } }

    func role(_ place: Int) -> Lexicon.Word? { tokens.indices.contains(place) ? roles[place] : nil }

    /// A statement ends here: nothing on the one side is said of the other.
    func isWall(_ place: Int) -> Bool {
        let kind = tokens[place].kind
        return kind == .stop || kind == .question || roles[place]?.isContrast == true && tokens[place].text != "although"
    }

    /// The tokens that `pattern` takes when it starts at `start`; nil when it does not fit.
    func match(_ pattern: Lexicon.Pattern, at start: Int) -> [Int]? {
        guard fits(pattern.steps[0], start) else { return nil }
        var places = [start]
        var place = start + 1
        for step in pattern.steps.dropFirst() {
            var left = step.gap
            while place < tokens.count, !fits(step, place) {
                guard left > 0, !isWall(place) else { return nil }
                left -= 1
                place += 1
            }
            guard place < tokens.count, fits(step, place) else { return nil }
            places.append(place)
            place += 1
        }
        return places
    }

    private func fits(_ step: Lexicon.Pattern.Step, _ place: Int) -> Bool {
        !used[place] && forms[place].contains { step.words.contains($0) }
    }
}
