import Learning
import Model

/// Imports the tables of forecasts. Each row counts from when it was known; what shows knowledge of the future is refused.
enum ForecastImport {
    /// `weather-forecast-previous-runs`: day-ahead and two-day-ahead forecasts with `known_from`.
    static func previousRuns(_ files: ForeignFiles, to folder: String, created: Timestamp) throws(RecordingError) -> RecordingManifest {
        let capture = ForeignCapture(.changes(pause: .seconds(86_400)))
        var check = LookAheadCheck()
        let path = try files.needed("forecasts.csv", for: .previousRuns)
        try CommaTable.read(path, needs: ["series", "date", "lead_days", "forecast_high_f"]) { row throws(RecordingError) in
            guard let place = WeatherPlace.named(try row.text("series")) else { return capture.leaveOut("a place that is not known") }
            let forecast = HighForecast(
                place: place.underlying, day: try row.day("date"), source: "lead-\(try row.text("lead_days"))", fahrenheit: try row.number("forecast_high_f"))
            let known = row["known_from"] == nil ? nil : try row.time("known_from")
            check.note(forecast, knownFrom: known)
            take(forecast, known, place, capture)
        }
        return try finish(capture, check, files, .previousRuns, to: folder, created: created)
    }

    /// `weather-forecast-snapshots`: many sources, each with the time it was fetched, and quotes seen beside them.
    static func snapshots(_ files: ForeignFiles, to folder: String, created: Timestamp) throws(RecordingError) -> RecordingManifest {
        let capture = ForeignCapture(.sweeps(apart: .seconds(300)))
        var check = LookAheadCheck()
        var said: [String: Double] = [:]
        try CommaTable.read(try files.needed("snapshots.csv", for: .snapshots), needs: ["fetched_at", "source", "place", "target_date", "high_f"]) { row throws(RecordingError) in
            guard row["target_date"] != "error" else { return capture.leaveOut("a fetch that failed") }
            guard let place = WeatherPlace.named(try row.text("place")) else { return capture.leaveOut("a station that settles no market here") }
            guard row["high_f"] != nil else { return capture.leaveOut("a forecast without a high") }
            let known = try row.time("fetched_at")
            let day = try row.day("target_date")
            // A forecast of tomorrow and one of today are of different worth: each is a source of its own.
            let source = "\(try row.text("source")) day-\(max(day - place.day(at: known), 0))"
            let forecast = HighForecast(place: place.underlying, day: day, source: source, fahrenheit: try row.number("high_f"))
            check.note(forecast, knownFrom: known)
            let key = "\(place.underlying)|\(day)|\(source)"
            // What was said before is said again: it teaches nothing new.
            guard said[key] != forecast.fahrenheit else { return }
            said[key] = forecast.fahrenheit
            take(forecast, known, place, capture)
        }
        try quotes(files, capture)
        return try finish(capture, check, files, .snapshots, to: folder, created: created)
    }

    /// `weather-forecast-stitched`: highs by model, a column each, and nothing that says when they were known.
    static func stitched(_ files: ForeignFiles, to folder: String, created: Timestamp) throws(RecordingError) -> RecordingManifest {
        let capture = ForeignCapture(.changes(pause: .seconds(86_400)))
        var check = LookAheadCheck()
        let path = try files.needed("stitched.csv", for: .stitched)
        let models = ["gfs", "ecmwf", "icon", "gem", "jma", "hrrr"]
        try CommaTable.read(path, needs: ["series", "date"]) { row throws(RecordingError) in
            guard let place = WeatherPlace.named(try row.text("series")) else { return capture.leaveOut("a place that is not known") }
            let day = try row.day("date")
            let known = row["known_from"] == nil ? nil : try row.time("known_from")
            for model in models where row[model] != nil {
                let forecast = HighForecast(place: place.underlying, day: day, source: model, fahrenheit: try row.number(model))
                check.note(forecast, knownFrom: known)
                take(forecast, known, place, capture)
            }
        }
        return try finish(capture, check, files, .stitched, to: folder, created: created)
    }

    /// `weather-observed-highs`: official highs, each known when its climate report was.
    static func observed(_ files: ForeignFiles, to folder: String, created: Timestamp) throws(RecordingError) -> RecordingManifest {
        let capture = ForeignCapture(.changes(pause: .seconds(86_400)))
        _ = try files.needed("highs.csv", for: .observedHighs)
        for high in try ForeignWeather.highs(files) {
            guard let place = WeatherPlace.of(high.place) else { continue }
            capture.see(.fact(.high(high)), at: place.reported(high.day))
        }
        capture.note("An official high counts from eight hours after its climate day: the final report is written in the small hours.")
        return try capture.write(folder, .observedHighs, created: created)
    }

    // MARK: - Steps

    private static func take(_ forecast: HighForecast, _ known: Timestamp?, _ place: WeatherPlace, _ capture: ForeignCapture) {
        guard let known else { return }
        guard known < place.begins(forecast.day + 1) else { return capture.leaveOut("a forecast from after its day was over") }
        capture.see(.fact(.highForecast(forecast)), at: known)
    }

    /// Quotes that were fetched with the forecasts.
    private static func quotes(_ files: ForeignFiles, _ capture: ForeignCapture) throws(RecordingError) {
        guard let path = files.one("quotes.csv") else { return }
        var first: [String: Timestamp] = [:]
        var rows: [(time: Timestamp, ticker: String, bid: Price?, ask: Price?)] = []
        try CommaTable.read(path, needs: ["fetched_at", "ticker", "yes_bid", "yes_ask"]) { row throws(RecordingError) in
            let time = try row.time("fetched_at")
            let ticker = try row.text("ticker")
            first[ticker] = min(first[ticker] ?? time, time)
            rows.append((time, ticker, try row.price("yes_bid"), try row.price("yes_ask")))
        }
        for market in ForeignWeather.markets(first.keys.sorted(), firstSeen: first) { capture.add(market) }
        for row in rows {
            guard let market = capture.markets[Ticker(row.ticker)] else { capture.leaveOut("a quote of a ticker without a date"); continue }
            guard row.time < market.closeTime else { capture.leaveOut("a quote from after the close"); continue }
            capture.quote(market.ticker, bid: row.bid, ask: row.ask, at: row.time)
        }
        ForeignWeather.settle(capture, by: try ForeignWeather.highs(files))
        capture.note("Sizes of the quotes were not recorded: each is taken to offer one contract, the least that an order is of, until the next sweep.")
    }

    private static func finish(
        _ capture: ForeignCapture, _ check: LookAheadCheck, _ files: ForeignFiles, _ format: ImportFormat, to folder: String, created: Timestamp
    ) throws(RecordingError) -> RecordingManifest {
        var check = check
        for high in try ForeignWeather.highs(files) { check.note(high) }
        switch check.verdict {
        case .lookAhead(let sentence): throw RecordingError("look-ahead: \(sentence)")
        case .clean(let sentence): capture.note("Look-ahead check: \(sentence)")
        case .unchecked(let reason): capture.note("Look-ahead check: \(reason)")
        }
        return try capture.write(folder, format, created: created)
    }
}
