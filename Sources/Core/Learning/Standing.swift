import Model

/// How far a strategy has come, by evidence alone.
public enum Stage: String, Hashable, Sendable, Codable, CaseIterable {
    /// Written down and scored, in no pool. Then paper.
    case shadow
    /// Trades where no money is at stake. Then canary, or back to shadow.
    case paper
    /// Trades for money at a quarter of its weight. Then live, or back to paper.
    case canary
    /// Trades. Then back to canary.
    case live

    public var next: Stage { self == .shadow ? .paper : self == .paper ? .canary : .live }
    public var previous: Stage { self == .live ? .canary : self == .canary ? .paper : .shadow }

    /// The part of its weight that a strategy of this stage has in the pool.
    public func influence(realMoney: Bool) -> Double {
        switch self {
        case .shadow: 0
        case .paper: realMoney ? 0 : 1
        case .canary: realMoney ? 0.25 : 1
        case .live: 1
        }
    }
}

/// Where one strategy stands in one family, with the evidence.
public struct Standing: Hashable, Sendable, Codable {
    /// The capital at which it moves up: reached by chance once in twenty.
    public static let promotion = 20.0

    public private(set) var stage: Stage
    /// Since the stage began.
    public private(set) var evidence = EProcess()
    public private(set) var drift = DriftDetector()

    public init(stage: Stage) { self.stage = stage }

    /// One event's score difference against the market. Returns the stage if it changed.
    public mutating func add(_ round: EvidenceRound) -> Stage? {
        evidence.add(round.better)
        let worse = drift.add(round.worse)
        let before = stage
        if worse { stage = stage.previous } else if evidence.capital >= Self.promotion { stage = stage.next }
        guard worse || stage != before else { return nil }
        evidence = EProcess()
        drift = DriftDetector()
        return stage == before ? nil : stage
    }

    func feed(into digest: inout Digest) {
        digest.feed(stage.rawValue)
        evidence.feed(into: &digest)
        drift.feed(into: &digest)
    }
}
