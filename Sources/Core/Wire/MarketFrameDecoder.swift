import Model

/// Turns the bytes of one WebSocket frame of the exchange into a `MarketEvent` (Kalshi reference, section 11). One decoder serves all connections.
///
/// A delta costs no allocation. Unknown fields are stepped over; a known field that is missing or malformed is an error, never a guess.
public struct MarketFrameDecoder {
    /// What the subscription asked with `use_yes_price`: true where NO levels come in YES dollars. They leave here in NO dollars either way.
    public let noLevelsInYesDollars: Bool
    var tickers = TickerTable()
    var layout = DeltaLayout()

    public init(noLevelsInYesDollars: Bool = false) { self.noLevelsInYesDollars = noLevelsInYesDollars }

    enum Kind { case delta, snapshot, trade, ticker, lifecycle, benchmark, subscribed, other }

    public mutating func decode(_ bytes: UnsafeBufferPointer<UInt8>, connection: UInt32) throws(WireError) -> DecodedFrame {
        if let delta = try plainDelta(bytes, connection) { return delta }
        var scanner = JSONScanner(bytes)
        var type: JSONScanner.Slice?
        var kind = Kind.other
        var sid: UInt32?
        var sequence: UInt64?
        var message: Int?

        try scanner.beginObject()
        var first = true
        while let key = try scanner.nextKey(first: first) {
            first = false
            if scanner.matches(key, "type") {
                let value = try scanner.string()
                type = value
                kind = Self.kind(scanner, value)
            } else if scanner.matches(key, "sid") {
                if try !scanner.takeNull() { sid = try scanner.subscription() }
            } else if scanner.matches(key, "seq") {
                if try !scanner.takeNull() { sequence = try scanner.whole() }
            } else if scanner.matches(key, "msg") {
                _ = scanner.peek()
                message = scanner.position
                try scanner.skipValue()
            } else {
                try scanner.skipValue()
            }
        }
        try scanner.expectEnd()

        guard let type else { throw WireError("a frame without a type", at: bytes.count) }
        if kind == .other { return Self.other(scanner, type, sid, sequence, connection) }
        guard let message else { throw WireError("a frame without a msg", at: bytes.count) }
        var body = JSONScanner(bytes, from: message)
        if kind == .subscribed { return .market(try Self.subscribed(&body, connection)) }
        guard let sid else { throw WireError("a frame without a sid", at: bytes.count) }
        if kind == .ticker { return try tickerUpdate(&body).map { .market(.ticker($0)) } ?? .other(type: "ticker") }
        guard let sequence else { throw WireError("a frame without a seq", at: bytes.count) }
        let subscription = SubscriptionID(connection: connection, sid: sid)

        switch kind {
        case .delta:
            let fields = try deltaFields(&body)
            return .market(.delta(BookDelta(
                market: fields.market, subscription: subscription, sequence: sequence, side: fields.side, price: fields.price, change: fields.change)))
        case .snapshot: return .market(.snapshot(try snapshot(&body, subscription, sequence)))
        case .trade: return .market(.trade(try trade(&body), subscription, sequence))
        case .lifecycle: return .market(try lifecycle(&body) ?? .sequenced(subscription, sequence))
        case .benchmark: return .market(try benchmark(&body) ?? .sequenced(subscription, sequence))
        case .ticker, .subscribed, .other: preconditionFailure("answered above")
        }
    }

    @inline(__always) private static func kind(_ scanner: JSONScanner, _ type: JSONScanner.Slice) -> Kind {
        if scanner.matches(type, "orderbook_delta") { return .delta }
        if scanner.matches(type, "trade") { return .trade }
        if scanner.matches(type, "ticker") { return .ticker }
        if scanner.matches(type, "orderbook_snapshot") { return .snapshot }
        if scanner.matches(type, "subscribed") { return .subscribed }
        if scanner.matches(type, "market_lifecycle_v2") || scanner.matches(type, "multivariate_market_lifecycle") { return .lifecycle }
        if scanner.matches(type, "cfbenchmarks_value") || scanner.matches(type, "cfbenchmarks_value_5hz") || scanner.matches(type, "pyth_value") {
            return .benchmark
        }
        return .other
    }

    private static func other(
        _ scanner: JSONScanner, _ type: JSONScanner.Slice, _ sid: UInt32?, _ sequence: UInt64?, _ connection: UInt32
    ) -> DecodedFrame {
        guard let sid, let sequence else { return .other(type: scanner.text(type)) }
        return .market(.sequenced(SubscriptionID(connection: connection, sid: sid), sequence))
    }
}
