import Learning
import Model
import RealModule
import Risk
import Testing

/// How strongly events move together: assumed, measured, and what becomes of it.
struct EventCorrelationTests {
    private static func ties(_ underlying: String, day: Int64 = 1) -> EventTies {
        EventTies(group: CorrelationGroup.of(Underlying(underlying)), underlying: Underlying(underlying), day: day)
    }

    private static func surprise(_ underlying: String, _ score: Double, _ variance: Double = 1) -> DaySurprise {
        DaySurprise(underlying: Underlying(underlying), score: score, variance: variance)
    }

    @Test(arguments: [
        ("BTC", 1, "BTC", 1, 0.95), ("BTC", 1, "BTC", 2, 0.7), ("BTC", 1, "ETH", 1, 0.7), ("BTC", 1, "ETH", 2, 0.5), ("BTC", 1, "XAU", 1, 0.1), ("BTC", 1, "XAU", 2, 0.1),
    ] as [(String, Int64, String, Int64, Double)])
    func `where nothing was measured the assumption holds`(a: String, dayOfA: Int64, b: String, dayOfB: Int64, rho: Double) {
        #expect(abs(EventCorrelations().between(Self.ties(a, day: dayOfA), Self.ties(b, day: dayOfB)) - rho) < 1e-12)
        var busy = EventCorrelations()
        for _ in 0..<50 { busy.learn([Self.surprise("NYC-HIGH", 1), Self.surprise("PHIL-HIGH", -1)]) }
        #expect(busy.between(Self.ties(a, day: dayOfA), Self.ties(b, day: dayOfB)) == EventCorrelations().between(Self.ties(a, day: dayOfA), Self.ties(b, day: dayOfB)))
    }

    /// A year and more of days with a known correlation, through laws of six states or of two: the seeds decide nothing.
    @Test(arguments: [0.0, 0.3, 0.6, 0.9], [1, 3] as [UInt64]) func `a known correlation is found within its error, however often a day the numbers are decided`(rho: Double, events: UInt64) throws {
        let found = try measured(rho, cuts: [-1, -0.5, 0, 0.5, 1], days: 1200, eventsADay: Int(events), seed: 7 + events)
        // 365 remembered days weigh as 730 of a plain mean, and 30 of the assumption pull by less than 0.06.
        #expect(abs(found.value - min(rho, 0.95)) < 0.06 + 3 * ((1 + rho * rho) / 730).squareRoot(), "\(found)")
        #expect(found.days > 250 && abs(found.assumed - 0.7) < 1e-12)
    }

    @Test func `even coins tell less, and what they tell errs to the higher side`() throws {
        let found = try measured(0.7, cuts: [0], days: 2000, eventsADay: 1, seed: 11)
        // E = asin(ρ)/(2/π)² · (2/π)², the assumption's 0.7 drawn in.
        #expect(found.value > 0.65 && found.value < 0.9)
        #expect(abs(found.days - 365 * (2 / Double.pi) * (2 / Double.pi)) < 3)
    }

    @Test func `few days hardly move the assumption, and a month of known numbers goes half of the way`() throws {
        func after(_ days: Int) throws -> Double {
            var known = EventCorrelations()
            for day in 0..<days { known.learn([Self.surprise("NYC-HIGH", day % 2 == 0 ? 1 : -1), Self.surprise("BOS-HIGH", day % 4 < 2 ? 1 : -1)]) }
            return known.between(Self.ties("NYC-HIGH"), Self.ties("BOS-HIGH"))
        }
        #expect(try abs(after(4) - 0.7) < 0.2)
        #expect(try after(32) < 0.7 / 2)
    }

    @Test func `numbers that were opposed count as moving apart, never as a hedge`() {
        var known = EventCorrelations()
        for day in 0..<200 { known.learn([Self.surprise("BTC", day % 2 == 0 ? 1 : -1), Self.surprise("XAU", day % 2 == 0 ? -1 : 1)]) }
        #expect(known.between(Self.ties("BTC"), Self.ties("XAU")) == 0)
    }

    @Test func `two numbers that were never decided together have what their groups have`() {
        var known = EventCorrelations()
        for day in 0..<100 { known.learn([Self.surprise("NYC-HIGH", day % 2 == 0 ? 1 : -1), Self.surprise("PHIL-HIGH", day % 4 < 2 ? 1 : -1)]) }
        #expect(known.between(Self.ties("BOS-HIGH"), Self.ties("DC-HIGH")) < 0.3)
        #expect(known.between(Self.ties("BOS-HIGH"), Self.ties("DC-HIGH", day: 2)) < 0.3 * 0.5 / 0.7)
        #expect(known.between(Self.ties("NYC-HIGH"), Self.ties("NYC-HIGH")) == EventCorrelations().between(Self.ties("NYC-HIGH"), Self.ties("NYC-HIGH")))
    }

    @Test(arguments: 1...20) func `it equals the sums written out day by day`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let names = ["BTC", "ETH", "NYC-HIGH", "PHIL-HIGH", "BOS-HIGH", "nobody knows"]
        let days = (0..<60).map { _ in
            names.shuffled(using: &random).prefix(Int.random(in: 0...6, using: &random)).map { Self.surprise($0, random.normal(), random.uniform()) }
        }
        var known = EventCorrelations()
        for day in days { known.learn(day) }
        for (i, a) in names.enumerated() {
            for b in names[..<i] where a != names[5] && b != names[5] {
                #expect(abs(known.between(Self.ties(a), Self.ties(b)) - naive(days, a, b)) < 1e-12)
            }
        }
        #expect(known.figure(Self.ties("BTC"), Self.ties("nobody knows")) == nil)
    }

    @Test(arguments: 1...10) func `whatever was measured can be drawn from, and each event keeps the variance of one`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let names = ["BTC", "ETH", "SOL", "XAU", "NYC-HIGH", "PHIL-HIGH", "BOS-HIGH", "LAX-HIGH"]
        var known = EventCorrelations()
        // A few wild days, of which no world could have all pairs.
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            known.learn(names.shuffled(using: &random).prefix(3).map { Self.surprise($0, 3 * random.normal()) })
        }
        let bets = names.flatMap { name in (1...3).map { EventBet(gains: [0, 0], probabilities: [0.5, 0.5], group: Self.ties(name).group, underlying: Underlying(name), day: $0) } }
        let matrix = PortfolioRisk.together(bets, known)
        let factor = try #require(matrix.cholesky())
        let columns = bets.indices.map { j in factor.times(bets.indices.map { $0 == j ? 1 : 0 }) }
        for i in bets.indices {
            for j in 0...i { #expect(abs(columns.reduce(0) { $0 + $1[i] * $1[j] } - matrix[i, j]) < 1e-9) }
            #expect(matrix[i, i] == 1)
        }
    }

    // MARK: - What becomes of it

    private func city(_ name: String?, _ group: String?) -> EventBet {
        EventBet(gains: [-100, 10], probabilities: [0.1, 0.9], group: group.map { CorrelationGroup($0) }, underlying: name.map { Underlying($0) }, day: 1)
    }

    private func calm() -> EventCorrelations {
        var calm = EventCorrelations()
        for day in 0..<400 { calm.learn([Self.surprise("NYC-HIGH", day % 2 == 0 ? 1 : -1), Self.surprise("PHIL-HIGH", day % 4 < 2 ? 1 : -1)]) }
        return calm
    }

    @Test func `cities that were seen to move apart lose less together, and an unknown group still loses all it can`() {
        let two = [city("NYC-HIGH", "weather-northeast"), city("PHIL-HIGH", "weather-northeast")]
        #expect(TailLoss.drawn(two, calm()) < TailLoss.drawn(two))
        let unknown = [city("NYC-HIGH", "weather-northeast"), city(nil, nil)]
        #expect(TailLoss.drawn(unknown, calm()) == TailLoss.drawn(unknown) && TailLoss.drawn(unknown) >= .dollars(190))
    }

    @Test func `a sum that is remembered is drawn anew once more was learned`() {
        var tails = TailLoss()
        let two = [city("NYC-HIGH", "weather-northeast"), city("PHIL-HIGH", "weather-northeast")]
        let assumed = tails.of(two)
        tails.correlations = calm()
        #expect(tails.of(two) < assumed)
    }

    @Test func `a bet that one number comes out high and a bet that it comes out low hedge each other, whether one market or many ask`() throws {
        func bet(_ strikes: [Strike], _ pays: (([Bool]) -> Bool)) throws -> EventBet {
            let states = try #require(EventStates(strikes.map { .init(strike: $0, exclusive: false) }))
            let law = states.pays.map { _ in 1 / Double(states.pays.count) }
            return EventBet(gains: states.pays.map { pays($0) ? 100 : -100 }, probabilities: law, group: CorrelationGroup("crypto"), underlying: Underlying("BTC"), day: 1)
        }
        let up = try bet([.greaterOrEqual(60_000)]) { $0[0] }
        let high = try bet([.greaterOrEqual(59_000), .greaterOrEqual(60_000), .greaterOrEqual(61_000)]) { $0[1] }
        let low = try bet([.greaterOrEqual(59_000), .greaterOrEqual(60_000), .greaterOrEqual(61_000)]) { !$0[1] }
        #expect(TailLoss.drawn([up, high]) == .dollars(200))
        #expect(TailLoss.drawn([up, low]) < .dollars(200))
    }

    @Test func `the figure says what was measured beside what is assumed`() throws {
        let assumed = try #require(EventCorrelations().closest([Self.ties("BTC"), Self.ties("ETH"), Self.ties("XAU")]))
        #expect(assumed.sentence == "0.70 between BTC and ETH on one day (assumed)")
        let measured = try #require(calm().closest([Self.ties("NYC-HIGH"), Self.ties("PHIL-HIGH")]))
        #expect(measured.sentence.hasPrefix("0.0") && measured.sentence.contains("0.70 assumed, 24"))
        #expect(EventCorrelations().closest([Self.ties("BTC"), Self.ties("BTC", day: 2)]) == nil)
        let refusal = Refusal.tailLimit(loss: .dollars(3), limit: .dollars(2), closest: assumed)
        #expect(refusal.sentence.hasSuffix("The highest correlation counted is 0.70 between BTC and ETH on one day (assumed)."))
        #expect(try Written.decode(Refusal.self, Written.encode(refusal)) == refusal)
    }

    // MARK: - The learner's part

    private static let cuts = [-1.0, -0.5, 0, 0.5, 1]

    @Test func `a result that is taken back in time teaches the second, one that comes too late nothing, and a void event nothing`() {
        func learned(_ tell: (inout Learner) -> Void) -> EventCorrelations {
            var learner = Learner()
            for name in ["BTC", "ETH"] { Self.expect(&learner, name, day: 10, cuts: [0]) }
            tell(&learner)
            learner.hear(.yes, of: Ticker("none"), in: EventTicker("none"), today: 20)
            return learner.parameters.correlations
        }
        func tell(_ learner: inout Learner, _ name: String, _ result: MarketResult, today: Int64 = 10) {
            learner.hear(result, of: Ticker("\(name)-10-0-0"), in: EventTicker("\(name)-10-0"), today: today)
        }
        let agreed = learned {
            tell(&$0, "BTC", .yes)
            tell(&$0, "ETH", .yes)
        }
        let corrected = learned {
            tell(&$0, "BTC", .no)
            tell(&$0, "ETH", .yes)
            tell(&$0, "BTC", .yes, today: 12)
        }
        let late = learned {
            tell(&$0, "BTC", .yes)
            tell(&$0, "ETH", .yes, today: 13)
        }
        let void = learned {
            tell(&$0, "BTC", .void)
            tell(&$0, "ETH", .yes)
        }
        #expect(agreed == corrected && agreed != EventCorrelations())
        #expect(late == EventCorrelations() && void == EventCorrelations())
    }

    private static func expect(_ learner: inout Learner, _ name: String, day: Int64, number: Int = 0, cuts: [Double]) {
        let states = EventStates(cuts.map { .init(strike: .greater($0), exclusive: false) })
        let law = cuts.indices.map { below(cuts[$0]) - ($0 > 0 ? below(cuts[$0 - 1]) : 0) } + [1 - below(cuts[cuts.count - 1])]
        guard let states else { return }
        learner.expect(
            EventTicker("\(name)-\(day)-\(number)"), Underlying(name), day: day, markets: cuts.indices.map { Ticker("\(name)-\(day)-\(number)-\($0)") }, states: states, law: law)
    }

    private static func below(_ x: Double) -> Double { 0.5 * Double.erfc(-x / 2.0.squareRoot()) }

    /// Two cities' numbers with a known correlation, asked by thresholds at `cuts`.
    private func measured(_ rho: Double, cuts: [Double], days: Int, eventsADay: Int, seed: UInt64) throws -> EventCorrelations.Figure {
        var random = SeededRandom(seed: seed)
        var learner = Learner()
        for day in 0..<Int64(days) {
            for number in 0..<eventsADay {
                let x = random.normal()
                let y = rho * x + (1 - rho * rho).squareRoot() * random.normal()
                for (name, value) in [("NYC-HIGH", x), ("PHIL-HIGH", y)] {
                    Self.expect(&learner, name, day: day, number: number, cuts: cuts)
                    for (i, cut) in cuts.enumerated() {
                        learner.hear(value > cut ? .yes : .no, of: Ticker("\(name)-\(day)-\(number)-\(i)"), in: EventTicker("\(name)-\(day)-\(number)"), today: day)
                    }
                }
            }
        }
        return try #require(learner.parameters.correlations.figure(Self.ties("NYC-HIGH"), Self.ties("PHIL-HIGH")))
    }

    // MARK: - The twin

    private func naive(_ days: [[DaySurprise]], _ a: String, _ b: String) -> Double {
        func group(_ name: String) -> String? { CorrelationGroup.of(Underlying(name))?.text }
        func mean(_ rows: [(Double, Double)], _ target: Double) -> Double {
            let weights = rows.indices.map { Double.pow(364.0 / 365, Double(rows.count - 1 - $0)) }
            let products = zip(rows, weights).reduce(0) { $0 + $1.0.0 * $1.1 }, information = zip(rows, weights).reduce(0) { $0 + $1.0.1 * $1.1 }
            return rows.isEmpty ? target : min(max((30 * target + products) / (30 + information), 0), 0.95)
        }
        let own = days.compactMap { day in
            day.first { $0.underlying.text == a }.flatMap { x in day.first { $0.underlying.text == b }.map { (x.score * $0.score, x.variance * $0.variance) } }
        }
        let like = days.compactMap { day -> (Double, Double)? in
            var all: [(Double, Double)] = []
            for i in day.indices {
                for j in day.indices where i < j {
                    let (g, h) = (group(day[i].underlying.text), group(day[j].underlying.text))
                    guard let g, let h, Set([g, h]) == Set([group(a), group(b)].compactMap(\.self)) else { continue }
                    all.append((day[i].score * day[j].score, day[i].variance * day[j].variance))
                }
            }
            let n = Double(all.count)
            return all.isEmpty ? nil : (all.reduce(0) { $0 + $1.0 } / n, all.reduce(0) { $0 + $1.1 } / n)
        }
        return mean(own, mean(like, group(a) == group(b) ? 0.7 : 0.1))
    }
}
