import Accounting
import Matching
import Model
import Notation

// An account's orders, fills, positions and settlements, as REST and the private channels show them (Kalshi reference, sections 8 and 11.4).

extension Money {
    /// Costs and fees have six decimals on the wire.
    var sixDecimals: String { FixedPoint.text(millionths, decimals: 6) }
    /// Balances have four: what is finer is cut off, in the exchange's favour.
    var fourDecimals: String { FixedPoint.text(floored(to: Money(millionths: 100)).millionths / 100, decimals: 4) }
    /// Whole cents, cut off.
    var wholeCents: Int64 { floored(to: .cents(1)).millionths / 10_000 }
}

extension Side {
    /// The same bit in the book's words: a buyer of YES bids, a buyer of NO asks.
    var bookSide: String { self == .yes ? "bid" : "ask" }
}

/// The id that stands for an account wherever the contract wants a user's UUID.
func userID(_ account: AccountID) -> JSON { .text(StableUUID.of("user", account.text)) }

/// Private messages name a subaccount only where one is used.
private func subaccountOnSocket(_ number: Int) -> JSON? { number == 0 ? nil : .integer(Int64(number)) }

extension OrderRecord {
    /// `Order` of the contract. The price stays the limit, whatever was paid.
    var json: JSON {
        .object([
            "order_id": .text(id.text),
            "user_id": userID(account),
            "client_order_id": .text(client.text),
            "ticker": .text(market.text),
            "side": .text(side.rawValue),
            "action": "buy",
            "outcome_side": .text(side.rawValue),
            "book_side": .text(side.bookSide),
            "type": "limit",
            "status": .text(status.rawValue),
            "yes_price_dollars": .text(yesPrice.description),
            "no_price_dollars": .text(yesPrice.complement.description),
            "fill_count_fp": .text(filled.description),
            "remaining_count_fp": .text(remaining.description),
            "initial_count_fp": .text(initial.description),
            "taker_fill_cost_dollars": .text(takerCost.sixDecimals),
            "maker_fill_cost_dollars": .text(makerCost.sixDecimals),
            "taker_fees_dollars": .text(takerFees.sixDecimals),
            "maker_fees_dollars": .text(makerFees.sixDecimals),
            "expiration_time": request.expiration.map { .text(CivilTime.text($0)) },
            "created_time": .text(CivilTime.text(created)),
            "last_update_time": .text(CivilTime.text(updated)),
            "self_trade_prevention_type": .text(request.selfTrade.rawValue),
            "order_group_id": group.map { .text($0.text) },
            "cancel_order_on_pause": .bool(request.cancelOnPause),
            "subaccount_number": .integer(Int64(subaccount)),
            "exchange_index": 0,
        ])
    }

    /// The `user_order` message.
    var message: JSON {
        .object([
            "order_id": .text(id.text),
            "user_id": userID(account),
            "ticker": .text(market.text),
            "exchange_index": 0,
            "status": .text(status.rawValue),
            "side": .text(side.rawValue),
            "is_yes": .bool(side == .yes),
            "outcome_side": .text(side.rawValue),
            "book_side": .text(side.bookSide),
            "yes_price_dollars": .text(yesPrice.description),
            "fill_count_fp": .text(filled.description),
            "remaining_count_fp": .text(remaining.description),
            "initial_count_fp": .text(initial.description),
            "taker_fill_cost_dollars": .text(takerCost.sixDecimals),
            "maker_fill_cost_dollars": .text(makerCost.sixDecimals),
            "taker_fees_dollars": .text(takerFees.sixDecimals),
            "maker_fees_dollars": .text(makerFees.sixDecimals),
            "client_order_id": .text(client.text),
            "self_trade_prevention_type": .text(request.selfTrade.rawValue),
            "created_time": .text(CivilTime.text(created)),
            "created_ts_ms": .integer(created.wholeMilliseconds),
            "last_updated_ts_ms": .integer(updated.wholeMilliseconds),
            "last_update_reason": lastUpdate.map { .text($0.rawValue) },
            "expiration_time": request.expiration.map { .text(CivilTime.text($0)) },
            "expiration_ts_ms": request.expiration.map { .integer($0.wholeMilliseconds) },
            "subaccount_number": .integer(Int64(subaccount)),
        ])
    }

    /// The answer to its creation. The averages are absent without a fill.
    func created(at time: Timestamp) -> JSON {
        .object([
            "order_id": .text(id.text),
            "client_order_id": .text(client.text),
            "fill_count": .text(filled.description),
            "remaining_count": .text(remaining.description),
            "average_fill_price": averageFillPrice.map { .text(averageYesPrice($0).fourDecimals) },
            "average_fee_paid": averageFee.map { .text($0.fourDecimals) },
            "ts_ms": .integer(time.wholeMilliseconds),
        ])
    }

    /// The contract states every price of an order on the YES leg.
    private func averageYesPrice(_ own: Money) -> Money { side == .yes ? own : .dollars(1) - own }
}

extension FillRecord {
    private var yesPrice: Price { fill.side == .yes ? fill.price : fill.price.complement }

    /// `Fill` of the contract: without a client order id.
    var json: JSON {
        .object([
            "fill_id": .text(fill.trade.text),
            "trade_id": .text(fill.trade.text),
            "order_id": .text(fill.order.text),
            "ticker": .text(fill.market.text),
            "market_ticker": .text(fill.market.text),
            "exchange_index": 0,
            "side": .text(fill.side.rawValue),
            "action": "buy",
            "outcome_side": .text(fill.side.rawValue),
            "book_side": .text(fill.side.bookSide),
            "count_fp": .text(fill.quantity.description),
            "yes_price_dollars": .text(yesPrice.description),
            "no_price_dollars": .text(yesPrice.complement.description),
            "is_taker": .bool(fill.liquidity == .taker),
            "created_time": .text(CivilTime.text(fill.time)),
            "fee_cost": .text(fill.fee.sixDecimals),
            "subaccount_number": .integer(Int64(subaccount)),
            "ts": .integer(fill.time.wholeSeconds),
        ])
    }

    /// The `fill` message: with the client order id.
    var message: JSON {
        .object([
            "trade_id": .text(fill.trade.text),
            "order_id": .text(fill.order.text),
            "client_order_id": fill.clientOrder.map { .text($0.text) },
            "market_ticker": .text(fill.market.text),
            "exchange_index": 0,
            "is_taker": .bool(fill.liquidity == .taker),
            "side": .text(fill.side.rawValue),
            "yes_price_dollars": .text(yesPrice.description),
            "count_fp": .text(fill.quantity.description),
            "fee_cost": .text(fill.fee.sixDecimals),
            "action": "buy",
            "ts": .integer(fill.time.wholeSeconds),
            "ts_ms": .integer(fill.time.wholeMilliseconds),
            "post_position_fp": .text(position.description),
            "purchased_side": .text(fill.side.rawValue),
            "outcome_side": .text(fill.side.rawValue),
            "book_side": .text(fill.side.bookSide),
            "subaccount": subaccountOnSocket(subaccount),
        ])
    }
}

extension SettlementRecord {
    /// `Settlement` of the contract: revenue and value are whole cents.
    var json: JSON {
        let net = settlement.net
        let isYes = net > .zero
        return .object([
            "ticker": .text(settlement.market.text),
            "exchange_index": 0,
            "event_ticker": .text(event.text),
            "market_result": .text(result),
            "yes_count_fp": .text((isYes ? net : .zero).description),
            "yes_total_cost_dollars": .text((isYes ? settlement.cost : .zero).sixDecimals),
            "no_count_fp": .text((isYes ? .zero : net.magnitude).description),
            "no_total_cost_dollars": .text((isYes ? .zero : settlement.cost).sixDecimals),
            "revenue": .integer(settlement.payout.wholeCents),
            "settled_time": .text(CivilTime.text(time)),
            "fee_cost": .text(settlement.fee.sixDecimals),
            "value": settlement.result.yesValue.map { .integer(Int64($0.tenThousandths) / 100) },
        ])
    }

    private var result: String {
        switch settlement.result {
        case .yes: "yes"
        case .no: "no"
        case .scalar, .void: "scalar"
        }
    }
}

/// One account's position in one market with what its fills add up to.
struct PositionFacts {
    let market: Ticker
    let event: EventTicker
    let position: Position
    let traded: Money
    let volume: Quantity
    let updated: Timestamp

    var json: JSON {
        .object([
            "ticker": .text(market.text),
            "exchange_index": 0,
            "total_traded_dollars": .text(traded.sixDecimals),
            "position_fp": .text(position.net.description),
            "market_exposure_dollars": .text(position.cost.sixDecimals),
            "realized_pnl_dollars": .text(position.realized.sixDecimals),
            "fees_paid_dollars": .text(position.fees.sixDecimals),
            "last_updated_ts": .text(CivilTime.text(updated)),
        ])
    }

    /// The `market_position` message.
    func message(_ account: AccountID, _ subaccount: Int) -> JSON {
        .object([
            "user_id": userID(account),
            "market_ticker": .text(market.text),
            "position_fp": .text(position.net.description),
            "position_cost_dollars": .text(position.cost.sixDecimals),
            "realized_pnl_dollars": .text(position.realized.sixDecimals),
            "fees_paid_dollars": .text(position.fees.sixDecimals),
            "position_fee_cost_dollars": .text(position.fees.sixDecimals),
            "volume_fp": .text(volume.description),
            "subaccount": subaccountOnSocket(subaccount),
        ])
    }

    static func eventJSON(_ event: EventTicker, _ all: [PositionFacts]) -> JSON {
        .object([
            "event_ticker": .text(event.text),
            "total_cost_dollars": .text(all.reduce(Money.zero) { $0 + $1.traded }.sixDecimals),
            "total_cost_shares_fp": .text(all.reduce(Quantity.zero) { $0 + $1.volume }.description),
            "event_exposure_dollars": .text(all.reduce(Money.zero) { $0 + $1.position.cost }.sixDecimals),
            "realized_pnl_dollars": .text(all.reduce(Money.zero) { $0 + $1.position.realized }.sixDecimals),
            "fees_paid_dollars": .text(all.reduce(Money.zero) { $0 + $1.position.fees }.sixDecimals),
        ])
    }
}

extension PublicTrade {
    /// `Trade` of the contract.
    var json: JSON {
        .object([
            "trade_id": .text(id.text),
            "ticker": .text(market.text),
            "count_fp": .text(quantity.description),
            "yes_price_dollars": .text(yesPrice.description),
            "no_price_dollars": .text(yesPrice.complement.description),
            "taker_side": .text(takerSide.rawValue),
            "taker_outcome_side": .text(takerSide.rawValue),
            "taker_book_side": .text(takerSide.bookSide),
            "created_time": .text(CivilTime.text(time)),
            "is_block_trade": false,
        ])
    }

    /// The `trade` message.
    var message: JSON {
        .object([
            "trade_id": .text(id.text),
            "market_ticker": .text(market.text),
            "yes_price_dollars": .text(yesPrice.description),
            "no_price_dollars": .text(yesPrice.complement.description),
            "count_fp": .text(quantity.description),
            "taker_side": .text(takerSide.rawValue),
            "taker_outcome_side": .text(takerSide.rawValue),
            "taker_book_side": .text(takerSide.bookSide),
            "is_block_trade": false,
            "ts": .integer(time.wholeSeconds),
            "ts_ms": .integer(time.wholeMilliseconds),
        ])
    }
}
