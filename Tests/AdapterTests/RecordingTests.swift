import Foundation
import Model
import Recording
import Testing

/// A folder of its own that goes away with the test.
final class ScratchFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "aura-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { do { try FileManager.default.removeItem(atPath: path) } catch { print("left behind: \(path)") } }

    func copy(_ folder: String, to name: String) throws -> String {
        let target = path + "/" + name
        if FileManager.default.fileExists(atPath: target) { try FileManager.default.removeItem(atPath: target) }
        try FileManager.default.copyItem(atPath: folder, toPath: target)
        return target
    }
}

private struct Kept: Equatable {
    let time: Timestamp
    let kind: FrameKind
    let connection: UInt32
    let bytes: [UInt8]
}

private func frames(_ folder: String, from time: Timestamp? = nil) throws -> [Kept] {
    let reader = try RecordingReader(folder)
    if let time { try reader.seek(to: time) }
    var all: [Kept] = []
    while let frame = try reader.next() { all.append(Kept(time: frame.time, kind: frame.kind, connection: frame.connection, bytes: Array(frame.bytes))) }
    return all
}

private func sample(_ count: Int) -> [Kept] {
    var random = SeededRandom(seed: 7)
    var time: Int64 = 1_767_227_400_000_000_000
    return (0..<count).map { i in
        time += Int64(random.next() % 300_000_000)
        let text = #"{"type":"orderbook_delta","sid":1,"seq":\#(i + 1),"msg":{"market_ticker":"KXA-\#(i % 5)","price_dollars":"0.4200","delta_fp":"1.00","side":"yes"}}"#
        return Kept(time: Timestamp(nanoseconds: time), kind: .exchange, connection: UInt32(1 + i / 100), bytes: Array(text.utf8))
    }
}

@discardableResult private func record(_ all: [Kept], in folder: String, close: Bool = true) throws -> RecordingWriter {
    let writer = try RecordingWriter(creating: folder, source: "test", created: .seconds(1))
    for frame in all { try writer.append(frame.time, frame.kind, connection: frame.connection, frame.bytes) }
    if close { try writer.close() } else { try writer.flush() }
    return writer
}

private func segment(_ folder: String) -> URL { URL(fileURLWithPath: folder + "/000001.frames") }

@Suite struct RecordingTests {
    @Test func `what is written is read, from the front and from any time`() throws {
        let scratch = try ScratchFolder()
        let all = sample(500)
        let folder = scratch.path + "/r"
        try record(all, in: folder)
        #expect(try frames(folder) == all)
        for i in stride(from: 0, to: all.count, by: 37) {
            #expect(try frames(folder, from: all[i].time) == all.filter { $0.time >= all[i].time })
            let between = Timestamp(nanoseconds: all[i].time.nanoseconds + 1)
            #expect(try frames(folder, from: between) == all.filter { $0.time >= between })
        }
        let report = try Recording.verify(folder)
        #expect(report.problems == [])
        #expect(report.frames == 500 && report.events == 500 && report.blocks > 10)
        #expect(report.manifest.closed && report.manifest.firstTime == all[0].time && report.manifest.lastTime == all[499].time)
    }

    @Test func `a torn end, cut at every byte of the last block, costs that block and nothing before it`() throws {
        let scratch = try ScratchFolder()
        let all = sample(60)
        let folder = scratch.path + "/r"
        try record(all, in: folder, close: false)
        let bytes = try Data(contentsOf: segment(folder))
        let heads = bytes.indices.dropLast(3).filter { bytes[$0..<$0 + 4].elementsEqual("BLK1".utf8) }
        let lastStart = try #require(heads.last)
        let before = try frames(folder).count
        #expect(before == all.count)
        let torn = scratch.path + "/torn"
        try FileManager.default.copyItem(atPath: folder, toPath: torn)
        var kept: [Kept] = []
        for length in lastStart..<bytes.count {
            try bytes[..<length].write(to: segment(torn))
            let reader = try RecordingReader(torn)
            #expect(reader.tornBytes == length - lastStart)
            kept = try frames(torn)
            #expect(kept == Array(all.prefix(kept.count)) && kept.count < all.count && kept.count > 40)
        }
        // Opened again, the torn end is gone, and what is appended follows what was kept.
        let writer = try RecordingWriter(reopening: torn)
        #expect(writer.cutBytes == bytes.count - 1 - lastStart)
        for frame in all[kept.count...] { try writer.append(frame.time, frame.kind, connection: frame.connection, frame.bytes) }
        try writer.close()
        #expect(try frames(torn) == all)
        #expect(try Recording.verify(torn).problems == [])
    }

    @Test func `a flipped byte anywhere is found`() throws {
        let scratch = try ScratchFolder()
        let folder = scratch.path + "/r"
        try record(sample(60), in: folder)
        let bytes = try Data(contentsOf: segment(folder))
        var random = SeededRandom(seed: 3)
        for _ in 0..<150 {
            var broken = bytes
            let at = Int(random.next() % UInt64(broken.count))
            broken[at] ^= UInt8(1 << (random.next() % 8))
            try broken.write(to: segment(folder))
            var found: [String] = []
            do { found = try Recording.verify(folder).problems } catch { found = ["\(error)"] }
            #expect(!found.isEmpty, "byte \(at)")
            #expect(throws: RecordingError.self) { try frames(folder) }
        }
    }

    @Test func `a closed recording that lost its end, a segment or its manifest says so in a sentence`() throws {
        let scratch = try ScratchFolder()
        let folder = scratch.path + "/r"
        try record(sample(60), in: folder)
        let bytes = try Data(contentsOf: segment(folder))
        try bytes.dropLast(10).write(to: segment(folder))
        #expect(throws: RecordingError("\(folder)/000001.frames is truncated: \(bytes.count - 10) of \(bytes.count) bytes are there")) { try RecordingReader(folder) }
        try FileManager.default.removeItem(at: segment(folder))
        #expect(throws: RecordingError("\(folder) is truncated: 000001.frames is missing")) { try RecordingReader(folder) }
        #expect(throws: RecordingError("\(scratch.path) is not a recording: it has no manifest.json")) { try RecordingReader(scratch.path) }
        try Data("{}".utf8).write(to: URL(fileURLWithPath: folder + "/manifest.json"))
        #expect(throws: RecordingError("\(folder)/manifest.json cannot be read as a manifest")) { try RecordingReader(folder) }
        #expect(throws: RecordingError("\(folder) is not empty: a recording starts in a folder of its own")) {
            try RecordingWriter(creating: folder, source: "test", created: .zero)
        }
    }

    @Test func `control and spot frames come back as the events they were`() throws {
        let scratch = try ScratchFolder()
        let folder = scratch.path + "/r"
        let market = Market(
            ticker: Ticker("KXA-1-T\"1"), event: EventTicker("KXA-1"), series: SeriesTicker("KXA"), title: "Über 100 °F?", strike: .between(95.5, 96.25),
            openTime: .seconds(100), closeTime: .seconds(1000), grid: .taperedTenths, fees: FeeTerms(kind: .quadraticWithMakerFees, multiplierThousandths: 500),
            mutuallyExclusive: true, underlying: Underlying("NYC-HIGH"))
        let events: [MarketEvent] = [
            .connected(connection: 3), .subscribed(SubscriptionID(connection: 3, sid: 9), channel: "trade", complete: false), .listed(market),
            .status(market.ticker, .inactive), .determined(market.ticker, .scalar(Price(tenThousandths: 1234))), .determined(market.ticker, .void),
            .settled(market.ticker), .disconnected(connection: 3),
        ]
        let writer = try RecordingWriter(creating: folder, source: "test", created: .zero)
        for event in events { try writer.append(.seconds(5), .control, connection: 3, try #require(ControlFrame.encode(event))) }
        try writer.append(.seconds(6), .spot, connection: 0, SpotFrame.encode(Underlying("BTC"), price: "79676.21"))
        // Times never go back, whatever the clock does.
        try writer.append(.seconds(4), .exchange, connection: 3, Array(#"{"type":"subscribed","id":1,"msg":{"channel":"fill","sid":2}}"#.utf8))
        try writer.close()
        var read: [MarketEvent] = []
        let reader = try RecordingEvents(folder)
        var last = Timestamp.zero
        while let (time, event) = try reader.next() {
            read.append(event)
            last = time
        }
        #expect(read == events + [
            .spot(SpotTick(underlying: Underlying("BTC"), price: 79_676.21)), .subscribed(SubscriptionID(connection: 3, sid: 2), channel: "fill", complete: true),
        ])
        #expect(last == .seconds(6))
    }
}
