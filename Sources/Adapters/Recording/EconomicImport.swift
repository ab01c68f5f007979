import Model

/// Imports `kalshi-econ-quotes`: ladders on economic figures, seen a few times a day, with the settlements of the last events, the figures that they settled
/// on, and a nowcast of one of them.
enum EconomicImport {
    /// What a series is measured on, and in which steps it is published.
    private static let figures: [String: (figure: Underlying, step: Double)] = [
        "KXCPI": (Underlying("US-CPI"), 0.1), "KXCPICORE": (Underlying("US-CPI-CORE"), 0.1), "KXCPIYOY": (Underlying("US-CPI-YOY"), 0.1),
        "KXPAYROLLS": (Underlying("US-PAYROLLS"), 1000), "KXGDP": (Underlying("US-GDP"), 0.1),
    ]

    static func run(_ files: ForeignFiles, to folder: String, created: Timestamp) throws(RecordingError) -> RecordingManifest {
        let capture = ForeignCapture(.sweeps(apart: .seconds(60)))
        var results: [String: MarketResult] = [:]
        var published: Set<String> = []
        if let path = files.one("settlements.csv") {
            try CommaTable.read(path, needs: ["ticker", "result", "event_ticker", "expiration_value", "close_time"]) { row throws(RecordingError) in
                results[try row.text("ticker")] = ForeignResult.result(row["result"] ?? "", value: nil)
                let event = try row.text("event_ticker")
                guard let known = figures[String(event.prefix { $0 != "-" })], published.insert(event).inserted else { return }
                guard let value = figure(row["expiration_value"] ?? ""), let close = try? row.time("close_time") else {
                    return capture.leaveOut("a published figure without its value or its day")
                }
                capture.see(.fact(.figure(OfficialFigure(figure: known.figure, release: close.utcDay, value: value))), at: close + .seconds(3600))
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
                        strike: try row.strike(), openTime: min(time, close), closeTime: close, grid: .cents, fees: .ordinary, mutuallyExclusive: false,
                        underlying: figures[try row.text("series")]?.figure))
                if let result = results[ticker.text] { capture.end(ticker, result, at: close + .seconds(3600)) }
            }
            guard time < close else { return capture.leaveOut("a quote from after the close") }
            capture.quote(ticker, bid: try row.price("yes_bid"), ask: try row.price("yes_ask"), at: time)
        }
        try nowcasts(files, capture)
        capture.note("Sizes were not recorded: each quote is taken to offer one contract, the least that an order is of, until the next capture.")
        capture.note("When a market opened was not recorded: its first quote stands for it. A result and the figure it is of count from an hour after the close.")
        return try capture.write(folder, .economic, created: created)
    }
    /// Each is of the first release after the quarter that it speaks of, among those that are quoted; it counts from when it was seen. The source states no
    /// historical error, so none is written: the strategy learns it from the releases, and says nothing before the first.
    private static func nowcasts(_ files: ForeignFiles, _ capture: ForeignCapture) throws(RecordingError) {
        guard let path = files.one("nowcast.csv") else { return }
        let closes = Dictionary(grouping: capture.markets.values, by: \.series).mapValues { Set($0.map(\.closeTime)).sorted() }
        try CommaTable.read(path, needs: ["captured_at", "series", "source", "target_quarter_end", "value_pct"]) { row throws(RecordingError) in
            let series = try row.text("series")
            guard let known = figures[series] else { return capture.leaveOut("a nowcast of a figure that is not known") }
            guard let end = day(try row.text("target_quarter_end")) else { return capture.leaveOut("a nowcast without the end of its quarter") }
            guard let release = closes[SeriesTicker(series)]?.first(where: { $0.utcDay > end }) else { return capture.leaveOut("a nowcast of a release without quotes") }
            let nowcast = Nowcast(
                figure: known.figure, release: release.utcDay, source: try row.text("source"), value: try row.number("value_pct"), error: nil, step: known.step)
            capture.see(.fact(.nowcast(nowcast)), at: try row.time("captured_at"))
        }
        capture.note("A nowcast is of the first quoted release after its quarter, and counts from when it was seen. Its source states no error.")
    }

    /// "-0.4", "3.5%", "57,000".
    private static func figure(_ text: String) -> Double? { Double(text.filter { $0 != "%" && $0 != "," }) }

    /// "6/30/2026", in days since 1970-01-01.
    private static func day(_ text: String) -> Int64? {
        let parts = text.split(separator: "/").map(String.init)
        guard parts.count == 3, let month = Int(parts[0]), let day = Int(parts[1]), (1...12).contains(month), (1...31).contains(day), parts[2].count == 4 else { return nil }
        func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
        return CivilTime.parse("\(parts[2])-\(two(month))-\(two(day))T00:00:00Z")?.utcDay
    }
}
