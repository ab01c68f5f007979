import Learning
import Model
import RealModule
import Testing

private let family = SeriesTicker("F")
/// What strategies start with where many markets settle a day.
private let share = Horizon.hour.strategiesShare

private func logLoss(_ p: Double, _ y: Bool) -> Double { -Double.log(y ? p : 1 - p) }

struct FixedShareTests {
    /// The mixture of the experts' probabilities against the best sequence of experts in hindsight, for random experts and outcomes.
    @Test(arguments: 0..<20 as Range<UInt64>) func `the regret against any sequence of experts stays below its bound`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let names = ["market", "a", "b", "c"]
        var shares = FixedShare(strategiesShare: share)
        for name in names { shares.admit(name) }
        let smallest = names.map { shares.weights[$0] ?? 0 }.min() ?? 0
        let rounds = 300
        var mixture = 0.0
        var losses: [[String: Double]] = []
        var truth = 0.5
        for round in 0..<rounds {
            if round % 75 == 0 { truth = 0.1 + 0.8 * random.uniform() }
            let y = random.uniform() < truth
            // Each expert is good in one quarter and wild in the others.
            let p = Dictionary(uniqueKeysWithValues: names.enumerated().map { i, name in
                (name, i == round / 75 ? min(max(truth, 0.02), 0.98) : 0.02 + 0.96 * random.uniform())
            })
            mixture += logLoss(names.reduce(0) { $0 + (shares.weights[$1] ?? 0) * (p[$1] ?? 0) }, y)
            let loss = p.mapValues { logLoss($0, y) }
            losses.append(loss)
            shares.learn(loss)
        }
        let alpha = FixedShare.switching
        for switches in 0...3 {
            // The best sequence with so many changes, at the quarters.
            let parts = (0...switches).map { part in losses[part * rounds / (switches + 1)..<(part + 1) * rounds / (switches + 1)] }
            let best = parts.reduce(0.0) { sum, part in sum + (names.map { name in part.reduce(0) { $0 + ($1[name] ?? 0) } }.min() ?? 0) }
            let bound = -Double.log(smallest) - Double(switches) * Double.log(alpha * smallest) - Double(rounds - switches - 1) * Double.log(1 - alpha)
            #expect(mixture <= best + bound)
        }
    }

    @Test func `the pool in log-odds never loses more than the weighted mean of its members`() {
        var random = SeededRandom(seed: 77)
        for _ in 0..<1000 {
            let p = (0..<3).map { _ in 0.01 + 0.98 * random.uniform() }
            let raw = (0..<3).map { _ in random.uniform() }
            let w = raw.map { $0 / raw.reduce(0, +) }
            let logit = zip(w, p).reduce(0) { $0 + $1.0 * Double.log($1.1 / (1 - $1.1)) }
            let pool = 1 / (1 + Double.exp(-logit))
            for y in [true, false] { #expect(logLoss(pool, y) <= zip(w, p).reduce(0) { $0 + $1.0 * logLoss($1.1, y) } + 1e-12) }
        }
    }

    @Test func `a newcomer starts with little, however many there are, and who is silent keeps what it has`() {
        var shares = FixedShare(strategiesShare: share)
        #expect(shares.weights == ["market": 1])
        shares.admit("a")
        #expect(abs((shares.weights["a"] ?? 0) - share) < 1e-12)
        shares.admit("b")
        #expect(abs(shares.weights.values.reduce(0, +) - 1) < 1e-12)
        #expect((shares.weights["market"] ?? 0) > 0.75)
        let before = shares.weights["b"] ?? 0
        shares.learn(["market": 0.5, "a": 0.5])
        #expect(abs((shares.weights["b"] ?? 0) - before) < 0.002)
    }

    @Test func `a fallen expert recovers when it is right again: no weight is ever lost for good`() {
        var shares = FixedShare(strategiesShare: share)
        for _ in 0..<500 { shares.learn(["market": 0.3, "a": 1.5]) }
        #expect((shares.weights["a"] ?? 0) < 0.01)
        for _ in 0..<30 { shares.learn(["market": 1.5, "a": 0.3]) }
        #expect((shares.weights["a"] ?? 0) > 0.9)
    }
}

extension FixedShareTests {
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `beside the market the mixture loses little, whatever the strategies say: less than 0.006 a market after sixty`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var shares = FixedShare(strategiesShare: share)
        for name in ["a", "b", "c"] { shares.admit(name) }
        let rounds = 60
        var regret = 0.0
        for round in 0..<rounds {
            // Strategies that are right long enough to be believed, then wrong; or noise; each by its seed.
            let turned = round > Int(seed)
            let losses = ["market": 0.5, "a": turned ? 3.0 : 0.2, "b": random.uniform() * 2, "c": seed % 2 == 0 ? 5 : random.uniform()]
            regret -= Double.log(losses.keys.sorted().reduce(0) { $0 + (shares.weights[$1] ?? 0) * Double.exp(0.5 - (losses[$1] ?? 0)) })
            shares.learn(losses)
        }
        let bound = -Double.log(1 - share) - Double(rounds) * Double.log(1 - FixedShare.switching * share)
        #expect(regret <= bound + 1e-12 && bound / Double(rounds) < 0.006)
    }
}

struct EvidenceTests {
    @Test func `a strategy that is no better than the market reaches twenty more rarely than once in twenty, however long it is watched`() {
        var reached = 0
        for seed in 0..<1000 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            var evidence = EProcess()
            for _ in 0..<1000 {
                evidence.add(random.uniform() < 0.5 ? 1 : -1)
                if evidence.capital >= 20 {
                    reached += 1
                    break
                }
            }
        }
        #expect(reached <= 50)
    }

    @Test func `one that is better gets there`() {
        var random = SeededRandom(seed: 1)
        var evidence = EProcess()
        for _ in 0..<400 { evidence.add(random.uniform() < 0.65 ? 0.8 : -0.8) }
        #expect(evidence.capital > 20)
    }

    @Test func `false alarms of drift come at least five hundred rounds apart on average, and a real drift is found soon`() {
        func run(_ chanceOfWorse: Double, seed: UInt64) -> Int {
            var random = SeededRandom(seed: seed)
            var detector = DriftDetector()
            for round in 1...20_000 where detector.add(random.uniform() < chanceOfWorse ? 1 : -1) { return round }
            return 20_000
        }
        let quiet = (0..<200 as Range<UInt64>).reduce(0) { $0 + run(0.5, seed: $1) } / 200
        #expect(quiet >= Int(DriftDetector.falseAlarmEvery))
        let drifting = (0..<200 as Range<UInt64>).reduce(0) { $0 + run(0.7, seed: $1) } / 200
        #expect(drifting < 120)
    }

    @Test func `a strategy climbs by evidence, one stage at a time, and falls by drift`() {
        var standing = Standing(stage: .shadow)
        var seen: [Stage] = [.shadow]
        for _ in 0..<400 { if let stage = standing.add(EvidenceRound(better: 0.6, worse: -0.6)) { seen.append(stage) } }
        #expect(seen == [.shadow, .paper, .canary, .live])
        for _ in 0..<400 { if let stage = standing.add(EvidenceRound(better: -0.6, worse: 0.6)) { seen.append(stage) } }
        #expect(seen == [.shadow, .paper, .canary, .live, .canary, .paper, .shadow])
    }

    @Test func `a stage has the influence that its name says: paper none on real money, shadow none at all`() {
        #expect(Stage.allCases.map { $0.influence(realMoney: true) } == [0, 0, 0.25, 1])
        #expect(Stage.allCases.map { $0.influence(realMoney: false) } == [0, 1, 1, 1])
    }
}

struct CalibrationTests {
    /// A strategy that says `said(p)` where `p` is true.
    private func taught(_ markets: Int, seed: UInt64 = 3, family: SeriesTicker = family, into start: Calibration = Calibration(), _ said: (Double) -> Double) -> Calibration {
        var random = SeededRandom(seed: seed)
        var calibration = start
        for _ in 0..<markets {
            let p = 0.02 + 0.96 * random.uniform()
            calibration.learn([(said(p), 600)], strategy: "s", family: family, outcome: random.uniform() < p ? 1 : 0)
        }
        return calibration
    }

    private func value(_ calibration: Calibration, _ p: Double, _ family: SeriesTicker = family, horizon: Double = 600) -> Double {
        calibration.calibrated(p, strategy: "s", family: family, horizonSeconds: horizon).probability
    }

    private func overconfident(_ p: Double) -> Double {
        let x = 2 * Double.log(p / (1 - p))
        return 1 / (1 + Double.exp(-x))
    }

    @Test func `what is right stays as it is, within a few hundredths`() {
        let calibration = taught(3000) { $0 }
        for p in [0.1, 0.3, 0.5, 0.7, 0.9] { #expect(abs(value(calibration, p) - p) < 0.05) }
    }

    @Test func `over-confidence is learned and taken back`() {
        let calibration = taught(3000, overconfident)
        for p in [0.2, 0.35, 0.65, 0.8] { #expect(abs(value(calibration, overconfident(p)) - p) < 0.06) }
    }

    @Test func `before anything is learned nothing is changed, but it is less sure`() {
        let fresh = Calibration().calibrated(0.7, strategy: "s", family: family, horizonSeconds: 60)
        #expect(abs(fresh.probability - 0.7) < 1e-12)
        #expect(fresh.uncertainty > 0.02)
        let later = taught(3000) { $0 }.calibrated(0.7, strategy: "s", family: family, horizonSeconds: 600)
        #expect(later.uncertainty < fresh.uncertainty)
    }

    @Test func `a family that has shown nothing borrows from the others, in part`() {
        let calibration = taught(2000, overconfident)
        let said = overconfident(0.8)
        let borrowed = value(calibration, said, SeriesTicker("NEW"))
        #expect(borrowed < said - 0.02)
        #expect(borrowed > value(calibration, said))
    }

    @Test func `it follows a change both ways: nothing only tightens`() {
        let once = taught(2000, overconfident)
        let back = taught(4000, seed: 4, into: once) { $0 }
        #expect(abs(value(back, 0.8) - 0.8) < abs(value(once, 0.8) - 0.8))
    }

    @Test func `many forecasts of one market teach as much as one`() {
        var once = Calibration()
        var often = Calibration()
        once.learn([(0.9, 600)], strategy: "s", family: family, outcome: 0)
        often.learn(Array(repeating: (0.9, 600), count: 500), strategy: "s", family: family, outcome: 0)
        #expect(abs(value(once, 0.9) - value(often, 0.9)) < 0.02)
    }
}

struct CalibrationCurveTests {
    @Test func `a market counts once in the curve, and the band holds the truth nineteen times in twenty`() throws {
        var inside = 0
        var points = 0
        for seed in 0..<200 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            var curve = CalibrationCurve()
            for _ in 0..<100 {
                let p = 0.32
                curve.add(Array(repeating: p, count: 7), outcome: random.uniform() < p ? 1 : 0)
            }
            let point = try #require(curve.points.first)
            #expect(abs(point.markets - 100) < 1e-6)
            points += 1
            if point.low <= 0.32, point.high >= 0.32 { inside += 1 }
        }
        #expect(Double(inside) / Double(points) > 0.91)
    }
}
