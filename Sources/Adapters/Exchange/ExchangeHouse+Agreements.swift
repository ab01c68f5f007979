import Matching
import Model

// What became of requests for quotes: stored, told, and carried into the book when it is due.

extension ExchangeHouse {
    /// What the maker and the requester agreed on and whose time has come goes to the book as two orders.
    func executeAgreements(into events: inout [VenueEvent]) {
        guard quoteDesk.isWaiting else { return }
        var told: [QuoteEvent] = []
        for quote in quoteDesk.due(at: time, timers: { self.timers($0) }, into: &told) {
            switch execute(quote, into: &events) {
            case .success(let orders): quoteDesk.executed(quote.id, maker: orders.maker, requester: orders.requester, at: time, into: &told)
            case .failure(let refusal): quoteDesk.failed(quote.id, refusal.code, at: time, into: &told)
            }
        }
        note(told)
    }

    private func timers(_ market: Ticker) -> QuoteDesk.Timers { isCombo(market) ? .quick : .ordinary }

    /// The maker's order first, so that it rests when the requester's comes to meet it. Both keep the rules of the book: whoever stands at a better price trades first.
    private func execute(_ quote: QuoteRecord, into events: inout [VenueEvent]) -> Result<(maker: OrderID, requester: OrderID), OrderRefusal> {
        guard let side = quote.acceptedSide else { return .failure(.invalidOrder("no side was accepted")) }
        let bid = quote.bid(side)
        let making = OrderRequest(
            market: quote.market, side: side, limit: bid, quantity: quote.contracts, timeInForce: .goodTillCanceled, postOnly: quote.isPostOnly,
            subaccount: quote.subaccount)
        let maker: OrderRecord
        switch venue.create(making, for: quote.account, at: time, into: &events) {
        case .success(let order): maker = order
        case .failure(let refusal): return .failure(refusal)
        }
        let rests = quoteDesk.rfq(quote.rfq)?.restsRemainder ?? false
        let taking = OrderRequest(
            market: quote.market, side: side.opposite, limit: bid.complement, quantity: quote.contracts,
            timeInForce: rests ? .goodTillCanceled : .immediateOrCancel, subaccount: quote.requesterSubaccount)
        let taken = venue.create(taking, for: quote.requester, at: time, into: &events)
        // Without the requester's order there is no agreement, and nothing of it may stay in the book.
        if !quote.restsRemainder || taken.isFailure { _ = venue.cancel(maker.id, for: quote.account, at: time, into: &events) }
        return taken.map { (maker.id, $0.id) }
    }

    /// Takes down what happened to requests and quotes: the ledger has it before anybody hears of it.
    func note(_ events: [QuoteEvent]) {
        for event in events {
            switch event {
            case .rfqCreated(let rfq), .rfqClosed(let rfq): keepLater(.rfq, rfq.id.text, rfq)
            case .quoteCreated(let quote), .quoteAccepted(let quote), .quoteConfirmed(let quote), .quoteExecuted(let quote), .quoteCancelled(let quote):
                keepLater(.quote, quote.id.text, quote)
            }
        }
        untoldAgreements.append(contentsOf: events)
    }
}

extension ExchangeHouse {
    /// Markets that have just closed take their requests for quotes with them.
    func closeRequests(_ events: [VenueEvent]) {
        var told: [QuoteEvent] = []
        for case .market(let record, .closed) in events { quoteDesk.closeMarket(record.market.ticker, at: time, into: &told) }
        note(told)
    }
}

extension Result {
    fileprivate var isFailure: Bool { if case .failure = self { true } else { false } }
}
