import Model
import Wire

extension ControlFrame {
    static func write(_ market: Market, to json: inout JSONText) {
        json.beginObject()
        json.field("ticker", market.ticker.text)
        json.field("event", market.event.text)
        json.field("series", market.series.text)
        json.field("title", market.title)
        switch market.strike {
        case .greater(let k): strike("greater", k, nil, &json)
        case .greaterOrEqual(let k): strike("greater_or_equal", k, nil, &json)
        case .less(let k): strike("less", nil, k, &json)
        case .lessOrEqual(let k): strike("less_or_equal", nil, k, &json)
        case .between(let low, let high): strike("between", low, high, &json)
        case .other: strike("other", nil, nil, &json)
        }
        json.field("open_time", market.openTime.nanoseconds)
        json.field("close_time", market.closeTime.nanoseconds)
        json.key("grid")
        json.beginArray()
        for band in market.grid.bands {
            json.beginArray()
            json.string(band.start.description)
            json.string(band.end.description)
            json.string(FixedPoint.text(Int64(band.step), decimals: 4))
            json.endArray()
        }
        json.endArray()
        json.field("fee_type", market.fees.kind.rawValue)
        json.field("fee_multiplier_thousandths", market.fees.multiplierThousandths)
        json.field("mutually_exclusive", market.mutuallyExclusive)
        if let underlying = market.underlying { json.field("underlying", underlying.text) }
        json.endObject()
    }

    private static func strike(_ type: String, _ floor: Double?, _ cap: Double?, _ json: inout JSONText) {
        json.field("strike_type", type)
        if let floor { json.field("floor_strike", floor) }
        if let cap { json.field("cap_strike", cap) }
    }

    static func readMarket(_ scanner: inout JSONScanner) throws(WireError) -> Market {
        let start = scanner.position
        var texts: [String: String] = [:]
        var numbers: [String: Double] = [:]
        var open: Int64?
        var close: Int64?
        var multiplier: Int64 = 1000
        var exclusive = false
        var bands: [PriceGrid.Band] = []
        try scanner.beginObject()
        var first = true
        while let key = try scanner.nextKey(first: first) {
            first = false
            if scanner.matches(key, "open_time") {
                open = try scanner.fixed(decimals: 0)
            } else if scanner.matches(key, "close_time") {
                close = try scanner.fixed(decimals: 0)
            } else if scanner.matches(key, "fee_multiplier_thousandths") {
                multiplier = try scanner.fixed(decimals: 0)
            } else if scanner.matches(key, "mutually_exclusive") {
                exclusive = scanner.peek() == UInt8(ascii: "t")
                try scanner.skipValue()
            } else if scanner.matches(key, "grid") {
                bands = try readBands(&scanner)
            } else if scanner.matches(key, "floor_strike") || scanner.matches(key, "cap_strike") {
                numbers[scanner.text(key)] = try scanner.double()
            } else if scanner.peek() == UInt8(ascii: "\"") {
                let name = scanner.text(key)
                texts[name] = scanner.text(try scanner.string())
            } else {
                try scanner.skipValue()
            }
        }
        guard let ticker = texts["ticker"], let event = texts["event"], let series = texts["series"], let title = texts["title"], let open, let close,
            let grid = PriceGrid(bands: bands), let strike = strike(texts["strike_type"], numbers["floor_strike"], numbers["cap_strike"])
        else { throw WireError("a market's definition that is not whole", at: start) }
        return Market(
            ticker: Ticker(ticker), event: EventTicker(event), series: SeriesTicker(series), title: title, strike: strike,
            openTime: Timestamp(nanoseconds: open), closeTime: Timestamp(nanoseconds: close), grid: grid,
            fees: FeeTerms(kind: FeeTerms.Kind(rawValue: texts["fee_type"] ?? "") ?? .unknown, multiplierThousandths: multiplier),
            mutuallyExclusive: exclusive, underlying: texts["underlying"].map { Underlying($0) })
    }

    /// Nil where the numbers that the type needs are not there.
    static func strike(_ type: String?, _ floor: Double?, _ cap: Double?) -> Strike? {
        switch type {
        case "greater": floor.map { .greater($0) }
        case "greater_or_equal": floor.map { .greaterOrEqual($0) }
        case "less": cap.map { .less($0) }
        case "less_or_equal": cap.map { .lessOrEqual($0) }
        case "between": if let floor, let cap { .between(floor, cap) } else { nil }
        default: .other
        }
    }

    static func readBands(_ scanner: inout JSONScanner) throws(WireError) -> [PriceGrid.Band] {
        var bands: [PriceGrid.Band] = []
        try scanner.beginArray()
        var first = true
        while try scanner.nextElement(first: first) {
            first = false
            let at = scanner.position
            var values: [Int64] = []
            try scanner.beginArray()
            while try scanner.nextElement(first: values.isEmpty) { values.append(try scanner.fixed(decimals: 4)) }
            guard let band = band(values) else { throw WireError("a price band that is none", at: at) }
            bands.append(band)
        }
        return bands
    }

    static func band(_ values: [Int64]) -> PriceGrid.Band? {
        guard values.count == 3, values.allSatisfy({ $0 >= 0 && $0 <= 10_000 }) else { return nil }
        return PriceGrid.Band(
            start: Price(tenThousandths: Int32(values[0])), end: Price(tenThousandths: Int32(values[1])), step: Int32(values[2]))
    }
}
