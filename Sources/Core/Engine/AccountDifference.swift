public import Model

/// One way in which the account here and the account at the exchange differ: named, with both figures, and with its explanation where there is one.
///
/// A difference without an explanation blocks trading once it has lasted; an explained one blocks only when what explains it takes too long.
public struct AccountDifference: Hashable, Sendable, Codable {
    public enum Subject: Hashable, Sendable, Codable {
        case cash
        case position(Ticker)
        case order(ClientOrderID, Ticker)
        /// Orders that this journal never placed, at its beginning.
        case strangers
    }

    public let subject: Subject
    /// What is different, both figures in it.
    public let text: String
    public let explanation: String?

    init(_ subject: Subject, _ text: String, because explanation: String? = nil) {
        self.subject = subject
        self.text = text
        self.explanation = explanation
    }

    public var sentence: String { explanation.map { "\(text) (\($0))" } ?? text }

    /// The market it is about; nil for what concerns the whole account.
    public var about: Ticker? {
        switch subject {
        case .position(let ticker), .order(_, let ticker): ticker
        case .cash, .strangers: nil
        }
    }
}
