public import Model

/// What several events lose together in bad times: the mean of the worst twentieth of the scenarios (`PortfolioRisk`).
///
/// Two worlds are drawn and the worse counts: events come out high or low together as settlements have shown and else as is assumed (`EventCorrelations`), or only those of one
/// underlying on one day do. So what adds up is added up, and a bet on one city is no hedge for a bet on another.
public struct TailLoss: Sendable, Codable {
    /// Of the scenarios, by loss.
    public static let tail = 0.05
    /// Half the scenarios of each assumption.
    static let pairs = 500
    /// Sums that are remembered: all markets of one look ask about the same events.
    static let mostRemembered = 8

    private var remembered: [(bets: [EventBet], loss: Money)] = []

    /// How events move together, as far as it is known.
    public var correlations = EventCorrelations() {
        didSet { if correlations != oldValue { remembered = [] } }
    }

    // What is remembered saves draws and changes none.
    private enum CodingKeys: CodingKey { case correlations }

    public init() {}

    /// Rounded up to a cent. Never more than all of the events can lose, so where that lies within `enough` it is the answer, without a draw.
    public mutating func of(_ bets: [EventBet], enough: Money = .zero) -> Money {
        let worst = Self.money(bets.reduce(0) { $0 + max($1.worst, 0) })
        guard worst > enough else { return worst }
        if let known = remembered.first(where: { $0.bets == bets }) { return known.loss }
        let loss = Self.drawn(bets, correlations)
        if remembered.count >= Self.mostRemembered { remembered.removeFirst() }
        remembered.append((bets, loss))
        return loss
    }

    /// The same scenarios for the same number of events, always: the seed is a constant.
    public static func drawn(_ bets: [EventBet], _ correlations: EventCorrelations = EventCorrelations()) -> Money {
        let known = bets.filter { $0.group != nil }
        let losses = [PortfolioRisk.together(known, correlations), PortfolioRisk.apart(known)].map { correlation in
            var random = SeededRandom(seed: 1)
            return PortfolioRisk(bets, correlation: correlation, pairs: pairs, using: &random).expectedShortfall(tail: tail)
        }
        return max(money(losses.max() ?? 0), .zero)
    }

    private static func money(_ dollars: Double) -> Money { .cents(Int64(min((dollars * 100 - 1e-6).rounded(.up), 1e15))) }
}
