public import Model
import Wire

/// Quotes on request (Kalshi reference, section 9.5). The desk uses none of these: a quote that is accepted becomes an order outside its risk gate.
extension KalshiClient {
    /// By what the exchange calls this account toward others.
    public func communicationsID() async throws(KalshiError) -> String {
        try await get(CommunicationsID.self, "reading the communications id", .communicationsID).id
    }

    public func rfqs(market: Ticker? = nil, status: KalshiRFQ.Status? = nil) async throws(KalshiError) -> [KalshiRFQ] {
        try await pages(
            ListShape("rfqs", KalshiRFQ.self), "listing requests for quotes", .rfqs, [],
            [("limit", "100"), ("market_ticker", market?.text), ("status", status?.rawValue)])
    }

    public func rfq(_ id: String) async throws(KalshiError) -> KalshiRFQ {
        try await get(WrappedShape("rfq", KalshiRFQ.self), "reading request for quotes \(id)", .rfq, [id])
    }

    /// - Returns: its id.
    public func createRFQ(_ market: Ticker, _ quantity: Quantity, restRemainder: Bool) async throws(KalshiError) -> String {
        let attempt = "asking for quotes on \(market)"
        let body = OrderBodies.object { json in
            json.field("contracts_fp", quantity.description)
            json.field("market_ticker", market.text)
            json.field("rest_remainder", restRemainder)
        }
        return try decode(MadeAnswer.self, try await act(attempt, .createRFQ, body: body), attempt, .createRFQ).id
    }

    public func deleteRFQ(_ id: String) async throws(KalshiError) { _ = try await act("taking back request for quotes \(id)", .deleteRFQ, [id]) }

    /// Quotes of one request; or those that this account made.
    public func quotes(rfq: String? = nil, status: KalshiQuote.Status? = nil) async throws(KalshiError) -> [KalshiQuote] {
        try await pages(
            ListShape("quotes", KalshiQuote.self), "listing quotes", .quotes, [],
            [("limit", "100"), ("rfq_id", rfq), ("status", status?.rawValue), ("user_filter", rfq == nil ? "self" : nil)])
    }

    public func quote(_ id: String) async throws(KalshiError) -> KalshiQuote {
        try await get(WrappedShape("quote", KalshiQuote.self), "reading quote \(id)", .quote, [id])
    }

    /// Bids for both legs of what is asked; nil bids for that leg not at all.
    /// - Returns: its id.
    public func createQuote(on rfq: String, yes: Price?, no: Price?, restRemainder: Bool) async throws(KalshiError) -> String {
        let attempt = "quoting on \(rfq)"
        let body = OrderBodies.object { json in
            json.field("no_bid", no?.description ?? "0")
            json.field("rest_remainder", restRemainder)
            json.field("rfq_id", rfq)
            json.field("yes_bid", yes?.description ?? "0")
        }
        return try decode(MadeAnswer.self, try await act(attempt, .createQuote, body: body), attempt, .createQuote).id
    }

    public func deleteQuote(_ id: String) async throws(KalshiError) { _ = try await act("taking back quote \(id)", .deleteQuote, [id]) }

    /// Takes the maker's bid for `side`; the maker has half a minute to confirm.
    public func acceptQuote(_ id: String, _ side: Side) async throws(KalshiError) {
        _ = try await act("accepting quote \(id)", .acceptQuote, [id], body: OrderBodies.object(["accepted_side": side.rawValue]))
    }

    /// The maker's last word; what was agreed is carried out fifteen seconds later.
    public func confirmQuote(_ id: String) async throws(KalshiError) {
        _ = try await act("confirming quote \(id)", .confirmQuote, [id], body: OrderBodies.object([:]))
    }
}
