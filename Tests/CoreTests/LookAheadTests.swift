import Learning
import Model
import TestSupport
import Testing

/// Weather that is made up from a seed: highs that walk, and forecasts that are off by a share of the walk's step.
private struct MadeWeather {
    let place: WeatherPlace
    var highs: [Int64: Double] = [:]
    var forecasts: [Int64: Double] = [:]

    init(_ place: WeatherPlace, days: Int64, share: Double, seed: UInt64) {
        self.place = place
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func uniform() -> Double {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Double(state >> 11) / Double(1 << 53)
        }
        // Twelve uniforms less six: normal enough.
        func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + uniform() } }
        var level = 60.0
        for day in 20_000..<20_000 + days {
            level += 7 * normal()
            highs[day] = level.rounded()
            forecasts[day] = level + 7 * share * normal() - 2
        }
    }

    func told(_ check: inout LookAheadCheck, hoursAfterBeginning: Int64?) {
        for (day, fahrenheit) in forecasts.sorted(by: { $0.key < $1.key }) {
            check.note(
                HighForecast(place: place.underlying, day: day, source: "model", fahrenheit: fahrenheit),
                knownFrom: hoursAfterBeginning.map { place.begins(day) + .seconds($0 * 3600) })
        }
        for (day, high) in highs { check.note(OfficialHigh(place: place.underlying, day: day, fahrenheit: high)) }
    }
}

@Suite struct LookAheadTests {
    private func verdict(_ share: Double, hours: Int64?, places: Int = 3, days: Int64 = 120, seed: UInt64 = 1) -> LookAheadCheck.Verdict {
        var check = LookAheadCheck()
        for (i, place) in WeatherPlace.all.prefix(places).enumerated() {
            MadeWeather(place, days: days, share: share, seed: seed &+ UInt64(i)).told(&check, hoursAfterBeginning: hours)
        }
        return check.verdict
    }

    private func isLookAhead(_ verdict: LookAheadCheck.Verdict) -> Bool { if case .lookAhead = verdict { true } else { false } }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `an ordinary forecast of the next day passes, one that has seen the day does not`(seed: UInt64) {
        #expect(!isLookAhead(verdict(0.35, hours: -12, seed: seed)))
        #expect(isLookAhead(verdict(0.15, hours: -12, seed: seed)))
    }

    @Test func `a month at one place is too little to accuse a lucky forecast, and a forecast of the afternoon is not judged`() {
        #expect(verdict(0.35, hours: -12, places: 1, days: 30) == .unchecked("not measured: fewer than 60 forecasts of one source have an observed high beside them"))
        #expect(!isLookAhead(verdict(0.1, hours: 15)))
    }

    @Test func `forecasts without a date, or from after their day, are no forecasts`() {
        #expect(isLookAhead(verdict(0.4, hours: nil)))
        guard case .lookAhead(let sentence) = verdict(0.4, hours: 30) else { return #expect(Bool(false), "forecasts of yesterday passed") }
        #expect(sentence == "360 of 360 forecasts were known only after their day was over")
    }
}
