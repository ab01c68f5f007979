import Matching
import Model
import Notation

/// A market as REST shows it: its definition, where it stands, and its numbers of the moment.
struct MarketFacts {
    let record: MarketRecord
    let book: BookLevels
    let activity: PublicTape.Activity
    /// The number that the outcome was measured at, once it is known; empty until then.
    let expirationValue: String

    var market: Market { record.market }
    var result: MarketResult? { record.result }
    private var last: Price { record.lastPrice ?? .zero }
    /// Strangers never net out here, so every contract ever traded is still open until the market is paid.
    private var openInterest: Quantity { record.status == .finalized ? .zero : record.volume }

    /// How long the living market waits between determining and paying.
    static let settlementTimerSeconds: Int64 = 4

    var yesBid: Level? { book.yes.last }
    /// The YES ask is the best NO bid seen from the other leg.
    var yesAsk: Level? { book.no.last.map { Level(price: $0.price.complement, quantity: $0.quantity) } }

    /// What the ticker channel tells; it speaks when this changes.
    struct Quote: Hashable {
        let bid: Level?
        let ask: Level?
        let last: Price?
        let volume: Quantity
    }

    var quote: Quote { Quote(bid: yesBid, ask: yesAsk, last: record.lastPrice, volume: record.volume) }

    /// `Market` of the contract. Missing quotes are "0.0000" and "1.0000", as at the exchange.
    var json: JSON {
        let bid = yesBid?.price ?? .zero
        let ask = yesAsk?.price ?? .one
        return .object([
            "ticker": .text(market.ticker.text),
            "event_ticker": .text(market.event.text),
            "market_type": "binary",
            "title": .text(market.title),
            "subtitle": "",
            "yes_sub_title": .text(subtitle),
            "no_sub_title": .text(subtitle),
            "created_time": .text(CivilTime.text(min(market.openTime, record.changed))),
            "updated_time": .text(CivilTime.text(record.changed)),
            "open_time": .text(CivilTime.text(market.openTime, decimals: 0)),
            "close_time": .text(CivilTime.text(market.closeTime, decimals: 0)),
            "expected_expiration_time": .text(CivilTime.text(market.closeTime, decimals: 0)),
            "expiration_time": .text(CivilTime.text(market.closeTime, decimals: 0)),
            "latest_expiration_time": .text(CivilTime.text(market.closeTime, decimals: 0)),
            "settlement_timer_seconds": .integer(MarketFacts.settlementTimerSeconds),
            "status": .text(record.status.rawValue),
            "yes_bid_dollars": .text(bid.description),
            "yes_bid_size_fp": .text((yesBid?.quantity ?? .zero).description),
            "yes_ask_dollars": .text(ask.description),
            "yes_ask_size_fp": .text((yesAsk?.quantity ?? .zero).description),
            "no_bid_dollars": .text(ask.complement.description),
            "no_ask_dollars": .text(bid.complement.description),
            "last_price_dollars": .text(last.description),
            // This exchange keeps no memory of the day before.
            "previous_yes_bid_dollars": "0.0000",
            "previous_yes_ask_dollars": "0.0000",
            "previous_price_dollars": "0.0000",
            "volume_fp": .text(record.volume.description),
            "volume_24h_fp": .text(record.volume.description),
            "open_interest_fp": .text(openInterest.description),
            "notional_value_dollars": "1.0000",
            "result": .text(resultText),
            "settlement_value_dollars": result?.yesValue.map { .text($0.description) },
            "settlement_ts": record.status == .finalized ? .text(CivilTime.text(record.changed)) : nil,
            "can_close_early": false,
            "expiration_value": .text(expirationValue),
            "strike_type": .text(market.strike.typeName),
            "floor_strike": market.strike.floor.map(JSON.number),
            "cap_strike": market.strike.cap.map(JSON.number),
            "rules_primary": .text("Simulated market: resolves Yes if \(market.title) (\(subtitle))."),
            "rules_secondary": "This market lives on a simulated exchange; no real money is involved.",
            "price_level_structure": .text(market.grid.structureName),
            "price_ranges": market.grid.json,
            "exchange_index": 0,
            "settlement_bounds_type": "default",
        ])
    }

    /// "yes", "no", "scalar" or nothing; a void market pays each side its cost, which the contract has no word for but "scalar".
    var resultText: String {
        switch result {
        case .yes: "yes"
        case .no: "no"
        case .scalar, .void: "scalar"
        case nil: ""
        }
    }

    var subtitle: String { market.strike.words ?? market.title }

    /// The `ticker` channel's message.
    func ticker(at time: Timestamp) -> JSON {
        .object([
            "market_id": .text(StableUUID.of("market", market.ticker.text)),
            "market_ticker": .text(market.ticker.text),
            "price_dollars": .text(last.description),
            "yes_bid_dollars": .text((yesBid?.price ?? .zero).description),
            "yes_ask_dollars": .text((yesAsk?.price ?? .one).description),
            "volume_fp": .text(record.volume.description),
            "open_interest_fp": .text(openInterest.description),
            "dollar_volume": .integer(activity.dollarVolume.millionths / 1_000_000),
            "dollar_open_interest": .integer(openInterest.hundredths / 100),
            "yes_bid_size_fp": .text((yesBid?.quantity ?? .zero).description),
            "yes_ask_size_fp": .text((yesAsk?.quantity ?? .zero).description),
            "last_trade_size_fp": .text(activity.lastSize.description),
            "ts": .integer(time.wholeSeconds),
            "ts_ms": .integer(time.wholeMilliseconds),
            "time": .text(CivilTime.text(time)),
        ])
    }
}

// MARK: - Lifecycle messages

extension MarketFacts {
    private var createdMessage: JSON {
        .object([
            "market_ticker": .text(market.ticker.text),
            "event_type": "created",
            "exchange_index": 0,
            "open_ts": .integer(market.openTime.wholeSeconds),
            "close_ts": .integer(market.closeTime.wholeSeconds),
            "price_level_structure": .text(market.grid.structureName),
            // The combos' channel has no such field.
            "price_ranges": market.ticker.isCombo ? nil : market.grid.json,
            "additional_metadata": .object([
                "name": .text(market.title),
                "title": .text(market.title),
                "yes_sub_title": .text(subtitle),
                "no_sub_title": .text(subtitle),
                "rules_primary": .text("Simulated market: resolves Yes if \(market.title) (\(subtitle))."),
                "rules_secondary": "This market lives on a simulated exchange; no real money is involved.",
                "can_close_early": false,
                "event_ticker": .text(market.event.text),
                "expected_expiration_ts": .integer(market.closeTime.wholeSeconds),
                "strike_type": .text(market.strike.typeName),
                "floor_strike": market.strike.floor.map(JSON.number),
                "cap_strike": market.strike.cap.map(JSON.number),
            ]),
        ])
    }

    /// What the lifecycle channel says; nothing for the passing of a close time, which the exchange does not announce.
    func lifecycle(_ change: MarketChange, at time: Timestamp) -> JSON? {
        switch change {
        case .listed: createdMessage
        case .redefined: metadataMessage
        case .activated: .object(["market_ticker": .text(market.ticker.text), "event_type": "activated", "is_deactivated": false])
        case .paused: .object(["market_ticker": .text(market.ticker.text), "event_type": "deactivated", "is_deactivated": true])
        // The contract has no word for these.
        case .closed, .disputed, .reversed: nil
        case .rescheduled:
            .object([
                "market_ticker": .text(market.ticker.text), "event_type": "close_date_updated", "close_ts": .integer(market.closeTime.wholeSeconds),
            ])
        case .regridded:
            .object([
                "market_ticker": .text(market.ticker.text), "event_type": "price_level_structure_updated",
                "price_level_structure": .text(market.grid.structureName), "price_ranges": market.grid.json,
            ])
        case .determined:
            .object([
                "market_ticker": .text(market.ticker.text),
                "event_type": "determined",
                "determination_ts": .integer(time.wholeSeconds),
                "result": .text(resultText),
                "settlement_value": result?.yesValue.map { .text($0.description) },
            ])
        case .settled: .object(["market_ticker": .text(market.ticker.text), "event_type": "settled", "settled_ts": .integer(time.wholeSeconds)])
        }
    }

    /// Told once, when the event's first market is listed.
    var eventLifecycle: JSON {
        .object([
            "event_ticker": .text(market.event.text),
            "exchange_index": 0,
            "title": .text(market.title),
            "subtitle": .text(CivilTime.text(market.closeTime, decimals: 0)),
            "collateral_return_type": "",
            "series_ticker": .text(market.series.text),
            "strike_date": .integer(market.closeTime.wholeSeconds),
        ])
    }

    /// The fees that the event's markets have now, where they changed.
    var eventFees: JSON {
        .object([
            "event_ticker": .text(market.event.text),
            "fee_type_override": .text(market.fees.kind == .quadraticWithMakerFees ? "quadratic_with_maker_fees" : "quadratic"),
            "fee_multiplier_override": .number(Double(market.fees.multiplierThousandths) / 1000),
        ])
    }

    private var metadataMessage: JSON {
        .object([
            "event_type": "metadata_updated",
            "market_ticker": .text(market.ticker.text),
            "strike_type": .text(market.strike.typeName),
            "floor_strike": market.strike.floor.map(JSON.number),
            "cap_strike": market.strike.cap.map(JSON.number),
        ])
    }
}

extension Strike {
    var typeName: String {
        switch self {
        case .greater: "greater"
        case .greaterOrEqual: "greater_or_equal"
        case .less: "less"
        case .lessOrEqual: "less_or_equal"
        case .between: "between"
        case .other: "custom"
        }
    }

    var floor: Double? {
        switch self {
        case .greater(let k), .greaterOrEqual(let k), .between(let k, _): k
        case .less, .lessOrEqual, .other: nil
        }
    }

    var cap: Double? {
        switch self {
        case .less(let k), .lessOrEqual(let k), .between(_, let k): k
        case .greater, .greaterOrEqual, .other: nil
        }
    }

    /// Nil where the rule is not a number.
    var words: String? {
        switch self {
        case .greater(let k): "above \(JSON.number(k).rendered)"
        case .greaterOrEqual(let k): "\(JSON.number(k).rendered) or above"
        case .less(let k): "below \(JSON.number(k).rendered)"
        case .lessOrEqual(let k): "\(JSON.number(k).rendered) or below"
        case .between(let low, let high): "\(JSON.number(low).rendered) to \(JSON.number(high).rendered)"
        case .other: nil
        }
    }
}

extension PriceGrid {
    /// The contract's label; the ranges are what counts.
    var structureName: String {
        switch self {
        case .cents: "linear_cent"
        case .taperedTenths: "tapered_deci_cent"
        case Combo.grid: "center_deci_edge_centi_cent"
        default: "banded_centi_cent"
        }
    }

    var json: JSON {
        .array(
            bands.map { band in
                .object([
                    "start": .text(band.start.description), "end": .text(band.end.description),
                    "step": .text(FixedPoint.text(Int64(band.step), decimals: 4)),
                ])
            })
    }
}
