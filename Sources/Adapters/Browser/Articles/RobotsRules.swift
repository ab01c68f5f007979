/// What a site asks programs to leave alone (RFC 9309).
struct RobotsRules: Hashable, Sendable {
    private struct Rule: Hashable, Sendable {
        let isAllowed: Bool
        let pattern: String
    }

    private let rules: [Rule]

    static let open = RobotsRules(rules: [])
    static let closed = RobotsRules(rules: [Rule(isAllowed: false, pattern: "/")])

    private init(rules: [Rule]) { self.rules = rules }

    /// The groups that name `agent`; where none does, those for everybody.
    init(_ text: String, agent: String) {
        var named: [Rule] = []
        var general: [Rule] = []
        var isNamed = false
        var (forUs, forAll, inHead) = (false, false, false)
        for line in text.prefix(500_000).split(whereSeparator: \.isNewline) {
            let words = line.prefix { $0 != "#" }.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard words.count == 2 else { continue }
            let (field, value) = (trimmed(words[0]).lowercased(), trimmed(words[1]))
            switch field {
            case "user-agent":
                if !inHead { (forUs, forAll) = (false, false) }
                inHead = true
                if value == "*" { forAll = true } else if !value.isEmpty, value.lowercased() == agent { (forUs, isNamed) = (true, true) }
            case "allow", "disallow":
                inHead = false
                // An empty "Disallow:" forbids nothing.
                guard !value.isEmpty else { continue }
                let rule = Rule(isAllowed: field == "allow", pattern: value)
                if forUs { named.append(rule) }
                if forAll { general.append(rule) }
            default: break
            }
        }
        rules = isNamed ? named : general
    }

    /// The longest pattern that matches decides; of two as long, the one that allows.
    func allow(_ path: String) -> Bool {
        let best = rules.filter { RobotsRules.matches($0.pattern, path) }.max { a, b in
            a.pattern.utf8.count != b.pattern.utf8.count ? a.pattern.utf8.count < b.pattern.utf8.count : !a.isAllowed && b.isAllowed
        }
        return best?.isAllowed ?? true
    }

    /// `*` stands for anything, `$` for the end. In one pass over the path: no pattern costs more than both lengths multiplied.
    static func matches(_ pattern: String, _ path: String) -> Bool {
        let isWhole = pattern.hasSuffix("$")
        let wanted = Array((isWhole ? String(pattern.dropLast()) : pattern + "*").utf8)
        let given = Array(path.utf8)
        var (p, g, star, mark) = (0, 0, -1, 0)
        while g < given.count {
            if p < wanted.count, wanted[p] == UInt8(ascii: "*") {
                (star, mark) = (p, g)
                p += 1
            } else if p < wanted.count, wanted[p] == given[g] {
                p += 1
                g += 1
            } else if star >= 0 {
                mark += 1
                (p, g) = (star + 1, mark)
            } else {
                return false
            }
        }
        while p < wanted.count, wanted[p] == UInt8(ascii: "*") { p += 1 }
        return p == wanted.count
    }
}

private func trimmed(_ text: Substring) -> String { String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()) }
