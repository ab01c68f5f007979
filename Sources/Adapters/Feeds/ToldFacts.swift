import Model

/// What of one source was handed on already: a fact is told again only when it has changed.
struct ToldFacts {
    /// Facts that are remembered; past it all are told once more.
    static let remembered = 8192

    private var told: [FactKey: Fact] = [:]

    /// Those that are new, in their order.
    mutating func news(_ facts: [Fact]) -> [Fact] {
        if told.count > Self.remembered { told = [:] }
        return facts.filter { told.updateValue($0, forKey: FactKey($0)) != $0 }
    }
}

/// What a fact is about: a newer one of the same replaces it.
private struct FactKey: Hashable {
    private let kind: Int
    private let subject: Underlying
    private let day: Int64
    private let source: String

    init(_ fact: Fact) {
        switch fact {
        case .highForecast(let said): (kind, subject, day, source) = (0, said.place, said.day, said.source)
        case .highSoFar(let high): (kind, subject, day, source) = (1, high.place, high.day, "")
        case .high(let high): (kind, subject, day, source) = (2, high.place, high.day, "")
        case .nowcast(let said): (kind, subject, day, source) = (3, said.figure, said.release, said.source)
        case .figure(let figure): (kind, subject, day, source) = (4, figure.figure, figure.release, "")
        }
    }
}
