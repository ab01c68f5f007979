import Model

extension MarketFrameDecoder {
    mutating func trade(_ scanner: inout JSONScanner) throws(WireError) -> PublicTrade {
        var market: Ticker?
        var id: TradeID?
        var price: Price?
        var quantity: Quantity?
        var oldSide: Side?
        var side: Side?
        var seconds: Timestamp?
        var time: Timestamp?
        try scanner.beginObject()
        var first = true
        while let key = try scanner.nextKey(first: first) {
            first = false
            if scanner.matches(key, "market_ticker") {
                market = tickers.ticker(scanner, try scanner.string())
            } else if scanner.matches(key, "trade_id") {
                id = TradeID(scanner.text(try scanner.string()))
            } else if scanner.matches(key, "yes_price_dollars") {
                price = try scanner.price()
            } else if scanner.matches(key, "count_fp") {
                let at = scanner.position
                let count = try scanner.quantity()
                guard count > .zero else { throw WireError("a trade of nothing, or of less", at: at) }
                quantity = count
            } else if scanner.matches(key, "taker_side") {
                oldSide = try scanner.side()
            } else if scanner.matches(key, "taker_outcome_side") {
                side = try scanner.side()
            } else if scanner.matches(key, "ts_ms") {
                time = .milliseconds(try scanner.clock(limit: 9_000_000_000_000))
            } else if scanner.matches(key, "ts"), scanner.peek() != UInt8(ascii: "\"") {
                seconds = .seconds(try scanner.clock(limit: 9_000_000_000))
            } else {
                try scanner.skipValue(depth: 2)
            }
        }
        guard let market, let id, let price, let quantity, let side = side ?? oldSide, let time = time ?? seconds else {
            throw WireError("a trade without its market, id, price, count, taker's side or time", at: scanner.position)
        }
        return PublicTrade(market: market, id: id, yesPrice: price, quantity: quantity, takerSide: side, time: time)
    }

    /// Nil where a price or the volume is not given: such a ticker has nothing to say yet.
    mutating func tickerUpdate(_ scanner: inout JSONScanner) throws(WireError) -> TickerUpdate? {
        var market: Ticker?
        var last: Price?
        var bid: Price?
        var ask: Price?
        var volume: Quantity?
        try scanner.beginObject()
        var first = true
        while let key = try scanner.nextKey(first: first) {
            first = false
            if try scanner.takeNull() {
                continue
            } else if scanner.matches(key, "market_ticker") {
                market = tickers.ticker(scanner, try scanner.string())
            } else if scanner.matches(key, "price_dollars") {
                last = try scanner.price()
            } else if scanner.matches(key, "yes_bid_dollars") {
                bid = try scanner.price()
            } else if scanner.matches(key, "yes_ask_dollars") {
                ask = try scanner.price()
            } else if scanner.matches(key, "volume_fp") {
                volume = try scanner.quantity()
            } else {
                try scanner.skipValue(depth: 2)
            }
        }
        guard let market else { throw WireError("a ticker without its market", at: scanner.position) }
        guard let last, let bid, let ask, let volume else { return nil }
        return TickerUpdate(market: market, lastPrice: last, yesBid: bid, yesAsk: ask, volume: volume)
    }

    /// Nil for a change that is not one of status or result: a new market, a new date, new metadata are read by REST.
    mutating func lifecycle(_ scanner: inout JSONScanner) throws(WireError) -> MarketEvent? {
        var market: Ticker?
        var change: JSONScanner.Slice?
        var result: JSONScanner.Slice?
        var value: Price?
        try scanner.beginObject()
        var first = true
        while let key = try scanner.nextKey(first: first) {
            first = false
            if scanner.matches(key, "market_ticker") {
                market = tickers.ticker(scanner, try scanner.string())
            } else if scanner.matches(key, "event_type") {
                change = try scanner.string()
            } else if scanner.matches(key, "result") {
                if try !scanner.takeNull() { result = try scanner.string() }
            } else if scanner.matches(key, "settlement_value") {
                if try !scanner.takeNull() { value = try scanner.price() }
            } else {
                try scanner.skipValue(depth: 2)
            }
        }
        guard let market, let change else { throw WireError("a life cycle message without its market or event type", at: scanner.position) }
        if scanner.matches(change, "activated") { return .status(market, .active) }
        if scanner.matches(change, "deactivated") { return .status(market, .inactive) }
        if scanner.matches(change, "settled") { return .settled(market) }
        guard scanner.matches(change, "determined") else { return nil }
        guard let result else { throw WireError("a determination without a result", at: change.start) }
        if scanner.matches(result, "yes") { return .determined(market, .yes) }
        if scanner.matches(result, "no") { return .determined(market, .no) }
        if scanner.matches(result, "void") { return .determined(market, .void) }
        guard scanner.matches(result, "scalar") else { throw WireError("a result that is not yes, no, void or scalar", at: result.start) }
        // Without a value each side has its cost back: the contract has no other word for a void market.
        return .determined(market, value.map { .scalar($0) } ?? .void)
    }

    /// A price index the exchange passes on; nil for one this desk does not follow.
    func benchmark(_ scanner: inout JSONScanner) throws(WireError) -> MarketEvent? {
        var name: JSONScanner.Slice?
        var value: Double?
        var source: JSONScanner.Slice?
        try scanner.beginObject()
        var first = true
        while let key = try scanner.nextKey(first: first) {
            first = false
            if scanner.matches(key, "index_id") || scanner.matches(key, "underlying_ticker") {
                name = try scanner.string()
            } else if scanner.matches(key, "value_usd") {
                value = try scanner.double()
            } else if scanner.matches(key, "data"), scanner.peek() == UInt8(ascii: "\"") {
                source = try scanner.string()
            } else {
                try scanner.skipValue(depth: 2)
            }
        }
        guard let name else { throw WireError("an index value without its index", at: scanner.position) }
        guard let underlying = Self.underlying(scanner, name) else { return nil }
        if value == nil, let source { value = try Self.sourceValue(scanner, source) }
        guard let value else { throw WireError("an index value without a value", at: scanner.position) }
        // Far above any of these indices, and far below what overflows where it is shown in hundred-millionths.
        guard value.magnitude <= 1e9 else { throw WireError("an index value beyond all sense", at: scanner.position) }
        return .spot(SpotTick(underlying: underlying, price: value))
    }

    private static func underlying(_ scanner: JSONScanner, _ name: JSONScanner.Slice) -> Underlying? {
        if scanner.matches(name, "BRTI") { return Underlying("BTC") }
        if scanner.matches(name, "ETHUSD_RTI") { return Underlying("ETH") }
        if scanner.matches(name, "Metal.XAU/USD") || scanner.matches(name, "Metal.Index.GOLD/USD") { return Underlying("XAU") }
        return nil
    }

    /// `cfbenchmarks_value` carries the index's own frame as a string: `{"type":"value","id":"BRTI","time":...,"value":"68000.12"}`.
    private static func sourceValue(_ scanner: JSONScanner, _ source: JSONScanner.Slice) throws(WireError) -> Double? {
        let inner = scanner.unescaped(source)
        let result: Result<Double?, WireError> = inner.withUnsafeBufferPointer { bytes in
            do throws(WireError) {
                var scanner = JSONScanner(bytes)
                var value: Double?
                try scanner.beginObject()
                var first = true
                while let key = try scanner.nextKey(first: first) {
                    first = false
                    if scanner.matches(key, "value") { value = try scanner.double() } else { try scanner.skipValue() }
                }
                return .success(value)
            } catch {
                return .failure(WireError("in data: \(error.reason)", at: source.start))
            }
        }
        return try result.get()
    }

    static func subscribed(_ scanner: inout JSONScanner, _ connection: UInt32) throws(WireError) -> MarketEvent {
        var channel: String?
        var sid: UInt32?
        try scanner.beginObject()
        var first = true
        while let key = try scanner.nextKey(first: first) {
            first = false
            if scanner.matches(key, "channel") {
                channel = scanner.text(try scanner.string())
            } else if scanner.matches(key, "sid") {
                sid = try scanner.subscription()
            } else {
                try scanner.skipValue(depth: 2)
            }
        }
        guard let channel, let sid else { throw WireError("a subscription without its channel or sid", at: scanner.position) }
        // Of these channels some messages become events without a sequence, so a jump of the rest would be no loss.
        let thinned = ["market_lifecycle_v2", "multivariate_market_lifecycle", "cfbenchmarks_value", "cfbenchmarks_value_5hz", "pyth_value"]
        return .subscribed(SubscriptionID(connection: connection, sid: sid), channel: channel, complete: !thinned.contains(channel))
    }
}

extension JSONScanner {
    /// A whole number of a clock's units, below a limit that keeps it within a `Timestamp`.
    mutating func clock(limit: UInt64) throws(WireError) -> Int64 {
        let start = position
        let value = try whole()
        guard value <= limit else { throw WireError("a time beyond all sense", at: start) }
        return Int64(value)
    }
}
