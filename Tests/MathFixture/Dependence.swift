import Learning
import Model
import Risk

/// What events lose together.
enum Dependence {
    struct Bet: Decodable {
        let gains: [Double]
        let probabilities: [Double]
        let group: String?
        let underlying: String?
        let day: Int64?

        var bet: EventBet {
            EventBet(
                gains: gains, probabilities: probabilities, group: group.map { CorrelationGroup($0) }, underlying: underlying.map { Underlying($0) }, day: day)
        }
    }

    struct Scenarios: Decodable {
        let bets: [Bet]
        /// All rows of the matrix.
        let correlation: [[Double]]
        let pairs: Int
        let seed: UInt64
        let tail: Double
    }

    struct Losses: Encodable {
        let losses: [Double]
        let shortfall: Double
        /// Independent standard normals, in the order in which they are drawn: a row a pair.
        let normals: [[Double]]
    }

    static func scenarios(_ asked: Scenarios) -> Losses {
        var random = SeededRandom(seed: asked.seed)
        let bets = asked.bets.map(\.bet)
        let risk = PortfolioRisk(bets, correlation: matrix(asked.correlation), pairs: asked.pairs, using: &random)
        return Losses(losses: risk.losses, shortfall: risk.expectedShortfall(tail: asked.tail), normals: normals(asked.pairs, bets, asked.seed))
    }

    struct Tail: Decodable {
        let bets: [Bet]
        let pairs: Int
    }

    struct TailAnswer: Encodable {
        let loss: Int64
        let normals: [[Double]]
    }

    static func tail(_ asked: Tail) -> TailAnswer {
        let bets = asked.bets.map(\.bet)
        return TailAnswer(loss: TailLoss.drawn(bets).millionths, normals: normals(asked.pairs, bets, 1))
    }

    private static func normals(_ pairs: Int, _ bets: [EventBet], _ seed: UInt64) -> [[Double]] {
        var random = SeededRandom(seed: seed)
        let known = bets.count { $0.group != nil }
        return (0..<pairs).map { _ in (0..<known).map { _ in random.normal() } }
    }

    private static func matrix(_ rows: [[Double]]) -> SymmetricMatrix {
        var matrix = SymmetricMatrix(order: rows.count)
        for i in rows.indices { for j in 0...i { matrix[i, j] = rows[i][j] } }
        return matrix
    }

    // MARK: - Correlations learned from settlements

    struct Settled: Decodable {
        struct Event: Decodable {
            let underlying: String
            let day: Int64
            let law: [Double]
            /// Absent for one that was void.
            let state: Int?
        }

        /// By day.
        let events: [Event]
        let asked: [[String]]
    }

    /// Of each pair: the correlation, and the days of exactly known numbers that were measured.
    struct Figures: Encodable { let figures: [[Double]] }

    static func correlations(_ asked: Settled) -> Figures {
        var learner = Learner()
        for (number, event) in asked.events.enumerated() {
            let name = EventTicker("E\(number)")
            let markets = event.law.dropFirst().indices.map { Ticker("E\(number)-\($0)") }
            guard let states = EventStates(markets.indices.map { .init(strike: .greater(Double($0)), exclusive: false) }) else { continue }
            learner.expect(name, Underlying(event.underlying), day: event.day, markets: markets, states: states, law: event.law)
            for (i, market) in markets.enumerated() {
                learner.hear(event.state.map { i < $0 ? .yes : .no } ?? .void, of: market, in: name, today: event.day)
            }
        }
        learner.hear(.void, of: Ticker("none"), in: EventTicker("none"), today: .max)
        func ties(_ name: String) -> EventTies { EventTies(group: CorrelationGroup.of(Underlying(name)), underlying: Underlying(name), day: 0) }
        return Figures(
            figures: asked.asked.map { pair in
                learner.parameters.correlations.figure(ties(pair[0]), ties(pair[1])).map { [$0.value, $0.days] } ?? []
            })
    }
}
