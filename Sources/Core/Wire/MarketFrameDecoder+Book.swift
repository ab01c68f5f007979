import Model

struct DeltaFields {
    let market: Ticker
    let side: Side
    let price: Price
    let change: Quantity
}

extension MarketFrameDecoder {
    /// A delta whose envelope is written as the exchange writes it, key by key; nil when it is any other frame or form, and nothing is decided yet.
    @inline(__always) mutating func plainDelta(_ bytes: UnsafeBufferPointer<UInt8>, _ connection: UInt32) throws(WireError) -> DecodedFrame? {
        var scanner = JSONScanner(bytes)
        guard scanner.takePlain("{\"type\":\"orderbook_delta\",\"sid\":"), let wideSid = scanner.plainWhole(), let sid = UInt32(exactly: wideSid),
            scanner.takePlain(",\"seq\":"), let sequence = scanner.plainWhole(), scanner.takePlain(",\"msg\":")
        else { return nil }
        let fields = try deltaFields(&scanner)
        if scanner.takePlain(",\"sending_ts_ms\":"), scanner.plainWhole() == nil { return nil }
        guard scanner.takePlain("}") else { return nil }
        try scanner.expectEnd()
        return .market(.delta(BookDelta(
            market: fields.market, subscription: SubscriptionID(connection: connection, sid: sid), sequence: sequence, side: fields.side, price: fields.price,
            change: fields.change)))
    }

    mutating func deltaFields(_ scanner: inout JSONScanner) throws(WireError) -> DeltaFields {
        var market: Ticker?
        var side: Side?
        var price: Price?
        var change: Quantity?
        try scanner.beginObject()
        var index = 0
        while let field = try layout.next(&scanner, at: index) {
            index += 1
            switch field {
            case .market: market = tickers.ticker(scanner, try scanner.string())
            case .price: price = try scanner.price()
            case .change: change = try scanner.quantity()
            case .side: side = try scanner.side()
            case .cents:
                // Before 2026 prices came in whole cents and counts in whole contracts; the newer names win where both are there.
                let cents = try scanner.price(decimals: 2)
                if price == nil { price = cents }
            case .contracts:
                let contracts = try scanner.quantity()
                if change == nil { change = contracts }
            case .other: if scanner.peek() == UInt8(ascii: "\"") { _ = try scanner.string() } else { try scanner.skipValue(depth: 2) }
            }
        }
        guard let market, let side, let price, let change else { throw WireError("a delta without its market, side, price or change", at: scanner.position) }
        // With `use_yes_price` a NO level is named by the YES price across from it.
        return DeltaFields(market: market, side: side, price: side == .no && noLevelsInYesDollars ? price.complement : price, change: change)
    }

    mutating func snapshot(_ scanner: inout JSONScanner, _ subscription: SubscriptionID, _ sequence: UInt64) throws(WireError) -> BookSnapshot {
        var market: Ticker?
        var yes: [Level] = []
        var no: [Level] = []
        // How exact the levels of each side are that were read so far: cents, dollars, dollars with fractional counts.
        var yesGeneration = 0
        var noGeneration = 0
        try scanner.beginObject()
        var first = true
        while let key = try scanner.nextKey(first: first) {
            first = false
            if scanner.matches(key, "market_ticker") {
                market = tickers.ticker(scanner, try scanner.string())
                continue
            }
            let (side, generation) = Self.levels(scanner, key)
            guard let side, generation > (side == .yes ? yesGeneration : noGeneration) else {
                try scanner.skipValue(depth: 2)
                continue
            }
            if try scanner.takeNull() { continue }
            let levels = try Self.levels(&scanner, decimals: generation == 1 ? 2 : 4, complement: side == .no && noLevelsInYesDollars)
            switch side {
            case .yes: (yes, yesGeneration) = (levels, generation)
            case .no: (no, noGeneration) = (levels, generation)
            }
        }
        guard let market else { throw WireError("a snapshot without its market", at: scanner.position) }
        return BookSnapshot(market: market, subscription: subscription, sequence: sequence, yes: yes, no: no)
    }

    private static func levels(_ scanner: JSONScanner, _ key: JSONScanner.Slice) -> (Side?, generation: Int) {
        if scanner.matches(key, "yes_dollars_fp") { return (.yes, 3) }
        if scanner.matches(key, "no_dollars_fp") { return (.no, 3) }
        if scanner.matches(key, "yes_dollars") { return (.yes, 2) }
        if scanner.matches(key, "no_dollars") { return (.no, 2) }
        if scanner.matches(key, "yes") { return (.yes, 1) }
        if scanner.matches(key, "no") { return (.no, 1) }
        return (nil, 0)
    }

    /// `[["0.4700","3.00"],...]`, made ascending. An empty level is left out, a price that stands twice is an error.
    private static func levels(_ scanner: inout JSONScanner, decimals: Int, complement: Bool) throws(WireError) -> [Level] {
        let start = scanner.position
        var levels: [Level] = []
        var ascending = true
        try scanner.beginArray()
        var first = true
        while try scanner.nextElement(first: first) {
            first = false
            try scanner.beginArray()
            guard try scanner.nextElement(first: true) else { throw scanner.unexpected("a price") }
            let price = try scanner.price(decimals: decimals)
            guard try scanner.nextElement(first: false) else { throw scanner.unexpected("a count") }
            let at = scanner.position
            let quantity = try scanner.quantity()
            guard quantity >= .zero else { throw WireError("a level with less than nothing", at: at) }
            guard try !scanner.nextElement(first: false) else { throw scanner.unexpected("the level's end") }
            if quantity.isZero { continue }
            let level = Level(price: complement ? price.complement : price, quantity: quantity)
            if let last = levels.last, last.price >= level.price { ascending = false }
            levels.append(level)
        }
        if ascending { return levels }
        levels.sort { $0.price < $1.price }
        for (a, b) in zip(levels, levels.dropFirst()) where a.price == b.price { throw WireError("a snapshot with price \(a.price) twice", at: start) }
        return levels
    }
}

extension JSONScanner {
    @inline(__always) mutating func price(decimals: Int = 4) throws(WireError) -> Price {
        let start = position
        let value = if let plain = plainFixed(decimals: decimals) { plain } else { try fixed(decimals: decimals) }
        guard value >= 0, value <= 10_000 else { throw WireError("a price that is not between $0 and $1", at: start) }
        return Price(tenThousandths: Int32(truncatingIfNeeded: value))
    }

    /// In hundredths of a contract; no more than 10^11 contracts, so that sums of counts, and what they cost, stay far from overflow.
    @inline(__always) mutating func quantity() throws(WireError) -> Quantity {
        let start = position
        let value = if let plain = plainFixed(decimals: 2) { plain } else { try fixed(decimals: 2) }
        guard value.magnitude <= 10_000_000_000_000 else { throw WireError("a count beyond all sense", at: start) }
        return Quantity(hundredths: value)
    }

    @inline(__always) mutating func side() throws(WireError) -> Side {
        if takePlain("\"yes\"") { return .yes }
        if takePlain("\"no\"") { return .no }
        let slice = try string()
        if matches(slice, "yes") { return .yes }
        if matches(slice, "no") { return .no }
        throw WireError("a side that is neither yes nor no", at: slice.start)
    }
}
