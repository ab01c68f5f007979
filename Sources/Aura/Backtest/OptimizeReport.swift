import Backtest
import Foundation
import Learning
import Model

/// A search's result in the shape that other programs read (`aura optimize --json`), and in a few lines for a person.
struct OptimizeReport: Encodable {
    struct Best: Encodable {
        let settings: String
        let merit: Double
        /// Probability of backtest overfitting, and over how many splits; null where there are too few events or trials.
        let overfitting_probability: Double?
        let overfitting_splits: Int?
        let loss_probability: Double?
        let deflated_sharpe: Double?
    }

    struct Fold: Encodable {
        let train_events: Int
        let test_events: Int
        let test_from: Int64
        let test_to: Int64
        let best: Best
        let pnl: String
    }

    struct Walk: Encodable {
        let events: Int
        let pnl: String
        let band: BlockBootstrap.Band?
    }

    struct Trial: Encodable {
        let settings: String
        let merit: Double
        let sharpe: Double
        let pnl: String
        let bought: String
        let traded_events: Int
    }

    let merit: String
    let events: Int
    let trials: [Trial]
    /// Of all events: chosen by looking at what it is judged on.
    let best_of_all: Best
    let folds: [Fold]
    /// What choosing by the past would have brought, and the settings as they are on the same events.
    let walked_forward: Walk
    let as_configured: Walk

    init(_ search: ParameterSearch, names: [String], results: [[EventResult]], merit: ParameterSearch.Merit) {
        func best(_ best: ParameterSearch.Best) -> Best {
            Best(
                settings: names[best.trial], merit: best.merit, overfitting_probability: best.overfitting?.probability, overfitting_splits: best.overfitting?.splits,
                loss_probability: best.overfitting?.lossProbability, deflated_sharpe: best.deflatedSharpe)
        }
        func sum(_ gains: [Money]) -> String { gains.reduce(.zero, +).description }
        self.merit = merit.rawValue
        events = results[0].count
        trials = names.indices.map { i in
            Trial(
                settings: names[i], merit: search.merits[i], sharpe: search.sharpes[i], pnl: sum(results[i].map(\.gain)), bought: sum(results[i].map(\.bought)),
                traded_events: results[i].count { $0.bought > .zero })
        }
        best_of_all = best(search.best)
        folds = search.steps.map { step in
            let spans = step.fold.test.map { results[0][$0].span }
            return Fold(
                train_events: step.fold.train.count, test_events: step.fold.test.count, test_from: spans.map(\.start.nanoseconds).min() ?? 0,
                test_to: spans.map(\.end.nanoseconds).max() ?? 0, best: best(step.best), pnl: step.gain.description)
        }
        walked_forward = Walk(events: search.walked.count, pnl: sum(search.walked), band: search.walkedBand)
        as_configured = Walk(events: search.unchanged.count, pnl: sum(search.unchanged), band: search.unchangedBand)
    }

    var summary: String {
        var lines = ["RECORDED money. \(trials.count) settings on \(events) events, compared by \(merit). Every figure is net of fees."]
        if folds.isEmpty { lines.append("walked      nothing: too few events lie before any fold, by the embargo") }
        for fold in folds {
            lines.append("fold        learned from \(fold.train_events), judged on \(fold.test_events) events: P&L \(fold.pnl) with \(Self.text(fold.best))")
        }
        lines.append("walked      P&L \(Self.text(walked_forward)): what choosing by the past would have brought")
        lines.append("configured  P&L \(Self.text(as_configured)): the settings as they are, on the same events")
        lines.append("best of all \(Self.text(best_of_all)); it was chosen by the events it is judged on")
        for trial in trials.sorted(by: { ($1.merit, $0.settings) < ($0.merit, $1.settings) }).prefix(20) {
            lines.append("trial       \(trial.settings): P&L \(trial.pnl), \(merit) \(Self.figure(trial.merit)), \(trial.traded_events) events traded")
        }
        if trials.count > 20 { lines.append("            and \(trials.count - 20) more (--json has all)") }
        return lines.joined(separator: "\n")
    }

    private static func text(_ best: Best) -> String {
        let overfitting = best.overfitting_probability.map { String(format: "%.0f %%", $0 * 100) } ?? "unknown (too few events or settings)"
        let deflated = best.deflated_sharpe.map { String(format: "%.2f", $0) } ?? "unknown"
        return "\(best.settings) (probability of overfitting \(overfitting), deflated Sharpe ratio \(deflated))"
    }

    private static func text(_ walk: Walk) -> String {
        let band = walk.band.map { String(format: " (%.0f %% interval %.2f to %.2f)", $0.level * 100, $0.low, $0.high) } ?? ""
        return "\(walk.pnl)\(band) on \(walk.events) events"
    }

    private static func figure(_ x: Double) -> String { String(format: "%.3g", x) }
}
