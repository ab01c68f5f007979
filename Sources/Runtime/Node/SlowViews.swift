import Engine
import Learning
import Model
import Ports
import Strategies

/// Parts of the view that cost more than a glance: made anew when what they show has changed, or after a while.
struct SlowViews {
    /// Scenarios are drawn for the eye at most this often; the gate draws its own.
    static let risksEveryNanoseconds: Int64 = 2_000_000_000

    private var learned: (settled: Int, rollBacks: Int, view: LearningView)?
    static let ordersEvery = Interval.seconds(5)
    private var ordersAt: Timestamp?
    private var risked: (at: Int64, views: [GroupRiskView])?
    static let newsEveryNanoseconds: Int64 = 5_000_000_000
    static let newsShown = 20
    private var told: (at: Int64, views: [NewsView])?

    mutating func learning(_ engine: TradingEngine) -> LearningView {
        let (settled, rollBacks) = (engine.learner.history.settlements, engine.learner.rollBacks)
        var view: LearningView
        if let learned, learned.settled == settled, learned.rollBacks == rollBacks {
            // The comparison of versions is the dear part, and changes only with them.
            if let ordersAt, engine.now - ordersAt < Self.ordersEvery { return learned.view }
            view = learned.view
        } else {
            view = LearningView(engine)
        }
        view.orders = OrderRecordView(engine)
        ordersAt = engine.now
        learned = (settled, rollBacks, view)
        return view
    }

    mutating func risks(_ engine: TradingEngine, at nanoseconds: Int64) -> [GroupRiskView] {
        if let risked, nanoseconds - risked.at < Self.risksEveryNanoseconds { return risked.views }
        let views = engine.groupRisks.map { GroupRiskView($0) }
        risked = (nanoseconds, views)
        return views
    }

    mutating func news(_ engine: TradingEngine, at nanoseconds: Int64) -> [NewsView] {
        if let told, nanoseconds - told.at < Self.newsEveryNanoseconds { return told.views }
        let views = engine.news.newest(Self.newsShown, among: engine.markets.map(\.market), at: engine.now).map { NewsView($0) }
        told = (nanoseconds, views)
        return views
    }
}

extension GroupRiskView {
    init(_ risk: TradingEngine.GroupRisk) {
        self.init(
            group: risk.group?.text, used: risk.used.description, limit: risk.limit.description, tailLoss: risk.tailLoss.description,
            tailLimit: risk.tailLimit.description)
    }
}

extension NewsView {
    init(_ line: NewsLine) {
        self.init(
            heard: line.heard.nanoseconds, sources: line.sources, title: line.title, tone: line.tone, score: line.score, topics: line.topics,
            matches: line.matches.map { .init(market: $0.market.text, shift: $0.shift, settlements: $0.settlements) }, matched: line.matched)
    }
}
