import Engine
import Foundation
import Model
@testable import Node
import Ports
import Storage
import Testing

/// The journal of a desk that has seen markets on bitcoin settle, with news before each, and never traded.
private struct TaughtJournal {
    static let markets = 110

    private let journal: SQLiteJournal
    private var engine = TradingEngine()
    private var writer = JournalWriter()
    private var seconds: Int64 = 0
    private var sequence: UInt64 = 0
    private let subscription = SubscriptionID(connection: 1, sid: 2)

    static func make(in folder: String) throws {
        var one = TaughtJournal(journal: try SQLiteJournal(in: DataFolder(folder), at: .zero))
        try one.give(.opened(desk: one.journal.desk, mode: .simulated, settings: DeskSettings()))
        try one.give(.account(AccountReport(cash: .dollars(10_000), positions: [], orders: [], fills: [])))
        try one.give(.command(.pause))
        try one.give(.market(.connected(connection: 1)))
        try one.give(.market(.subscribed(one.subscription, channel: "orderbook_delta", complete: true)))
        for number in 0..<Self.markets { try one.live(number) }
        try one.journal.append(one.writer.take())
    }

    private mutating func give(_ event: Event) throws {
        let stamped = Stamped(event, at: .seconds(seconds))
        try writer.write(stamped)
        for effect in engine.process(stamped) { try writer.write(effect, at: stamped.time) }
    }

    /// A market is quoted at even odds, news comes, and it settles as the news said.
    private mutating func live(_ number: Int) throws {
        let good = number % 2 == 0
        let ticker = Ticker("KXBTCMAX-\(number)")
        try give(
            .market(
                .listed(
                    Market(
                        ticker: ticker, event: EventTicker(ticker.text), series: SeriesTicker("KXBTCMAX"), title: "Will bitcoin reach a new high?", strike: .other,
                        openTime: .seconds(seconds), closeTime: .seconds(seconds + 86_400), grid: .taperedTenths, fees: .ordinary, mutuallyExclusive: false, underlying: nil))))
        try give(.market(.status(ticker, .active)))
        sequence += 1
        let level = [Level(price: .cents(45), quantity: .contracts(100))]
        try give(.market(.snapshot(BookSnapshot(market: ticker, subscription: subscription, sequence: sequence, yes: level, no: level))))
        let title = good ? "Bitcoin surges to record high after approval" : "Bitcoin plunges as exchange is hacked"
        try give(.headline(Headline(source: "wire", id: "\(number)", title: title)))
        seconds += 1
        try give(.tick)
        try give(.market(.determined(ticker, good ? .yes : .no)))
        try give(.market(.settled(ticker)))
        seconds += 3 * 86_400
    }
}

@Suite(.serialized) struct LearnTests {
    private struct Row: Decodable, Equatable {
        let version: Int
        let differ: Int
    }

    private static func aura(_ scratch: Scratch, _ words: String...) async throws -> AuraProcess.Output {
        try await AuraProcess.result(["learn"] + words + ["--data-dir", scratch.file("data")], in: scratch.path)
    }

    private static func versions(_ scratch: Scratch) async throws -> [Row] {
        let told = try await aura(scratch, "versions", "--json")
        return try JSONDecoder().decode([Row].self, from: told.out)
    }

    @Test func `versions are listed and compared, and the journal of a desk that does not run is taken back to one`() async throws {
        try await Scratch.with { scratch in
            try TaughtJournal.make(in: scratch.file("data"))
            let before = try await Self.versions(scratch)
            #expect(before.map(\.version) == [50, 100] && before.allSatisfy { $0.differ > 0 })
            let difference = try await Self.aura(scratch, "diff", "50", "100", "--limit", "2")
            #expect(difference.code == 0 && difference.text.contains("from ") && difference.text.contains(" figures differ; "))
            let done = try await Self.aura(scratch, "rollback", "50", "--reason", "the last month was a mistake")
            #expect(done.code == 0 && done.text.hasPrefix("The learner was taken back to version 50: ") && done.text.hasSuffix("The reason: the last month was a mistake\n"))
            let after = try await Self.versions(scratch)
            #expect(after.first == Row(version: 50, differ: 0))
            // Written as if the desk had taken it: the journal replays to itself, to the state that went back.
            #expect(try await Replay.run(scratch).equal)
        }
    }

    @Test func `a desk that runs is told over its bridge`() async throws {
        try await Scratch.with { scratch in
            try TaughtJournal.make(in: scratch.file("data"))
            try await RunningDesk.with(scratch) { desk in
                let port = "\(desk.ready.bridge_port)"
                let wrong = try await Self.aura(scratch, "rollback", "7", "--reason", "a try", "--port", port)
                #expect(wrong.code == 1 && wrong.errors.contains("the desk says: there is no version 7 to go back to"), "\(wrong.errors)")
                let done = try await Self.aura(scratch, "rollback", "50", "--reason", "as it was", "--port", port)
                #expect(done.code == 0 && done.text.hasPrefix("event "), "\(done.errors)")
                #expect(try await Self.versions(scratch).first == Row(version: 50, differ: 0))
                _ = try await desk.stop(SIGINT)
            }
            #expect(try await Replay.run(scratch).equal)
        }
    }

    @Test func `what cannot be is one sentence and the exit code is not 0`() async throws {
        try await Scratch.with { scratch in
            let nothing = try await Self.aura(scratch, "versions")
            #expect(nothing.code == 1 && nothing.errors.contains("there is no journal at "))
            try TaughtJournal.make(in: scratch.file("data"))
            for (words, sentence) in [
                (["diff", "7"], "there is no version 7; kept are 50, 100"), (["diff", "50", "--limit", "0"], "--limit must be 1 or more"),
                (["rollback", "7", "--reason", "x"], "there is no version 7 to go back to"), (["rollback", "50", "--reason", " "], "--reason must say why"),
                (["rollback", "50", "--reason", "x", "--port", "70000"], "--port must be from 1 to 65535"),
            ] {
                let told = try await AuraProcess.result(["learn"] + words + ["--data-dir", scratch.file("data")], in: scratch.path)
                #expect(told.code == 1 && told.errors.contains(sentence), "\(words): \(told.errors)")
            }
            #expect(try await Self.versions(scratch).map(\.version) == [50, 100])
        }
    }
}
