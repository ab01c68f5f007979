import Accounting
import Books
import Learning
public import Model
public import Risk

// All events together: what may be lost when what moves together moves the wrong way.
extension TradingEngine {
    /// What one correlated group holds, and what it loses in bad times, beside its limits.
    public struct GroupRisk: Hashable, Sendable {
        /// Nil for all groups together.
        public let group: CorrelationGroup?
        public let used: Money
        public let limit: Money
        /// The mean loss of the worst twentieth of the scenarios.
        public let tailLoss: Money
        public let tailLimit: Money
    }

    /// Each event in which something is held or ordered, in order of its name.
    public var bets: [(event: EventTicker, bet: EventBet)] {
        eventsKnown.keys.sorted().compactMap { event in
            let places = eventsKnown[event]?.places ?? []
            let isEmpty = places.allSatisfy { portfolio.position(markets[$0].market.ticker).net.isZero && markets[$0].openOrder == nil }
            return isEmpty ? nil : (event, bet(on: event))
        }
    }

    /// The groups in which something is held or ordered, with the sum of all at the end; none where nothing is.
    public var groupRisks: [GroupRisk] {
        let bets = bets.map(\.bet)
        guard !bets.isEmpty else { return [] }
        let settings = risk.settings
        var sums: [CorrelationGroup: Money] = [:]
        var unknown = Money.zero
        for known in markets {
            if let group = CorrelationGroup.of(known.market) { sums[group, default: .zero] += exposure(known) } else { unknown += exposure(known) }
        }
        let groups = sums.keys.sorted().filter { sums[$0] ?? .zero > .zero }.map { group in
            GroupRisk(
                group: group, used: (sums[group] ?? .zero) + unknown, limit: settings.maximumGroupExposure,
                tailLoss: TailLoss.drawn(bets.filter { $0.mayMove(with: group) }, risk.correlations), tailLimit: settings.maximumGroupTailLoss)
        }
        let all = GroupRisk(
            group: nil, used: portfolio.totalExposure + portfolio.reserved, limit: settings.maximumTotalExposure, tailLoss: TailLoss.drawn(bets, risk.correlations),
            tailLimit: settings.maximumTailLoss)
        return groups + [all]
    }

    /// What an event can bring. Its law is the market's own: ours is why we bet, and must not also say how safe that is.
    ///
    /// Where the outcomes are not understood, no number orders them, or some market was never quoted, the event loses all it can.
    func bet(on event: EventTicker) -> EventBet {
        let exposure = exposure(of: event)
        let gains = exposure.gains.map(\.approximateDollars)
        guard let known = eventsKnown[event], let states = known.states, let first = known.places.first, states.pays.count == gains.count,
            known.places.allSatisfy({ markets[$0].market.strike != .other }), let law = law(known.places, states)
        else { return EventBet(gains: [gains.min() ?? 0], probabilities: [1], group: nil, underlying: nil) }
        let market = markets[first].market
        return EventBet(
            gains: gains, probabilities: law, group: CorrelationGroup.of(market), underlying: market.underlying, day: market.closeTime.utcDay)
    }

    /// Notes what the market expects of an event once half of its life is over: the first law that is whole then. What comes of it teaches how events move together.
    mutating func noteLaw(_ place: Int) {
        guard !markets[place].lawNoted, now - markets[place].market.openTime >= markets[place].market.closeTime - now, now < markets[place].market.closeTime else { return }
        let market = markets[place].market
        // Once is enough for every market of the event, whatever comes of it, except that a law which is not whole yet may become so.
        markets[place].lawNoted = true
        guard let underlying = market.underlying, CorrelationGroup.of(underlying) != nil, let event = eventsKnown[market.event], event.places.first == place,
            !learner.expects(market.event), let states = event.states, event.places.allSatisfy({ markets[$0].market.strike != .other })
        else { return }
        guard let law = law(event.places, states) else { return markets[place].lawNoted = false }
        learner.expect(
            market.event, underlying, day: market.closeTime.utcDay, markets: event.places.map { markets[$0].market.ticker }, states: states, law: law)
    }

    private func law(_ places: [Int], _ states: EventStates) -> [Double]? { Self.law(places.map { marketProbability($0) }, states) }

    /// The probability of each state; nil where something of the event is not known.
    static func law(_ markets: [Double?], _ states: EventStates) -> [Double]? {
        let believed = markets.compactMap { $0 }
        guard believed.count == markets.count, believed.count == states.pays.first?.count else { return nil }
        let law = states.probabilities(of: believed)
        return law.allSatisfy(\.isFinite) ? law : nil
    }

    /// What the quotes say of a market: the middle, as far as it is known; with one side alone, half way to the end of the scale.
    private func marketProbability(_ place: Int) -> Double? {
        let known = markets[place]
        if let value = known.result?.yesValue?.probability ?? known.mark { return value }
        guard let book = books.book(known.market.ticker), book.state == .live else { return nil }
        if let ask = book.ask(.yes) { return ask.price.probability / 2 }
        return book.bid(.yes).map { (1 + $0.price.probability) / 2 }
    }
}
