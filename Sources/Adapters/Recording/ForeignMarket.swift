import Foundation
import Model

/// A market as the exchange's REST answer after settlement describes it.
struct ForeignMarket {
    let market: Market
    let result: MarketResult?
    let settled: Timestamp?

    private struct Answer: Decodable {
        struct Response: Decodable {
            let event: Event
            let markets: [Entry]?
        }
        struct Event: Decodable {
            let event_ticker: String
            let series_ticker: String?
            let mutually_exclusive: Bool?
            let markets: [Entry]?
        }
        struct Range: Decodable {
            let start: String
            let end: String
            let step: String
        }
        struct Entry: Decodable {
            let ticker: String
            let title: String?
            let open_time: String
            let close_time: String
            let strike_type: String?
            let floor_strike: Double?
            let cap_strike: Double?
            let price_ranges: [Range]?
            let result: String?
            let settlement_ts: String?
            let settlement_value_dollars: String?
        }
        let response: Response
    }

    /// Every market described by an `event-*.json` in the folder.
    static func readAll(_ folder: String) throws(RecordingError) -> [Ticker: ForeignMarket] {
        var markets: [Ticker: ForeignMarket] = [:]
        for name in ImportInputs.names(in: folder) where name.hasPrefix("event-") && name.hasSuffix(".json") {
            for market in try read(folder + "/" + name) { markets[market.market.ticker] = market }
        }
        return markets
    }

    private static func read(_ path: String) throws(RecordingError) -> [ForeignMarket] {
        let answer: Answer
        do {
            answer = try JSONDecoder().decode(Answer.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw RecordingError("\(path) cannot be read as the exchange's answer for an event")
        }
        let event = answer.response.event
        var markets: [ForeignMarket] = []
        for entry in answer.response.markets ?? event.markets ?? [] { markets.append(try market(entry, event, path)) }
        return markets
    }

    private static func market(_ entry: Answer.Entry, _ event: Answer.Event, _ path: String) throws(RecordingError) -> ForeignMarket {
        let values = (entry.price_ranges ?? []).map { range in [range.start, range.end, range.step].compactMap { FixedPoint.parse($0.utf8, decimals: 4) } }
        guard let open = CivilTime.parse(entry.open_time), let close = CivilTime.parse(entry.close_time),
            let grid = PriceGrid(bands: values.compactMap { ControlFrame.band($0) }),
            let strike = ControlFrame.strike(entry.strike_type, entry.floor_strike, entry.cap_strike)
        else { throw RecordingError("\(path) has no usable times, price ranges or strike for \(entry.ticker)") }
        let series = event.series_ticker ?? String(entry.ticker.split(separator: "-").first ?? "")
        return ForeignMarket(
            market: Market(
                ticker: Ticker(entry.ticker), event: EventTicker(event.event_ticker), series: SeriesTicker(series), title: entry.title ?? entry.ticker,
                strike: strike, openTime: open, closeTime: close, grid: grid, fees: .ordinary, mutuallyExclusive: event.mutually_exclusive ?? false,
                underlying: series == "KXGOLD15M" ? Underlying("XAU") : nil),
            result: ForeignResult.result(entry.result ?? "", value: entry.settlement_value_dollars.flatMap { Price($0) }),
            settled: entry.settlement_ts.flatMap { CivilTime.parse($0) })
    }
}
