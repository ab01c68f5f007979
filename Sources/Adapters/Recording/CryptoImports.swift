import Model

/// Imports `kalshi-crypto-hourly`: hourly ladders on BTC and ETH, seen twice an hour, with spot and settlements.
enum HourlyLadderImport {
    private static let openSeconds: Int64 = 3600

    static func run(_ files: ForeignFiles, to folder: String, created: Timestamp) throws(RecordingError) -> RecordingManifest {
        let capture = ForeignCapture(.sweeps(apart: .seconds(60)))
        var winners: [EventTicker: Set<String>] = [:]
        if let path = files.one("settlements.csv") {
            try CommaTable.read(path, needs: ["event_ticker", "yes_tickers"]) { row throws(RecordingError) in
                guard let yes = row["yes_tickers"] else { return }
                winners[EventTicker(try row.text("event_ticker"))] = Set(yes.split(whereSeparator: { " ;|".contains($0) }).map(String.init))
            }
        }
        for path in try files.all("quotes-", ending: ".csv", for: .cryptoHourly) {
            var spotAt: Timestamp?
            try CommaTable.read(path, needs: ["captured_at", "event_ticker", "close_time", "ticker", "strike_type", "yes_bid", "yes_ask", "spot_price"]) { row throws(RecordingError) in
                let time = try row.time("captured_at")
                let series = SeriesTicker(try row.text("series"))
                let underlying = underlying(series)
                if spotAt != time, let underlying, let spot = row["spot_price"], let price = Double(spot), price > 0 {
                    capture.see(.spot(underlying, price: spot), at: time)
                    spotAt = time
                }
                let ticker = Ticker(try row.text("ticker"))
                let close = try row.time("close_time")
                let event = EventTicker(try row.text("event_ticker"))
                if capture.markets[ticker] == nil {
                    capture.add(
                        Market(
                            ticker: ticker, event: event, series: series, title: ticker.text, strike: try row.strike(), openTime: min(time, close - .seconds(openSeconds)),
                            closeTime: close, grid: .cents, fees: .ordinary, mutuallyExclusive: true, underlying: underlying))
                    if let yes = winners[event] { capture.end(ticker, yes.contains(ticker.text) ? .yes : .no, at: close + .seconds(5)) }
                }
                guard time < close else { return capture.leaveOut("a quote from after the close") }
                capture.quote(ticker, bid: try row.price("yes_bid"), ask: try row.price("yes_ask"), at: time)
            }
        }
        capture.note("Sizes were not recorded: each quote is taken to offer one contract, the least that an order is of, until the next capture.")
        capture.note("Opening an hour before the close, cents and quadratic fees are the rule of the series; a result counts from the close + 5 s.")
        return try capture.write(folder, .cryptoHourly, created: created)
    }

    private static func underlying(_ series: SeriesTicker) -> Underlying? {
        ["KXBTC": "BTC", "KXBTCD": "BTC", "KXETH": "ETH", "KXETHD": "ETH"][series.text].map { Underlying($0) }
    }
}

/// Imports `kalshi-crypto15m-topofbook`: the best prices of the quarter-hour markets, about once a second, with spot.
enum TopOfBookImport {
    static func run(_ files: ForeignFiles, to folder: String, created: Timestamp) throws(RecordingError) -> RecordingManifest {
        let capture = ForeignCapture(.changes(pause: .seconds(60)))
        for path in try files.all("KX", ending: ".csv", for: .crypto15m) {
            try CommaTable.read(path, needs: ["ts", "ticker", "yes_bid", "yes_ask", "spot"]) { row throws(RecordingError) in
                let text = try row.text("ts")
                guard let nanoseconds = FixedPoint.parse(text.utf8, decimals: 9) else { throw row.table.lines.failure("ts is not a time: '\(text)'") }
                let time = Timestamp(nanoseconds: nanoseconds)
                let ticker = Ticker(try row.text("ticker"))
                let series = ForeignWeather.series(ticker.text)
                let underlying = Underlying(String(series.text.dropFirst(2).prefix { !$0.isNumber }))
                if capture.markets[ticker] == nil {
                    guard let close = close(ticker.text, seen: time) else { throw row.table.lines.failure("\(ticker) does not end in the minute of a close") }
                    capture.add(
                        Market(
                            ticker: ticker, event: ForeignWeather.event(ticker.text), series: series, title: ticker.text, strike: .other, openTime: close - .seconds(900),
                            closeTime: close, grid: .taperedTenths, fees: .ordinary, mutuallyExclusive: false, underlying: underlying))
                }
                if row["spot_ok"] != "0", let spot = row["spot"], let price = Double(spot), price > 0 { capture.see(.spot(underlying, price: spot), at: time) }
                guard let market = capture.markets[ticker], time < market.closeTime else { return capture.leaveOut("a quote from after the close") }
                capture.quote(ticker, bid: try row.price("yes_bid"), ask: try row.price("yes_ask"), at: time)
            }
        }
        capture.note("The depths are totals of a side, not sizes at the best price: each quote is taken to offer one contract, the least that an order is of.")
        capture.note("The price that decides was not recorded, so the markets have no strike; no results were recorded either.")
        capture.note("Opening 15 minutes before the close, tapered tenths and quadratic fees are the rule of the series.")
        return try capture.write(folder, .crypto15m, created: created)
    }

    /// The first time after a market was seen at which the clock shows the minute that its ticker ends in: zones differ by whole hours here.
    private static func close(_ ticker: String, seen: Timestamp) -> Timestamp? {
        guard let minute = ticker.split(separator: "-").last.flatMap({ Int64($0) }), (0..<60).contains(minute) else { return nil }
        let ahead = ((minute * 60 - seen.wholeSeconds) % 3600 + 3600) % 3600
        return .seconds(seen.wholeSeconds + (ahead == 0 ? 3600 : ahead))
    }
}
