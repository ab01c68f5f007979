import Engine
import Learning
import Model
import Ports
import Risk

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

extension GroupRiskView {
    init(_ risk: TradingEngine.GroupRisk) {
        self.init(
            group: risk.group?.text, used: risk.used.description, limit: risk.limit.description, tailLoss: risk.tailLoss.description,
            tailLimit: risk.tailLimit.description)
    }
}

/// Parts of the view that cost more than a glance: made anew when what they show has changed, or after a while.
struct SlowViews {
    /// Scenarios are drawn for the eye at most this often; the gate draws its own.
    static let risksEveryNanoseconds: Int64 = 2_000_000_000

    private var learned: (settled: Int, rollBacks: Int, view: LearningView)?
    private var risked: (at: Int64, views: [GroupRiskView])?

    mutating func learning(_ engine: TradingEngine) -> LearningView {
        let (settled, rollBacks) = (engine.learner.history.settlements, engine.learner.rollBacks)
        if let learned, learned.settled == settled, learned.rollBacks == rollBacks { return learned.view }
        let view = LearningView(engine)
        learned = (settled, rollBacks, view)
        return view
    }

    mutating func risks(_ engine: TradingEngine, at nanoseconds: Int64) -> [GroupRiskView] {
        if let risked, nanoseconds - risked.at < Self.risksEveryNanoseconds { return risked.views }
        let views = engine.groupRisks.map { GroupRiskView($0) }
        risked = (nanoseconds, views)
        return views
    }
}
