public import Model

/// What the desk expected of its own trades, at the probabilities that it held when they were made, beside what came of them.
///
/// By those probabilities a purchase is worth its probability less its price and fee; a resting order's, also less what such fills have been found to know better.
/// What is held is then a martingale, so the variance of the outcome is the sum over fills of what was still open after them, less what of the same holding was still
/// open at the next one. To chance comes doubt: the probabilities are uncertain by what they themselves say, and are taken to be wrong everywhere at once. Whoever is outside the interval more often than once in twenty thinks better of himself than he should.
public struct ForeseenProfit: Hashable, Sendable, Codable {
    /// An event as it was believed at the moment of a fill.
    public struct Belief: Hashable, Sendable {
        public let markets: [Ticker]
        /// Which markets resolve YES in a state: a row a state.
        public let pays: [[Bool]]
        /// The probability of each state.
        public let law: [Double]
        /// The rows ascend with a number.
        public let isOrdered: Bool
        public let ties: EventTies

        public init(markets: [Ticker], pays: [[Bool]], law: [Double], isOrdered: Bool, ties: EventTies) {
            precondition(pays.count == law.count && pays.allSatisfy { $0.count == markets.count }, "a probability for each state, an answer for each market")
            self.markets = markets
            self.pays = pays
            self.law = law
            self.isOrdered = isOrdered
            self.ties = ties
        }

        /// Of one market, whatever others there are.
        public init(_ market: Ticker, probability: Double, ties: EventTies) {
            self.init(markets: [market], pays: [[false], [true]], law: [1 - probability, probability], isOrdered: false, ties: ties)
        }

        /// Of contracts held: the variance of what they pay, and the part of their deviation that goes up with the number, in dollars.
        func spread(of held: [Ticker: Leg]) -> (variance: Double, slope: Double) {
            let contracts = markets.map { held[$0]?.net ?? 0 }
            let payoffs = pays.map { row in zip(row, contracts).reduce(0) { $0 + ($1.0 ? $1.1 : 0) } }
            let mean = zip(law, payoffs).reduce(0) { $0 + $1.0 * $1.1 }
            let variance = zip(law, payoffs).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
            guard isOrdered else { return (variance, 0) }
            // The state's rank stands for its number.
            var (below, covariance, ranks) = (0.0, 0.0, 0.0)
            for (probability, payoff) in zip(law, payoffs) {
                let rank = below + probability / 2 - 0.5
                covariance += probability * rank * (payoff - mean)
                ranks += probability * rank * rank
                below += probability
            }
            return (variance, ranks > 0 ? covariance / ranks.squareRoot() : 0)
        }
    }

    /// What was bought of one market.
    struct Leg: Hashable, Sendable, Codable {
        var yes: Quantity = .zero
        var no: Quantity = .zero
        /// Price and fee.
        var paid: Money = .zero
        var fees: Money = .zero
        /// What it would lose if YES were less probable by the deviation that was stated, in dollars.
        var doubt = 0.0
        /// Once the market is settled.
        var gain: Money?
        var isFinal = false

        var net: Double { (yes - no).approximateContracts }
    }

    struct Bet: Hashable, Sendable, Codable {
        let ties: EventTies
        let began: Timestamp
        var ended: Timestamp
        var legs: [Ticker: Leg] = [:]
        var expected = 0.0
        var variance = 0.0
        /// The largest that it was.
        var slope = 0.0

        /// In a defined order: of doubles another order is another sum.
        var doubt: Double { legs.sorted { $0.key < $1.key }.reduce(0) { $0 + abs($1.value.doubt) } }
        var came: Money? { legs.values.reduce(.zero) { sum, leg in sum.flatMap { sum in leg.gain.map { sum + $0 } } } }

        func covariance(with other: Bet, _ correlations: EventCorrelations) -> Double {
            // What was never open at the same time was known before: the next bet's surprise is its own.
            guard began < other.ended, other.began < ended, slope != 0, other.slope != 0 else { return 0 }
            return correlations.between(ties, other.ties) * slope * other.slope
        }
    }

    /// Of events that are over, in dollars.
    public struct Sums: Hashable, Sendable, Codable {
        public internal(set) var events = 0
        public internal(set) var expected = 0.0
        /// Of chance alone.
        public internal(set) var variance = 0.0
        /// What would be lost if every probability were wrong by the deviation that it stated.
        public internal(set) var doubt = 0.0
        public internal(set) var came = Money.zero

        public var deviation: Double { (max(variance, 0) + doubt * doubt).squareRoot() }
        /// Where 95 % of outcomes lie if the desk knows how much it knows: by the normal law, so of many events rather than of one.
        public var interval: (low: Double, high: Double) { (expected - 1.96 * deviation, expected + 1.96 * deviation) }
    }

    private var bets: [EventTicker: Bet] = [:]
    private var events: [Ticker: EventTicker] = [:]
    /// Of events that are over for good.
    private var past = Sums()
    /// Those of them that were open together with one that is not.
    private var recent: [Bet] = []

    public init() {}

    /// - Parameters:
    ///   - probability: of YES, as the desk held it.
    ///   - deviation: of that probability, as it was stated: at least zero.
    ///   - adverse: dollars a contract that the leg is worth less because somebody wanted to sell it: at least zero.
    public mutating func bought(
        _ fill: Fill, in event: EventTicker, probability: Double, deviation: Double, adverse: Double = 0, belief: Belief, at now: Timestamp
    ) {
        guard fill.quantity > .zero else { return }
        var bet = bets[event] ?? Bet(ties: belief.ties, began: now, ended: now)
        bet.variance -= belief.spread(of: bet.legs).variance
        let contracts = fill.quantity.approximateContracts
        let isYes = fill.side == .yes
        var leg = bet.legs[fill.market] ?? Leg()
        if isYes { leg.yes += fill.quantity } else { leg.no += fill.quantity }
        leg.paid += fill.price * fill.quantity + fill.fee
        leg.fees += fill.fee
        leg.doubt += (isYes ? contracts : -contracts) * deviation
        bet.legs[fill.market] = leg
        bet.expected += contracts * ((isYes ? probability : 1 - probability) - adverse - fill.price.probability) - fill.fee.approximateDollars
        let spread = belief.spread(of: bet.legs)
        bet.variance += spread.variance
        if abs(spread.slope) > abs(bet.slope) { bet.slope = spread.slope }
        bet.ended = now
        bets[event] = bet
        events[fill.market] = event
    }

    /// The market has paid. Asked again, by another result or after a late fill, it says anew what came of it.
    public mutating func settled(_ ticker: Ticker, result: MarketResult, at now: Timestamp) {
        guard let event = events[ticker], var leg = bets[event]?.legs[ticker] else { return }
        leg.gain = result.worth(yes: leg.yes, no: leg.no, cost: leg.paid - leg.fees) - leg.paid
        bets[event]?.legs[ticker] = leg
        bets[event]?.ended = now
    }

    /// The payout was taken back: what came is open again.
    public mutating func takenBack(_ ticker: Ticker) {
        if let event = events[ticker] { bets[event]?.legs[ticker]?.gain = nil }
    }

    /// The payout cannot be taken back any more. With an event's last market only the sums are kept.
    public mutating func forget(_ ticker: Ticker, _ correlations: EventCorrelations) {
        guard let event = events.removeValue(forKey: ticker) else { return }
        bets[event]?.legs[ticker]?.isFinal = true
        guard let bet = bets[event], bet.legs.values.allSatisfy(\.isFinal) else { return }
        bets[event] = nil
        Self.add(bet, to: &past, beside: &recent, correlations)
        let earliest = bets.values.map(\.began).min()
        recent.removeAll { bet in earliest.map { bet.ended <= $0 } ?? true }
    }

    /// Of all events in which something was bought and every such market is settled.
    public func sums(_ correlations: EventCorrelations) -> Sums {
        var (sums, recent) = (past, recent)
        for event in bets.keys.sorted() { if let bet = bets[event] { Self.add(bet, to: &sums, beside: &recent, correlations) } }
        return sums
    }

    private static func add(_ bet: Bet, to sums: inout Sums, beside others: inout [Bet], _ correlations: EventCorrelations) {
        guard let came = bet.came else { return }
        sums.events += 1
        sums.expected += bet.expected
        sums.variance += bet.variance + others.reduce(0) { $0 + 2 * bet.covariance(with: $1, correlations) }
        sums.doubt += bet.doubt
        sums.came += came
        others.append(bet)
    }

    public func feed(into digest: inout Digest) {
        digest.feed(past.events)
        digest.feed(past.came)
        for event in bets.keys.sorted() {
            guard let bet = bets[event] else { continue }
            digest.feed(event.text)
            digest.feed(bet.expected)
            digest.feed(bet.variance)
        }
    }
}
