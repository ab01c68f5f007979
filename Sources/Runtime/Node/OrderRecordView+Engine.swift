import Accounting
import Engine
import Learning
import Model
import Ports

extension OrderRecordView {
    init(_ engine: TradingEngine) {
        let sums = engine.foreseenProfit
        self.init(
            credits: engine.attribution.rows.map { family, name, record in
                CreditView(
                    family: family.text, name: name, gain: record.gain.description, fees: record.fees.description, contracts: record.contracts.description,
                    markets: record.markets)
            },
            fees: engine.fees.rows.map { series, liquidity, record in
                FeeView(
                    series: series.text, liquidity: liquidity.rawValue, fills: record.fills, contracts: record.contracts.description, rate: record.rate.description,
                    predicted: record.predicted.description, charged: record.charged.description, surprises: record.surprises,
                    surcharge: engine.fees.surcharge(series, liquidity))
            },
            waits: engine.fills.series.sorted { $0.key < $1.key }.flatMap { series, places in
                places.sorted { $0.key < $1.key }.map { place, record in
                    let (low, high) = record.interval
                    return WaitView(
                        series: series.text, ahead: place == 0 ? 0 : 1 << (place - 1), waits: record.waits, fills: record.fills, seconds: record.seconds,
                        predicted: record.predicted, low: low, high: high)
                }
            },
            adverse: engine.adverse.series.sorted { $0.key < $1.key }.map { series, record in
                AdverseView(series: series.text, fills: record.fills, moved: record.mean ?? 0, cost: engine.adverse.cost(series))
            },
            foreseen: sums.events == 0
                ? nil : ForeseenView(events: sums.events, expected: sums.expected, low: sums.interval.low, high: sums.interval.high, came: sums.came.description))
    }
}
