import Accounting
import Matching
import Model

extension LedgerSink {
    /// An order's record, in the very words that it encodes itself with. It is the one record that every order writes, and most of its time went into containers.
    ///
    /// False for an order whose fee is rounded by the older rule: its memory is not open to others, and it encodes itself.
    func putAtOnce(_ order: OrderRecord) -> Bool {
        let fees = order.feeAccount
        guard case .current(let precision) = fees.schedule.rounding else { return false }
        put(words: "{\"account\":")
        put(text: order.account.text)
        put(words: ",\"id\":")
        put(text: order.id.text)
        put(words: ",\"request\":")
        put(order.request)
        put(words: ",\"client\":")
        put(text: order.client.text)
        put(words: ",\"formerClients\":[")
        for (i, client) in order.formerClients.enumerated() {
            if i > 0 { put(words: ",") }
            put(text: client.text)
        }
        put("],\"created\":{\"nanoseconds\":", order.created.nanoseconds)
        put(",\"updated\":{\"nanoseconds\":", order.updated.nanoseconds)
        put(words: ",\"status\":")
        put(text: order.status.rawValue)
        put(member: ",\"ending\":", order.ending?.rawValue)
        put(member: ",\"lastUpdate\":", order.lastUpdate?.rawValue)
        put(",\"initial\":{\"hundredths\":", order.initial.hundredths)
        put(",\"filled\":{\"hundredths\":", order.filled.hundredths)
        put(",\"remaining\":{\"hundredths\":", order.remaining.hundredths)
        put(",\"takerCost\":{\"millionths\":", order.takerCost.millionths)
        put(",\"makerCost\":{\"millionths\":", order.makerCost.millionths)
        put(",\"takerFees\":{\"millionths\":", order.takerFees.millionths)
        put(",\"makerFees\":{\"millionths\":", order.makerFees.millionths)
        put(words: ",\"feeAccount\":{\"schedule\":{\"terms\":{\"kind\":")
        put(text: fees.schedule.terms.kind.rawValue)
        put(words: ",\"multiplierThousandths\":")
        put(whole: fees.schedule.terms.multiplierThousandths)
        put(words: "},\"rounding\":{\"current\":{\"precision\":")
        put(text: precision.rawValue)
        put("}}},\"accumulator\":{\"millionths\":", fees.accumulator.millionths)
        put(words: ",\"prepaid\":0}}")
        return true
    }

    private func put(_ request: OrderRequest) {
        put(words: "{\"market\":")
        put(text: request.market.text)
        put(member: ",\"client\":", request.client?.text)
        put(words: ",\"side\":")
        put(text: request.side.rawValue)
        put(",\"limit\":{\"tenThousandths\":", Int64(request.limit.tenThousandths))
        put(",\"quantity\":{\"hundredths\":", request.quantity.hundredths)
        put(words: ",\"timeInForce\":")
        put(text: request.timeInForce.rawValue)
        put(words: ",\"postOnly\":")
        put(request.postOnly)
        put(words: ",\"selfTrade\":")
        put(text: request.selfTrade.rawValue)
        if let expiration = request.expiration { put(",\"expiration\":{\"nanoseconds\":", expiration.nanoseconds) }
        put(words: ",\"reduceOnly\":")
        put(request.reduceOnly)
        if let most = request.maxCost { put(",\"maxCost\":{\"millionths\":", most.millionths) }
        put(words: ",\"cancelOnPause\":")
        put(request.cancelOnPause)
        put(words: ",\"subaccount\":")
        put(whole: Int64(request.subaccount))
        put(member: ",\"group\":", request.group?.text)
        put(words: "}")
    }

    /// A member that is left out where there is none.
    private func put(member start: StaticString, _ text: String?) {
        guard let text else { return }
        put(words: start)
        put(text: text)
    }
}
