import Accounting
import Engine
import Model
import Ports
import Risk
import Strategies

/// What the desk has been through, for screens: the newest decisions and notices, and the equity curve. It holds no trading state.
struct Chronicle: Codable {
    static let decisionsKept = 200
    static let noticesKept = 300
    /// Past it every second point of the older half is dropped: the curve of weeks fits, and the newest hour stays fine.
    static let pointsKept = 2000

    private(set) var decisions: [DecisionView] = []
    private(set) var log: [LogView] = []
    private(set) var equity: [EquityPoint] = []
    private var notices: Int64 = 0
    private var lastPoint: Timestamp?

    mutating func note(_ effect: Effect, at time: Timestamp) {
        switch effect {
        case .decided(let decision):
            decisions.append(DecisionView(decision))
            if decisions.count > Self.decisionsKept { decisions.removeFirst(decisions.count - Self.decisionsKept) }
        case .notice(let notice): add(notice.level.rawValue, notice.text, time)
        case .filled(let fill):
            add("info", "Filled: \(fill.quantity) \(fill.side.rawValue.uppercased()) \(fill.market) at \(fill.price), fee \(fill.fee), \(fill.liquidity.rawValue)", time)
        case .settled(let paid): add("info", "Settled: \(paid.market) \(paid.net) paid \(paid.payout), result of the position \(paid.realized)", time)
        case .place, .cancel, .amend, .decrease, .setGroup, .cancelAll, .resolve, .reconcile, .requestSnapshots, .forecast, .scored, .breaker, .answered: break
        }
    }

    mutating func point(_ worth: Money?, at time: Timestamp) {
        guard let worth else { return }
        if let last = lastPoint, time - last < .seconds(1) { return }
        lastPoint = time
        equity.append(EquityPoint(time: time.nanoseconds, equity: worth.description))
        guard equity.count > Self.pointsKept else { return }
        let half = equity.count / 2
        equity = equity[..<half].enumerated().filter { $0.offset % 2 == 0 }.map(\.element) + equity[half...]
    }

    mutating func add(_ level: String, _ text: String, _ time: Timestamp) {
        notices += 1
        log.append(LogView(id: notices, time: time.nanoseconds, level: level, text: text))
        if log.count > Self.noticesKept { log.removeFirst(log.count - Self.noticesKept) }
    }
}

extension DecisionView {
    init(_ decision: Decision) {
        let (outcome, reason): (String, String) =
            switch decision.outcome {
            case .ordered(let id): ("ordered", id.text)
            case .amended(let id): ("amended", id.text)
            case .canceled(let id, let reason): ("canceled", "\(reason) \(id)")
            case .held(let reason): ("held", reason)
            case .refused(let refusal): ("refused", refusal.sentence)
            }
        let why = (decision.pooled?.forecasts ?? []).map { forecast in
            "\(forecast.strategy): \(Self.figure(forecast.probability)) ± \(Self.figure(forecast.uncertainty)) from "
                + forecast.inputs.map { "\($0.name) \(Self.figure($0.value))" }.joined(separator: ", ")
        }
        self.init(
            id: decision.number, time: decision.time.nanoseconds, market: decision.market.text, outcome: outcome, reason: reason,
            side: decision.side?.rawValue, price: decision.price?.description, quantity: decision.quantity?.description,
            probability: decision.pooled?.probability, marketProbability: decision.pooled?.market, edge: decision.edge, why: why.joined(separator: "; "))
    }

    /// Six significant figures are enough for a reader.
    private static func figure(_ value: Double) -> String {
        guard value != 0, value.isFinite else { return "\(value)" }
        if abs(value) >= 1e6 || abs(value) < 1e-9 { return "\(value)" }
        if abs(value) >= 1000 { return FixedPoint.text(Int64((value * 100).rounded()), decimals: 2) }
        return abs(value) >= 0.01 ? FixedPoint.text(Int64((value * 10_000).rounded()), decimals: 4) : FixedPoint.text(Int64((value * 1e9).rounded()), decimals: 9)
    }
}
