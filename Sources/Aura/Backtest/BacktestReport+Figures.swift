import Backtest
import Engine
import Learning
import Model

extension BacktestReport {
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
            let fills: Int
            let predicted: String
            let charged: String
            let surprises: Int
        }

        struct Waits: Encodable {
            let series: String
            /// Contracts ahead when the order began to rest: at least this many, and less than twice as many.
            let ahead: Int
            let waits: Int
            let fills: Int
            let seconds: Double
            /// First fills that the model promised before each wait ended, and those that came in the same waits.
            let predicted: Double
            let came: Int
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
            turnover = figures.bought.approximateDollars / cash.approximateDollars
            worst_day = figures.worstDay.map { Day(utc_day: $0.utcDay, pnl: $0.gain.description) }
            drawdown = figures.drawdown.description
            drawdown_share = figures.drawdownShare
            most_exposure = figures.mostExposure.description
            mean_exposure = figures.meanExposure.description
            participation = figures.participation
            capacity_at_tenth = figures.capacity(at: 0.1)
            fee_model = run.engine.fees.records.sorted { $0.key < $1.key }.map {
                Fees(
                    series: $0.key.text, fills: $0.value.fills, predicted: $0.value.predicted.description, charged: $0.value.charged.description,
                    surprises: $0.value.surprises)
            }
            fill_model = run.fillModel.series.sorted { $0.key < $1.key }.flatMap { series, places in
                places.sorted { $0.key < $1.key }.map { place, record in
                    Waits(
                        series: series.text, ahead: place == 0 ? 0 : 1 << (place - 1), waits: record.waits, fills: record.fills, seconds: record.seconds,
                        predicted: record.predicted, came: record.came)
                }
            }
        }
    }
}
