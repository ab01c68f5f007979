/// What the lexicon has patterns for: happenings first, because they say more than the words they are made of.
enum PatternRule {
    /// Takes out what looks like news and is none: patterns of weight 0, unless a step of theirs belongs to a longer happening.
    static func apply(_ scan: inout TextScan, _ lexicon: Lexicon, words range: ClosedRange<Int>, dead: Bool = false) {
        for place in scan.tokens.indices where !scan.used[place] {
            guard let (pattern, places) = best(scan, lexicon, at: place, range), !dead || pattern.weight == 0 else { continue }
            if pattern.weight == 0 { scan.take(places) } else { scan.add(pattern.rule, pattern.weight, places) }
        }
    }

    /// The pattern with the most words; among those the one that spans the least.
    private static func best(_ scan: TextScan, _ lexicon: Lexicon, at place: Int, _ range: ClosedRange<Int>) -> (Lexicon.Pattern, [Int])? {
        var best: (pattern: Lexicon.Pattern, places: [Int])?
        for form in scan.forms[place] {
            for index in lexicon.starts[form] ?? [] {
                let pattern = lexicon.patterns[index]
                guard range.contains(pattern.steps.count), let places = scan.match(pattern, at: place) else { continue }
                if let old = best, (old.places.count, -span(old.places)) >= (places.count, -span(places)) { continue }
                best = (pattern, places)
            }
        }
        return best
    }

    private static func span(_ places: [Int]) -> Int { (places.last ?? 0) - (places.first ?? 0) }
}
