import Matching
import Model
import Notation

// Requests and quotes as REST shows them (Kalshi reference, section 8): what only one side may know is shown to that side alone.

extension ExchangeHouse {
    /// `RFQ` of the contract.
    func json(_ rfq: RFQRecord, for caller: Caller) -> JSON {
        let isOwn = caller.speaks(for: rfq.account, rfq.subaccount)
        let isNamed = isOwn || !rfq.isObscured || quoteDesk.quotes(on: rfq.id).contains { $0.status == .executed }
        var (contracts, cost, excludesFees) = (Quantity.zero, Money?.none, Bool?.none)
        switch rfq.size {
        case .contracts(let quantity): contracts = quantity
        case .cost(let target, let excludes): (cost, excludesFees) = (target, excludes)
        }
        return .object([
            "id": .text(rfq.id.text),
            "creator_id": .text(isNamed ? communicationsID(rfq.account) : ExchangeHouse.obscured),
            "market_ticker": .text(rfq.market.text),
            "contracts_fp": .text(contracts.description),
            "target_cost_dollars": cost.map { .text($0.fourDecimals) },
            "target_cost_excludes_fees": excludesFees.map(JSON.bool),
            "status": .text(rfq.status.rawValue),
            "created_ts": .text(CivilTime.text(rfq.created)),
            "updated_ts": .text(CivilTime.text(rfq.updated)),
            "cancelled_ts": rfq.status == .closed ? .text(CivilTime.text(rfq.updated)) : nil,
            "cancellation_reason": rfq.reason.map(JSON.text),
            "rest_remainder": .bool(rfq.restsRemainder),
            "creator_user_id": isOwn ? userID(rfq.account) : nil,
            "creator_subaccount": isOwn ? .integer(Int64(rfq.subaccount)) : nil,
        ])
    }

    /// `Quote` of the contract.
    func json(_ quote: QuoteRecord, for caller: Caller) -> JSON {
        let (isMaker, isRequester) = (caller.speaks(for: quote.account, quote.subaccount), caller.speaks(for: quote.requester, quote.requesterSubaccount))
        let isNamed = isRequester || quote.status == .executed || quoteDesk.rfq(quote.rfq)?.isObscured != true
        func moment(_ time: Timestamp?) -> JSON? { time.map { .text(CivilTime.text($0)) } }
        return .object([
            "id": .text(quote.id.text),
            "rfq_id": .text(quote.rfq.text),
            "creator_id": .text(communicationsID(quote.account)),
            "rfq_creator_id": .text(isNamed ? communicationsID(quote.requester) : ExchangeHouse.obscured),
            "market_ticker": .text(quote.market.text),
            "contracts_fp": .text(quote.contracts.description),
            "yes_bid_dollars": .text(quote.yesBid.description),
            "no_bid_dollars": .text(quote.noBid.description),
            "created_ts": .text(CivilTime.text(quote.created)),
            "updated_ts": .text(CivilTime.text(quote.updated)),
            "status": .text(quote.status.rawValue),
            "accepted_side": quote.acceptedSide.map { .text($0.rawValue) },
            "accepted_ts": moment(quote.accepted),
            "confirmed_ts": moment(quote.confirmed),
            "executed_ts": moment(quote.executed),
            "cancelled_ts": moment(quote.cancelled),
            "cancellation_reason": quote.reason.map(JSON.text),
            "rest_remainder": .bool(quote.restsRemainder),
            "post_only": isMaker ? .bool(quote.isPostOnly) : nil,
            "creator_user_id": isMaker ? userID(quote.account) : nil,
            "rfq_creator_user_id": isRequester ? userID(quote.requester) : nil,
            "creator_order_id": isMaker ? quote.makerOrder.map { .text($0.text) } : nil,
            "rfq_creator_order_id": isRequester ? quote.requesterOrder.map { .text($0.text) } : nil,
            "creator_subaccount": isMaker ? .integer(Int64(quote.subaccount)) : nil,
            "rfq_creator_subaccount": isRequester ? .integer(Int64(quote.requesterSubaccount)) : nil,
            "yes_contracts_fp": .text(quote.yesContracts.description),
            "no_contracts_fp": .text(quote.noContracts.description),
        ])
    }
}
