public import Model

/// Requests for quotes, and the quotes on them, from the asking to the moment when both orders enter the book (Kalshi reference, section 9.4).
///
/// It has no clock and no book: times passed in must not go back, and whoever owns it carries out what `due` gives.
public struct QuoteDesk: Sendable {
    /// How long a maker may think, and how long both then wait for the book.
    public struct Timers: Hashable, Sendable {
        public let confirmation: Interval
        public let execution: Interval

        public static let ordinary = Timers(confirmation: .seconds(30), execution: .seconds(15))
        /// Combinations, and markets that move fast.
        public static let quick = Timers(confirmation: .seconds(3), execution: .seconds(1))
    }

    /// Open requests of one account, and open quotes of one account. No limit is published.
    public static let openLimit = 1000
    /// So many requests that are over are remembered, with their quotes; the oldest are forgotten.
    public static let memory = 10_000

    private var rfqs: [RFQID: RFQRecord] = [:]
    private var quotes: [QuoteID: QuoteRecord] = [:]
    /// In the order of their creation.
    private var rfqOrder: [RFQID] = []
    private var quoteOrder: [QuoteID] = []
    private var quotesOn: [RFQID: [QuoteID]] = [:]
    private var closedCount = 0
    private var ids: VenueIDs

    public init(seed: UInt64) { ids = VenueIDs(seed: seed) }

    // MARK: - Asking

    /// - Parameter replacing: closes the account's open request in this market first, instead of being refused for it.
    public mutating func request(
        _ market: Ticker, _ size: RFQRecord.Size, restsRemainder: Bool, isObscured: Bool = false, replacing: Bool = false, subaccount: Int = 0,
        for account: AccountID, at time: Timestamp, into events: inout [QuoteEvent]
    ) -> Result<RFQRecord, QuoteRefusal> {
        switch size {
        case .contracts(let quantity): guard quantity > .zero, quantity <= .contracts(10_000_000) else { return .failure(.invalidSize) }
        case .cost(let cost, _): guard cost > .zero, cost <= .dollars(10_000_000) else { return .failure(.invalidSize) }
        }
        let open = rfqOrder.filter { rfqs[$0]?.status == .open && rfqs[$0]?.account == account }
        if let old = open.first(where: { rfqs[$0]?.market == market }) {
            guard replacing else { return .failure(.rfqExists) }
            close(old, "replaced", at: time, into: &events)
        }
        guard open.count < Self.openLimit else { return .failure(.tooMany) }
        let rfq = RFQRecord(
            account: account, subaccount: subaccount, id: RFQID(ids.next()), market: market, size: size, restsRemainder: restsRemainder,
            isObscured: isObscured, created: time, status: .open, updated: time)
        rfqs[rfq.id] = rfq
        rfqOrder.append(rfq.id)
        events.append(.rfqCreated(rfq))
        return .success(rfq)
    }

    public mutating func withdraw(_ id: RFQID, for account: AccountID, at time: Timestamp, into events: inout [QuoteEvent]) -> QuoteRefusal? {
        guard let rfq = rfqs[id], rfq.account == account else { return .notFound }
        guard rfq.status == .open else { return .rfqClosed }
        close(id, "deleted", at: time, into: &events)
        return nil
    }

    /// A market stopped trading: nothing can be executed there any more.
    public mutating func closeMarket(_ market: Ticker, at time: Timestamp, into events: inout [QuoteEvent]) {
        for id in rfqOrder where rfqs[id]?.status == .open && rfqs[id]?.market == market { close(id, "market closed", at: time, into: &events) }
    }

    private mutating func close(_ id: RFQID, _ reason: String?, at time: Timestamp, into events: inout [QuoteEvent]) {
        for quote in quotesOn[id] ?? [] { cancel(quote, "rfq closed", at: time, into: &events) }
        guard rfqs[id]?.status == .open else { return }
        rfqs[id]?.status = .closed
        rfqs[id]?.updated = time
        rfqs[id]?.reason = reason
        if let rfq = rfqs[id] { events.append(.rfqClosed(rfq)) }
        closedCount += 1
        if closedCount > Self.memory { forgetOldest() }
    }

    private mutating func forgetOldest() {
        guard let place = rfqOrder.firstIndex(where: { rfqs[$0]?.status == .closed }) else { return }
        let id = rfqOrder.remove(at: place)
        rfqs[id] = nil
        let gone = Set(quotesOn.removeValue(forKey: id) ?? [])
        for quote in gone { quotes[quote] = nil }
        quoteOrder.removeAll(where: gone.contains)
        closedCount -= 1
    }

    // MARK: - Offering

    /// What a maker says: its prices, and how many contracts each of them would be for.
    public struct Offer: Hashable, Sendable {
        public let yesBid: Price
        public let noBid: Price
        public let yesContracts: Quantity
        public let noContracts: Quantity
        public let restsRemainder: Bool
        public let isPostOnly: Bool
        public let subaccount: Int

        public init(yesBid: Price, noBid: Price, yesContracts: Quantity, noContracts: Quantity, restsRemainder: Bool, isPostOnly: Bool, subaccount: Int = 0) {
            self.yesBid = yesBid
            self.noBid = noBid
            self.yesContracts = yesContracts
            self.noContracts = noContracts
            self.restsRemainder = restsRemainder
            self.isPostOnly = isPostOnly
            self.subaccount = subaccount
        }
    }

    /// A new quote of a maker on a request takes the place of the old one.
    public mutating func quote(
        _ id: RFQID, _ offer: Offer, for account: AccountID, at time: Timestamp, into events: inout [QuoteEvent]
    ) -> Result<QuoteRecord, QuoteRefusal> {
        guard let rfq = rfqs[id] else { return .failure(.notFound) }
        guard rfq.status == .open else { return .failure(.rfqClosed) }
        guard rfq.account != account else { return .failure(.ownRFQ) }
        // Both sides are bids: together above $1 the maker would pay more than a pair is worth. Two zeros offer nothing.
        guard offer.yesBid.tenThousandths + offer.noBid.tenThousandths <= 10_000, offer.yesBid < .one, offer.noBid < .one,
            offer.yesBid > .zero || offer.noBid > .zero
        else { return .failure(.invalidPrice) }
        guard quoteOrder.count(where: { quotes[$0]?.account == account && isLive($0) }) < Self.openLimit else { return .failure(.tooMany) }
        for old in quotesOn[id] ?? [] where quotes[old]?.account == account && quotes[old]?.status == .open { cancel(old, "replaced", at: time, into: &events) }
        let quote = QuoteRecord(
            account: account, subaccount: offer.subaccount, id: QuoteID(ids.next()), rfq: id, requester: rfq.account, requesterSubaccount: rfq.subaccount,
            market: rfq.market, yesBid: offer.yesBid, noBid: offer.noBid, yesContracts: offer.yesContracts, noContracts: offer.noContracts,
            restsRemainder: offer.restsRemainder, isPostOnly: offer.isPostOnly, created: time, status: .open, updated: time)
        quotes[quote.id] = quote
        quoteOrder.append(quote.id)
        quotesOn[id, default: []].append(quote.id)
        events.append(.quoteCreated(quote))
        return .success(quote)
    }

    /// The maker takes its quote back, as long as it has not confirmed it.
    public mutating func withdraw(_ id: QuoteID, for account: AccountID, at time: Timestamp, into events: inout [QuoteEvent]) -> QuoteRefusal? {
        guard let quote = quotes[id], quote.account == account else { return .notFound }
        guard quote.status == .open || quote.status == .accepted else { return .wrongState(quote.status) }
        cancel(id, "deleted", at: time, into: &events)
        return nil
    }

    private func isLive(_ id: QuoteID) -> Bool {
        switch quotes[id]?.status {
        case .open, .accepted, .confirmed: true
        case .executed, .cancelled, nil: false
        }
    }

    private mutating func cancel(_ id: QuoteID, _ reason: String, at time: Timestamp, into events: inout [QuoteEvent]) {
        guard isLive(id) else { return }
        quotes[id]?.status = .cancelled
        quotes[id]?.cancelled = time
        quotes[id]?.updated = time
        quotes[id]?.reason = reason
        if let quote = quotes[id] { events.append(.quoteCancelled(quote)) }
    }

    // MARK: - Agreeing

    /// The requester takes one side of a quote. `side` is the side that the maker bids for and will hold.
    public mutating func accept(
        _ id: QuoteID, _ side: Side, for account: AccountID, at time: Timestamp, into events: inout [QuoteEvent]
    ) -> Result<QuoteRecord, QuoteRefusal> {
        guard var quote = quotes[id], quote.requester == account else { return .failure(.notFound) }
        guard rfqs[quote.rfq]?.status == .open else { return .failure(.rfqClosed) }
        guard quote.status == .open else { return .failure(.wrongState(quote.status)) }
        // One at a time: a second acceptance could trade the request twice.
        guard !(quotesOn[quote.rfq] ?? []).contains(where: { quotes[$0]?.status == .accepted || quotes[$0]?.status == .confirmed }) else {
            return .failure(.rfqClosed)
        }
        guard quote.bid(side) > .zero else { return .failure(.sideDeclined) }
        quote.acceptedSide = side
        guard quote.contracts > .zero else { return .failure(.invalidSize) }
        quote.status = .accepted
        quote.accepted = time
        quote.updated = time
        quotes[id] = quote
        events.append(.quoteAccepted(quote))
        return .success(quote)
    }

    /// The maker stands by its accepted quote.
    public mutating func confirm(_ id: QuoteID, for account: AccountID, at time: Timestamp, into events: inout [QuoteEvent]) -> Result<QuoteRecord, QuoteRefusal> {
        guard var quote = quotes[id], quote.account == account else { return .failure(.notFound) }
        guard quote.status == .accepted else { return .failure(.wrongState(quote.status)) }
        quote.status = .confirmed
        quote.confirmed = time
        quote.updated = time
        quotes[id] = quote
        events.append(.quoteConfirmed(quote))
        return .success(quote)
    }

    // MARK: - Time

    /// Lets acceptances lapse that were not confirmed in time, and gives the quotes whose orders are due, in the order of their confirmation. Whoever
    /// takes them must say for each what came of it: `executed` or `failed`.
    public mutating func due(at time: Timestamp, timers: (Ticker) -> Timers, into events: inout [QuoteEvent]) -> [QuoteRecord] {
        var due: [QuoteRecord] = []
        for id in quoteOrder {
            guard let quote = quotes[id] else { continue }
            switch quote.status {
            case .accepted:
                if let accepted = quote.accepted, time - accepted >= timers(quote.market).confirmation { cancel(id, "not confirmed in time", at: time, into: &events) }
            case .confirmed:
                if let confirmed = quote.confirmed, time - confirmed >= timers(quote.market).execution { due.append(quote) }
            case .open, .executed, .cancelled: continue
            }
        }
        return due.sorted { ($0.confirmed ?? .zero, $0.id) < ($1.confirmed ?? .zero, $1.id) }
    }

    /// Both orders are in the book: the request is answered.
    public mutating func executed(_ id: QuoteID, maker: OrderID, requester: OrderID, at time: Timestamp, into events: inout [QuoteEvent]) {
        guard quotes[id]?.status == .confirmed else { return }
        quotes[id]?.status = .executed
        quotes[id]?.executed = time
        quotes[id]?.updated = time
        quotes[id]?.makerOrder = maker
        quotes[id]?.requesterOrder = requester
        guard let quote = quotes[id] else { return }
        events.append(.quoteExecuted(quote))
        close(quote.rfq, "executed", at: time, into: &events)
    }

    /// One of the two orders was refused.
    public mutating func failed(_ id: QuoteID, _ reason: String, at time: Timestamp, into events: inout [QuoteEvent]) { cancel(id, reason, at: time, into: &events) }

    // MARK: - Looking

    public func rfq(_ id: RFQID) -> RFQRecord? { rfqs[id] }
    public func quote(_ id: QuoteID) -> QuoteRecord? { quotes[id] }
    /// Oldest first.
    public var allRFQs: [RFQRecord] { rfqOrder.compactMap { rfqs[$0] } }
    /// Oldest first.
    public var allQuotes: [QuoteRecord] { quoteOrder.compactMap { quotes[$0] } }
    /// Whether time has anything to do here.
    public var isWaiting: Bool { quotes.values.contains { $0.status == .accepted || $0.status == .confirmed } }
}

extension QuoteDesk {
    /// A desk that remembers. Records must be all there are; quotes on requests that are not among them are left out.
    public init(seed: UInt64, rfqs: [RFQRecord], quotes: [QuoteRecord]) {
        self.init(seed: seed)
        for rfq in rfqs.sorted(by: { VenueIDs.counter(of: $0.id.text) < VenueIDs.counter(of: $1.id.text) }) {
            self.rfqs[rfq.id] = rfq
            rfqOrder.append(rfq.id)
            if rfq.status == .closed { closedCount += 1 }
        }
        for quote in quotes.sorted(by: { VenueIDs.counter(of: $0.id.text) < VenueIDs.counter(of: $1.id.text) }) where self.rfqs[quote.rfq] != nil {
            self.quotes[quote.id] = quote
            quoteOrder.append(quote.id)
            quotesOn[quote.rfq, default: []].append(quote.id)
        }
        while closedCount > Self.memory { forgetOldest() }
        let last = (rfqs.map(\.id.text) + quotes.map(\.id.text)).map(VenueIDs.counter(of:)).max() ?? 0
        ids = VenueIDs(seed: seed, issued: last)
    }
}
