@testable import Kalshi
import Model
import Testing

/// When the exchange is asked for its hours, and what of its answers the desk is told.
@Suite struct HoursWatchTests {
    private let begin = ContinuousClock.now
    private let calendar = KalshiSchedule(weeks: [], maintenance: [KalshiSchedule.Window(start: .seconds(1000), end: .seconds(2000))])
    private let window = ExchangeReading.Window(start: .seconds(1000), end: .seconds(2000))
    private let trading = KalshiStatus(exchangeActive: true, tradingActive: true)
    private let paused = KalshiStatus(exchangeActive: true, tradingActive: false, resumes: .seconds(2000))

    private func reading(_ orders: Bool?, _ cancels: Bool? = true, _ windows: [ExchangeReading.Window] = [], resumes: Timestamp? = nil) -> ExchangeReading {
        ExchangeReading(takesOrders: orders, takesCancels: cancels, resumes: resumes, maintenance: windows)
    }

    @Test func `only what is new is told: the first word, each change, and that a window begins while it still trades`() {
        var watch = HoursWatch()
        #expect(watch.wantsCalendar(at: begin))
        watch.heard(calendar, at: begin)
        #expect(!watch.wantsCalendar(at: begin + .seconds(3599)) && watch.wantsCalendar(at: begin + .seconds(3600)))
        #expect(watch.heard(trading, at: .seconds(10)) == reading(true, true, [window]))
        #expect(watch.heard(trading, at: .seconds(40)) == nil)
        #expect(watch.heard(trading, at: .seconds(1000)) == reading(true, true, [window]), "the calendar says pause, the exchange says otherwise")
        #expect(watch.heard(trading, at: .seconds(1005)) == nil)
        #expect(watch.heard(paused, at: .seconds(1010)) == reading(false, true, [window], resumes: .seconds(2000)))
        #expect(watch.heard(paused, at: .seconds(1500)) == nil)
        #expect(watch.heard(trading, at: .seconds(2000)) == reading(true))
        #expect(watch.heard(KalshiStatus(exchangeActive: false, tradingActive: true), at: .seconds(2100)) == reading(false, false))
    }

    @Test func `three failures in a row and nobody knows any more whether it trades; what was announced stays`() {
        var watch = HoursWatch()
        for _ in 0..<5 { #expect(watch.heard(nil, at: .seconds(1)) == nil, "nothing was ever known") }
        watch.heard(calendar, at: begin)
        _ = watch.heard(trading, at: .seconds(900))
        #expect(watch.heard(nil, at: .seconds(905)) == nil)
        #expect(watch.heard(nil, at: .seconds(910)) == nil)
        #expect(watch.heard(nil, at: .seconds(915)) == reading(nil, nil, [window]))
        #expect(watch.heard(nil, at: .seconds(920)) == nil)
        #expect(watch.heard(paused, at: .seconds(1125)) == reading(false, true, [window], resumes: .seconds(2000)))
    }

    @Test func `an exchange that announced a pause and then answers nothing is paused, to the announced end and some minutes, or for an hour`() {
        for (resumes, ends) in [(Timestamp?.some(.seconds(2000)), Int64(2300)), (nil, 4700)] {
            var watch = HoursWatch()
            let word = KalshiStatus(exchangeActive: false, tradingActive: false, resumes: resumes)
            #expect(watch.heard(word, at: .seconds(1100)) == reading(false, false, resumes: resumes))
            for time in [1105, 1110, 1115, 1900, ends - 1] { #expect(watch.heard(nil, at: .seconds(time)) == nil) }
            #expect(watch.heard(nil, at: .seconds(ends)) == reading(nil, nil))
        }
    }

    @Test func `it asks twice a minute, every five seconds in a pause or after a failure, and just after each announced edge`() {
        var watch = HoursWatch()
        #expect(watch.wait(at: .seconds(1)) == .seconds(30))
        watch.heard(calendar, at: begin)
        _ = watch.heard(trading, at: .seconds(900))
        #expect(watch.wait(at: .seconds(900)) == .seconds(30))
        #expect(watch.wait(at: .seconds(990)) == .milliseconds(10_250))
        _ = watch.heard(paused, at: .seconds(1001))
        #expect(watch.wait(at: .seconds(1001)) == .seconds(5))
        #expect(watch.wait(at: .seconds(1998)) == .milliseconds(2250))
        _ = watch.heard(trading, at: .seconds(2000))
        #expect(watch.wait(at: .seconds(2000)) == .seconds(30))
        _ = watch.heard(nil, at: .seconds(2030))
        #expect(watch.wait(at: .seconds(2030)) == .seconds(5))
    }
}
