import Model

/// Imports `kalshi-econ-quotes`: ladders on economic figures, seen a few times a day, with the settlements of the last events.
enum EconomicImport {
    static func run(_ files: ForeignFiles, to folder: String, created: Timestamp) throws(RecordingError) -> RecordingManifest {
        let capture = ForeignCapture(.sweeps(apart: .seconds(60)))
        var results: [String: MarketResult] = [:]
        if let path = files.one("settlements.csv") {
            try CommaTable.read(path, needs: ["ticker", "result"]) { row throws(RecordingError) in
                results[try row.text("ticker")] = ForeignResult.result(row["result"] ?? "", value: nil)
            }
        }
        try CommaTable.read(
            try files.needed("quotes.csv", for: .economic), needs: ["captured_at", "series", "event_ticker", "close_time", "ticker", "strike_type", "yes_bid", "yes_ask"]
        ) { row throws(RecordingError) in
            let time = try row.time("captured_at")
            let ticker = Ticker(try row.text("ticker"))
            let close = try row.time("close_time")
            if capture.markets[ticker] == nil {
                capture.add(
                    Market(
                        ticker: ticker, event: EventTicker(try row.text("event_ticker")), series: SeriesTicker(try row.text("series")), title: ticker.text,
                        strike: try row.strike(), openTime: min(time, close), closeTime: close, grid: .cents, fees: .ordinary, mutuallyExclusive: false, underlying: nil))
                if let result = results[ticker.text] { capture.end(ticker, result, at: close + .seconds(3600)) }
            }
            guard time < close else { return capture.leaveOut("a quote from after the close") }
            capture.quote(ticker, bid: try row.price("yes_bid"), ask: try row.price("yes_ask"), at: time)
        }
        capture.note("Sizes were not recorded: each quote is taken to offer one contract, the least that an order is of, until the next capture.")
        capture.note("When a market opened was not recorded: its first quote stands for it. A result counts from an hour after the close.")
        return try capture.write(folder, .economic, created: created)
    }
}
