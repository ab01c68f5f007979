import Model
import Ports
import Synchronization
import Testing
import Transport

@testable import Feeds

/// A publisher that is told what to answer and remembers what it was asked.
private final class Publisher: Sendable {
    typealias Answer = @Sendable (Int, HTTPRequest) -> HTTPResponse
    private let asked = Mutex<[HTTPRequest]>([])
    private let answer: Answer

    init(_ answer: @escaping Answer) { self.answer = answer }

    var requests: [HTTPRequest] { asked.withLock { $0 } }

    func serve(_ request: HTTPRequest) -> HTTPResponse {
        let number = asked.withLock { requests in
            requests.append(request)
            return requests.count
        }
        return answer(number, request)
    }
}

private final class Collected<Element: Sendable>: Sendable {
    private let items = Mutex<[Element]>([])

    func add(_ item: Element) { items.withLock { $0.append(item) } }
    var all: [Element] { items.withLock { $0 } }
}

/// Time that only pauses move, so that no test waits; after `limit` pauses the feeds are stopped.
private final class PausedTime: Ports.Clock {
    private let state: Mutex<(now: Timestamp, pauses: [Double])>
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
        state = Mutex((CivilTime.parse("2026-03-03T12:00:00Z") ?? .zero, []))
    }

    func now() -> Timestamp { state.withLock { $0.now } }
    var pauses: [Double] { state.withLock { $0.pauses } }

    func pause(_ seconds: Double) throws {
        try state.withLock { state in
            guard state.pauses.count < limit else { throw CancellationError() }
            state.pauses.append(seconds)
            state.now = state.now + .milliseconds(Int64(seconds * 1000))
        }
    }
}

private func feed(_ items: [(id: String, title: String)], dated: String = "Tue, 03 Mar 2026 11:00:00 GMT") -> HTTPResponse {
    let body = items.map { "<item><guid>\($0.id)</guid><title>\($0.title)</title><pubDate>\(dated)</pubDate></item>" }.joined()
    return HTTPResponse(status: 200, headers: ["etag": "\"v1\"", "last-modified": "Tue, 03 Mar 2026 11:00:00 GMT"], body: Array("<rss><channel>\(body)</channel></rss>".utf8))
}

/// Runs the feeds against a local publisher until `pauses` pauses are over.
private func heard(
    pauses: Int, paths: [String] = ["/feed"], _ answer: @escaping Publisher.Answer
) async throws -> (headlines: [Headline], requests: [HTTPRequest], pauses: [Double], troubles: [String]) {
    let publisher = Publisher(answer)
    let server = WebServer(port: 0) { publisher.serve($0) }
    let port = try await server.start()
    let time = PausedTime(limit: pauses)
    let headlines = Collected<Headline>()
    let troubles = Collected<String>()
    let web = WebClient(answerLimit: FeedLimits.bytes)
    let sources = paths.compactMap { FeedSource(name: "wire\($0)", url: "http://127.0.0.1:\(port)\($0)") }
    let feeds = NewsFeeds(sources, clock: time, web: web, pause: { try time.pause($0) }, onTrouble: { troubles.add($0) })
    let running = Task {
        await feeds.run { stamped in if case .headline(let headline) = stamped.event { headlines.add(headline) } }
    }
    // The feeds end by themselves at the last pause; the bound is for a test that fails.
    for _ in 0..<1000 where time.pauses.count < pauses { try await Task.sleep(for: .milliseconds(10)) }
    running.cancel()
    await running.value
    await web.shutdown()
    await server.stop()
    return (headlines.all, publisher.requests, time.pauses, troubles.all)
}

@Suite(.timeLimit(.minutes(1)))
struct NewsFeedsTests {
    @Test func `a feed is asked again with its tags, and an unchanged one gives nothing`() async throws {
        let (headlines, requests, pauses, troubles) = try await heard(pauses: 2) { number, _ in number == 1 ? feed([("1", "First"), ("0", "Zeroth")]) : HTTPResponse(status: 304) }
        #expect(headlines.map(\.title) == ["Zeroth", "First"])
        #expect(headlines.first?.source == "wire/feed" && headlines.first?.published != nil)
        #expect(requests.count >= 2)
        #expect(requests[0].headers["if-none-match"] == nil && requests[0].headers["user-agent"]?.contains("aura") == true)
        #expect(requests[1].headers["if-none-match"] == "\"v1\"" && requests[1].headers["if-modified-since"] == "Tue, 03 Mar 2026 11:00:00 GMT")
        #expect(pauses.allSatisfy { $0 >= 270 && $0 <= 330 })
        #expect(troubles.isEmpty)
    }

    @Test func `an item is handed on once, and a new one when it comes`() async throws {
        let (headlines, _, _, _) = try await heard(pauses: 2) { number, _ in feed((1...(number + 1)).reversed().map { ("\($0)", "Item \($0)") }) }
        #expect(headlines.prefix(3).map(\.id) == ["1", "2", "3"])
    }

    @Test func `a feed that names everything anew each time is heard within a bound`() async throws {
        let (headlines, requests, _, troubles) = try await heard(pauses: 1) { number, _ in feed((1...500).map { ("\(number)-\($0)", "Item \($0)") }) }
        #expect(!headlines.isEmpty && headlines.count <= requests.count * NewsFeeds.freshEachTime)
        #expect(headlines.prefix(NewsFeeds.freshEachTime).map(\.title).first == "Item 100")
        #expect(troubles.first == "feed wire/feed: 500 new items at once; the first 100 are taken")
    }

    @Test func `what is old when the desk first looks is history`() async throws {
        let (headlines, _, _, _) = try await heard(pauses: 1) { _, _ in feed([("1", "Old")], dated: "Sun, 01 Mar 2026 11:00:00 GMT") }
        #expect(headlines.isEmpty)
    }

    @Test func `trouble doubles the pause, and a server's wish for patience is heeded`() async throws {
        let (_, _, pauses, troubles) = try await heard(pauses: 3) { number, _ in
            number == 2 ? HTTPResponse(status: 429, headers: ["retry-after": "9000"]) : HTTPResponse(status: 503)
        }
        #expect(pauses[0] >= 300 && pauses[0] <= 900)
        #expect(pauses[1] == 9000)
        #expect(pauses[2] >= 1200 && pauses[2] <= 3600)
        #expect(troubles.first == "feed wire/feed: HTTP status 503")
    }

    @Test func `a redirect is followed and kept, one that goes around in a circle is not`() async throws {
        // One pause is the distance between two requests to one host.
        let followed = try await heard(pauses: 3) { _, request in
            request.path == "/feed" ? HTTPResponse(status: 301, headers: ["location": "/moved"]) : feed([("1", "There")])
        }
        #expect(followed.headlines.map(\.title) == ["There"])
        #expect(followed.requests.prefix(3).map(\.path) == ["/feed", "/moved", "/moved"])
        let circle = try await heard(pauses: 40) { _, _ in HTTPResponse(status: 302, headers: ["location": "/feed"]) }
        #expect(circle.troubles.contains("feed wire/feed: more than 5 redirects"))
    }

    @Test func `no word of an address but its host reaches the log`() async throws {
        let secret = "/feed?key=sesame"
        let odd = try await heard(pauses: 4, paths: [secret]) { number, _ in HTTPResponse(status: 302, headers: ["location": number == 1 ? "ftp://127.0.0.1/?key=sesame" : "/feed?key=sesame"]) }
        let time = PausedTime(limit: 1)
        let troubles = Collected<String>()
        let web = WebClient()
        let closed = try #require(FeedSource(name: "closed", url: "http://127.0.0.1:1\(secret)"))
        let feeds = NewsFeeds([closed], clock: time, web: web, pause: { try time.pause($0) }, onTrouble: { troubles.add($0) })
        let running = Task { await feeds.run { _ in } }
        for _ in 0..<1000 where troubles.all.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        running.cancel()
        await running.value
        await web.shutdown()
        #expect(troubles.all.first?.hasPrefix("feed closed: could not connect to 127.0.0.1: ") == true)
        #expect(!odd.troubles.isEmpty && !(odd.troubles + troubles.all).contains { $0.replacing("wire/feed?key=sesame", with: "").contains("sesame") })
        #expect(FeedSource(name: "own", url: "https://me:secret@a.test/feed") == nil && FeedSource(name: "", url: "https://a.test/feed") == nil)
    }

    @Test func `a document that is no feed is trouble, told with its reason`() async throws {
        let broken = try await heard(pauses: 1) { _, _ in .text(200, "<rss><channel><item>") }
        #expect(broken.troubles.first?.hasPrefix("feed wire/feed: the feed is not well formed") == true)
    }
}

@Suite struct FeedScheduleTests {
    @Test func `the pause grows with each failure up to six hours, and one success ends it`() {
        var schedule = FeedSchedule(interval: 300, seed: 4)
        var last = 0.0
        for failure in 1...12 {
            let pause = schedule.next(after: .failed(retryAfter: nil)) ?? 0
            #expect(pause <= FeedSchedule.longestInterval)
            if failure >= 8 { #expect(pause >= 3600) }
            last = max(last, pause)
        }
        #expect(last > 3600)
        #expect(schedule.next(after: .notModified).map { $0 < 331 } == true)
    }

    @Test func `an interval is at least a minute, and a server cannot ask for more than six hours`() {
        var schedule = FeedSchedule(interval: 1, seed: 4)
        #expect(schedule.next(after: .notModified).map { $0 >= 54 } == true)
        #expect(schedule.next(after: .failed(retryAfter: 1e9)).map { $0 <= FeedSchedule.longestInterval } == true)
    }

    @Test func `a feed that is gone for good is asked no more`() {
        var schedule = FeedSchedule(interval: 300, seed: 1)
        #expect(schedule.next(after: .gone) == nil)
    }

    @Test func `requests to one host keep their distance, whoever makes them`() async {
        let pacer = HostPacer(distance: 5)
        #expect(await pacer.turn("a", at: 0) == 0)
        #expect(await pacer.turn("a", at: 0) == 5)
        #expect(await pacer.turn("a", at: 1) == 9)
        #expect(await pacer.turn("b", at: 1) == 0)
        #expect(await pacer.turn("a", at: 100) == 0)
    }

    @Test func `patience is asked for in seconds or by a date`() {
        let now = CivilTime.parse("2026-03-03T12:00:00Z") ?? .zero
        #expect(RetryAfter.seconds("120", at: now) == 120)
        #expect(RetryAfter.seconds("Tue, 03 Mar 2026 12:05:00 GMT", at: now) == 300)
        #expect(RetryAfter.seconds("Tue, 03 Mar 2026 11:00:00 GMT", at: now) == 0)
        #expect(RetryAfter.seconds("soon", at: now) == nil && RetryAfter.seconds("-5", at: now) == nil && RetryAfter.seconds(nil, at: now) == nil)
    }

    @Test func `a redirect may not lead into the machine's own network, nor from TLS to none`() throws {
        let outside = try #require(FeedAddress("https://news.test/feed"))
        for inside in ["https://127.0.0.1/", "https://localhost/", "https://10.1.2.3/", "https://192.168.1.1/", "https://169.254.169.254/latest", "https://[::1]/", "https://2130706433/", "https://a.internal/", "https://172.20.0.1/", "https://[fd00::1]/", "https://[0:0:0:0:0:0:0:1]/", "https://[0::1]/", "https://localhost./", "https://LOCALHOST/", "https://[::ffff:10.0.0.1]/", "https://[::127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://[fe80::1]/", "https://127.1/", "https://0x7f.0.0.1/", "https://010.0.0.1/", "https://router/", "https://nas.lan/", "https://224.0.0.1/", "http://news.test/", "ftp://news.test/", "https://u:p@news.test/"] {
            #expect(outside.redirected(to: inside) == nil, "\(inside)")
        }
        #expect(outside.redirected(to: "/other")?.text == "https://news.test/other")
        #expect(outside.redirected(to: "https://cdn.test/feed") != nil)
        #expect(outside.redirected(to: "https://93.184.216.34/feed") != nil && outside.redirected(to: "https://[2606:2800:220:1::1]/feed") != nil)
        #expect(FeedAddress("file:///etc/passwd") == nil && FeedAddress("feed") == nil)
    }
}
