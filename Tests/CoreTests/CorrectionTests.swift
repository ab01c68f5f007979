import Learning
import Model
import Risk
import Testing

private let family = SeriesTicker("F")

/// A result that an exchange takes back, scored by the true one.
struct CorrectionTests {
    private func learner(_ results: [MarketResult], oneEvent: Bool = false) -> Learner {
        var learner = Learner()
        for i in results.indices {
            for second in 0..<5 {
                for (name, p) in [("s", 0.8), ("t", 0.3), (Learner.pool, 0.7)] {
                    learner.record(
                        ForecastRow(
                            time: .seconds(Int64(100 * i + second)), market: Ticker("M\(i)"), strategy: name, probability: p - 0.02 * Double(second),
                            marketProbability: 0.6, horizonSeconds: 60))
                }
            }
        }
        for (i, result) in results.enumerated() {
            let event = oneEvent ? EventTicker("E") : EventTicker("E\(i)")
            _ = learner.settle(Ticker("M\(i)"), family: family, event: event, eventOver: !oneEvent, result: result)
        }
        return learner
    }

    @Test(arguments: [MarketResult.no, .scalar(.cents(30))]) func `scores and curves are what they would have been`(truth: MarketResult) throws {
        var corrected = learner([.yes, .yes, .no])
        let wrong = corrected
        let told = corrected.correct(Ticker("M1"), result: truth)
        let score = try #require(told)
        let right = learner([.yes, truth, .no])
        #expect(score.outcome == truth.yesValue?.probability && score.scores.keys.sorted() == ["market", "pool", "s", "t"])
        for (name, expected) in right.scores {
            let found = try #require(corrected.scores[name])
            #expect(found.count == expected.count)
            #expect(abs((found.brier ?? 0) - (expected.brier ?? 1)) < 1e-12 && abs((found.logLoss ?? 0) - (expected.logLoss ?? 1)) < 1e-12)
            for (a, b) in zip(corrected.curves[name]?.points ?? [], right.curves[name]?.points ?? []) {
                #expect(abs(a.cameTrue - b.cameTrue) < 1e-12 && a.markets == b.markets)
            }
        }
        // Weights have learned one more outcome: nearer to what they would be, not the same.
        let distance = { (learner: Learner) in abs(learner.weight("s", in: family) - right.weight("s", in: family)) }
        #expect(distance(corrected) < distance(wrong))
    }

    @Test func `while the event is not over its evidence is as if the wrong result had never been`() {
        var corrected = learner([.yes, .yes, .no], oneEvent: true)
        _ = corrected.correct(Ticker("M1"), result: .no)
        var right = learner([.yes, .no, .no], oneEvent: true)
        for learner in [0, 1] {
            let last = ForecastRow(time: .seconds(900), market: Ticker("M9"), strategy: "s", probability: 0.8, marketProbability: 0.6, horizonSeconds: 60)
            if learner == 0 { corrected.record(last) } else { right.record(last) }
        }
        _ = corrected.settle(Ticker("M9"), family: family, event: EventTicker("E"), eventOver: true, result: .yes)
        _ = right.settle(Ticker("M9"), family: family, event: EventTicker("E"), eventOver: true, result: .yes)
        #expect(abs(corrected.standing("s", in: family).evidence.logCapital - right.standing("s", in: family).evidence.logCapital) < 1e-12)
        #expect(corrected.standing("s", in: family).evidence.rounds == 1)
    }

    @Test func `the same result again, a void, and a market that was never scored change nothing`() {
        var learner = learner([.yes])
        let before = learner
        #expect(learner.correct(Ticker("M0"), result: .yes) == nil)
        #expect(learner.correct(Ticker("M0"), result: .void) == nil)
        #expect(learner.correct(Ticker("M7"), result: .no) == nil)
        #expect(learner == before)
    }
}

struct StreakCorrectionTests {
    private func lose(_ streak: inout LossStreak, _ name: String, dollars: Int64 = -10) {
        streak.add(EventTicker(name), realized: .dollars(dollars), chanceOfLoss: 0.5)
        streak.over(EventTicker(name))
    }

    @Test func `a loss that is taken back and paid as a gain ends the streak where it stood`() {
        var streak = LossStreak()
        for name in ["a", "b", "c", "d"] { lose(&streak, name) }
        #expect(streak.events == 4)
        streak.takenBack(EventTicker("b"), realized: .dollars(-10))
        streak.add(EventTicker("b"), realized: .dollars(12), chanceOfLoss: 0.5)
        // Only what came after it is left.
        #expect(streak.events == 2)
        #expect(abs(streak.use(limit: 0.25) - 1) < 1e-12)
    }

    @Test func `a gain that is taken back and paid as a loss joins what it had kept apart`() {
        var streak = LossStreak()
        lose(&streak, "a")
        lose(&streak, "b", dollars: 5)
        lose(&streak, "c")
        #expect(streak.events == 1)
        streak.takenBack(EventTicker("b"), realized: .dollars(5))
        streak.add(EventTicker("b"), realized: .dollars(-5), chanceOfLoss: 0.5)
        #expect(streak.events == 3)
    }

    @Test func `a long streak counts on past what is kept of it`() {
        var streak = LossStreak()
        for i in 0..<200 { lose(&streak, "e\(i)") }
        #expect(streak.events == 200 && streak.openEvents.isEmpty)
        streak.takenBack(EventTicker("e5"), realized: .dollars(-10))
        #expect(streak.events == 200)
    }
}
