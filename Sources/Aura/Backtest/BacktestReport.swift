import Accounting
import Backtest
import Engine
import Foundation
import Learning
import Model

/// A backtest's results in the shape that other programs read (`aura backtest --json`).
struct BacktestReport: Encodable {
    struct FillRow: Encodable {
        let ts: Int64
        let market: String
        let order_id: String
        let side: String
        let action = "buy"
        let price: String
        let count: String
        let fee: String
        let liquidity: String
    }

    struct SettlementRow: Encodable {
        let ts: Int64
        let market: String
        let result: String
        /// What a YES was worth; absent for a void market.
        let value: String?
    }

    struct ForecastLine: Encodable {
        let ts: Int64
        let market: String
        let strategy: String
        let p: Double
        let market_p: Double
        let horizon_seconds: Double
        /// What a YES was worth in the end; absent while the recording does not say.
        let outcome: Double?
    }

    struct ScoreRow: Encodable {
        let n: Int
        let brier: Double?
        let log: Double?
    }

    struct OpenPosition: Encodable {
        let market: String
        let side: String
        let count: String
        let cost: String
    }

    struct Point: Encodable {
        let ts: Int64
        let equity: String
    }

    let recordings: [String]
    let events: Int
    let book_events: Int
    let seconds: Double
    let events_per_second: Double
    let state_hash: String
    let cash_start: String
    let cash_end: String
    /// Realised, less every fee. Positions that the recording left open are in `open_positions`, not in here.
    let pnl_net: String
    let fees: String
    let orders: Int
    let fills: [FillRow]
    let settlements: [SettlementRow]
    let open_positions: [OpenPosition]
    let refusals: [String: Int]
    let no_trade: [String: Int]
    let forecasts: [ForecastLine]
    let scores: [String: ScoreRow]
    let equity: [Point]
    let latency_milliseconds: Double
    let weights: [String: Double]
    let figures: Figures
    /// Of settled markets, net of fees, by who was the reason for the orders: they sum to the P&L of these markets to the last digit.
    let attribution: [Credit]
    /// Each market's series.
    let families: [String: String]

    init(_ run: BacktestRun, settings: BacktestSettings, recordings: [String], seconds: Double) {
        let engine = run.engine
        let outcomes = Dictionary(
            run.settlements.map { ($0.market, $0.result) }, uniquingKeysWith: { _, last in last })
        self.recordings = recordings
        events = run.events
        book_events = run.bookEvents
        self.seconds = seconds
        events_per_second = seconds > 0 ? (Double(run.events) / seconds).rounded() : 0
        state_hash = engine.digest().text
        cash_start = settings.cash.description
        cash_end = engine.portfolio.cash.description
        pnl_net = (engine.portfolio.realized - engine.portfolio.fees).description
        fees = engine.portfolio.fees.description
        orders = engine.ordersPlaced
        fills = run.fills.map {
            FillRow(
                ts: $0.time.nanoseconds, market: $0.market.text, order_id: $0.order.text, side: $0.side.rawValue, price: $0.price.description,
                count: $0.quantity.description, fee: $0.fee.description, liquidity: $0.liquidity.rawValue)
        }
        settlements = run.settlements.map {
            SettlementRow(ts: $0.time.nanoseconds, market: $0.market.text, result: $0.result.name, value: $0.result.yesValue?.description)
        }
        open_positions = engine.portfolio.positions.filter { !$0.position.net.isZero }.map {
            OpenPosition(
                market: $0.market.text, side: ($0.position.side ?? .yes).rawValue, count: $0.position.net.magnitude.description,
                cost: $0.position.cost.description)
        }
        refusals = engine.refusals
        no_trade = engine.noTrade
        forecasts = run.forecasts.map {
            ForecastLine(
                ts: $0.time.nanoseconds, market: $0.market.text, strategy: $0.strategy, p: $0.probability, market_p: $0.marketProbability,
                horizon_seconds: $0.horizonSeconds, outcome: outcomes[$0.market]?.yesValue?.probability)
        }
        scores = engine.learner.scores.mapValues { ScoreRow(n: $0.count, brier: $0.brier, log: $0.logLoss) }
        equity = run.equity.map { Point(ts: $0.time.nanoseconds, equity: $0.worth.description) }
        latency_milliseconds = settings.latency.seconds * 1000
        weights = Dictionary(
            Set(engine.markets.map(\.market.series)).map { ($0.text, engine.learner.weight("fundamental", in: $0)) }, uniquingKeysWith: { a, _ in a })
        figures = Figures(run, cash: settings.cash)
        attribution = engine.attribution.rows.map { family, name, record in
            Credit(
                family: family.text, strategy: name, pnl: record.gain.description, fees: record.fees.description, contracts: record.contracts.description,
                markets: record.markets)
        }
        families = Dictionary(uniqueKeysWithValues: run.markets.map { ($0.key.text, $0.value.series.text) })
    }
}

extension MarketResult {
    /// As the exchange writes it.
    var name: String {
        switch self {
        case .yes: "yes"
        case .no: "no"
        case .scalar: "scalar"
        case .void: "void"
        }
    }
}
