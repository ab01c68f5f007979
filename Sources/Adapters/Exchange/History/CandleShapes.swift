import Model
import Notation

// Candles as REST shows them; the historical variant has the same numbers under other names (Kalshi reference, section 8).

extension Candle {
    /// `MarketCandlestick` of the contract.
    var json: JSON {
        .object([
            "end_period_ts": .integer(end),
            "yes_bid": bid.json,
            "yes_ask": ask.json,
            "price": .object([
                "open_dollars": trades.map { .text($0.range.open.description) },
                "low_dollars": trades.map { .text($0.range.low.description) },
                "high_dollars": trades.map { .text($0.range.high.description) },
                "close_dollars": trades.map { .text($0.range.close.description) },
                "mean_dollars": trades.map { .text($0.mean.description) },
                "previous_dollars": previous.map { .text($0.description) },
            ]),
            "volume_fp": .text((trades?.volume ?? .zero).description),
            "open_interest_fp": .text(openInterest.description),
        ])
    }

    /// `MarketCandlestickHistorical` of the contract: what is not known is null.
    var historicalJSON: JSON {
        func known(_ price: Price?) -> JSON { price.map { .text($0.description) } ?? .null }
        return .object([
            "end_period_ts": .integer(end),
            "yes_bid": bid.historicalJSON,
            "yes_ask": ask.historicalJSON,
            "price": .object([
                "open": known(trades?.range.open), "low": known(trades?.range.low), "high": known(trades?.range.high), "close": known(trades?.range.close),
                "mean": known(trades?.mean), "previous": known(previous),
            ]),
            "volume": .text((trades?.volume ?? .zero).description),
            "open_interest": .text(openInterest.description),
        ])
    }
}

extension QuoteRange {
    fileprivate var json: JSON {
        .object([
            "open_dollars": .text(open.description), "low_dollars": .text(low.description), "high_dollars": .text(high.description),
            "close_dollars": .text(close.description),
        ])
    }

    fileprivate var historicalJSON: JSON {
        .object(["open": .text(open.description), "low": .text(low.description), "high": .text(high.description), "close": .text(close.description)])
    }
}
