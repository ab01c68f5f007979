import Learning
import Model
import Testing

struct AdverseSelectionTests {
    private let a = SeriesTicker("A")
    private let b = SeriesTicker("B")

    @Test func `nothing is lost before a fill has been looked at again`() {
        #expect(AdverseSelection().cost(a) == 0)
        #expect(AdverseSelection.Record().mean == nil)
    }

    @Test func `the loss is the formula's: a series drawn to all by twenty fills, and all to none`() {
        var model = AdverseSelection()
        for _ in 0..<10 { model.learn(a, move: -0.03) }
        let all = 0.30 / 30
        #expect(abs(model.cost(b) - all) < 1e-15)
        #expect(abs(model.cost(a) - (0.30 + 20 * all) / 30) < 1e-15)
        #expect(model.series[a]?.mean.map { abs($0 + 0.03) < 1e-15 } == true)
    }

    @Test func `a gain is not paid out, and a loss is forgotten when it ends`() {
        var model = AdverseSelection()
        for _ in 0..<50 { model.learn(a, move: 0.02) }
        #expect(model.cost(a) == 0)
        for _ in 0..<100 { model.learn(a, move: -0.02) }
        #expect(model.cost(a) > 0.004)
        for _ in 0..<100 { model.learn(a, move: 0.02) }
        #expect(model.cost(a) == 0)
    }
}
