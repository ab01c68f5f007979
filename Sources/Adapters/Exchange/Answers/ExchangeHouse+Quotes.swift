import Accounting
import Keys
import Matching
import Model
import Notation

// Requests for quotes over REST. What happens is decided by `QuoteDesk`; here it is asked for, shown, and carried into the book.

extension ExchangeHouse {
    /// The name of an account in talk about quotes: it says nothing about whose it is.
    func communicationsID(_ account: AccountID) -> String { hexadecimal(sha256(Array("communications/\(seed)/\(account.text)".utf8))) }
    /// Whoever asks without being named: the digest of nothing, as the contract has it.
    static let obscured = hexadecimal(sha256([]))

    // MARK: Requests

    func rfqs(_ caller: Caller, _ query: Query) throws(APIError) -> Answer {
        let limit = try query.limit(default: 100, maximum: 100)
        let status = try query.choice("status", of: ["open", "closed"])
        let own = try query.choice("user_filter", of: ["self"]) != nil
        let (event, market, creator) = (query.text("event_ticker"), query.text("market_ticker"), query.text("creator_user_id"))
        let subaccount = try query.integer("subaccount")
        if let subaccount, let locked = caller.subaccount, subaccount != locked { throw .lockedKey }
        try checkCursor(query)
        let wanted = quoteDesk.allRFQs.reversed().filter { rfq in
            (status == nil || rfq.status.rawValue == status) && (market == nil || rfq.market.text == market) && (!own || caller.speaks(for: rfq.account, rfq.subaccount))
                && (event == nil || venue.market(rfq.market)?.market.event.text == event)
                && (creator == nil || caller.speaks(for: rfq.account, rfq.subaccount) && userID(rfq.account) == .text(creator ?? ""))
                && (subaccount == nil || caller.speaks(for: rfq.account, rfq.subaccount) && Int64(rfq.subaccount) == subaccount)
        }
        let page = Page(of: wanted, key: { PageCursor.newestFirst(PageCursor.number(in: $0.id.text)) }, after: query.text("cursor"), limit: limit)
        return .ok(["rfqs": .array(page.rows.map { json($0, for: caller) }), "cursor": .text(page.cursor)])
    }

    func rfq(_ caller: Caller, _ id: String) throws(APIError) -> Answer {
        guard let rfq = quoteDesk.rfq(RFQID(try wellFormed(id))) else { throw .notFound }
        return .ok(["rfq": json(rfq, for: caller)])
    }

    func createRFQ(_ caller: Caller, _ bytes: [UInt8]) throws(APIError) -> Answer {
        let body = try Body(bytes, as: "CreateRFQRequest")
        let market = Ticker(try body.required("market_ticker"))
        guard let record = venue.market(market) else { throw .marketNotFound }
        guard record.status == .active else { throw .refused(OrderRefusal.marketInactive) }
        guard let rests = try body.flag("rest_remainder") else { throw .invalidParameters("rest_remainder is required") }
        let subaccount = try subaccount(try body.integer("subaccount"), caller) ?? 0
        let (size, isObscured, isReplacing) = (try size(body), try body.flag("obscure_creator_id") ?? false, try body.flag("replace_existing") ?? false)
        let rfq = try agree { events in
            quoteDesk.request(
                market, size, restsRemainder: rests, isObscured: isObscured, replacing: isReplacing, subaccount: subaccount, for: caller.account, at: time,
                into: &events)
        }
        return .created(["id": .text(rfq.id.text)])
    }

    private func size(_ body: Body) throws(APIError) -> RFQRecord.Size {
        let whole = try body.integer("contracts").map { Quantity.contracts(min(max($0, 0), 100_000_000)) }
        if let text = try body.text("contracts_fp") {
            guard let quantity = Quantity(text), whole == nil || whole == quantity else { throw .invalidParameters("contracts_fp") }
            return .contracts(quantity)
        }
        if let whole { return .contracts(whole) }
        let excludes = try body.flag("target_cost_excludes_fees") ?? false
        if let text = try body.text("target_cost_dollars") {
            guard let cost = Money(text) else { throw .invalidParameters("target_cost_dollars") }
            return .cost(cost, excludesFees: excludes)
        }
        if let units = try body.integer("target_cost_centi_cents"), units > 0, units < 1_000_000_000_000 {
            return .cost(Money(millionths: units * 100), excludesFees: excludes)
        }
        throw .invalidParameters("contracts_fp or target_cost_dollars is required")
    }

    func deleteRFQ(_ caller: Caller, _ id: String) throws(APIError) -> Answer {
        guard let rfq = quoteDesk.rfq(RFQID(try wellFormed(id))), caller.speaks(for: rfq.account, rfq.subaccount) else { throw .notFound }
        try agree { events -> Result<Void, QuoteRefusal> in
            if let refusal = quoteDesk.withdraw(rfq.id, for: caller.account, at: time, into: &events) { .failure(refusal) } else { .success(()) }
        }
        return .nothing
    }

    // MARK: Quotes

    /// Only to those whom they concern: the maker and the one who asked.
    func quotes(_ caller: Caller, _ query: Query) throws(APIError) -> Answer {
        let limit = try query.limit(default: 500, maximum: 500)
        let status = try query.choice("status", of: ["open", "accepted", "confirmed", "executed", "cancelled"])
        let isMaker = try query.choice("user_filter", of: ["self"]) != nil
        let isRequester = try query.choice("rfq_user_filter", of: ["self"]) != nil
        let (maker, requester, rfq) = (query.text("quote_creator_user_id"), query.text("rfq_creator_user_id"), query.text("rfq_id"))
        let times = (try query.seconds("min_ts"), try query.seconds("max_ts"))
        if let rfq { _ = try wellFormed(rfq) }
        try checkCursor(query)
        let wanted = quoteDesk.allQuotes.reversed().filter { quote in
            isSeen(quote, by: caller) && (status == nil || quote.status.rawValue == status) && (!isMaker || caller.speaks(for: quote.account, quote.subaccount))
                && (!isRequester || caller.speaks(for: quote.requester, quote.requesterSubaccount)) && (rfq == nil || quote.rfq.text == rfq)
                && (maker == nil || userID(quote.account) == .text(maker ?? "")) && (requester == nil || userID(quote.requester) == .text(requester ?? ""))
                && (times.0.map { quote.updated >= $0 } ?? true) && (times.1.map { quote.updated <= $0 } ?? true)
        }
        let page = Page(of: wanted, key: { PageCursor.newestFirst(PageCursor.number(in: $0.id.text)) }, after: query.text("cursor"), limit: limit)
        return .ok(["quotes": .array(page.rows.map { json($0, for: caller) }), "cursor": .text(page.cursor)])
    }

    private func isSeen(_ quote: QuoteRecord, by caller: Caller) -> Bool {
        caller.speaks(for: quote.account, quote.subaccount) || caller.speaks(for: quote.requester, quote.requesterSubaccount)
    }

    /// A quote that concerns the caller: by the key's lock too, so that whoever may see it may act on it.
    private func find(_ id: String, _ rfq: String?, _ caller: Caller) throws(APIError) -> QuoteRecord {
        guard let quote = quoteDesk.quote(QuoteID(try wellFormed(id))), isSeen(quote, by: caller), rfq == nil || quote.rfq.text == rfq else {
            throw .notFound
        }
        return quote
    }

    func quote(_ caller: Caller, _ id: String, _ rfq: String?) throws(APIError) -> Answer {
        .ok(["quote": json(try find(id, rfq, caller), for: caller)])
    }

    func createQuote(_ caller: Caller, _ bytes: [UInt8]) throws(APIError) -> Answer {
        let body = try Body(bytes, as: "CreateQuoteRequest")
        guard let rfq = quoteDesk.rfq(RFQID(try wellFormed(try body.required("rfq_id")))) else { throw .notFound }
        guard let record = venue.market(rfq.market), record.status == .active else { throw .refused(OrderRefusal.marketInactive) }
        let (yesBid, noBid) = (try bid("yes_bid", body, record, .yes), try bid("no_bid", body, record, .no))
        guard let rests = try body.flag("rest_remainder") else { throw .invalidParameters("rest_remainder is required") }
        let offer = QuoteDesk.Offer(
            yesBid: yesBid, noBid: noBid, yesContracts: contracts(rfq, record, makerPays: yesBid), noContracts: contracts(rfq, record, makerPays: noBid),
            restsRemainder: rests, isPostOnly: try body.flag("post_only") ?? false,
            subaccount: try subaccount(try body.integer("subaccount"), caller) ?? 0)
        let quote = try agree { events in quoteDesk.quote(rfq.id, offer, for: caller.account, at: time, into: &events) }
        return .created(["id": .text(quote.id.text)])
    }

    /// "0" declines a side; anything else must be on the market's grid.
    private func bid(_ field: String, _ body: Body, _ record: MarketRecord, _ side: Side) throws(APIError) -> Price {
        guard let price = Price(try body.required(field)) else { throw .invalidPrice }
        guard price == .zero || record.market.grid.accepts(side == .yes ? price : price.complement) else { throw .invalidPrice }
        return price
    }

    /// How many contracts the request comes to at a maker's price: the requester pays the rest of the dollar, and its fee.
    private func contracts(_ rfq: RFQRecord, _ record: MarketRecord, makerPays bid: Price) -> Quantity {
        switch rfq.size {
        case .contracts(let quantity): return quantity
        case .cost(let cost, let excludesFees):
            let price = bid.complement
            guard bid > .zero, price > .zero else { return .zero }
            let affordable = Quantity(hundredths: cost.millionths / Int64(price.tenThousandths))
            guard !excludesFees, let fees = FeeSchedule(record.market.fees) else { return affordable }
            // The largest size whose price and fee together stay within the cost.
            var (low, high) = (Int64(0), affordable.hundredths)
            while low < high {
                let middle = (low + high + 1) / 2
                let quantity = Quantity(hundredths: middle)
                if price * quantity + fees.upperBound(price: price, quantity: quantity) <= cost { low = middle } else { high = middle - 1 }
            }
            return Quantity(hundredths: low)
        }
    }

    func deleteQuote(_ caller: Caller, _ id: String, _ rfq: String?) throws(APIError) -> Answer {
        let quote = try find(id, rfq, caller)
        try agree { events -> Result<Void, QuoteRefusal> in
            if let refusal = quoteDesk.withdraw(quote.id, for: caller.account, at: time, into: &events) { .failure(refusal) } else { .success(()) }
        }
        return .nothing
    }

    func acceptQuote(_ caller: Caller, _ id: String, _ rfq: String?, _ bytes: [UInt8]) throws(APIError) -> Answer {
        let body = try Body(bytes, as: "AcceptQuoteRequest")
        let side: Side = try body.choice("accepted_side", of: ["yes", "no"]) == "yes" ? .yes : .no
        let quote = try find(id, rfq, caller)
        _ = try agree { events in quoteDesk.accept(quote.id, side, for: caller.account, at: time, into: &events) }
        return .nothing
    }

    func confirmQuote(_ caller: Caller, _ id: String, _ rfq: String?) throws(APIError) -> Answer {
        let quote = try find(id, rfq, caller)
        _ = try agree { events in quoteDesk.confirm(quote.id, for: caller.account, at: time, into: &events) }
        return .nothing
    }

    // MARK: Steps

    private func agree<Done>(_ deed: (inout [QuoteEvent]) -> Result<Done, QuoteRefusal>) throws(APIError) -> Done {
        var events: [QuoteEvent] = []
        let result = deed(&events)
        note(events)
        do throws(QuoteRefusal) { return try result.get() } catch { throw .refused(error) }
    }

    /// Ids and cursors of this corner are checked, unlike elsewhere (contract: a malformed one is a 400).
    private func wellFormed(_ id: String) throws(APIError) -> String {
        let parts = id.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [8, 4, 4, 4, 12], parts.allSatisfy({ $0.allSatisfy(\.isHexDigit) }) else { throw .invalidParameters("malformed id") }
        return id
    }

    private func checkCursor(_ query: Query) throws(APIError) {
        guard let cursor = query.text("cursor") else { return }
        guard PageCursor.decode(cursor) != nil else { throw .invalidParameters("malformed cursor") }
    }
}
