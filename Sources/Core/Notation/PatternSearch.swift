/// One search through many texts, with a bound on all of its work.
public struct PatternSearch: Sendable {
    /// About a second: some 5 MB of text for an ordinary pattern.
    public static let stepLimit = 25_000_000

    private let pattern: TextPattern
    private var left: Int

    public init(_ text: String, ignoringCase: Bool, steps: Int = PatternSearch.stepLimit) throws(TextPattern.Fault) {
        pattern = try TextPattern(text, ignoringCase: ignoringCase)
        left = steps
    }

    /// Throws when the work is spent: then what was not looked at is not known.
    public mutating func isFound(in text: String) throws(TextPattern.Fault) -> Bool {
        guard let isFound = pattern.isFound(in: text, steps: &left) else { throw TextPattern.Fault(description: "the pattern takes too much work on this much text: narrow the search, or make its counts smaller") }
        return isFound
    }
}
