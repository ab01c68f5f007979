import Learning
import Model
import Strategies

/// What is learned from one outcome after the other.
enum Learned {
    // MARK: - Calibration

    struct Lessons: Decodable {
        struct Row: Decodable {
            let p: Double
            let horizon: Double
        }

        struct Lesson: Decodable {
            let strategy: String
            let family: String
            let rows: [Row]
            let outcome: Double
        }

        struct Asked: Decodable {
            let p: Double
            let horizon: Double
            let strategy: String
            let family: String
        }

        let lessons: [Lesson]
        let asked: [Asked]
    }

    struct Calibrated: Encodable { let calibrated: [[Double]] }

    static func calibration(_ asked: Lessons) -> Calibrated {
        var calibration = Calibration()
        for lesson in asked.lessons {
            calibration.learn(
                lesson.rows.map { ($0.p, $0.horizon) }, strategy: lesson.strategy, family: SeriesTicker(lesson.family), outcome: lesson.outcome)
        }
        return Calibrated(
            calibrated: asked.asked.map { one in
                let found = calibration.calibrated(one.p, strategy: one.strategy, family: SeriesTicker(one.family), horizonSeconds: one.horizon)
                return [found.probability, found.uncertainty]
            })
    }

    // MARK: - Weights and evidence

    struct Rounds: Decodable { let rounds: [[String: Double]] }

    /// After each round.
    struct Weights: Encodable { let weights: [[String: Double]] }

    static func shares(_ asked: Rounds) -> Weights {
        var shares = FixedShare(strategiesShare: Horizon.hour.strategiesShare)
        return Weights(
            weights: asked.rounds.map { losses in
                shares.learn(losses)
                return shares.weights
            })
    }

    /// Of the bet that ours is better, and of the bet that it is worse.
    struct Gains: Decodable {
        let better: [Double]
        let worse: [Double]
    }

    /// After each round.
    struct Evidence: Encodable {
        var log_capital: [Double] = []
        var level: [Double] = []
        var alarm: [Bool] = []
    }

    static func evidence(_ asked: Gains) -> Evidence {
        var (process, detector, found) = (EProcess(), DriftDetector(), Evidence())
        for (better, worse) in zip(asked.better, asked.worse) {
            process.add(better)
            found.alarm.append(detector.add(worse))
            found.log_capital.append(process.logCapital)
            found.level.append(detector.level)
        }
        return found
    }

    // MARK: - Nowcasts: Student's t about a centre whose bias and spread are learned

    struct Nowcasts: Decodable {
        struct Said: Decodable {
            let source: String
            let value: Double
            let error: Double
        }

        struct Release: Decodable {
            let said: [Said]
            /// Absent for the one that is asked about.
            let figure: Double?
        }

        let step: Double
        let releases: [Release]
        let strikes: [Sizing.StrikeText]
    }

    struct Opinions: Encodable {
        /// Of each strike: the probability and its uncertainty.
        let opinions: [[Double]]
    }

    static func nowcast(_ asked: Nowcasts) -> Opinions {
        let figure = Underlying("US-CPI")
        var strategy = NowcastStrategy()
        for (day, release) in asked.releases.enumerated() {
            for said in release.said {
                strategy.observe(
                    .nowcast(Nowcast(figure: figure, release: Int64(day), source: said.source, value: said.value, error: said.error, step: asked.step)), at: .zero)
            }
            if let value = release.figure { strategy.observe(.figure(OfficialFigure(figure: figure, release: Int64(day), value: value)), at: .zero) }
        }
        let close = Timestamp.seconds(Int64(asked.releases.count - 1) * 86_400 + 3600)
        return Opinions(
            opinions: asked.strikes.map { strike in
                let market = Market(
                    ticker: Ticker("M"), event: EventTicker("E"), series: SeriesTicker("S"), title: "", strike: strike.strike, openTime: .zero, closeTime: close,
                    grid: .cents, fees: .ordinary, mutuallyExclusive: false, underlying: figure)
                guard case .success(let found) = strategy.forecast(market, at: .zero, staleness: .seconds(60)) else { return [] }
                return [found.probability, found.uncertainty]
            })
    }
}
