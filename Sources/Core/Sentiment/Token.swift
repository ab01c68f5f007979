/// A word, a number or a mark of a text.
public struct Token: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case word
        /// A quantity: "5.2", "EUR 5.2mn", "14 %", with its unit's factor in `value`.
        case number
        /// Four digits that name a year.
        case year
        /// "$AAPL": the letters are the text.
        case cashtag
        case comma
        /// A colon, a dash, a bracket, a quotation mark.
        case mark
        /// A full stop, a semicolon, a line's end: what stands on its other side is another statement.
        case stop
        case question
    }

    public let kind: Kind
    /// In lower case, without a possessive ending.
    public let text: String
    public var value = 0.0
    /// What the unit beside it multiplied it by: 1e6 for "mn".
    public var unit = 1.0
    public var isPercent = false
    public var isMoney = false
    /// Written with a plus or a minus.
    public var isSigned = false
    /// The first letter was a capital.
    public var isCapitalized = false

    public init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }
}
