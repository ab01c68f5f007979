/// Something that the exchange said and the contract this desk was built against does not know: what a change of the API looks like from here.
public struct ContractDrift: Hashable, Sendable, Codable {
    public enum Severity: String, Hashable, Sendable, Codable {
        /// More than is known: a new field, a new value of a list. What was known was read.
        case noted
        /// It cannot be read as what it claims to be, so what it meant is not known.
        case broken
    }

    public let severity: Severity
    /// What was asked or heard: "listing fills", "the stream's fill".
    public let place: String
    /// In words: "Fill lacks fee_cost".
    public let problem: String

    public init(_ severity: Severity, place: String, problem: String) {
        self.severity = severity
        self.place = place
        self.problem = problem
    }
}
