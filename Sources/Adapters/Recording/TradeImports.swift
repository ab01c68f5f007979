import Model

/// Imports `kalshi-weather-trades`: every trade of the markets on daily highs, with the exchange's own definitions and results.
enum WeatherTradesImport {
    static func run(_ files: ForeignFiles, to folder: String, created: Timestamp) throws(RecordingError) -> RecordingManifest {
        let capture = ForeignCapture(.changes(pause: .seconds(86_400)))
        try definitions(try files.needed("markets.csv", for: .weatherTrades), capture)
        var number = 0
        for path in try files.all("trades-", ending: ".csv", for: .weatherTrades) {
            try CommaTable.read(path, needs: ["created_time", "ticker", "yes_price", "count", "taker_side"]) { row throws(RecordingError) in
                let ticker = Ticker(try row.text("ticker"))
                guard capture.markets[ticker] != nil else { return capture.leaveOut("a trade of a market that markets.csv does not define") }
                guard let price = try row.price("yes_price", decimals: 2), price.isTradable else { throw row.table.lines.failure("yes_price is not a price") }
                number += 1
                let time = try row.time("created_time")
                capture.see(
                    .trade(
                        PublicTrade(
                            market: ticker, id: TradeID("import-\(number)"), yesPrice: price, quantity: try row.size("count"), takerSide: try row.side("taker_side"), time: time)),
                    at: time)
            }
        }
        capture.note("Trades only: no quotes, so nothing is forecast or filled on them. The ids of the trades were not kept; those here are numbers.")
        capture.note("Times are the exchange's own. Results count from eight hours after the climate day, when the report is known.")
        return try capture.write(folder, .weatherTrades, created: created)
    }

    private static func definitions(_ path: String, _ capture: ForeignCapture) throws(RecordingError) {
        var rows: [(ticker: String, series: SeriesTicker, event: String, strike: Strike?, open: Timestamp, close: Timestamp, result: MarketResult?)] = []
        try CommaTable.read(path, needs: ["series", "event_ticker", "ticker", "strike_type", "open_time", "close_time", "result"]) { row throws(RecordingError) in
            rows.append((
                try row.text("ticker"), SeriesTicker(try row.text("series")), try row.text("event_ticker"), row["strike_type"] == nil ? nil : try row.strike(),
                try row.time("open_time"), try row.time("close_time"), ForeignResult.result(row["result"] ?? "", value: nil)))
        }
        let byTicker = Dictionary(grouping: rows, by: \.event).values.reduce(into: [String: Strike]()) { all, event in
            all.merge(ForeignWeather.strikes(event.map(\.ticker))) { first, _ in first }
        }
        var rebuilt = 0
        for row in rows {
            if row.strike == nil { rebuilt += 1 }
            let market = ForeignWeather.market(
                row.ticker, event: row.event, series: row.series, strike: row.strike ?? byTicker[row.ticker] ?? .other, open: row.open, close: row.close)
            capture.add(market)
            if let result = row.result { capture.end(market.ticker, result, at: ForeignWeather.known(market)) }
        }
        if rebuilt > 0 { capture.note("\(rebuilt) strikes are missing in the source and were rebuilt from the tickers of their events.") }
    }
}

/// Imports `kalshi-sports-trades`: trades of matches, without quotes and without results.
enum SportsTradesImport {
    static func run(_ files: ForeignFiles, to folder: String, created: Timestamp) throws(RecordingError) -> RecordingManifest {
        let capture = ForeignCapture(.changes(pause: .seconds(86_400)))
        var spans: [Ticker: (first: Timestamp, last: Timestamp)] = [:]
        var number = 0
        for path in try files.all("KX", ending: ".csv", for: .sportsTrades) {
            try CommaTable.read(path, needs: ["created_time", "ticker", "price", "count", "taker_side"]) { row throws(RecordingError) in
                let ticker = Ticker(try row.text("ticker"))
                let time = try row.time("created_time")
                guard let price = try row.price("price"), price.isTradable else { throw row.table.lines.failure("price is not a price") }
                let span = spans[ticker] ?? (time, time)
                spans[ticker] = (min(span.first, time), max(span.last, time))
                number += 1
                capture.see(
                    .trade(
                        PublicTrade(
                            market: ticker, id: TradeID("import-\(number)"), yesPrice: price, quantity: try row.size("count"), takerSide: try row.side("taker_side"), time: time)),
                    at: time)
            }
        }
        for (ticker, span) in spans {
            capture.add(
                Market(
                    ticker: ticker, event: ForeignWeather.event(ticker.text), series: ForeignWeather.series(ticker.text), title: ticker.text, strike: .other,
                    openTime: span.first, closeTime: span.last + .seconds(1), grid: .cents, fees: .ordinary, mutuallyExclusive: true, underlying: nil))
        }
        capture.note("Trades only: no quotes, so nothing is forecast or filled on them. No results: who won could be guessed from the last prices, and is not.")
        capture.note("When the markets opened and closed was not recorded: their first and last trades stand for it.")
        return try capture.write(folder, .sportsTrades, created: created)
    }
}
