import Model

/// What the weather tables leave to the rules of the series: the day, the hours and the strikes that a ticker stands for.
enum ForeignWeather {
    static func series(_ ticker: String) -> SeriesTicker { SeriesTicker(String(ticker.split(separator: "-").first ?? "")) }

    static func event(_ ticker: String) -> EventTicker { EventTicker(ticker.split(separator: "-").prefix(2).joined(separator: "-")) }

    /// The strikes of the markets of one event, by their tickers: B38.5 is 38 to 39; of the two T the lower is "less", the higher "greater". A single T is
    /// told by the brackets beside it; without them it is not known.
    static func strikes(_ tickers: [String]) -> [String: Strike] {
        func number(_ ticker: String, _ letter: Character) -> Double? {
            guard let last = ticker.split(separator: "-").last, last.first == letter else { return nil }
            return Double(last.dropFirst())
        }
        let middles = tickers.compactMap { number($0, "B") }
        let ends = tickers.compactMap { number($0, "T") }.sorted()
        var strikes: [String: Strike] = [:]
        for ticker in tickers {
            if let middle = number(ticker, "B") {
                strikes[ticker] = .between(middle.rounded(.down), middle.rounded(.up))
            } else if let end = number(ticker, "T") {
                let isLow: Bool? = ends.count == 2 ? end == ends[0] : ends.count == 1 ? middles.min().map { end < $0 } : nil
                strikes[ticker] = isLow.map { $0 ? .less(end) : .greater(end) } ?? .other
            }
        }
        return strikes
    }

    /// The markets of a day's high, or low, by their tickers alone: they close with the climate day.
    static func markets(_ tickers: [String], firstSeen: [String: Timestamp]) -> [Market] {
        let groups = Dictionary(grouping: tickers, by: { event($0) })
        return groups.keys.sorted().flatMap { name -> [Market] in
            let members = (groups[name] ?? []).sorted()
            let strikes = strikes(members)
            return members.compactMap { ticker in
                guard let day = ForeignDate.day(ofTicker: ticker) else { return nil }
                let series = series(ticker)
                let place = WeatherPlace.of(series)
                // Series whose place is not known close by the latest clock.
                let close = (place?.begins(day + 1) ?? Timestamp(nanoseconds: ((day + 1) * 86_400 + 8 * 3600) * 1_000_000_000)) - Interval.seconds(60)
                return market(
                    ticker, event: name.text, series: series, strike: strikes[ticker] ?? .other, open: members.compactMap { firstSeen[$0] }.min() ?? close - .seconds(86_400),
                    close: close)
            }
        }
    }

    static func market(_ ticker: String, event: String, series: SeriesTicker, strike: Strike, open: Timestamp, close: Timestamp) -> Market {
        Market(
            ticker: Ticker(ticker), event: EventTicker(event), series: series, title: ticker, strike: strike, openTime: min(open, close), closeTime: close, grid: .cents,
            fees: .ordinary, mutuallyExclusive: true, underlying: WeatherPlace.of(series)?.underlying)
    }

    /// From when a market's result counts: eight hours after its climate day, when the report is known.
    static func known(_ market: Market) -> Timestamp {
        max(WeatherPlace.of(market.series).map { $0.reported(day(market, $0)) } ?? .zero, market.closeTime + .seconds(8 * 3600))
    }

    /// The climate day of a market: it closes at the end of it, by standard time or an hour before.
    static func day(_ market: Market, _ place: WeatherPlace) -> Int64 { place.day(at: market.closeTime - .seconds(12 * 3600)) }

    /// The official highs of `highs.csv`, where it is among the inputs.
    static func highs(_ files: ForeignFiles) throws(RecordingError) -> [OfficialHigh] {
        guard let path = files.one("highs.csv") else { return [] }
        var highs: [OfficialHigh] = []
        try CommaTable.read(path, needs: ["series", "date", "high_f"]) { row throws(RecordingError) in
            guard let place = WeatherPlace.named(try row.text("series")) else { return }
            highs.append(OfficialHigh(place: place.underlying, day: try row.day("date"), fahrenheit: try row.number("high_f")))
        }
        return highs
    }

    /// Results of the markets that have none yet, by the official highs.
    static func settle(_ capture: ForeignCapture, by highs: [OfficialHigh]) {
        guard !highs.isEmpty else { return capture.note("No results: the capture has none, and no highs.csv was given to derive them from.") }
        let official = Dictionary(highs.map { ($0.place.text + " \($0.day)", $0.fahrenheit) }, uniquingKeysWith: { _, last in last })
        var derived = 0
        for market in capture.markets.values where capture.results[market.ticker] == nil {
            guard let place = WeatherPlace.of(market.series), let high = official[place.underlying.text + " \(day(market, place))"],
                let yes = market.strike.resolvesYes(high)
            else { continue }
            capture.end(market.ticker, yes ? .yes : .no, at: Self.known(market))
            derived += 1
        }
        capture.note("\(derived) results are derived from the official highs; they count from eight hours after the climate day, when the report is known.")
    }
}
