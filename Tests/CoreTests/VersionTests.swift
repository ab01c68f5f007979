import Learning
import Model
import Testing

private let family = SeriesTicker("F")

struct VersionTests {
    private func learner(_ markets: Int) -> Learner {
        var learner = Learner()
        teach(&learner, markets, from: 0)
        return learner
    }

    private func teach(_ learner: inout Learner, _ markets: Int, from first: Int) {
        for i in first..<first + markets {
            let market = Ticker("M\(i)")
            learner.record(ForecastRow(time: .seconds(Int64(i)), market: market, strategy: "s", probability: 0.8, marketProbability: 0.6, horizonSeconds: 60))
            _ = learner.settle(market, family: family, event: EventTicker("E\(i)"), eventOver: true, result: i % 4 == 0 ? .no : .yes)
        }
    }

    @Test func `a version is kept every fifty settlements, and only the newest sixteen`() {
        #expect(learner(120).history.versions.map(\.number) == [50, 100])
        #expect(learner(1000).history.versions.count == 16)
    }

    @Test func `two versions can be compared, and a rollback takes the parameters back and says what changed`() throws {
        var now = learner(120)
        let then = try #require(now.history.version(50)).parameters
        #expect(!VersionHistory.changes(from: then, to: now.parameters).isEmpty)
        let before = now.weight("s", in: family)
        let rolled = now.rollBack(to: 50)
        let changes = try #require(rolled)
        #expect(now.parameters == then)
        #expect(changes.contains { $0.name.hasPrefix("weight s in F, ") && $0.before == before })
        #expect(VersionHistory.changes(from: then, to: now.parameters).isEmpty)
        let missing = now.rollBack(to: 51)
        #expect(missing == nil)
    }

    @Test func `the markets of one event are one round of evidence`() {
        var learner = Learner()
        for i in 0..<6 {
            learner.record(ForecastRow(time: .zero, market: Ticker("M\(i)"), strategy: "s", probability: 0.3, marketProbability: 0.2, horizonSeconds: 60))
        }
        for i in 0..<6 { _ = learner.settle(Ticker("M\(i)"), family: family, event: EventTicker("E"), eventOver: i == 5, result: i == 0 ? .yes : .no) }
        #expect(learner.standing("s", in: family).evidence.rounds == 1)
    }
}
