import Model
import Ports
import Synchronization
import Testing
import Transport

@testable import Feeds

private func time(_ text: String) -> Timestamp { CivilTime.parse(text) ?? .zero }
private func day(_ text: String) -> Int64 { time("\(text)T00:00:00Z").utcDay }

private func facts(_ json: String, _ place: String = "KXHIGHNY", at now: String = "2026-02-10T15:00:00Z") throws -> [Fact] {
    let place = try #require(WeatherPlace.named(place))
    return try WeatherPage.facts(Array(json.utf8), name: "src", place: place, at: time(now))
}

@Suite struct WeatherPageTests {
    @Test func `Open-Meteo's daily highs become forecasts of the days that are not over, by how far ahead they lie, model by model`() throws {
        let page = """
            {"utc_offset_seconds": -18000, "daily_units": {"time": "iso8601", "temperature_2m_max": "°F", "temperature_2m_max_gfs": "°C"},
             "daily": {"time": ["2026-02-09", "2026-02-10", "2026-02-11"], "temperature_2m_max": [30.0, 34.5, null], "temperature_2m_max_gfs": [1, 2, 3.5]}}
            """
        let place = Underlying("NYC-HIGH")
        #expect(
            try facts(page) == [
                .highForecast(HighForecast(place: place, day: day("2026-02-10"), source: "src day-0", fahrenheit: 34.5)),
                .highForecast(HighForecast(place: place, day: day("2026-02-10"), source: "src gfs day-0", fahrenheit: 35.6)),
                .highForecast(HighForecast(place: place, day: day("2026-02-11"), source: "src gfs day-1", fahrenheit: 38.3)),
            ])
    }

    @Test func `days of summer time are refused, with how to ask`() {
        let page = #"{"utc_offset_seconds": -14400, "daily_units": {"temperature_2m_max": "°F"}, "daily": {"time": ["2026-07-10"], "temperature_2m_max": [90]}}"#
        #expect(throws: FeedError.unusable("its days are not those of New York's standard time: ask with timezone=Etc/GMT+5")) { try facts(page) }
    }

    @Test func `the Weather Service's grid becomes forecasts in Fahrenheit, of the climate day in which each begins`() throws {
        let page = """
            {"properties": {"maxTemperature": {"uom": "wmoUnit:degC", "values": [
                {"validTime": "2026-02-10T12:00:00+00:00/PT13H", "value": 0}, {"validTime": "2026-02-11T12:00:00+00:00/PT13H", "value": 5},
                {"validTime": "soon", "value": 5}, {"validTime": "2026-02-12T12:00:00+00:00/PT13H", "value": null}]}}}
            """
        let said = try facts(page).compactMap { if case .highForecast(let forecast) = $0 { forecast } else { nil } }
        #expect(said.map(\.day) == [day("2026-02-10"), day("2026-02-11")] && said.map(\.fahrenheit) == [32, 41] && said.map(\.source) == ["src day-0", "src day-1"])
    }

    /// Celsius as the service says it, and the least whole degree Fahrenheit that rounds to it.
    @Test(arguments: [(21.0, 69.0), (20.6, 69.0), (21.1, 70.0), (0, 32), (-0.6, 31), (-17, 1), (37.8, 100), (38, 100)])
    func `a reading counts as the least whole degree that it can have been`(celsius: Double, fahrenheit: Double) {
        #expect(WeatherPage.leastFahrenheit(celsius: celsius) == fahrenheit)
    }

    @Test func `every whole degree Fahrenheit comes back from Celsius in tenths, and none comes back higher from whole Celsius`() {
        for degrees in -40...130 {
            let celsius = (Double(degrees) - 32) / 1.8
            #expect(WeatherPage.leastFahrenheit(celsius: celsius.rounded()) <= Double(degrees))
            let tenths = (celsius * 10).rounded() / 10
            if tenths != tenths.rounded() { #expect(WeatherPage.leastFahrenheit(celsius: tenths) == Double(degrees)) }
        }
    }

    @Test func `observations become the day's high so far: of this climate day, not of the future, not where a check rejected them`() throws {
        func reading(_ at: String, _ value: String, _ control: String = "V") -> String {
            #"{"properties": {"timestamp": "\#(at)", "temperature": {"unitCode": "wmoUnit:degC", "value": \#(value), "qualityControl": "\#(control)"}}}"#
        }
        let page = "{\"features\": ["
            + [
                reading("2026-02-10T14:51:00+00:00", "1.1"), reading("2026-02-10T13:51:00+00:00", "2.2"), reading("2026-02-10T12:51:00+00:00", "30", "X"),
                reading("2026-02-10T04:51:00+00:00", "9.4"), reading("2026-02-10T16:51:00+00:00", "8.3"), reading("2026-02-10T11:51:00+00:00", "null"),
            ].joined(separator: ",") + "]}"
        #expect(try facts(page) == [.highSoFar(HighSoFar(place: Underlying("NYC-HIGH"), day: day("2026-02-10"), hour: 9, fahrenheit: 36))])
        #expect(try facts("{\"features\": []}").isEmpty)
    }

    @Test func `climate reports become official highs once they are final, of the station that the market settles on`() throws {
        let page = """
            {"results": [{"station": "KNYC", "valid": "2026-02-07", "high": "M"}, {"station": "KNYC", "valid": "2026-02-08", "high": 41},
             {"station": "KLGA", "valid": "2026-02-08", "high": 44}, {"station": "KNYC", "valid": "2026-02-09", "high": 39}, {"station": "KNYC", "valid": "2026-02-10", "high": 30}]}
            """
        let place = Underlying("NYC-HIGH")
        let first = Fact.high(OfficialHigh(place: place, day: day("2026-02-08"), fahrenheit: 41))
        #expect(try facts(page) == [first, .high(OfficialHigh(place: place, day: day("2026-02-09"), fahrenheit: 39))])
        // The report of the ninth is final eight hours after that day, at 13:00 UTC.
        #expect(try facts(page, at: "2026-02-10T12:59:00Z") == [first])
    }

    @Test(arguments: ["", "[]", "{", "null", "{}", #"{"daily": {}}"#, #"{"properties": {"maxTemperature": {"values": []}}}"#, #"{"utc_offset_seconds": -18000, "daily": {"time": [], "temperature_2m_max": []}}"#])
    func `what is none of these is trouble, not a fact`(page: String) {
        #expect(throws: FeedError.self) { try facts(page) }
    }

    @Test func `a temperature that no city has is left out`() throws {
        let page = #"{"utc_offset_seconds": -18000, "daily_units": {"temperature_2m_max": "°F"}, "daily": {"time": ["2026-02-10", "2026-02-11"], "temperature_2m_max": [999, 40]}}"#
        #expect(try facts(page).count == 1)
    }

    @Test func `a source needs a name, a known place and an address without a user's name`() {
        #expect(WeatherSource(name: "nws", place: "KNYC", url: "https://weather.example/a")?.place.underlying == Underlying("NYC-HIGH"))
        #expect(WeatherSource(name: "", place: "KNYC", url: "https://weather.example/a") == nil)
        #expect(WeatherSource(name: "nws", place: "Atlantis", url: "https://weather.example/a") == nil)
        #expect(WeatherSource(name: "nws", place: "KNYC", url: "https://me:secret@weather.example/a") == nil)
    }
}

private final class Heard: Sendable {
    private let state = Mutex<(facts: [(Fact, Timestamp)], requests: [HTTPRequest], pauses: Int, troubles: [String])>(([], [], 0, []))

    func add(_ fact: Fact, _ at: Timestamp) { state.withLock { $0.facts.append((fact, at)) } }
    func trouble(_ text: String) { state.withLock { $0.troubles.append(text) } }
    func asked(_ request: HTTPRequest) -> Int {
        state.withLock {
            $0.requests.append(request)
            return $0.requests.count
        }
    }
    /// Ends the reading at the last pause.
    func pause(limit: Int) throws {
        try state.withLock {
            guard $0.pauses < limit else { throw CancellationError() }
            $0.pauses += 1
        }
    }
    var pauses: Int { state.withLock { $0.pauses } }
    var facts: [(Fact, Timestamp)] { state.withLock { $0.facts } }
    var requests: [HTTPRequest] { state.withLock { $0.requests } }
    var troubles: [String] { state.withLock { $0.troubles } }
}

private struct StillClock: Ports.Clock {
    func now() -> Timestamp { time("2026-02-10T15:00:00Z") }
}

@Suite(.timeLimit(.minutes(1))) struct WeatherFeedsTests {
    private func high(_ degrees: Double) -> Fact { .highForecast(HighForecast(place: Underlying("NYC-HIGH"), day: day("2026-02-10"), source: "src day-0", fahrenheit: degrees)) }

    private func page(_ degrees: Double) -> HTTPResponse {
        let body = #"{"utc_offset_seconds": -18000, "daily_units": {"temperature_2m_max": "°F"}, "daily": {"time": ["2026-02-10"], "temperature_2m_max": [\#(degrees)]}}"#
        return HTTPResponse(status: 200, headers: ["etag": "\"a\""], body: Array(body.utf8))
    }

    @Test func `a page is asked again with its tag, what changed is told once, from when it was read, and trouble is told without the address`() async throws {
        let heard = Heard()
        let server = WebServer(port: 0) { request in
            switch heard.asked(request) {
            case 1, 2: page(34)
            case 3: HTTPResponse(status: 304)
            case 4: HTTPResponse(status: 200, body: Array("{}".utf8))
            default: page(35)
            }
        }
        let port = try await server.start()
        let web = WebClient(answerLimit: FeedLimits.bytes)
        var settings = ReadingSettings()
        settings.hostDistance = 0
        let source = try #require(WeatherSource(name: "src", place: "KXHIGHNY", url: "http://127.0.0.1:\(port)/forecast?key=secret"))
        let feeds = WeatherFeeds([source], settings: settings, clock: StillClock(), web: web, pause: { _ in try heard.pause(limit: 5) }, onTrouble: { heard.trouble($0) })
        let running = Task { await feeds.run { stamped in if case .fact(let fact) = stamped.event { heard.add(fact, stamped.time) } } }
        // It ends by itself at the last pause; the bound is for a test that fails.
        for _ in 0..<1000 where heard.requests.count < 5 || heard.facts.count < 2 { try await Task.sleep(for: .milliseconds(10)) }
        running.cancel()
        await running.value
        await web.shutdown()
        await server.stop()
        #expect(heard.facts.map(\.0) == [high(34), high(35)])
        #expect(heard.facts.allSatisfy { $0.1 == time("2026-02-10T15:00:00Z") })
        #expect(heard.requests.first?.headers["if-none-match"] == nil && heard.requests.dropFirst().first?.headers["if-none-match"] == "\"a\"")
        #expect(heard.troubles == ["weather src of New York: neither a forecast, nor observations, nor climate reports of a form that is known here"])
    }
}
