import Accounting
import Backtest
import Engine
import Learning
import Model

extension BacktestReport {
    /// What the orders of one strategy, or of another reason, brought in one family.
    struct Credit: Encodable {
        let family: String
        let strategy: String
        let pnl: String
        let fees: String
        let contracts: String
        let markets: Int
    }

    /// Intervals, turnover, risk: what must stand beside a profit. Amounts are text in dollars; what cannot be said is null.
    struct Figures: Encodable {
        struct Against: Encodable {
            let strategy: String
            let forecasts: Int
            let events: Int
            let brier: Double
            let brier_band: BlockBootstrap.Band?
            let log: Double
            let log_band: BlockBootstrap.Band?
        }

        struct Day: Encodable {
            let utc_day: Int64
            let pnl: String
        }

        struct Fees: Encodable {
            let series: String
            let liquidity: String
            let fills: Int
            let contracts: String
            /// By the rate alone, before balances are rounded.
            let rate: String
            let predicted: String
            let charged: String
            let surprises: Int
            /// Dollars a contract beyond the rate that the next order is expected to be charged.
            let surcharge: Double
        }

        struct Waits: Encodable {
            let series: String
            /// Contracts ahead when the order began to rest: at least this many, and less than twice as many.
            let ahead: Int
            let waits: Int
            let fills: Int
            let seconds: Double
            /// First fills that the model promised before each wait ended: as many as `fills` if it is right, within the interval in 95 of 100 runs.
            let predicted: Double
            let predicted_low: Double
            let predicted_high: Double

            init(_ series: String, place: Int, _ record: FillModel.Record) {
                self.series = series
                ahead = place == 0 ? 0 : 1 << (place - 1)
                waits = record.waits
                fills = record.fills
                seconds = record.seconds
                predicted = record.predicted
                (predicted_low, predicted_high) = record.interval
            }
        }

        /// P&L of the settled events in which something was bought, as it was expected when it was bought, in dollars.
        struct Foreseen: Encodable {
            let events: Int
            let expected: Double
            /// Where 95 of 100 such runs end if the desk knows how much it knows.
            let low: Double
            let high: Double
            /// What of the deviation is chance, and what doubt of the probabilities themselves.
            let chance: Double
            let doubt: Double
            let came: String

            init(_ sums: ForeseenProfit.Sums) {
                events = sums.events
                expected = sums.expected
                (low, high) = sums.interval
                chance = max(sums.variance, 0).squareRoot()
                doubt = sums.doubt
                came = sums.came.description
            }
        }

        struct Adverse: Encodable {
            let series: String
            /// Maker fills whose middle was read again after 30 s.
            let fills: Int
            /// Its mean move in dollars; negative is against us.
            let moved: Double
            /// Dollars a contract that the next resting order is expected to lose by being filled.
            let cost: Double
        }

        let settled_events: Int
        let traded_events: Int
        /// Of the settled events; the band is of the same number of events, drawn in blocks.
        let pnl_events: String
        let pnl_band: BlockBootstrap.Band?
        let sharpe: SharpeRatio?
        /// The chance that the true ratio is above zero: of one run, nothing chosen.
        let sharpe_above_zero: Double?
        /// Losses less the market's on the same rows: negative is better.
        let against_market: [Against]
        let bought: String
        /// What was bought over the cash at the start.
        let turnover: Double
        let worst_day: Day?
        let drawdown: String
        let drawdown_share: Double
        let most_exposure: String
        let mean_exposure: String
        /// Of the contracts that the tape shows in the markets traded.
        let participation: Double?
        /// Dollars that a tenth of the tape's contracts would have cost at our prices.
        let capacity_at_tenth: Double?
        let fee_model: [Fees]
        let fill_model: [Waits]
        /// Of all series and queues together; nil where nothing rested.
        let fill_model_total: Waits?
        let adverse_selection: [Adverse]
        /// Nil where nothing that was bought has settled.
        let foreseen: Foreseen?

        init(_ run: BacktestRun, cash: Money) {
            let figures = BacktestFigures(run)
            settled_events = figures.events.count
            traded_events = figures.tradedEvents
            pnl_events = figures.gain.description
            pnl_band = figures.gainBand
            sharpe = figures.sharpe
            sharpe_above_zero = figures.tradedEvents > 0 ? figures.sharpe?.probability(above: 0) : nil
            against_market = figures.against.map {
                Against(
                    strategy: $0.strategy, forecasts: $0.forecasts, events: $0.events, brier: $0.brier, brier_band: $0.brierBand, log: $0.log, log_band: $0.logBand)
            }
            bought = figures.bought.description
            turnover = figures.turnover(of: cash)
            worst_day = figures.worstDay.map { Day(utc_day: $0.utcDay, pnl: $0.gain.description) }
            drawdown = figures.drawdown.description
            drawdown_share = figures.drawdownShare
            most_exposure = figures.mostExposure.description
            mean_exposure = figures.meanExposure.description
            participation = figures.participation
            capacity_at_tenth = figures.capacity(at: 0.1)
            let engine = run.engine
            fee_model = engine.fees.rows.map { series, liquidity, record in
                Fees(
                    series: series.text, liquidity: liquidity.rawValue, fills: record.fills, contracts: record.contracts.description,
                    rate: record.rate.description, predicted: record.predicted.description, charged: record.charged.description,
                    surprises: record.surprises, surcharge: engine.fees.surcharge(series, liquidity))
            }
            fill_model = engine.fills.series.sorted { $0.key < $1.key }.flatMap { series, places in
                places.sorted { $0.key < $1.key }.map { Waits(series.text, place: $0.key, $0.value) }
            }
            fill_model_total = engine.fills.total.waits > 0 ? Waits("all", place: 0, engine.fills.total) : nil
            adverse_selection = engine.adverse.series.sorted { $0.key < $1.key }.map { series, record in
                Adverse(series: series.text, fills: record.fills, moved: record.mean ?? 0, cost: engine.adverse.cost(series))
            }
            let sums = engine.foreseenProfit
            foreseen = sums.events > 0 ? Foreseen(sums) : nil
        }
    }
}
