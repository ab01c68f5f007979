import Learning
import Model
import RealModule
@testable import Strategies
import Testing

@Suite struct ScorecardTests {
    private func row(_ market: String, _ name: String, _ p: Double, _ m: Double) -> ForecastRow {
        ForecastRow(time: .zero, market: Ticker(market), strategy: name, probability: p, marketProbability: m, horizonSeconds: 60)
    }

    @Test func `a scorecard counts rows alike and events as one`() throws {
        var card = Scorecard()
        card.add(family: SeriesTicker("A"), rows: [(row("A-1", "s", 0.8, 0.5), 1), (row("A-1", "s", 0.6, 0.5), 1)])
        card.add(family: SeriesTicker("A"), rows: [(row("A-2", "s", 0.5, 0.5), 0)])
        card.add(family: SeriesTicker("B"), rows: [(row("B-1", "s", 0.1, 0.2), 0)])
        let lines = card.lines
        #expect(lines.map(\.family) == ["A", "B"])
        let a = try #require(lines.first)
        #expect(a.events == 2 && a.forecasts == 3)
        #expect(abs(a.brier - (0.04 + 0.16 + 0.25) / 3) < 1e-12 && abs(a.marketBrier - 0.25) < 1e-12)
        #expect(abs(a.marketLog - 0.693147180559945) < 1e-12 && a.difference < 0)
        #expect(a.standardError != nil && lines[1].standardError == nil)
        let interval = try #require(a.interval)
        #expect(interval.level == 0.95 && interval.low <= a.difference && a.difference <= interval.high && lines[1].interval == nil)
    }

    @Test func `the interval of a difference draws events, not rows`() throws {
        // Two kinds of events, one row and ten rows: rows of an event stay together, so a draw's figure is a ratio of sums over events.
        var card = Scorecard()
        var above: [Double] = []
        var below: [Double] = []
        for i in 0..<40 {
            let count = i % 3 == 0 ? 10 : 1
            let outcome = i % 2 == 0 ? 1.0 : 0
            let p = i % 5 == 0 ? 0.8 : 0.4
            card.add(family: SeriesTicker("A"), rows: Array(repeating: (row("M-\(i)", "s", p, 0.5), outcome), count: count))
            above.append(Double(count) * (-Double.log(outcome == 1 ? p : 1 - p) + Double.log(0.5)))
            below.append(Double(count))
        }
        let interval = try #require(card.lines.first?.interval)
        let twin = try #require(BlockBootstrap().ratio(above, over: below))
        #expect(abs(interval.low - twin.low) < 1e-12 && abs(interval.high - twin.high) < 1e-12 && interval.low < interval.high)
    }

    @Test func `a hundred events of which one side is right bring evidence for it, and for nobody else`() throws {
        var card = Scorecard()
        for i in 0..<100 {
            let outcome = i % 2 == 0 ? 1.0 : 0
            let market = "M-\(i)"
            card.add(family: SeriesTicker("A"), rows: [(row(market, "good", outcome * 0.4 + 0.3, 0.5), outcome), (row(market, "bad", 0.7 - outcome * 0.4, 0.5), outcome)])
        }
        let values = Dictionary(uniqueKeysWithValues: card.lines.map { ($0.name, $0.eValue) })
        #expect(try #require(values["good"]) > 1e6 && (try #require(values["bad"])) <= 1)
    }

    private static let brackets: [Strike] = [.less(49), .between(49, 50), .greater(50)]

    private func event(_ said: [Double], _ quoted: [Double], winner: Int) -> ([(row: ForecastRow, outcome: Double)], [Ticker: EventStates.Outcome]) {
        let names = said.indices.map { "M-\($0)" }
        let rows = said.indices.map { (row: row(names[$0], "s", said[$0], quoted[$0]), outcome: $0 == winner ? 1.0 : 0) }
        let resolutions = said.indices.map { (Ticker(names[$0]), EventStates.Outcome(strike: Self.brackets[$0], exclusive: true)) }
        return (rows, Dictionary(uniqueKeysWithValues: resolutions))
    }

    @Test func `what is better whichever bracket wins is shown to be better by a few events, however little it is`() throws {
        // Quotes that sum to 1.02 beside the nearest that sum to one: a ten-thousandth of a nat, and never a loss.
        let quoted = [0.30, 0.42, 0.30]
        let said = LogOddsProjection.summing(quoted, to: 1)
        var card = Scorecard()
        for i in 0..<20 {
            let (rows, resolutions) = event(said, quoted, winner: i % 3)
            card.add(family: SeriesTicker("A"), rows: rows, resolutions: resolutions)
        }
        let line = try #require(card.lines.first)
        #expect(line.difference < 0 && line.difference > -0.002 && line.eValue > 20)
    }

    @Test func `the same difference says nothing where the markets are not known to exclude each other`() throws {
        var card = Scorecard()
        let quoted = [0.30, 0.42, 0.30]
        let said = LogOddsProjection.summing(quoted, to: 1)
        for i in 0..<20 { card.add(family: SeriesTicker("A"), rows: event(said, quoted, winner: i % 3).0) }
        #expect(try #require(card.lines.first).eValue < 2)
    }
}
