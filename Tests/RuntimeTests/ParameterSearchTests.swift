import Backtest
import Learning
import Model
import Testing

/// Choosing between backtests without looking ahead.
struct ParameterSearchTests {
    private func trial(_ dollars: [Double]) -> [EventResult] {
        dollars.enumerated().map { i, gain in
            EventResult(
                event: EventTicker("E\(i)"), series: SeriesTicker("S"), span: WalkForward.Span(start: .seconds(Int64(i) * 900), end: .seconds(Int64(i + 1) * 900)),
                bought: .dollars(10), fees: .zero, gain: Money(millionths: Int64((gain * 1_000_000).rounded())))
        }
    }

    private func search(_ trials: [[EventResult]], by merit: ParameterSearch.Merit = .sharpe, folds: Int = 4) -> ParameterSearch {
        ParameterSearch(trials, by: merit, cash: .dollars(1000), folds: folds, embargo: .zero)
    }

    private func noise(_ count: Int, seed: UInt64) -> [Double] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { _ in ((random.uniform() - 0.5) * 10_000).rounded() / 10_000 }
    }

    @Test func `what is better everywhere is chosen everywhere, and nothing speaks against it`() {
        let plain = noise(40, seed: 1)
        let found = search([trial(plain), trial(plain.map { $0 + 2 })])
        #expect(found.best.trial == 1 && found.steps.allSatisfy { $0.best.trial == 1 } && found.steps.count == 4)
        #expect(found.best.overfitting?.probability == 0 && (found.best.deflatedSharpe ?? 0) > 0.99)
        #expect(found.walked.count == 32 && zip(found.walked, found.unchanged).allSatisfy { $0 == $1 + .dollars(2) })
    }

    @Test func `a trial whose luck turns is dropped only after it has turned`() {
        // The second gains in the first half and loses in the second: walking forward finds out late, looking at all of it would not have taken it.
        let steady = noise(40, seed: 2).map { $0 / 10 + 0.1 }
        let lucky: [Double] = (0..<40).map { (event: Int) -> Double in
            let ripple = Double(event % 3) / 10
            return event < 20 ? 3 + ripple : -5 - ripple
        }
        let found = search([trial(steady), trial(lucky)])
        #expect(found.best.trial == 0)
        #expect(found.steps.map { $0.best.trial } == [1, 1, 0, 0])
    }

    @Test func `among noise the best is not believed`() {
        let found = search((0..<24 as Range<UInt64>).map { trial(noise(48, seed: $0 + 10)) })
        #expect(found.best.overfitting != nil && (found.best.deflatedSharpe ?? 1) < 0.9)
    }

    @Test func `growth prefers the size that Kelly prefers, and the Sharpe ratio cannot tell sizes apart`() {
        // Even odds at 55 %: the full stake is a tenth of the cash; ten times as much ruins.
        let base = (0..<100).map { $0 % 20 < 11 ? 1.0 : -1.0 }
        let trials = [10.0, 100, 900].map { size in trial(base.map { $0 * size }) }
        #expect(search(trials, by: .growth).best.trial == 1)
        let sharpes = search(trials).sharpes
        #expect(sharpes.allSatisfy { abs($0 - sharpes[0]) < 1e-9 })
    }

    @Test func `where nothing is traded nothing is claimed`() {
        let found = search([trial(Array(repeating: 0, count: 20)), trial(Array(repeating: 0, count: 20))])
        #expect(found.best.trial == 0 && found.best.deflatedSharpe == 0.5 && found.walkedBand?.high == 0)
    }
}
