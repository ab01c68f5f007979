import Foundation
import Model

/// Imports `kalshi-weather-books`: whole books of all temperature markets, a few sweeps a day, with results and official highs.
enum WeatherBooksImport {
    private struct Row: Decodable {
        struct Book: Decodable {
            let yes_dollars: [[String]]?
            let no_dollars: [[String]]?
        }
        let captured_at: String
        let ticker: String
        let series: String
        let strike_type: String?
        let floor_strike: Double?
        let cap_strike: Double?
        let close_time: String
        let orderbook_fp: Book
    }

    static func run(_ files: ForeignFiles, to folder: String, created: Timestamp) throws(RecordingError) -> RecordingManifest {
        let capture = ForeignCapture(.sweeps(apart: .seconds(300)))
        for path in try files.all(ending: ".jsonl", for: .weatherBooks) { try books(path, capture) }
        if let path = files.one("results.csv") {
            for (ticker, end) in try ForeignResult.read(path) {
                guard let market = capture.markets[ticker], let result = end.result else { continue }
                capture.end(ticker, result, at: ForeignWeather.known(market))
            }
        }
        if let path = files.one("observed.csv") { try observed(path, capture) }
        capture.note("Sweeps of whole books with their sizes; what happened between two of them was not recorded. Results count from eight hours after the climate day.")
        return try capture.write(folder, .weatherBooks, created: created)
    }

    private static func books(_ path: String, _ capture: ForeignCapture) throws(RecordingError) {
        let lines = try CompressedLines(path)
        let decoder = JSONDecoder()
        var row: Row?
        while try lines.next({ bytes in
            // A line that is no such row is told below, with its number.
            row = try? decoder.decode(Row.self, from: Data(buffer: bytes))
        }) {
            guard let row, let time = CivilTime.parse(row.captured_at), let close = CivilTime.parse(row.close_time) else {
                throw lines.failure("the line is not a book with its time, ticker and close")
            }
            guard let strike = ControlFrame.strike(row.strike_type, row.floor_strike, row.cap_strike) else { throw lines.failure("a strike without its numbers") }
            let ticker = Ticker(row.ticker)
            if capture.markets[ticker] == nil {
                capture.add(
                    ForeignWeather.market(
                        row.ticker, event: ForeignWeather.event(row.ticker).text, series: SeriesTicker(row.series), strike: strike, open: time, close: close))
            }
            guard time < close else {
                capture.leaveOut("a book from after the close")
                continue
            }
            guard let yes = levels(row.orderbook_fp.yes_dollars), let no = levels(row.orderbook_fp.no_dollars) else { throw lines.failure("a level that is not a price and a count") }
            if let bid = yes.last?.price, let ask = no.last?.price.complement, bid >= ask {
                capture.leaveOut("a book whose bid is not below its ask")
                continue
            }
            capture.see(.book(ticker, yes: yes, no: no), at: time)
        }
    }

    private static func levels(_ raw: [[String]]?) -> [Level]? {
        var levels: [Level] = []
        for pair in raw ?? [] {
            guard pair.count == 2, let price = Price(pair[0]), price.isTradable, let quantity = Quantity(pair[1]), quantity >= .zero else { return nil }
            if quantity > .zero { levels.append(Level(price: price, quantity: quantity)) }
        }
        return levels.sorted { $0.price < $1.price }
    }

    private static func observed(_ path: String, _ capture: ForeignCapture) throws(RecordingError) {
        try CommaTable.read(path, needs: ["date", "city", "station", "high_f"]) { row throws(RecordingError) in
            let (station, city) = (try row.text("station"), try row.text("city"))
            guard let place = WeatherPlace.named(station) ?? WeatherPlace.named(city), row["high_f"] != nil else { return }
            let day = try row.day("date")
            capture.see(.fact(.high(OfficialHigh(place: place.underlying, day: day, fahrenheit: try row.number("high_f")))), at: place.reported(day))
        }
    }
}
