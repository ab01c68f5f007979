import Engine
import Learning
import Model
import Ports

extension LearningView {
    /// Of what going back to a version would change, so many figures are shown.
    static let changesShown = 12

    init(_ engine: TradingEngine) {
        let learner = engine.learner
        self.init(
            settled: learner.history.settlements,
            standings: learner.members.map { family, strategy in
                let standing = learner.standing(strategy, in: family)
                return StandingView(
                    family: family.text, strategy: strategy, stage: standing.stage.rawValue, weight: learner.weight(strategy, in: family),
                    influence: learner.influence(strategy, in: family, realMoney: engine.mode == .live), events: standing.evidence.rounds,
                    capital: standing.evidence.capital, promotion: Standing.promotion, drift: standing.drift.level, driftLimit: DriftDetector.falseAlarmEvery)
            },
            curves: learner.curves.keys.sorted().map { name in
                CurveView(
                    name: name,
                    points: (learner.curves[name]?.points ?? []).map { .init(said: $0.said, cameTrue: $0.cameTrue, low: $0.low, high: $0.high, markets: $0.markets) })
            },
            versions: learner.history.versions.reversed().map { version in
                let changes = VersionHistory.changes(from: learner.parameters, to: version.parameters).largestFirst
                return VersionView(
                    number: version.number, changed: changes.count,
                    changes: changes.prefix(Self.changesShown).map { .init(name: $0.name, now: $0.before, was: $0.after) })
            })
    }
}
