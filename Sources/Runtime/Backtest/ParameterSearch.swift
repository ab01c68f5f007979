public import Learning
public import Model

/// The verdict on many backtests of the same recordings that differ in their parameters: which came out best, and how little that may mean.
///
/// A trial is one run over everything. Its decisions know only what came before them, so its gains in any stretch are what those parameters would have
/// made there. What looks ahead is only the choice between trials; walking forward takes that away: on each fold the trial is chosen by earlier events alone.
public struct ParameterSearch: Sendable {
    /// By what trials are compared. Of equal ones the first is the best.
    public enum Merit: String, Sendable, Codable, CaseIterable {
        /// Mean gain of an event over its standard deviation: blind to size, so it cannot choose a share of Kelly.
        case sharpe
        /// Mean log growth of the starting cash: what Kelly maximises.
        case growth
    }

    /// A trial that came out best of all, with what must stand beside every best.
    public struct Best: Sendable {
        /// Place of the trial.
        public let trial: Int
        public let merit: Double
        /// Nil where there are too few events or trials to say.
        public let overfitting: OverfittingTest?
        /// The chance that it has an edge at all, after so many were tried; nil where its gains do not say.
        public let deflatedSharpe: Double?
    }

    public struct Step: Sendable {
        public let fold: WalkForward.Fold
        /// By the events before the fold.
        public let best: Best
        /// Of the fold's own events under it.
        public let gain: Money
    }

    /// Of all events, trial by trial.
    public let merits: [Double]
    public let sharpes: [Double]
    public let best: Best
    public let steps: [Step]
    /// Gains of the events that were tested on the way, each under the trial that had been chosen before it.
    public let walked: [Money]
    public let walkedBand: BlockBootstrap.Band?
    /// The same events under the first trial: the settings as they are.
    public let unchanged: [Money]
    public let unchangedBand: BlockBootstrap.Band?

    /// - Parameter trials: each with the same events in the same order; the first is of the settings as they are.
    /// - Precondition: one trial at least, all of the same two events or more.
    public init(_ trials: [[EventResult]], by merit: Merit, cash: Money, folds: Int, embargo: Interval, bootstrap: BlockBootstrap = BlockBootstrap()) {
        let spans = trials[0].map(\.span)
        precondition(spans.count >= 2 && trials.allSatisfy { $0.map(\.event) == trials[0].map(\.event) }, "every trial is of the same two events or more")
        let table = Table(gains: trials.map { $0.map(\.gain.approximateDollars) }, merit: merit, cash: cash.approximateDollars)
        let all = Array(spans.indices)
        merits = table.merits(all)
        sharpes = table.sharpes(all)
        best = table.best(all)
        steps = WalkForward(spans, folds: folds, embargo: embargo).folds.map { fold in
            let best = table.best(fold.train)
            return Step(fold: fold, best: best, gain: fold.test.reduce(.zero) { $0 + trials[best.trial][$1].gain })
        }
        walked = steps.flatMap { step in step.fold.test.map { trials[step.best.trial][$0].gain } }
        unchanged = steps.flatMap { step in step.fold.test.map { trials[0][$0].gain } }
        walkedBand = bootstrap.total(walked.map(\.approximateDollars))
        unchangedBand = bootstrap.total(unchanged.map(\.approximateDollars))
    }

    /// Gains in dollars: a row a trial, a column an event.
    private struct Table {
        let gains: [[Double]]
        let merit: Merit
        let cash: Double

        func merits(_ places: [Int]) -> [Double] {
            gains.map { row in
                var sums = GainSums()
                for place in places { sums.add(row[place]) }
                return sums.merit(merit, cash: cash)
            }
        }

        func sharpes(_ places: [Int]) -> [Double] { gains.map { row in SharpeRatio(places.map { row[$0] })?.value ?? 0 } }

        func best(_ places: [Int]) -> Best {
            let merits = merits(places)
            let trial = merits.indices.reduce(0) { merits[$1] > merits[$0] ? $1 : $0 }
            return Best(
                trial: trial, merit: merits[trial],
                overfitting: OverfittingTest(gains: gains.map { row in places.map { row[$0] } }, of: { $0.merit(merit, cash: cash) }),
                deflatedSharpe: SharpeRatio(places.map { gains[trial][$0] })?.deflated(among: sharpes(places)))
        }
    }
}

extension GainSums {
    /// Growth by its first two terms, mean - mean square / 2 of the shares of the cash: gains of single events are small beside it.
    fileprivate func merit(_ merit: ParameterSearch.Merit, cash: Double) -> Double {
        switch merit {
        case .sharpe: sharpe
        case .growth: count == 0 ? 0 : (sum / cash - squares / (cash * cash) / 2) / Double(count)
        }
    }
}
