import Foundation
import HostFacts
import Model
import Synchronization
import Testing
@testable import MCPSystem

/// Who reads the cards, when, and for how long anybody waits for it.
@Suite(.timeLimit(.minutes(1))) struct GPUReadingsTests {
    /// Cards that are read by hand: how often, how long it takes by the watch, and whether it ends at all.
    private final class Cards: Sendable {
        struct State {
            var readings = 0
            var now = Timestamp.seconds(1_700_000_000)
            var elapsed = Duration.zero
            var takes = Duration.milliseconds(40)
            var none: String?
            var isHeld = false
            var held: [CheckedContinuation<Void, Never>] = []
        }
        let state = Mutex(State())

        var count: Int { state.withLock { $0.readings } }
        func pass(_ time: Duration) {
            state.withLock { state in
                state.elapsed += time
                state.now = state.now + Interval(nanoseconds: Int64(time / .nanoseconds(1)))
            }
        }
        func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

        func readings(limit: Duration = .seconds(30)) -> GPUReadings {
            GPUReadings(limit: limit, now: { self.state.withLock { $0.now } }, elapsed: { self.state.withLock { $0.elapsed } }) { await self.survey() }
        }

        private func survey() async -> GPUSurvey {
            let isHeld = state.withLock { state in
                state.readings += 1
                state.elapsed += state.takes
                return state.isHeld
            }
            if isHeld { await withCheckedContinuation { continuation in state.withLock { $0.held.append(continuation) } } }
            return GPUSurvey(none: state.withLock { $0.none } ?? "card \(count)")
        }

        func letGo() {
            let held = state.withLock { state in
                defer { (state.held, state.isHeld) = ([], false) }
                return state.held
            }
            for one in held { one.resume() }
        }
    }

    private static let none = "no NVIDIA driver"

    @Test func `two that ask at once share one reading`() async {
        let cards = Cards()
        cards.set { $0.isHeld = true }
        let readings = cards.readings()
        async let first = readings.read(), second = readings.read()
        while await readings.waitingCount < 2 { await Task.yield() }
        cards.letGo()
        let both = await (first.survey, second.survey)
        #expect(both.0 == both.1 && cards.count == 1)
    }

    @Test func `that there is no GPU is believed for a minute, for looking costs a process`() async {
        let cards = Cards()
        cards.set { $0.none = Self.none }
        let readings = cards.readings()
        for _ in 0..<5 {
            #expect(await readings.read().survey.none == Self.none)
            cards.pass(.seconds(11))
        }
        #expect(cards.count == 1)
        cards.pass(.seconds(6))
        #expect(await readings.read().survey.none == Self.none && cards.count == 2)
    }

    @Test func `cards that take long to read, because that wakes them, are sampled seldom`() async {
        let cards = Cards()
        cards.set { $0.takes = .seconds(2) }
        let readings = cards.readings()
        var samples = 0
        for _ in 0..<24 {
            if await readings.sample() != nil { samples += 1 }
            cards.set { $0.now = $0.now + .seconds(60) }
            cards.pass(.seconds(5))
        }
        #expect(samples == 3 && cards.count == 3, "two minutes, 40 seconds of rest after each")
    }

    @Test func `a driver that hangs is told as that, at once from then on, and no second reading is begun beside the first`() async {
        let cards = Cards()
        cards.set { $0.isHeld = true }
        let readings = cards.readings(limit: .milliseconds(20))
        for _ in 0..<3 {
            #expect(await readings.read().survey.none == "NVIDIA's driver does not answer: a reading that began at 2023-11-14T22:13:20Z has not ended")
            cards.pass(.seconds(100))
        }
        #expect(cards.count == 1)
        cards.letGo()
        while await readings.isReading { await Task.yield() }
        #expect(await readings.read().survey.none == "card 2" && cards.count == 2)
    }
}

/// The process that reads the cards may do what it likes: what comes of it is a sentence.
@Suite(.timeLimit(.minutes(1))) struct GPUProgramTests {
    private func survey(_ script: String, seconds: Int = 10) async throws -> GPUSurvey {
        let folder = try ScratchFolder()
        let path = folder.path + "/reader"
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        return await GPUProgram(library: "lib of cards", program: path, seconds: seconds).survey()
    }

    @Test func `what it tells is told, and it is asked for the library that was named`() async throws {
        let fake = try FakeNVML()
        let told = GPUSurvey(library: fake.path)
        let text = String(decoding: try JSONEncoder().encode(told), as: UTF8.self)
        #expect(told.cards.count == 2 && told.processes.count == 71)
        #expect(try await survey("test \"$1 $2 $3\" = 'gpu --nvml lib of cards' && cat <<'.'\n\(text)\n.") == told)
    }

    @Test(arguments: [
        ("kill -SEGV $$", "NVIDIA's library broke down under its reader (signal 11)"), ("exit 3", "the reader of the cards told nothing that can be read (exit code 3)"),
        ("echo '{\"cards\":7}'", "the reader of the cards told nothing that can be read (exit code 0)"), ("yes", "the reader of the cards told more than can be"),
    ]) func `one that breaks down, or talks nonsense, is an absence that says so`(_ script: String, _ why: String) async throws {
        #expect(try await survey(script) == GPUSurvey(none: why, isTrouble: true))
    }

    @Test func `one that does not end is killed, and one that is not there is told`() async throws {
        #expect(try await survey("exec sleep 60", seconds: 1).none == "NVIDIA's library did not answer within 1 s")
        #expect(await GPUProgram(program: "/nowhere/aura").survey().none == "the cards cannot be read: /nowhere/aura cannot be started")
    }
}
