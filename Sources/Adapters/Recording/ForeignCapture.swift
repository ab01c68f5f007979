import Model

/// What the tables of other people come to before they are a recording: markets, what was seen of them and when, facts, and how the markets ended.
///
/// Nothing stands in it that was not in the input or is not a stated rule; what was left out is counted in the notes.
final class ForeignCapture {
    enum Sight {
        /// The whole of a market's book, as far as it was recorded. Both empty: it is not known any more.
        case book(Ticker, yes: [Level], no: [Level])
        case trade(PublicTrade)
        case spot(Underlying, price: String)
        case fact(Fact)
    }

    /// How long a quote counts as known.
    enum Coverage {
        /// Every market is named again in each sweep, and sweeps are further apart than this: what one does not name is not known any more.
        case sweeps(apart: Interval)
        /// A market is named when it changes. After a silence of a whole series that is longer than this, nothing of it is known any more.
        case changes(pause: Interval)
    }

    /// What a quote whose size was not recorded is taken to offer: the least that an order is of.
    static let leastSize = Quantity.contracts(1)

    private(set) var markets: [Ticker: Market] = [:]
    private(set) var sights: [(time: Timestamp, sight: Sight)] = []
    private(set) var results: [Ticker: (result: MarketResult, time: Timestamp)] = [:]
    private(set) var notes: [String] = []
    /// Rows that were left out, by the reason.
    private var leftOut: [String: Int] = [:]
    let coverage: Coverage

    init(_ coverage: Coverage) { self.coverage = coverage }

    func note(_ text: String) { notes.append(text) }
    func leaveOut(_ reason: String) { leftOut[reason, default: 0] += 1 }
    func leftOut(_ reason: String) -> Int { leftOut[reason] ?? 0 }

    func add(_ market: Market) { markets[market.ticker] = market }
    func see(_ sight: Sight, at time: Timestamp) { sights.append((time, sight)) }
    func end(_ market: Ticker, _ result: MarketResult, at time: Timestamp) { results[market] = (result, time) }
    func withhold(_ market: Ticker) { results[market] = nil }

    /// The best bid and the best ask of YES; nil, or a price at which nothing can be bought, where there is none. A crossed pair is no quote.
    func quote(_ market: Ticker, bid: Price?, ask: Price?, bidSize: Quantity? = nil, askSize: Quantity? = nil, at time: Timestamp) {
        let bid = bid.flatMap { $0.isTradable ? $0 : nil }
        let ask = ask.flatMap { $0.isTradable ? $0 : nil }
        if let bid, let ask, bid >= ask { return leaveOut("a bid that is not below its ask") }
        func level(_ price: Price?, _ size: Quantity?) -> [Level] {
            price.flatMap { price in (size ?? Self.leastSize) > .zero ? Level(price: price, quantity: size ?? Self.leastSize) : nil }.map { [$0] } ?? []
        }
        see(.book(market, yes: level(bid, bidSize), no: level(ask?.complement, askSize)), at: time)
    }

    // MARK: - To a recording

    /// Writes all of it in order of time: each event's markets are listed when the first of them is seen, and paid when their results are known.
    func write(_ folder: String, _ format: ImportFormat, created: Timestamp) throws(RecordingError) -> RecordingManifest {
        let order = sights.indices.sorted { (sights[$0].time, $0) < (sights[$1].time, $1) }
        return try ImportSink.run(folder, source: format.rawValue, created: created, completeSequences: true) { sink throws(RecordingError) in
            for text in notes { sink.note(text) }
            for reason in leftOut.keys.sorted() { sink.note("Left out: \(leftOut[reason] ?? 0) rows: \(reason).") }
            var writer = CaptureWriter(self, sink, order)
            try writer.write()
        }
    }
}

/// Gives a capture its connection, subscriptions and sequence numbers. Each series is a subscription of its own, so that the age of a book is that of its
/// own series' last word.
private struct CaptureWriter {
    private let capture: ForeignCapture
    private let sink: ImportSink
    /// Places in the capture, by time.
    private let order: [Int]
    private let siblings: [EventTicker: [Market]]
    private var listed: Set<EventTicker> = []
    private var connection: UInt32 = 0
    private var channels: [String: (sid: UInt32, sequence: UInt64)] = [:]
    private var nextSid: UInt32 = 1
    /// The markets of each series whose quotes are known.
    private var known: [SeriesTicker: Set<Ticker>] = [:]
    /// When the running sweep of a series began, or when the series was last heard of.
    private var since: [SeriesTicker: Timestamp] = [:]

    init(_ capture: ForeignCapture, _ sink: ImportSink, _ order: [Int]) {
        self.capture = capture
        self.sink = sink
        self.order = order
        siblings = Dictionary(grouping: capture.markets.values.sorted { $0.ticker < $1.ticker }, by: \.event)
    }

    mutating func write() throws(RecordingError) {
        for place in order.indices {
            let (time, sight) = capture.sights[order[place]]
            switch sight {
            case .fact(let fact): try sink.frame(time, .control, connection: 0, FactFrame.encode(fact))
            case .spot(let underlying, let price): try sink.frame(time, .spot, connection: 0, SpotFrame.encode(underlying, price: price))
            case .trade(let trade):
                guard let market = try list(trade.market, at: time) else { continue }
                try frame(market.series, "trade", at: time) { sid, sequence in MarketFrames.trade(trade, sid: sid, sequence: sequence) }
            case .book(let ticker, let yes, let no):
                guard let market = try list(ticker, at: time) else { continue }
                try forget(market.series, place, at: time)
                known[market.series, default: []].insert(ticker)
                try book(market, yes, no, at: time)
            }
        }
        if let last = order.last.map({ capture.sights[$0].time }), connection != 0 { try sink.disconnect(at: last) }
    }

    /// Empties the books of the series that cannot be known at `time`.
    private mutating func forget(_ series: SeriesTicker, _ place: Int, at time: Timestamp) throws(RecordingError) {
        let last = since[series] ?? time
        switch capture.coverage {
        case .sweeps(let apart):
            guard since[series] == nil || time - last > apart else { return }
            since[series] = time
            let named = sweep(series, from: place, until: time + apart)
            try blank(series, (known[series] ?? []).subtracting(named), at: time)
        case .changes(let pause):
            since[series] = time
            if time - last > pause { try blank(series, known[series] ?? [], at: time) }
        }
    }

    private func sweep(_ series: SeriesTicker, from place: Int, until end: Timestamp) -> Set<Ticker> {
        var named: Set<Ticker> = []
        for later in order[place...] {
            let (time, sight) = capture.sights[later]
            guard time <= end else { break }
            if case .book(let ticker, _, _) = sight, capture.markets[ticker]?.series == series { named.insert(ticker) }
        }
        return named
    }

    private mutating func blank(_ series: SeriesTicker, _ markets: Set<Ticker>, at time: Timestamp) throws(RecordingError) {
        for ticker in markets.sorted() {
            known[series]?.remove(ticker)
            if let market = capture.markets[ticker] { try book(market, [], [], at: time) }
        }
    }

    private mutating func book(_ market: Market, _ yes: [Level], _ no: [Level], at time: Timestamp) throws(RecordingError) {
        try frame(market.series, "orderbook_delta", at: time) { sid, sequence in
            MarketFrames.snapshot(market.ticker, yes, no, sid: sid, sequence: sequence)
        }
    }

    private mutating func list(_ ticker: Ticker, at time: Timestamp) throws(RecordingError) -> Market? {
        guard let market = capture.markets[ticker] else { return nil }
        if listed.insert(market.event).inserted {
            for sibling in siblings[market.event] ?? [] {
                try sink.control(.listed(sibling), at: time)
                if let (result, when) = capture.results[sibling.ticker] { sink.settle(sibling.ticker, result, at: when) }
            }
        }
        sink.seen(ticker)
        return market
    }

    private mutating func frame(_ series: SeriesTicker, _ channel: String, at time: Timestamp, _ make: (UInt32, UInt64) -> [UInt8]) throws(RecordingError) {
        if connection == 0 { connection = try sink.connect(at: time) }
        let name = "\(channel) \(series)"
        if channels[name] == nil {
            channels[name] = (nextSid, 0)
            try sink.control(.subscribed(SubscriptionID(connection: connection, sid: nextSid), channel: channel, complete: true), at: time, connection: connection)
            nextSid += 1
        }
        guard let (sid, last) = channels[name] else { preconditionFailure("it was subscribed above") }
        channels[name] = (sid, last + 1)
        try sink.frame(time, .exchange, connection: connection, make(sid, last + 1))
    }
}
