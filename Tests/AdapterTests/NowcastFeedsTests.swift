import Foundation
import Model
import Ports
import Synchronization
import Testing
import Transport

@testable import Feeds

private func day(_ text: String) -> Int64 { (CivilTime.parse("\(text)T00:00:00Z") ?? .zero).utcDay }

private func facts(_ text: String) throws -> [Fact] { try NowcastPage.facts(Array(text.utf8), source: "src", at: CivilTime.parse("2026-02-10T15:00:00Z") ?? .zero) }

private func nowcast(_ value: Double, _ error: Double? = 0.09) -> Fact {
    .nowcast(Nowcast(figure: Underlying("US-CPI"), release: day("2026-02-11"), source: "src", value: value, error: error, step: 0.1))
}

private let header = "kind,figure,release,value,error,step\n"

@Suite struct NowcastPageTests {
    private static let figure = Fact.figure(OfficialFigure(figure: Underlying("US-PAYROLLS"), release: day("2026-02-06"), value: 130_000))

    @Test func `nowcasts and figures are read from JSON and from CSV, in the same words`() throws {
        let json = """
            {"entries": [{"kind": "nowcast", "figure": "US-CPI", "release": "2026-02-11", "value": 0.24, "error": 0.09, "step": 0.1},
                         {"kind": "figure", "figure": "US-PAYROLLS", "release": "2026-02-06", "value": "130000"}]}
            """
        let csv = header + "nowcast,US-CPI,2026-02-11,0.24,0.09,0.1\r\nfigure, US-PAYROLLS ,2026-02-06,130000,,\n\n"
        #expect(try facts(json) == [nowcast(0.24), Self.figure])
        #expect(try facts(csv) == [nowcast(0.24), Self.figure])
        #expect(try facts(header + "nowcast,US-CPI,2026-02-11,0.24,,0.1") == [nowcast(0.24, nil)])
        #expect(try facts(header).isEmpty)
    }

    @Test func `a nowcast of a day that is over, or of a figure that is out, is not handed on: it came too late to be acted on`() throws {
        #expect(try facts(header + "nowcast,US-CPI,2026-02-09,0.24,,0.1").isEmpty)
        let out = try facts(header + "nowcast,US-CPI,2026-02-10,0.24,,0.1\nfigure,US-CPI,2026-02-10,0.3,,")
        #expect(out == [.figure(OfficialFigure(figure: Underlying("US-CPI"), release: day("2026-02-10"), value: 0.3))])
    }

    @Test(arguments: [
        ("", "neither JSON nor CSV"), ("a,b\n1,2", "neither JSON nor CSV"), ("{", "no JSON at byte"), ("{}", "no list of entries"), ("kind,figure\nnowcast", "line 2 has 1 fields, not 2"),
        (header + "nowcast,NYC-HIGH,2026-02-11,1,,1", "entry 1: figure must be"), (header + "nowcast,US-NOTHING,2026-02-11,1,,1", "entry 1: figure must be"),
        (header + "nowcast,US-CPI,soon,1,,1", "entry 1: release must be"), (header + "nowcast,US-CPI,2026-02-11,nan,,1", "entry 1: value must be"),
        (header + "nowcast,US-CPI,2026-02-11,1,,0", "entry 1: step must be"), (header + "nowcast,US-CPI,2026-02-11,1,-1,1", "entry 1: error must be"),
        (header + "figure,US-CPI,2026-01-13,1,,\nfigure,US-CPI,2026-02-11,1,,", "entry 2: a figure cannot be published before its day"),
        (header + "guess,US-CPI,2026-02-11,1,,1", "entry 1: kind must be"), (header + String(repeating: "figure,US-CPI,2026-01-13,1,,\n", count: 2001), "2001 entries"),
    ] as [(String, String)])
    func `one wrong entry is trouble with the page, told by its number`(text: String, sentence: String) {
        do {
            _ = try facts(text)
            Issue.record("it was read")
        } catch { #expect("\(error)".contains(sentence), "\(error)") }
    }

    @Test func `a source needs a name, and an address or a whole path`() {
        #expect(NowcastSource(name: "cleveland", location: "https://nowcasts.example/cpi.json") != nil)
        #expect(NowcastSource(name: "own", location: "/srv/nowcasts.csv") != nil)
        for (name, location) in [("", "/srv/nowcasts.csv"), ("own", "nowcasts.csv"), ("own", "ftp://a.example/b"), ("own", "https://me@a.example/b")] {
            #expect(NowcastSource(name: name, location: location) == nil)
        }
    }
}

private struct StillClock: Ports.Clock {
    func now() -> Timestamp { CivilTime.parse("2026-02-10T15:00:00Z") ?? .zero }
}

/// What came of a few readings.
private final class Readings: Sendable {
    private let state = Mutex<(facts: [Fact], requests: [HTTPRequest], pauses: Int, troubles: [String])>(([], [], 0, []))

    func add(_ fact: Fact) { state.withLock { $0.facts.append(fact) } }
    func trouble(_ text: String) { state.withLock { $0.troubles.append(text) } }
    func asked(_ request: HTTPRequest) -> Int {
        state.withLock {
            $0.requests.append(request)
            return $0.requests.count
        }
    }
    /// Ends the reading at the last pause.
    func pause(limit: Int) throws -> Int {
        try state.withLock {
            guard $0.pauses < limit else { throw CancellationError() }
            $0.pauses += 1
            return $0.pauses
        }
    }
    var facts: [Fact] { state.withLock { $0.facts } }
    var requests: [HTTPRequest] { state.withLock { $0.requests } }
    var troubles: [String] { state.withLock { $0.troubles } }
    var isDone: Bool { state.withLock { $0.facts.count >= 2 && $0.pauses >= 4 } }
}

@Suite(.timeLimit(.minutes(1))) struct NowcastFeedsTests {
    private func follow(_ source: NowcastSource, _ readings: Readings, between: @escaping @Sendable (Int) -> Void = { _ in }) async {
        let web = WebClient(answerLimit: FeedLimits.bytes)
        var settings = ReadingSettings()
        settings.hostDistance = 0
        let feeds = NowcastFeeds([source], settings: settings, clock: StillClock(), web: web, pause: { _ in between(try readings.pause(limit: 4)) }, onTrouble: { readings.trouble($0) })
        let running = Task { await feeds.run { stamped in if case .fact(let fact) = stamped.event { readings.add(fact) } } }
        // The bound is for a test that fails.
        for _ in 0..<1000 where !readings.isDone { try? await Task.sleep(for: .milliseconds(10)) }
        running.cancel()
        await running.value
        await web.shutdown()
    }

    @Test func `a page is asked again with its tag, what changed is told once, and trouble is told without the address`() async throws {
        let readings = Readings()
        let server = WebServer(port: 0) { request in
            switch readings.asked(request) {
            case 1, 2: HTTPResponse(status: 200, headers: ["etag": "\"a\""], body: Array((header + "nowcast,US-CPI,2026-02-11,0.24,0.09,0.1").utf8))
            case 3: HTTPResponse(status: 304)
            case 4: HTTPResponse(status: 200, body: Array("{}".utf8))
            default: HTTPResponse(status: 200, body: Array((header + "nowcast,US-CPI,2026-02-11,0.25,0.09,0.1").utf8))
            }
        }
        let port = try await server.start()
        await follow(try #require(NowcastSource(name: "src", location: "http://127.0.0.1:\(port)/cpi.csv?key=secret")), readings)
        await server.stop()
        #expect(readings.facts == [nowcast(0.24), nowcast(0.25)])
        #expect(readings.requests.first?.headers["if-none-match"] == nil && readings.requests.dropFirst().first?.headers["if-none-match"] == "\"a\"")
        #expect(readings.troubles == ["nowcasts src: there is no list of entries"])
    }

    @Test func `a file is read again, what changed is told once, and one that is missing or wrong is trouble told once`() async throws {
        let readings = Readings()
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("nowcasts-\(UUID().uuidString).csv").path
        // Nothing is left behind when the test is over, and a file that is not there needs no removing.
        defer { try? FileManager.default.removeItem(atPath: path) }
        let texts = [1: header + "nowcast,US-CPI,2026-02-11,0.24,0.09,0.1", 3: header + "nowcast,US-CPI,2026-02-11,0.25,0.09,0.1"]
        await follow(try #require(NowcastSource(name: "src", location: path)), readings) { pause in
            if let text = texts[pause] { #expect(FileManager.default.createFile(atPath: path, contents: Data(text.utf8))) }
        }
        #expect(readings.facts == [nowcast(0.24), nowcast(0.25)])
        #expect(readings.troubles == ["nowcasts src: the file cannot be read"])
    }
}
