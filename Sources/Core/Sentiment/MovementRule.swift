/// Something went up or down: good or bad depends on what it was.
///
/// "net profit fell", "a fall in profit", "lower profit", "cut its profit forecast": the quantity may stand before the movement or after it.
enum MovementRule {
    /// A movement of nothing that is known: half a signal where a figure stands beside it, less without one.
    static let unnamed = 0.55
    static let unnamedWithoutFigure = 0.25
    static let unnamedByPercent = 0.8
    static let inherent = 0.7
    static let reachBefore = 14
    static let reachAfter = 6
    static let particleReach = 16
    /// Verbs that "up" and "down" belong to.
    static let verbs: Set<String> = [
        "take", "break", "set", "make", "divide", "end", "sign", "come", "team", "link", "tie", "wrap", "split", "open", "back", "build", "hold", "give", "catch",
        "follow", "line", "start", "curl", "show", "stand", "keep", "write", "lay", "break", "track", "clean", "look", "turn", "step", "hook", "settle", "sit",
    ]

    /// Verbs that say of a figure where it went.
    static let motions: Set<String> = ["go", "be", "move", "edge", "inch", "climb", "rise", "pick", "close", "end", "come", "jump", "shoot", "trade", "finish", "tick"]

    private static func isPartOfVerb(_ scan: TextScan, _ place: Int) -> Bool {
        let before = place > 0 ? scan.forms[place - 1] : []
        if before.contains(where: verbs.contains) { return true }
        // "up to 50 people" is a bound, "went up to 50" a movement.
        let isBound = place + 1 < scan.tokens.count && scan.tokens[place + 1].text == "to"
        return isBound && !before.contains(where: motions.contains)
    }

    static func apply(_ scan: inout TextScan) {
        for place in scan.tokens.indices where !scan.used[place] {
            guard let role = scan.role(place), role.direction != 0 else { continue }
            if role.isParticle, isPartOfVerb(scan, place) { continue }
            // "total profit": a word that is a movement and a quantity is a quantity beside another movement.
            if role.quantity != nil, hasOtherMovement(scan, place) { continue }
            if let quantity = quantity(scan, place, role) {
                let found = scan.role(quantity)?.quantity ?? 0
                let value = role.isInherent ? max(abs(found), 0.5) : found
                if value == 0 { scan.take([place]) } else { scan.add("movement", role.direction * value, [quantity, place].sorted()) }
            } else if role.quantity == nil, !role.isParticle || hasFigure(scan, place, after: 3) {
                let share = role.isInherent ? inherent : hasPercent(scan, place) ? unnamedByPercent : hasFigure(scan, place) ? unnamed : unnamedWithoutFigure
                scan.add("movement", role.direction * share, [place])
            }
        }
    }

    private static func hasOtherMovement(_ scan: TextScan, _ place: Int) -> Bool {
        (max(0, place - 3)..<min(scan.tokens.count, place + 6)).contains { $0 != place && (scan.role($0)?.direction ?? 0) != 0 }
    }

    /// Where the thing that moved stands.
    private static func quantity(_ scan: TextScan, _ place: Int, _ role: Lexicon.Word) -> Int? {
        if role.isParticle { return before(scan, place, reach: particleReach) }
        let next = place + 1
        if next < scan.tokens.count, ["in", "of", "for"].contains(scan.tokens[next].text) {
            if let found = after(scan, next, reach: 5, skippingFigures: true) { return found }
        }
        if role.isAdjective { return after(scan, place, reach: 4, skippingFigures: false) ?? (role.isTransitive ? nil : before(scan, place)) }
        if role.isTransitive || role.isEither || isParticiple(scan, place) {
            if let found = after(scan, place, reach: role.isTransitive ? reachAfter : 4, skippingFigures: false) { return found }
        }
        // "raised EUR 5 mn" moves nothing that was named before; "was raised" does.
        if role.isTransitive, !isPassive(scan, place) { return nil }
        return before(scan, place) ?? after(scan, place, reach: reachAfter, skippingFigures: false)
    }

    private static func isPassive(_ scan: TextScan, _ place: Int) -> Bool {
        (max(0, place - 3)..<place).contains { scan.forms[$0].contains("be") }
    }

    private static func hasPercent(_ scan: TextScan, _ place: Int) -> Bool {
        (max(0, place - 4)..<min(scan.tokens.count, place + 8)).contains { scan.tokens[$0].isPercent }
    }

    private static func isParticiple(_ scan: TextScan, _ place: Int) -> Bool { scan.tokens[place].text.hasSuffix("ing") }

    /// The last quantity of the noun phrase that follows: of "operating cost level" the cost.
    private static func after(_ scan: TextScan, _ place: Int, reach: Int, skippingFigures: Bool) -> Int? {
        var found: Int?
        for next in (place + 1)..<max(place + 1, min(scan.tokens.count, place + 1 + reach)) {
            let token = scan.tokens[next]
            if scan.isWall(next) || token.kind == .comma || token.kind == .mark { break }
            if token.kind == .number, !skippingFigures { break }
            if found != nil, scan.role(next)?.quantity == nil { break }
            if token.kind == .word, prepositions.contains(token.text), found != nil || !skippingFigures { break }
            if let role = scan.role(next), role.quantity != nil, !scan.used[next] {
                // "loss" rules its phrase: "lower operating profit loss" is of a loss.
                if found == nil || role.isLoss || (role.quantity ?? 0) < 0 { found = next }
            }
        }
        return found
    }

    private static func before(_ scan: TextScan, _ place: Int, reach: Int = reachBefore) -> Int? {
        var next = place - 1
        while next >= 0, place - next <= reach {
            if scan.isWall(next) { return nil }
            if let role = scan.role(next) {
                if role.quantity != nil, !role.isComparison, !scan.used[next] || role.direction == 0 { return loss(scan, next) ?? next }
            }
            next -= 1
        }
        return nil
    }

    /// "loss before taxes": the head of the phrase decides.
    private static func loss(_ scan: TextScan, _ place: Int) -> Int? {
        (max(0, place - 3)..<place).last { scan.role($0)?.isLoss == true }
    }

    /// A number that is no year within the statement, near enough to be the movement's.
    static func hasFigure(_ scan: TextScan, _ place: Int, after: Int = 7) -> Bool {
        let near = max(0, place - 4)..<min(scan.tokens.count, place + after + 1)
        return near.contains { scan.tokens[$0].kind == .number }
    }

    private static let prepositions: Set<String> = ["to", "by", "from", "at", "on", "with", "as", "for", "due", "because", "after", "during", "amid", "and"]
}
