import Books
import Foundation
import Model
import Recording
import TestSupport
import Testing

/// A folder that is gone when the test is over.
private final class Scratch {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("aura-foreign-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    // What cannot be removed lies in the system's temporary folder.
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ lines: [String]) throws -> String {
        let file = path + "/" + name
        try lines.joined(separator: "\n").appending("\n").write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }
}

private func heard(_ folder: String) throws -> [(time: Timestamp, event: Event)] {
    let events = try RecordingEvents(folder)
    var all: [(time: Timestamp, event: Event)] = []
    while let next = try events.nextHeard() { all.append(next) }
    return all
}

private func refusal(_ format: ImportFormat, _ inputs: [String], to out: String) -> String? {
    do throws(RecordingError) {
        _ = try format.importFiles(inputs, to: out, created: .zero)
        return nil
    } catch {
        return error.description
    }
}

@Suite struct ForeignImportTests {
    private struct Real: CustomStringConvertible {
        let format: ImportFormat
        /// Of the folder, to be quick; nil for all of it.
        var files: [String]?
        var withHighs = false
        /// At least as many as were counted in the table by other means.
        let markets: Int
        let results: Int
        let facts: Int

        var description: String { format.rawValue }
    }

    @Test(arguments: [
        Real(format: .cryptoHourly, files: ["quotes-KXETH.csv.gz", "settlements.csv"], markets: 5000, results: 4000, facts: 0), Real(format: .crypto15m, markets: 10, results: 0, facts: 0),
        Real(format: .economic, markets: 50, results: 5, facts: 10), Real(format: .sportsTrades, files: ["KXWTAMATCH.csv.gz"], markets: 2, results: 0, facts: 0),
        Real(format: .weatherBooks, markets: 500, results: 200, facts: 20), Real(format: .weatherHourly, markets: 800, results: 800, facts: 0),
        Real(format: .weatherQuoteTicks, withHighs: true, markets: 6, results: 0, facts: 0),
        Real(format: .weatherTicks, files: ["KXHIGHNY-25DEC08.csv.gz"], withHighs: true, markets: 6, results: 6, facts: 0),
        Real(format: .previousRuns, withHighs: true, markets: 0, results: 0, facts: 1100), Real(format: .snapshots, withHighs: true, markets: 300, results: 100, facts: 5000),
        Real(format: .observedHighs, markets: 0, results: 0, facts: 27_000),
    ])
    private func `a set of other people's data becomes a recording that reads back whole`(_ real: Real) throws {
        guard let input = Shared.path("data/" + real.format.rawValue) else { return }
        let scratch = try Scratch()
        let out = scratch.path + "/out"
        let highs = real.withHighs ? Shared.path("data/weather-observed-highs").map { [$0] } ?? [] : []
        _ = try real.format.importFiles((real.files?.map { input + "/" + $0 } ?? [input]) + highs, to: out, created: .zero)
        let report = try Recording.verify(out)
        #expect(report.problems.isEmpty)
        var keeper = BookKeeper()
        var listed: Set<Ticker> = []
        var settled: Set<Ticker> = []
        var facts = 0
        for (time, event) in try heard(out) {
            switch event {
            case .fact: facts += 1
            case .market(let event):
                if case .froze(_, .some) = keeper.apply(event, at: time) { Issue.record("a book froze at \(time.nanoseconds)") }
                if case .listed(let market) = event { listed.insert(market.ticker) }
                if case .settled(let market) = event { settled.insert(market) }
            default: Issue.record("neither a market's event nor a fact")
            }
        }
        #expect(settled.isSubset(of: listed))
        #expect(listed.count >= real.markets && settled.count >= real.results && facts >= real.facts, "\(listed.count) markets, \(settled.count) results, \(facts) facts")
        #expect(real.results > 0 || settled.isEmpty || real.withHighs)
    }

    @Test func `highs put together from runs of their own day are refused, for having no dates and for knowing too much`() throws {
        guard let input = Shared.path("data/weather-forecast-stitched"), let highs = Shared.path("data/weather-observed-highs") else { return }
        let scratch = try Scratch()
        let plain = try #require(refusal(.stitched, [input], to: scratch.path + "/a"))
        #expect(plain.contains("look-ahead") && plain.contains("do not say when they were known"))
        let measured = try #require(refusal(.stitched, [input, highs], to: scratch.path + "/b"))
        #expect(measured.contains("the error of 'gfs'"))
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/a"))
        // The same numbers under another name, with a date that claims the day before, are refused by what they say.
        let text = String(decoding: try Shared.unpacked(input + "/stitched.csv.gz"), as: UTF8.self)
        var rows = ["series,date,lead_days,known_from,forecast_high_f"]
        for line in text.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count > 2, !fields[2].isEmpty, fields[1] >= "2023-06-01" else { continue }
            rows.append("\(fields[0]),\(fields[1]),1,\(fields[1])T04:00:00Z,\(fields[2])")
        }
        let forged = try scratch.write("forecasts.csv", rows)
        let caught = try #require(refusal(.previousRuns, [forged, highs], to: scratch.path + "/c"))
        #expect(caught.contains("look-ahead") && caught.contains("no forecast of that lead is below"))
    }

    @Test func `a quote without a size offers one contract at its price, an empty side nothing, and what a sweep does not name is gone`() throws {
        let scratch = try Scratch()
        let head = "captured_at,series,event_ticker,close_time,ticker,strike_type,floor_strike,cap_strike,yes_bid,yes_ask,no_bid,no_ask,spot_bid,spot_ask,spot_price"
        func row(_ minute: Int, _ ticker: String, _ bid: String, _ ask: String) -> String {
            "2026-07-03T05:\(minute):40.295146+00:00,KXBTC,KXBTC-26JUL0302,2026-07-03T06:00:00Z,KXBTC-26JUL0302-\(ticker),between,50700.0,50799.99,\(bid),\(ask),0,0,1,1,61460.68"
        }
        let quotes = try scratch.write("quotes-KXBTC.csv", [head, row(14, "A", "0.20", "0.25"), row(14, "B", "0.0", "0.01"), row(54, "B", "0.30", "1.0")])
        let out = scratch.path + "/out"
        _ = try ImportFormat.cryptoHourly.importFiles([quotes], to: out, created: .zero)
        var keeper = BookKeeper()
        var seen: [(time: Timestamp, yes: [Level], no: [Level])] = []
        for (time, event) in try heard(out) {
            guard case .market(let event) = event else { continue }
            _ = keeper.apply(event, at: time)
            if case .snapshot(let snapshot) = event { seen.append((time, snapshot.yes, snapshot.no)) }
        }
        let one = Quantity.contracts(1)
        #expect(seen.count == 4)
        #expect(seen[0].yes == [Level(price: .cents(20), quantity: one)] && seen[0].no == [Level(price: .cents(75), quantity: one)])
        #expect(seen[1].yes == [] && seen[1].no == [Level(price: .cents(99), quantity: one)])
        // The second sweep names B alone: A is emptied first.
        #expect(seen[2].yes == [] && seen[2].no == [] && seen[3].yes == [Level(price: .cents(30), quantity: one)])
        #expect(keeper.book(Ticker("KXBTC-26JUL0302-A"))?.yes.levels.isEmpty == true)
    }

    @Test func `a forecast counts from when it was known, a high from eight hours after its day, a late forecast not at all`() throws {
        let scratch = try Scratch()
        let snapshots = try scratch.write("snapshots.csv", [
            "fetched_at,source,place,target_date,high_f", "2026-02-09T16:16:51Z,GFS,KNYC,2026-02-10,21.9", "2026-02-10T01:00:00Z,GFS,New York,2026-02-10,22.5",
            "2026-02-10T02:00:00Z,ICON,New York,2026-02-10,22.5", "2026-02-10T02:00:00Z,ICON,New York,2026-02-11,22.5",
            "2026-02-10T02:00:00Z,ICON,New York,2026-02-12,22.5", "2026-02-12T16:00:00Z,GFS,KXHIGHNY,2026-02-10,25", "2026-02-22T03:04:01Z,GFS,KXHIGHNY,error,The read operation timed out",
        ])
        let out = scratch.path + "/out"
        let manifest = try ImportFormat.snapshots.importFiles([snapshots], to: out, created: .zero)
        let facts = try heard(out).compactMap { time, event in
            if case .fact(.highForecast(let forecast)) = event, forecast.source.hasPrefix("GFS") { (time, forecast) } else { nil }
        }
        #expect(facts.map(\.0) == [CivilTime.parse("2026-02-09T16:16:51Z"), CivilTime.parse("2026-02-10T01:00:00Z")])
        #expect(facts.map(\.1.source) == ["GFS day-1", "GFS day-1"] && facts.map(\.1.fahrenheit) == [21.9, 22.5])
        #expect(manifest.notes.contains { $0.contains("1 rows: a forecast from after its day was over") })
        let highs = try scratch.write("highs.csv", ["series,date,high_f,source", "KXHIGHNY,2026-02-10,24.0,acis"])
        _ = try ImportFormat.observedHighs.importFiles([highs], to: scratch.path + "/highs", created: .zero)
        let high = try #require(try heard(scratch.path + "/highs").first)
        #expect(high.time == CivilTime.parse("2026-02-11T13:00:00Z"))
    }

    @Test func `a result that the last quotes flatly contradict is withheld with its event, one that they merely doubted is not`() throws {
        let scratch = try Scratch()
        let markets = try scratch.write("markets.csv", ["series,event_ticker,event_date,ticker,strike_type,floor_strike,cap_strike,observed_high_f,result,strikes_from"] + [
            "KXHIGHNY,KXHIGHNY-25NOV01,2025-11-01,KXHIGHNY-25NOV01-B53.5,between,53.0,54.0,53.0,yes,listing",
            "KXHIGHNY,KXHIGHNY-25NOV02,2025-11-02,KXHIGHNY-25NOV02-B53.5,between,53.0,54.0,53.0,yes,listing",
        ])
        let quotes = try scratch.write("quotes-KXHIGHNY.csv", ["end_period,ticker,yes_bid_close,yes_ask_close,price_open_or_mid,price_close_or_mid,volume"] + [
            "2025-11-02T04:00:00+00:00,KXHIGHNY-25NOV01-B53.5,0.0,1.0,0,0,0", "2025-11-02T05:00:00+00:00,KXHIGHNY-25NOV01-B53.5,0.0,100.0,0,0,0",
            "2025-11-03T04:00:00+00:00,KXHIGHNY-25NOV02-B53.5,30.0,36.0,0,0,0",
        ])
        let out = scratch.path + "/out"
        let manifest = try ImportFormat.weatherHourly.importFiles([markets, quotes], to: out, created: .zero)
        #expect(manifest.notes.contains { $0.hasPrefix("Without results") && $0.hasSuffix(": KXHIGHNY-25NOV01.") })
        #expect(manifest.notes.contains("Left out: 1 rows: a candle from after the close."))
        let settled = try heard(out).compactMap { _, event in if case .market(.settled(let market)) = event { market.text } else { nil } }
        #expect(settled == ["KXHIGHNY-25NOV02-B53.5"])
    }

    @Test func `bad tables are refused with the file, the line and what is wrong`() throws {
        let scratch = try Scratch()
        let head = "ts_utc,ticker,yes_bid,yes_ask,no_bid,no_ask"
        let bad = try scratch.write("KXHIGHNY-25DEC05.csv", [head, "2025-12-04T20:27:16.079996Z,KXHIGHNY-25DEC05-T37,130,140,96,99"])
        #expect(try #require(refusal(.weatherTicks, [bad], to: scratch.path + "/a")).hasSuffix("KXHIGHNY-25DEC05.csv, line 2: yes_bid is not a price: '130'"))
        let short = try scratch.write("KXHIGHNY-25DEC06.csv", ["ts_utc,ticker,yes_bid"])
        #expect(try #require(refusal(.weatherTicks, [short], to: scratch.path + "/a")).hasSuffix("has no column 'yes_ask'"))
        #expect(refusal(.economic, [bad], to: scratch.path + "/a") == "kalshi-econ-quotes needs quotes.csv (.gz or plain), and none of the inputs is it")
        #expect(refusal(.economic, [scratch.path + "/none"], to: scratch.path + "/a") == "\(scratch.path)/none does not exist")
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/a"))
    }
}
