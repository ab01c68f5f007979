public import Model

/// From the exchange's market, event and series to the desk's one `Market`: the only place that knows how they map.
public enum KalshiListing {
    /// Why a market is left out.
    public struct Unusable: Error, Sendable, Equatable, CustomStringConvertible {
        public let description: String
    }

    public static func market(_ market: KalshiMarket, event: KalshiEvent, series: KalshiSeries) throws(Unusable) -> Market {
        guard let open = market.openTime, let close = market.closeTime else { throw Unusable(description: "\(market.ticker) has no opening or closing time") }
        guard let grid = grid(market.ranges) else { throw Unusable(description: "\(market.ticker) has price ranges that cannot be read") }
        return Market(
            ticker: market.ticker, event: market.event, series: event.series, title: market.title, strike: strike(market), openTime: open, closeTime: close,
            grid: grid, fees: fees(event, series), mutuallyExclusive: event.mutuallyExclusive, underlying: underlying(of: event.series))
    }

    static func strike(_ market: KalshiMarket) -> Strike {
        switch (market.strikeType, market.floorStrike, market.capStrike) {
        case ("greater", let floor?, _): .greater(floor)
        case ("greater_or_equal", let floor?, _): .greaterOrEqual(floor)
        case ("less", _, let cap?): .less(cap)
        case ("less_or_equal", _, let cap?): .lessOrEqual(cap)
        case ("between", let floor?, let cap?): .between(floor, cap)
        default: .other
        }
    }

    static func grid(_ ranges: [KalshiMarket.Range]) -> PriceGrid? {
        var bands: [PriceGrid.Band] = []
        for range in ranges {
            guard let start = Price(range.start), let end = Price(range.end), let step = Price(range.step) else { return nil }
            bands.append(.init(start: start, end: end, step: step.tenThousandths))
        }
        return PriceGrid(bands: bands.sorted { $0.start < $1.start })
    }

    /// The event's override, where it has one, in place of the series' rule.
    static func fees(_ event: KalshiEvent, _ series: KalshiSeries) -> FeeTerms {
        fees(type: event.feeType ?? series.feeType, multiplier: event.feeMultiplier ?? series.feeMultiplier)
    }

    static func fees(type: String, multiplier: Double) -> FeeTerms {
        guard let kind = FeeTerms.Kind(rawValue: type), multiplier >= 0, multiplier < 1000 else { return FeeTerms(kind: .unknown) }
        return FeeTerms(kind: kind, multiplierThousandths: Int64((multiplier * 1000).rounded()))
    }

    /// By series; the letters of a market's ticker mean nothing.
    public static func underlying(of series: SeriesTicker) -> Underlying? { underlyings[series.text].map { Underlying($0) } ?? WeatherPlace.of(series)?.underlying }

    private static let underlyings: [String: String] = [
        "KXBTC15M": "BTC", "KXBTCD": "BTC", "KXBTC": "BTC", "KXETH15M": "ETH", "KXETHD": "ETH", "KXETH": "ETH", "KXSOL15M": "SOL", "KXSOLD": "SOL",
        "KXXRP15M": "XRP", "KXXRPD": "XRP", "KXDOGE15M": "DOGE", "KXGOLD15M": "XAU",
        "KXCPI": "US-CPI", "KXCPICORE": "US-CPI-CORE", "KXCPIYOY": "US-CPI-YOY", "KXCPICOREYOY": "US-CPI-CORE-YOY", "KXPAYROLLS": "US-PAYROLLS",
        "KXU3": "US-UNEMPLOYMENT", "KXGDP": "US-GDP", "KXFED": "US-FED-RATE",
    ]
}
