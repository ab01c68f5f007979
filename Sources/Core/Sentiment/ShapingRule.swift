/// What stands around a piece of evidence and changes what it is worth: negation, boosters, hedges, contrast, questions.
enum ShapingRule {
    static let negated = -0.7
    static let hedged = 0.75
    static let asked = 0.6
    static let conceded = 0.4
    static let beforeContrast = 0.7
    /// Praise in a company's own words is meant as news.
    static let ownVoice = 1.4
    static let afterContrast = 1.2

    static func shaped(_ scan: TextScan) -> [Evidence] {
        scan.found.map { item, last in
            var weight = item.weight
            if isNegated(scan, item, last) { weight *= negated }
            weight *= boost(scan, item)
            if isHedged(scan, item, last) { weight *= hedged }
            if isConceded(scan, item) { weight *= conceded }
            weight *= contrast(scan, item)
            if item.rule == "tone", weight > 0, isOwnVoice(scan) { weight *= ownVoice }
            if scan.tokens.last?.kind == .question { weight *= asked }
            return Evidence(rule: item.rule, words: item.words, weight: weight, position: item.position)
        }
    }

    /// A negator within four words before it, or among its own words, in the same clause, that no pattern has taken.
    private static func isNegated(_ scan: TextScan, _ item: Evidence, _ last: Int) -> Bool {
        (before(scan, item.position, 4) + before(scan, last, last - item.position)).contains { scan.role($0)?.isNegator == true && !scan.used[$0] }
    }

    private static func boost(_ scan: TextScan, _ item: Evidence) -> Double {
        let end = min(scan.tokens.count, item.position + 5)
        let near = before(scan, item.position, 2) + Array(item.position..<end)
        let factors = near.compactMap { scan.role($0)?.boost }.filter { $0 != 1 }
        return factors.first ?? 1
    }

    private static func isHedged(_ scan: TextScan, _ item: Evidence, _ last: Int) -> Bool {
        (before(scan, item.position, 4) + before(scan, last, last - item.position)).contains {
            scan.role($0)?.isHedge == true && !(scan.tokens[$0].text == "may" && isMonth(scan, $0))
        }
    }

    /// "May" beside a number is a month.
    private static func isMonth(_ scan: TextScan, _ place: Int) -> Bool {
        [place - 1, place + 1].contains { scan.tokens.indices.contains($0) && (scan.tokens[$0].kind == .number || scan.tokens[$0].kind == .year) }
    }

    /// Between "despite" and the end of its clause.
    private static func isConceded(_ scan: TextScan, _ item: Evidence) -> Bool {
        before(scan, item.position, 8).contains { scan.role($0)?.isConcession == true }
    }

    private static func isOwnVoice(_ scan: TextScan) -> Bool { scan.tokens.contains { $0.text == "we" || $0.text == "our" } }

    private static func contrast(_ scan: TextScan, _ item: Evidence) -> Double {
        guard let turn = scan.tokens.indices.first(where: { scan.roles[$0]?.isContrast == true && scan.tokens[$0].text != "although" }), turn > 0, turn + 3 < scan.tokens.count else { return 1 }
        return item.position < turn ? beforeContrast : afterContrast
    }

    /// The places before `place` within its clause, at most `count` words.
    private static func before(_ scan: TextScan, _ place: Int, _ count: Int) -> [Int] {
        var found: [Int] = []
        var next = place - 1
        while next >= 0, found.count < count {
            let token = scan.tokens[next]
            if scan.isWall(next) || token.kind == .comma || token.kind == .mark { break }
            found.append(next)
            next -= 1
        }
        return found
    }
}
