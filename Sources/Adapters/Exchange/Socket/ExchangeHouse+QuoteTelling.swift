import Matching
import Model
import Notation

// News of requests for quotes and of quotes, for the channel `communications` (Kalshi reference, section 9.4).

extension ExchangeHouse {
    func publish(_ agreements: [QuoteEvent]) {
        guard sessions.contains(where: { $0.socket.listens(to: .communications) }) else { return }
        for event in agreements {
            switch event {
            case .rfqCreated(let rfq): tell(rfq, "rfq_created", "created_ts", rfq.created)
            case .rfqClosed(let rfq): tell(rfq, "rfq_deleted", "deleted_ts", rfq.updated)
            case .quoteCreated(let quote): tell(quote, "quote_created") { _ in ["created_ts": .text(CivilTime.text(quote.created))] }
            case .quoteAccepted(let quote):
                tell(quote, "quote_accepted") { _ in
                    ["accepted_side": quote.acceptedSide.map { .text($0.rawValue) }, "contracts_accepted_fp": .text(quote.contracts.description)]
                }
            case .quoteExecuted(let quote): tellExecuted(quote)
            // The contract has no message for these: REST tells them.
            case .quoteConfirmed, .quoteCancelled: break
            }
        }
        afterTelling()
    }

    private func tell(_ rfq: RFQRecord, _ type: String, _ moment: String, _ time: Timestamp) {
        var (contracts, cost) = (Quantity?.none, Money?.none)
        switch rfq.size {
        case .contracts(let quantity): contracts = quantity
        case .cost(let target, _): cost = target
        }
        let message = JSON.object([
            "id": .text(rfq.id.text),
            "creator_id": .text(rfq.isObscured ? ExchangeHouse.obscured : communicationsID(rfq.account)),
            "market_ticker": .text(rfq.market.text),
            "event_ticker": venue.market(rfq.market).map { .text($0.market.event.text) },
            "contracts_fp": contracts.map { .text($0.description) },
            "target_cost_dollars": cost.map { .text($0.fourDecimals) },
            moment: .text(CivilTime.text(time)),
        ])
        tell(.communication(Communication(type: type, audience: .everyone(creator: Owner(rfq.account, rfq.subaccount)), rfq: rfq.id.text, message: message.bytes)))
    }

    /// To its maker and to who asked, each with what is its own.
    private func tell(_ quote: QuoteRecord, _ type: String, _ more: (_ reader: AccountID) -> KeyValuePairs<String, JSON?>) {
        let isNamed = quote.status == .executed || quoteDesk.rfq(quote.rfq)?.isObscured != true
        for (reader, subaccount) in [(quote.account, quote.subaccount), (quote.requester, quote.requesterSubaccount)] {
            let common: KeyValuePairs<String, JSON?> = [
                "quote_id": .text(quote.id.text),
                "rfq_id": .text(quote.rfq.text),
                "quote_creator_id": .text(communicationsID(quote.account)),
                "rfq_creator_id": .text(isNamed || reader == quote.requester ? communicationsID(quote.requester) : ExchangeHouse.obscured),
                "market_ticker": .text(quote.market.text),
            ]
            let bids: KeyValuePairs<String, JSON?> = [
                "event_ticker": venue.market(quote.market).map { .text($0.market.event.text) },
                "yes_bid_dollars": .text(quote.yesBid.description),
                "no_bid_dollars": .text(quote.noBid.description),
                "yes_contracts_offered_fp": .text(quote.yesContracts.description),
                "no_contracts_offered_fp": .text(quote.noContracts.description),
            ]
            let own: KeyValuePairs<String, JSON?> = ["subaccount": subaccount == 0 ? nil : .integer(Int64(subaccount))]
            let parts = quote.status == .executed ? [common, more(reader), own] : [common, bids, more(reader), own]
            let message = JSON.object(parts.joined().compactMap { key, value in value.map { JSON.Member(key: key, value: $0) } })
            tell(.communication(Communication(type: type, audience: .parties([Owner(reader, subaccount)]), rfq: quote.rfq.text, message: message.bytes)))
        }
    }

    /// Each party hears of its own order.
    private func tellExecuted(_ quote: QuoteRecord) {
        tell(quote, "quote_executed") { reader in
            let id = reader == quote.account ? quote.makerOrder : quote.requesterOrder
            let client = id.flatMap { venue.order($0, of: reader) }?.client.text
            return [
                "order_id": id.map { .text($0.text) }, "client_order_id": client.map(JSON.text), "executed_ts": .text(CivilTime.text(quote.executed ?? time)),
            ]
        }
    }
}
