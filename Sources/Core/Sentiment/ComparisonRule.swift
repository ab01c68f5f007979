/// A figure beside that of before, without a word for the movement: "operating profit of EUR 5.2 mn, compared to 7.1 mn a year earlier".
enum ComparisonRule {
    static let weight = 1.1
    static let reach = 22

    static func apply(_ scan: inout TextScan) {
        var place = 0
        while place < scan.tokens.count {
            if let end = compare(&scan, from: place) { place = end } else { place += 1 }
        }
    }

    /// Reads one comparison whose quantity stands at `place`; the place after it when there was one.
    private static func compare(_ scan: inout TextScan, from place: Int) -> Int? {
        guard let role = scan.role(place), let quantity = role.quantity, quantity != 0, !scan.used[place] else { return nil }
        guard let now = figure(scan, after: place, reach: 12) else { return turn(&scan, from: place, role) }
        guard let word = comparator(scan, after: now) else { return nil }
        guard let before = figure(scan, after: word, reach: 9, like: scan.tokens[now]) else { return turn(&scan, from: place, role) }
        let isLoss = lossWord(scan, max(0, place - 2)...now) ?? role.isLoss
        let wasLoss = lossWord(scan, word...min(before + 2, scan.tokens.count - 1)) ?? role.isLoss
        let sizes = sizes(scan.tokens[now], scan.tokens[before])
        let values = (now: signed(sizes.0, isLoss), before: signed(sizes.1, wasLoss))
        guard values.now != values.before else { return before + 1 }
        let sign = quantity > 0 || role.isLoss ? 1.0 : -1.0
        // A small difference says less: five per cent is half of all that can be said.
        let change = abs(values.now - values.before) / max(abs(values.now), abs(values.before))
        let force = weight * min(1, 0.75 + change)
        scan.add("comparison", (values.now > values.before ? force : -force) * sign * abs(quantity), [place, now, word, before])
        scan.take(Array(place...before))
        return before + 1
    }

    private static func isMovement(_ scan: TextScan, _ place: Int) -> Bool { (scan.role(place)?.direction ?? 0) != 0 }

    /// "8.8 mn compared to 7.0": a unit that is written once holds for both.
    private static func sizes(_ now: Token, _ before: Token) -> (Double, Double) {
        if now.unit > 1, before.unit == 1, abs(before.value) < 10_000 { return (now.value, before.value * now.unit) }
        if before.unit > 1, now.unit == 1, abs(now.value) < 10_000 { return (now.value * before.unit, before.value) }
        return (now.value, before.value)
    }

    /// "a profit, compared to a loss": the words decide where the figures are missing.
    private static func turn(_ scan: inout TextScan, from place: Int, _ role: Lexicon.Word) -> Int? {
        let text = scan.tokens[place].text
        guard role.isLoss || text.hasPrefix("profit") || text.hasPrefix("earning") else { return nil }
        let reachEnd = min(place + reach, scan.tokens.count)
        guard let word = ((place + 1)..<max(place + 1, reachEnd)).first(where: { scan.isWall($0) || scan.role($0)?.isComparison == true }), !scan.isWall(word)
        else { return nil }
        guard let was = ((word + 1)..<max(word + 1, min(word + 7, scan.tokens.count))).first(where: { isResult(scan, $0) }) else { return nil }
        let wasLoss = scan.role(was)?.isLoss == true
        guard wasLoss != role.isLoss else { return nil }
        scan.add("comparison", wasLoss ? 1.4 : -1.4, [place, word, was])
        scan.take(Array(place...was))
        return was + 1
    }

    private static func isResult(_ scan: TextScan, _ place: Int) -> Bool {
        scan.role(place)?.isLoss == true || scan.tokens[place].text.hasPrefix("profit")
    }

    /// The first number of the phrase that is no year, of the same kind as `like`.
    private static func figure(_ scan: TextScan, after place: Int, reach: Int, like: Token? = nil) -> Int? {
        for next in (place + 1)..<max(place + 1, min(scan.tokens.count, place + 1 + reach)) {
            let token = scan.tokens[next]
            if scan.isWall(next) { return nil }
            if like == nil, scan.role(next)?.isComparison == true || isMovement(scan, next) { return nil }
            guard token.kind == .number else { continue }
            if isDate(scan, next) { continue }
            if let like {
                guard token.isPercent == like.isPercent else { continue }
            }
            return next
        }
        return nil
    }

    private static func comparator(_ scan: TextScan, after place: Int) -> Int? {
        for next in (place + 1)..<max(place + 1, min(scan.tokens.count, place + 12)) {
            if scan.isWall(next) { return nil }
            if scan.role(next)?.isComparison == true { return next }
        }
        return nil
    }

    /// Whether the phrase speaks of a loss (true) or of a profit (false); nil when of neither.
    private static func lossWord(_ scan: TextScan, _ range: ClosedRange<Int>) -> Bool? {
        for place in range.reversed() {
            if scan.role(place)?.isLoss == true || scan.tokens[place].text == "negative" { return true }
            if scan.tokens[place].text.hasPrefix("profit") { return false }
        }
        return nil
    }

    private static func signed(_ value: Double, _ isLoss: Bool) -> Double { isLoss ? -abs(value) : value }

    static func isDate(_ scan: TextScan, _ place: Int) -> Bool {
        let months: Set<String> = [
            "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "jan", "feb", "mar",
            "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
        ]
        func isMonth(_ place: Int) -> Bool { scan.tokens.indices.contains(place) && months.contains(scan.tokens[place].text) }
        return isMonth(place - 1) || isMonth(place + 1)
    }
}
