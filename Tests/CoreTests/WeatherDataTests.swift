import Foundation
import Model
import RealModule
import Strategies
import TestSupport
import Testing

/// The rows of a table by the names of its columns; nil when the file is not here.
private func table(_ name: String) throws -> [[String: String]]? {
    guard let data = try Shared.data("data/" + name) else { return nil }
    let text = String(decoding: data, as: UTF8.self)
    let lines = text.split(separator: "\n")
    guard let head = lines.first?.split(separator: ",").map(String.init) else { return [] }
    return lines.dropFirst().map { line in
        Dictionary(zip(head, line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)), uniquingKeysWith: { a, _ in a })
    }
}

private func day(_ text: String) -> Int64 {
    let parts = text.split(separator: "-").compactMap { Int($0) }
    return parts.count == 3 ? Int64(CivilTime.days(year: parts[0], month: parts[1], day: parts[2])) : 0
}

/// The sums of one month, over the markets of its events.
private struct Sums {
    var events = 0
    var markets = 0
    var ours = 0.0
    var baseline = 0.0
    var market = 0.0
    var ourLog = 0.0
    var marketLog = 0.0
}

/// Measured on real forecasts, real highs and real quotes, in the order in which they were known: a forecast from its `known_from`, a high two days after its day.
@Suite struct WeatherDataTests {
    private static let places = ["KXHIGHNY": "NYC-HIGH", "KXHIGHCHI": "CHI-HIGH", "KXHIGHMIA": "MIA-HIGH", "KXHIGHAUS": "AUS-HIGH", "KXHIGHDEN": "DEN-HIGH"]
    /// Trading contradicts the derived result of these (the set's own README).
    private static let doubtful: Set<String> = ["KXHIGHCHI-25NOV04", "KXHIGHNY-25NOV25", "KXHIGHNY-26MAR15"]

    @Test func `on real months the recursive law is nearer to the market than a fitted normal, and never clearly worse`() throws {
        guard let forecasts = try table("weather-forecast-previous-runs/forecasts.csv"), let highs = try table("weather-observed-highs/highs.csv.gz"),
            let markets = try table("kalshi-weather-quotes-hourly/markets.csv"), let ny = try table("kalshi-weather-quotes-hourly/quotes-KXHIGHNY.csv.gz"),
            let chicago = try table("kalshi-weather-quotes-hourly/quotes-KXHIGHCHI.csv.gz")
        else { return }

        var official: [String: [Int64: Double]] = [:]
        for row in highs { official[row["series"] ?? "", default: [:]][day(row["date"] ?? "")] = Double(row["high_f"] ?? "") }
        var said: [String: [Int64: [(source: String, known: Int64, high: Double)]]] = [:]
        for row in forecasts {
            guard let known = Int64(row["known_from_ts"] ?? ""), let high = Double(row["forecast_high_f"] ?? "") else { continue }
            said[row["series"] ?? "", default: [:]][day(row["date"] ?? ""), default: []].append(("lead-\(row["lead_days"] ?? "")", known, high))
        }
        var quotes: [String: [(time: Int64, mid: Double)]] = [:]
        for row in ny + chicago {
            guard let time = CivilTime.parse(row["end_period"] ?? ""), let bid = Double(row["yes_bid_close"] ?? ""), let ask = Double(row["yes_ask_close"] ?? "") else { continue }
            quotes[row["ticker"] ?? "", default: []].append((time.wholeSeconds, (bid + ask) / 200))
        }
        let events = Dictionary(grouping: markets, by: { $0["event_ticker"] ?? "" })

        var strategy = WeatherStrategy()
        var sums: [String: Sums] = [:]
        // The climate of the years before.
        let first = day("2025-10-01")
        for series in Self.places.keys.sorted() {
            for past in (official[series] ?? [:]).keys.sorted() where past < first - 2 { tell(&strategy, series, past, official) }
        }
        for today in first...day("2026-02-28") {
            for series in Self.places.keys.sorted() {
                tell(&strategy, series, today - 2, official)
                // Today's newest, and tomorrow's first.
                for target in [today, today + 1] {
                    for forecast in said[series]?[target] ?? [] where forecast.known / 86_400 == today {
                        strategy.observe(
                            .highForecast(HighForecast(place: Underlying(Self.places[series] ?? ""), day: target, source: forecast.source, fahrenheit: forecast.high)),
                            at: .seconds(forecast.known))
                    }
                }
            }
            for (name, rows) in events.sorted(by: { $0.key < $1.key }) where day(rows[0]["event_date"] ?? "") == today && !Self.doubtful.contains(name) {
                score(strategy, rows, today, said, official, quotes, &sums)
            }
        }
        print("month    events  brier: ours  fitted normal  market   log: ours  market")
        for month in sums.keys.sorted() {
            guard let s = sums[month] else { continue }
            let n = Double(s.markets)
            print(month, s.events, [s.ours, s.baseline, s.market, s.ourLog, s.marketLog].map { String(format: "%.4f", $0 / n) }.joined(separator: "  "))
        }
        let december = try #require(sums["2025-12"])
        let february = try #require(sums["2026-02"])
        #expect(december.events > 50 && february.events > 20)
        // A third of the way from the fitted normal to the market, over both months that the baseline was not fitted on.
        let ours = december.ours + february.ours
        let baseline = december.baseline + february.baseline
        let market = december.market + february.market
        #expect(ours < baseline - (baseline - market) / 3)
        #expect(december.ours < december.baseline + 0.002 * Double(december.markets))
    }

    private func tell(_ strategy: inout WeatherStrategy, _ series: String, _ day: Int64, _ official: [String: [Int64: Double]]) {
        guard let high = official[series]?[day], let place = Self.places[series] else { return }
        strategy.observe(.high(OfficialHigh(place: Underlying(place), day: day, fahrenheit: high)), at: .seconds((day + 2) * 86_400))
    }

    private func score(
        _ strategy: WeatherStrategy, _ rows: [[String: String]], _ today: Int64, _ said: [String: [Int64: [(source: String, known: Int64, high: Double)]]],
        _ official: [String: [Int64: Double]], _ quotes: [String: [(time: Int64, mid: Double)]], _ sums: inout [String: Sums]
    ) {
        let series = rows[0]["series"] ?? ""
        guard let lead = said[series]?[today]?.first(where: { $0.source == "lead-1" }), rows.count >= 4 else { return }
        // The baseline of the data's README: bias and spread of October and November, a normal.
        let past = (day("2025-10-01")..<day("2025-12-01")).compactMap { d in
            official[series]?[d].flatMap { high in said[series]?[d]?.first { $0.source == "lead-1" }.map { high - $0.high } }
        }
        let bias = past.reduce(0, +) / Double(past.count)
        let spread = (past.reduce(0) { $0 + ($1 - bias) * ($1 - bias) } / Double(past.count)).squareRoot()
        func below(_ x: Double) -> Double { x == .infinity ? 1 : x == -.infinity ? 0 : 0.5 * Double.erfc(-(x - lead.high - bias) / spread / 2.0.squareRoot()) }

        var found: [(p: Double, baseline: Double, mid: Double, y: Double)] = []
        for row in rows {
            let floor = Double(row["floor_strike"] ?? "") ?? .nan
            let cap = Double(row["cap_strike"] ?? "") ?? .nan
            let strike: Strike = row["strike_type"] == "between" ? .between(floor, cap) : row["strike_type"] == "greater" ? .greater(floor) : .less(cap)
            let market = Market(
                ticker: Ticker(row["ticker"] ?? ""), event: EventTicker("E"), series: SeriesTicker(series), title: "", strike: strike, openTime: .zero,
                closeTime: .seconds((today + 1) * 86_400 + 5 * 3600), grid: .cents, fees: .ordinary, mutuallyExclusive: true, underlying: Underlying(Self.places[series] ?? ""))
            guard let quote = quotes[row["ticker"] ?? ""]?.first(where: { $0.time >= lead.known && $0.time <= lead.known + 7200 }),
                case .success(let forecast) = strategy.forecast(market, at: .seconds(lead.known), staleness: .seconds(5))
            else { return }
            let ends: (Double, Double) = row["strike_type"] == "between" ? (floor - 0.5, cap + 0.5) : row["strike_type"] == "greater" ? (floor + 0.5, .infinity) : (-.infinity, cap - 0.5)
            found.append((forecast.probability, below(ends.1) - below(ends.0), quote.mid, row["result"] == "yes" ? 1 : 0))
        }
        let date = CivilTime.date(days: Int(today))
        let month = "\(date.year)-\(date.month < 10 ? "0" : "")\(date.month)"
        sums[month, default: Sums()].events += 1
        for (p, baseline, mid, y) in found {
            sums[month]?.markets += 1
            sums[month]?.ours += (p - y) * (p - y)
            sums[month]?.baseline += (baseline - y) * (baseline - y)
            sums[month]?.market += (mid - y) * (mid - y)
            func log(_ p: Double) -> Double { -Double.log(y == 1 ? min(max(p, 0.005), 0.995) : 1 - min(max(p, 0.005), 0.995)) }
            sums[month]?.ourLog += log(p)
            sums[month]?.marketLog += log(mid)
        }
    }
}
