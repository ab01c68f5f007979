/// What the exchange's contract calls one kind of object, and every field it has there (OpenAPI 3.34.0, AsyncAPI 2.0.0 of October 2026).
///
/// A field that is not in the list is not an error: it is reported as new, once, and left aside.
struct Contract: Sendable {
    let name: String
    let fields: Set<String>

    /// - Parameter fields: their names, with spaces between.
    init(_ name: String, _ fields: String) {
        self.name = name
        self.fields = Set(fields.split(whereSeparator: \.isWhitespace).map(String.init))
    }
}

/// An answer, or a part of one, that is read field by field against its contract.
protocol Answered: Sendable {
    static var contract: Contract { get }
    init(_ fields: Fields) throws(ContractBreak)
}

/// Something does not fit the contract, so that its meaning is not known: "Fill lacks fee_cost".
struct ContractBreak: Error, Equatable {
    let problem: String
    init(_ problem: String) { self.problem = problem }
}

/// What was new in one answer: fields and values that the contract does not have.
final class ContractNotes {
    private(set) var problems: [String] = []
    /// What stood in the unknown fields, by problem.
    private(set) var values: [String: AnswerValue] = [:]

    func add(_ problem: String, _ value: AnswerValue? = nil) {
        guard !problems.contains(problem) else { return }
        problems.append(problem)
        values[problem] = value
    }
}
