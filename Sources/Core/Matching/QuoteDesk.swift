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
    /// So many cancelled quotes of one maker on one request are remembered; a maker that quotes anew with every move of the market leaves no more behind.
    public static let cancelledMemory = 4

    private var rfqs: [RFQID: RFQRecord] = [:]
    private var quotes: [QuoteID: QuoteRecord] = [:]
    /// The one request that an account may have open in a market.
    private var openRFQs: [AccountID: [Ticker: RFQID]] = [:]
    /// In the order in which they were closed.
    private var closed: [RFQID] = []
    /// In the order of their creation.
    private var quotesOn: [RFQID: [QuoteID]] = [:]
    /// How many quotes of an account are open, accepted or confirmed.
    private var liveCounts: [AccountID: Int] = [:]
    /// Accepted or confirmed: what time has something to do with.
    private var waiting: Set<QuoteID> = []
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
        if let old = openRFQs[account]?[market] {
            guard replacing else { return .failure(.rfqExists) }
            close(old, "replaced", at: time, into: &events)
        }
        guard openRFQs[account]?.count ?? 0 < Self.openLimit else { return .failure(.tooMany) }
        let rfq = RFQRecord(
            account: account, subaccount: subaccount, id: RFQID(ids.next()), market: market, size: size, restsRemainder: restsRemainder,
            isObscured: isObscured, created: time, status: .open, updated: time)
        rfqs[rfq.id] = rfq
        openRFQs[account, default: [:]][market] = rfq.id
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
        for id in openRFQs.values.compactMap({ $0[market] }).sorted(by: Self.isOlder) { close(id, "market closed", at: time, into: &events) }
    }

    private mutating func close(_ id: RFQID, _ reason: String?, at time: Timestamp, into events: inout [QuoteEvent]) {
        for quote in quotesOn[id] ?? [] { cancel(quote, "rfq closed", at: time, into: &events) }
        guard var rfq = rfqs[id], rfq.status == .open else { return }
        rfq.status = .closed
        rfq.updated = time
        rfq.reason = reason
        rfqs[id] = rfq
        openRFQs[rfq.account]?[rfq.market] = nil
        events.append(.rfqClosed(rfq))
        closed.append(id)
        // In one go for many, so that each is moved once.
        if closed.count > Self.memory + Self.memory / 8 { forgetOldest() }
    }

    private mutating func forgetOldest() {
        guard closed.count > Self.memory else { return }
        for id in closed.prefix(closed.count - Self.memory) {
            rfqs[id] = nil
            for quote in quotesOn.removeValue(forKey: id) ?? [] { quotes[quote] = nil }
        }
        closed.removeFirst(closed.count - Self.memory)
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
        guard liveCounts[account] ?? 0 < Self.openLimit else { return .failure(.tooMany) }
        for old in quotesOn[id] ?? [] where quotes[old]?.account == account && quotes[old]?.status == .open { cancel(old, "replaced", at: time, into: &events) }
        let quote = QuoteRecord(
            account: account, subaccount: offer.subaccount, id: QuoteID(ids.next()), rfq: id, requester: rfq.account, requesterSubaccount: rfq.subaccount,
            market: rfq.market, yesBid: offer.yesBid, noBid: offer.noBid, yesContracts: offer.yesContracts, noContracts: offer.noContracts,
            restsRemainder: offer.restsRemainder, isPostOnly: offer.isPostOnly, created: time, status: .open, updated: time)
        quotes[quote.id] = quote
        liveCounts[account, default: 0] += 1
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

    private mutating func cancel(_ id: QuoteID, _ reason: String, at time: Timestamp, into events: inout [QuoteEvent]) {
        guard var quote = quotes[id], quote.status.isLive else { return }
        quote.status = .cancelled
        quote.cancelled = time
        quote.updated = time
        quote.reason = reason
        quotes[id] = quote
        isOver(quote)
        events.append(.quoteCancelled(quote))
        forgetCancelled(quote.account, on: quote.rfq)
    }

    private mutating func isOver(_ quote: QuoteRecord) {
        liveCounts[quote.account, default: 0] -= 1
        waiting.remove(quote.id)
    }

    private mutating func forgetCancelled(_ maker: AccountID, on rfq: RFQID) {
        let cancelled = (quotesOn[rfq] ?? []).filter { quotes[$0]?.account == maker && quotes[$0]?.status == .cancelled }
        guard cancelled.count > Self.cancelledMemory else { return }
        let gone = cancelled.dropLast(Self.cancelledMemory)
        for id in gone { quotes[id] = nil }
        quotesOn[rfq]?.removeAll(where: gone.contains)
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
        waiting.insert(id)
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
        for id in waiting.sorted(by: Self.isOlder) {
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
        guard var quote = quotes[id], quote.status == .confirmed else { return }
        quote.status = .executed
        quote.executed = time
        quote.updated = time
        quote.makerOrder = maker
        quote.requesterOrder = requester
        quotes[id] = quote
        isOver(quote)
        events.append(.quoteExecuted(quote))
        close(quote.rfq, "executed", at: time, into: &events)
    }

    /// One of the two orders was refused.
    public mutating func failed(_ id: QuoteID, _ reason: String, at time: Timestamp, into events: inout [QuoteEvent]) { cancel(id, reason, at: time, into: &events) }

    // MARK: - Looking

    public func rfq(_ id: RFQID) -> RFQRecord? { rfqs[id] }
    public func quote(_ id: QuoteID) -> QuoteRecord? { quotes[id] }
    /// Oldest first.
    public var allRFQs: [RFQRecord] { rfqs.values.sorted { ($0.created, $0.id) < ($1.created, $1.id) } }
    /// Oldest first.
    public var allQuotes: [QuoteRecord] { quotes.values.sorted { ($0.created, $0.id) < ($1.created, $1.id) } }
    /// Oldest first.
    public func quotes(on rfq: RFQID) -> [QuoteRecord] { (quotesOn[rfq] ?? []).compactMap { quotes[$0] } }
    /// Whether time has anything to do here.
    public var isWaiting: Bool { !waiting.isEmpty }

    /// The counter in the ids never goes back, whatever the seed.
    private static func isOlder(_ a: some Name, _ b: some Name) -> Bool { VenueIDs.counter(of: a.text) < VenueIDs.counter(of: b.text) }
}

extension QuoteDesk {
    /// A desk that remembers. Records must be all there are; quotes on requests that are not among them are left out.
    public init(seed: UInt64, rfqs: [RFQRecord], quotes: [QuoteRecord]) {
        self.init(seed: seed)
        for rfq in rfqs {
            self.rfqs[rfq.id] = rfq
            if rfq.status == .open { openRFQs[rfq.account, default: [:]][rfq.market] = rfq.id }
        }
        closed = rfqs.filter { $0.status == .closed }.sorted { ($0.updated, $0.id) < ($1.updated, $1.id) }.map(\.id)
        for quote in quotes.sorted(by: { Self.isOlder($0.id, $1.id) }) where self.rfqs[quote.rfq] != nil {
            self.quotes[quote.id] = quote
            quotesOn[quote.rfq, default: []].append(quote.id)
            if quote.status.isLive { liveCounts[quote.account, default: 0] += 1 }
            if quote.status == .accepted || quote.status == .confirmed { waiting.insert(quote.id) }
            if quote.status == .cancelled { forgetCancelled(quote.account, on: quote.rfq) }
        }
        forgetOldest()
        let last = (rfqs.map(\.id.text) + quotes.map(\.id.text)).map(VenueIDs.counter(of:)).max() ?? 0
        ids = VenueIDs(seed: seed, issued: last)
    }
}
