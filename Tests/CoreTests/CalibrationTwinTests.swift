import Learning
import Model
import RealModule
import Testing

/// The calibration once more, with matrices and without a thought: all coefficients in one state, the textbook's filter, and the blocks cut apart.
private struct NaiveCalibration {
    var mean: [String: [Double]] = [:]
    var covariance: [String: [[Double]]] = [:]
    let priors: [(Double, Double)] = [(0.01, 0.01), (0.01, 0.01), (0.005, 0.005), (0.005, 0)]

    func logit(_ p: Double) -> Double { Double.log(min(max(p, 0.001), 0.999)) - Double.log(1 - min(max(p, 0.001), 0.999)) }

    func names(_ p: Double, _ strategy: String, _ family: String, _ horizon: Double) -> [String] {
        let bounds: [(Double, String)] = [(300, "minutes"), (3600, "hour"), (21_600, "hours"), (86_400, "day"), (.infinity, "days")]
        let near = bounds.first { horizon < $0.0 }?.1 ?? ""
        let price = p < 0.25 ? "low" : p > 0.75 ? "high" : "middle"
        return [strategy, strategy + family, strategy + family + near, strategy + family + near + price]
    }

    /// State and covariance of the four levels, end to end.
    func joined(_ names: [String]) -> (m: [Double], p: [[Double]]) {
        var m: [Double] = []
        var p = (0..<8).map { _ in Array(repeating: 0.0, count: 8) }
        for (i, name) in names.enumerated() {
            m += mean[name] ?? [0, 0]
            let block = covariance[name] ?? [[priors[i].0, 0], [0, priors[i].1]]
            for r in 0..<2 { for c in 0..<2 { p[2 * i + r][2 * i + c] = block[r][c] } }
        }
        return (m, p)
    }

    func calibrated(_ probability: Double, _ strategy: String, _ family: String, _ horizon: Double) -> (Double, Double) {
        let x = logit(probability)
        let (m, p) = joined(names(probability, strategy, family, horizon))
        let h = (0..<8).map { $0 % 2 == 0 ? 1 : x }
        let q = 1 / (1 + Double.exp(-(x + zip(h, m).reduce(0) { $0 + $1.0 * $1.1 })))
        var variance = 0.0
        for r in 0..<8 { for c in 0..<8 { variance += h[r] * p[r][c] * h[c] } }
        return (q, q * (1 - q) * variance.squareRoot())
    }

    mutating func learn(_ rows: [(Double, Double)], _ strategy: String, _ family: String, _ outcome: Double) {
        var touched: [String: Int] = [:]
        for (probability, horizon) in rows {
            let all = names(probability, strategy, family, horizon)
            let x = logit(probability)
            let (m, p) = joined(all)
            let h = (0..<8).map { $0 % 2 == 0 ? 1 : x }
            let eta = x + zip(h, m).reduce(0) { $0 + $1.0 * $1.1 }
            let q = min(max(1 / (1 + Double.exp(-eta)), 0.01), 0.99)
            let ph = p.map { row in zip(row, h).reduce(0) { $0 + $1.0 * $1.1 } }
            let s = zip(h, ph).reduce(Double(rows.count) / (q * (1 - q))) { $0 + $1.0 * $1.1 }
            let gain = ph.map { $0 / s }
            let innovation = (outcome - q) / (q * (1 - q))
            for (i, name) in all.enumerated() {
                mean[name] = [m[2 * i] + gain[2 * i] * innovation, m[2 * i + 1] + gain[2 * i + 1] * innovation]
                covariance[name] = (0..<2).map { r in (0..<2).map { c in p[2 * i + r][2 * i + c] - gain[2 * i + r] * ph[2 * i + c] } }
                touched[name] = i
            }
        }
        for (name, i) in touched {
            var block = covariance[name] ?? [[priors[i].0, 0], [0, priors[i].1]]
            block[0][0] = min(block[0][0] / 0.999, priors[i].0)
            block[1][1] = min(block[1][1] / 0.999, priors[i].1)
            covariance[name] = block
        }
    }
}

struct CalibrationTwinTests {
    @Test(arguments: 1...12 as ClosedRange<UInt64>) func `every calibrated probability and its error equal the textbook's filter to a billionth`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var ours = Calibration()
        var naive = NaiveCalibration()
        for _ in 0..<300 {
            let strategy = ["a", "b"][Int(random.next() % 2)]
            let family = ["F", "G", "H"][Int(random.next() % 3)]
            let rows = (0..<1 + Int(random.next() % 16)).map { _ in (0.001 + 0.998 * random.uniform(), 200_000 * random.uniform() * random.uniform() * random.uniform()) }
            let outcome = random.next() % 5 == 0 ? random.uniform() : random.uniform() < rows[0].0 ? 1.0 : 0.0
            ours.learn(rows.map { ($0.0, $0.1) }, strategy: strategy, family: SeriesTicker(family), outcome: outcome)
            naive.learn(rows, strategy, family, outcome)
            let (p, horizon) = (random.uniform(), 100_000 * random.uniform())
            let found = ours.calibrated(p, strategy: strategy, family: SeriesTicker(family), horizonSeconds: horizon)
            let expected = naive.calibrated(p, strategy, family, horizon)
            #expect(abs(found.probability - expected.0) < 1e-9 && abs(found.uncertainty - expected.1) < 1e-9)
        }
    }
}
