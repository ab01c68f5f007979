import Model

/// Imports `kalshi-weather-quotes-hourly`: best prices at the end of each hour, with results.
enum WeatherHourlyImport {
    static func run(_ files: ForeignFiles, to folder: String, created: Timestamp) throws(RecordingError) -> RecordingManifest {
        let capture = ForeignCapture(.sweeps(apart: .seconds(60)))
        try definitions(try files.needed("markets.csv", for: .weatherHourly), capture)
        var last: [Ticker: Double] = [:]
        for path in try files.all("quotes-", ending: ".csv", for: .weatherHourly) {
            try CommaTable.read(path, needs: ["end_period", "ticker", "yes_bid_close", "yes_ask_close"]) { row throws(RecordingError) in
                let ticker = Ticker(try row.text("ticker"))
                guard let market = capture.markets[ticker] else { return capture.leaveOut("a quote of a market that markets.csv does not define") }
                let time = try row.time("end_period")
                guard time < market.closeTime else { return capture.leaveOut("a candle from after the close") }
                let bid = try row.price("yes_bid_close", decimals: 2)
                let ask = try row.price("yes_ask_close", decimals: 2)
                capture.quote(ticker, bid: bid, ask: ask, at: time)
                if let bid, let ask { last[ticker] = (bid.probability + ask.probability) / 2 }
            }
        }
        withhold(capture, last)
        capture.note("Sizes were not recorded: each quote is taken to offer one contract, the least that an order is of, until the next hour.")
        capture.note("A quote counts from the end of its hour. Results are derived by the source from the official high; they count from eight hours after the climate day.")
        return try capture.write(folder, .weatherHourly, created: created)
    }

    private static func definitions(_ path: String, _ capture: ForeignCapture) throws(RecordingError) {
        try CommaTable.read(path, needs: ["series", "event_ticker", "event_date", "ticker", "strike_type", "result"]) { row throws(RecordingError) in
            let series = SeriesTicker(try row.text("series"))
            guard let place = WeatherPlace.of(series) else { return capture.leaveOut("a market on a place that is not known") }
            let day = try row.day("event_date")
            let market = ForeignWeather.market(
                try row.text("ticker"), event: try row.text("event_ticker"), series: series, strike: try row.strike(), open: place.begins(day) - .seconds(14 * 3600),
                close: place.begins(day + 1) - .seconds(60))
            capture.add(market)
            if let result = ForeignResult.result(row["result"] ?? "", value: nil) { capture.end(market.ticker, result, at: ForeignWeather.known(market)) }
        }
    }

    /// The market held another outcome for certain. A market that was merely of another opinion stays: to leave those out would flatter the market.
    private static let settledElsewhere = 0.05

    /// An event whose last quotes contradict its derived result has none: the source's high may be of another station or another day.
    private static func withhold(_ capture: ForeignCapture, _ last: [Ticker: Double]) {
        var doubtful: Set<EventTicker> = []
        for (ticker, end) in capture.results {
            guard let market = capture.markets[ticker], let mid = last[ticker] else { continue }
            if end.result == .yes ? mid <= Self.settledElsewhere : mid >= 1 - Self.settledElsewhere { doubtful.insert(market.event) }
        }
        for market in capture.markets.values where doubtful.contains(market.event) { capture.withhold(market.ticker) }
        if !doubtful.isEmpty {
            capture.note("Without results, as their last quotes contradict the derived ones: \(doubtful.sorted().map(\.text).joined(separator: ", ")).")
        }
    }
}

/// Imports `kalshi-weather-quoteticks-2026-03`: best prices with their sizes, at every change.
enum WeatherQuoteTicksImport {
    static func run(_ files: ForeignFiles, to folder: String, created: Timestamp) throws(RecordingError) -> RecordingManifest {
        let capture = ForeignCapture(.changes(pause: .seconds(600)))
        var first: [String: Timestamp] = [:]
        for path in try files.all("KX", ending: ".csv", for: .weatherQuoteTicks) {
            try CommaTable.read(path, needs: ["ts_init_ns", "ticker", "yes_bid", "yes_ask", "yes_bid_size", "yes_ask_size"]) { row throws(RecordingError) in
                let text = try row.text("ts_init_ns")
                guard let nanoseconds = Int64(text) else { throw row.table.lines.failure("ts_init_ns is not a time: '\(text)'") }
                let time = Timestamp(nanoseconds: nanoseconds)
                let ticker = try row.text("ticker")
                first[ticker] = min(first[ticker] ?? time, time)
                capture.quote(
                    Ticker(ticker), bid: try row.price("yes_bid"), ask: try row.price("yes_ask"), bidSize: try row.size("yes_bid_size"), askSize: try row.size("yes_ask_size"),
                    at: time)
            }
        }
        for market in ForeignWeather.markets(first.keys.sorted(), firstSeen: first) { capture.add(market) }
        ForeignWeather.settle(capture, by: try ForeignWeather.highs(files))
        capture.note("Only the two outer markets of each event were recorded. Times are those of receipt. After ten minutes of silence nothing is known until the next change.")
        capture.note("Strikes are read from the tickers, the close from the climate day; when a market opened was not recorded.")
        return try capture.write(folder, .weatherQuoteTicks, created: created)
    }
}

/// Imports `kalshi-weather-ticks-ny`: best prices at every change, without sizes.
enum WeatherTicksImport {
    static func run(_ files: ForeignFiles, to folder: String, created: Timestamp) throws(RecordingError) -> RecordingManifest {
        let capture = ForeignCapture(.changes(pause: .seconds(600)))
        var first: [String: Timestamp] = [:]
        for path in try files.all("KX", ending: ".csv", for: .weatherTicks) {
            try CommaTable.read(path, needs: ["ts_utc", "ticker", "yes_bid", "yes_ask"]) { row throws(RecordingError) in
                let time = try row.time("ts_utc")
                let ticker = try row.text("ticker")
                first[ticker] = min(first[ticker] ?? time, time)
                capture.quote(Ticker(ticker), bid: try row.price("yes_bid", decimals: 2), ask: try row.price("yes_ask", decimals: 2), at: time)
            }
        }
        for market in ForeignWeather.markets(first.keys.sorted(), firstSeen: first) { capture.add(market) }
        ForeignWeather.settle(capture, by: try ForeignWeather.highs(files))
        capture.note("Sizes were not recorded: each quote is taken to offer one contract, the least that an order is of.")
        capture.note("Strikes are read from the tickers, the close from the climate day. After ten minutes of silence nothing is known until the next change.")
        return try capture.write(folder, .weatherTicks, created: created)
    }
}
