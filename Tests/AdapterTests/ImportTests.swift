import Books
import Foundation
import Model
import Recording
import TestSupport
import Testing

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
private let fixtures = root.appendingPathComponent("Tests/Fixtures").path

private func events(_ folder: String) throws -> [(time: Timestamp, event: MarketEvent)] {
    let reader = try RecordingEvents(folder)
    var all: [(time: Timestamp, event: MarketEvent)] = []
    while let next = try reader.next() { all.append(next) }
    return all
}

private func lines(_ path: String) throws -> [[String: Any]] {
    let data = try Shared.unpacked(path)
    return try data.split(separator: 10).map { try #require(JSONSerialization.jsonObject(with: Data($0)) as? [String: Any]) }
}

/// The book by the plainest means there are: a dictionary of texts, on Foundation's JSON.
private struct NaiveBook {
    var sides: [String: [String: Double]] = ["yes": [:], "no": [:]]

    mutating func apply(_ type: String, _ msg: [String: Any]) {
        switch type {
        case "orderbook_snapshot":
            for side in ["yes", "no"] {
                let levels = msg[side + "_dollars_fp"] as? [[String]] ?? []
                sides[side] = Dictionary(uniqueKeysWithValues: levels.map { ($0[0], Double($0[1]) ?? .nan) })
            }
        case "orderbook_delta":
            guard let side = msg["side"] as? String, let price = msg["price_dollars"] as? String, let delta = (msg["delta_fp"] as? String).flatMap({ Double($0) })
            else { return }
            let left = ((sides[side]?[price] ?? 0) + delta) * 100
            sides[side]?[price] = left.rounded() == 0 ? nil : left.rounded() / 100
        default: break
        }
    }
}

private func text(_ ladder: Ladder) -> [String: Double] {
    Dictionary(uniqueKeysWithValues: ladder.levels.map { ($0.price.description, $0.quantity.approximateContracts) })
}

/// Walks the recording and the naive books side by side, and compares at every `step`th line's time, inclusive. Gives the number of moments.
private func compare(_ recording: String, _ naive: [(time: Int64, market: String, type: String, msg: [String: Any])], step: Int) throws -> Int {
    let reader = try RecordingEvents(recording)
    var keeper = BookKeeper()
    var books: [String: NaiveBook] = [:]
    var pending = try reader.next()
    var compared = 0
    for (i, line) in naive.enumerated() {
        books[line.market, default: NaiveBook()].apply(line.type, line.msg)
        // A moment is compared after all that was received at it.
        guard i >= (compared + 1) * step, i + 1 == naive.count || naive[i + 1].time > line.time else { continue }
        while let next = pending, next.time.nanoseconds <= line.time {
            if case .froze(let markets, .some) = keeper.apply(next.event, at: next.time) { Issue.record("froze \(markets) at \(next.time.nanoseconds)") }
            pending = try reader.next()
        }
        let book = try #require(keeper.book(Ticker(line.market)))
        #expect(text(book.yes) == books[line.market]?.sides["yes"] && text(book.no) == books[line.market]?.sides["no"], "\(line.market) at \(line.time)")
        compared += 1
    }
    return compared
}

@Suite struct ImportTests {
    @Test func `the hand-written BTC session becomes the recording it should`() throws {
        let scratch = try ScratchFolder()
        let out = scratch.path + "/btc"
        let manifest = try ImportFormat.btc15m.importFiles([fixtures + "/btc15m"], to: out, created: .seconds(1))
        let first = Ticker("KXBTC15M-26JAN010045-45")
        let second = Ticker("KXBTC15M-26JAN010100-00")
        #expect(manifest.markets == [first, second] && manifest.closed && manifest.spotFrames == 2 && manifest.exchangeFrames == 10)
        let all = try events(out)
        let kinds = all.map { entry -> String in
            switch entry.event {
            case .connected(let n): "connected \(n)"
            case .disconnected(let n): "disconnected \(n)"
            case .subscribed(let id, let channel, let complete): "subscribed \(id.connection) \(id.sid) \(channel) \(complete)"
            case .sequenced: "sequenced"
            case .snapshot(let s): "snapshot \(s.subscription.connection) \(s.sequence)"
            case .delta(let d): "delta \(d.subscription.connection) \(d.sequence)"
            case .trade: "trade"
            case .ticker: "ticker"
            case .spot(let tick): "spot \(tick.price)"
            case .listed(let market): "listed \(market.ticker)"
            case .status(let market, let status): "\(status.rawValue) \(market)"
            case .determined(let market, let result): "determined \(market) \(result)"
            case .settled(let market): "settled \(market)"
            }
        }
        #expect(kinds == [
            "spot 90001.25", "listed \(first)", "active \(first)", "connected 1", "subscribed 1 1 ticker true", "subscribed 1 2 orderbook_delta true",
            "snapshot 1 1", "delta 1 2", "ticker", "spot 90002.0", "delta 1 3", "snapshot 1 4", "determined \(first) no", "settled \(first)",
            "listed \(second)", "active \(second)", "disconnected 1", "connected 2", "subscribed 2 2 orderbook_delta true", "snapshot 2 1", "delta 2 2",
            "disconnected 2",
        ])
        let determined = try #require(all.first { if case .determined = $0.event { true } else { false } })
        #expect(determined.time == CivilTime.parse("2026-01-01T00:45:05Z"))
        guard case .listed(let market)? = all.first(where: { if case .listed = $0.event { true } else { false } })?.event else { return }
        #expect(market == Market(
            ticker: first, event: EventTicker("KXBTC15M-26JAN010045"), series: SeriesTicker("KXBTC15M"), title: first.text, strike: .greaterOrEqual(90_000.5),
            openTime: .seconds(1_767_227_400), closeTime: .seconds(1_767_228_300), grid: .taperedTenths, fees: .ordinary, mutuallyExclusive: false,
            underlying: Underlying("BTC")))
    }

    @Test func `the hand-written gold window becomes the recording it should`() throws {
        let scratch = try ScratchFolder()
        let out = scratch.path + "/gold"
        try _ = ImportFormat.gold15m.importFiles([fixtures + "/gold15m/KXGOLD15M-26JAN010045-45.ndjson"], to: out, created: .seconds(1))
        let all = try events(out)
        let market = Ticker("KXGOLD15M-26JAN010045-45")
        #expect(all.count == 13)
        guard all.count == 13, case .listed(let listed) = all[2].event else { return #expect(Bool(false), "no listing") }
        #expect(listed.strike == .greaterOrEqual(4000.25) && listed.grid == .cents && listed.underlying == Underlying("XAU"))
        #expect(all[0].event == .connected(connection: 1))
        #expect(all[1].event == .subscribed(SubscriptionID(connection: 1, sid: 1), channel: "orderbook_delta", complete: false))
        #expect(all[3].event == .status(market, .active))
        #expect(all[11].event == .determined(market, .yes) && all[12].event == .settled(market))
        #expect(all[11].time == CivilTime.parse("2026-01-01T00:45:06.5Z"))
        var keeper = BookKeeper()
        for entry in all where entry.time <= .milliseconds(1_767_227_461_000) { _ = keeper.apply(entry.event, at: entry.time) }
        let book = try #require(keeper.book(market))
        #expect(book.yes.levels == [Level(price: .cents(40), quantity: .contracts(7)), Level(price: .cents(41), quantity: .contracts(1))])
        #expect(book.state == .live)
    }

    @Test func `a broken input is named with its line, and leaves nothing behind`() throws {
        let scratch = try ScratchFolder()
        let source = try scratch.copy(fixtures + "/btc15m", to: "in")
        let path = source + "/tiny.events.jsonl"
        let good = try String(contentsOfFile: path, encoding: .utf8)
        func failure(_ input: String = source) -> String? {
            do {
                _ = try ImportFormat.btc15m.importFiles([input], to: scratch.path + "/out", created: .zero)
                return nil
            } catch { return error.description }
        }
        try good.replacingOccurrences(of: "\"-3.00\"", with: "\"-3.x\"").write(toFile: path, atomically: true, encoding: .utf8)
        #expect(failure()?.hasPrefix("\(path), line 8: the frame cannot be read: not a number with 2 decimals at byte") == true)
        try String(good.dropLast(20)).write(toFile: path, atomically: true, encoding: .utf8)
        #expect(failure()?.hasPrefix("\(path), line 15: ") == true)
        #expect(failure(scratch.path + "/nowhere") == "\(scratch.path)/nowhere does not exist")
        #expect(failure(scratch.path)?.contains("holds no file that ends in .events.jsonl") == true)
        try good.write(toFile: path, atomically: true, encoding: .utf8)
        let gzip = Process()
        gzip.executableURL = URL(fileURLWithPath: "/bin/gzip")
        gzip.arguments = [path]
        try gzip.run()
        gzip.waitUntilExit()
        let whole = try Data(contentsOf: URL(fileURLWithPath: path + ".gz"))
        try whole.dropLast(30).write(to: URL(fileURLWithPath: path + ".gz"))
        #expect(failure()?.hasSuffix("the file is cut off (truncated gzip)") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["in"])
        try whole.write(to: URL(fileURLWithPath: path + ".gz"))
        #expect(failure() == nil)
        #expect(failure() == "\(scratch.path)/out is not empty: a recording starts in a folder of its own")
    }

    @Test func `a real BTC session equals a naive reconstruction at hundreds of moments`() throws {
        guard let session = Shared.path("data/kalshi-ws-btc15m/20260515T053557Z.events.jsonl.gz") else { return }
        let scratch = try ScratchFolder()
        let out = scratch.path + "/btc"
        let manifest = try ImportFormat.btc15m.importFiles([session], to: out, created: .zero)
        #expect(manifest.markets.count == 2 && manifest.spotFrames == 4360)
        let naive = try lines(session).compactMap { line -> (time: Int64, market: String, type: String, msg: [String: Any])? in
            guard let type = line["type"] as? String, type.hasPrefix("orderbook"), let time = line["recv_ns"] as? Int64, let market = line["ticker"] as? String,
                let msg = line["msg"] as? [String: Any]
            else { return nil }
            return (time, market, type, msg)
        }
        #expect(try compare(out, naive, step: 97) > 400)
        #expect(try Recording.verify(out).problems == [])
    }

    @Test func `real gold windows equal a naive reconstruction at hundreds of moments`() throws {
        let files = ["KXGOLD15M-26AUG101800-00", "KXGOLD15M-26AUG101830-30"].compactMap { Shared.path("data/kalshi-ws-gold15m/\($0).ndjson.gz") }
        guard files.count == 2 else { return }
        let scratch = try ScratchFolder()
        let out = scratch.path + "/gold"
        try _ = ImportFormat.gold15m.importFiles(files.reversed(), to: out, created: .zero)
        var naive: [(time: Int64, market: String, type: String, msg: [String: Any])] = []
        for line in try files.flatMap({ try lines($0) }) {
            guard let event = line["event"] as? [String: Any], let type = event["type"] as? String, let msg = event["msg"] as? [String: Any],
                let market = msg["market_ticker"] as? String, let time = line["recv_ms"] as? Int64, type.hasPrefix("orderbook")
            else { continue }
            naive.append((time * 1_000_000, market, type, msg))
        }
        #expect(try compare(out, naive, step: 89) > 400)
        let results = try events(out).compactMap { if case .determined(let market, let result) = $0.event { "\(market) \(result)" } else { nil } }
        #expect(results.count == 2 && results[0] == "KXGOLD15M-26AUG101800-00 no")
    }
}
