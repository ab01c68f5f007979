import Accounting
import Model
import Risk
import Strategies

// All markets of an event together: how much to buy of one, and what they can cost at worst.
extension TradingEngine {
    /// The markets of one event, by their places, and what their outcomes have in common; nil where that is not understood.
    struct KnownEvent: Sendable, Codable {
        var places: [Int] = []
        var states: EventStates?
    }

    /// How many more contracts to buy of the market's wish. The siblings enter with what is believed and held of them, and with what they wished at their
    /// own last look. Nil when something is held in the event whose worth is not known: then nothing is added.
    func size(_ place: Int, free: Money) -> Quantity? {
        guard let known = eventsKnown[markets[place].market.event], let index = known.places.firstIndex(of: place) else { return nil }
        // Without a common law the market stands alone; what the event can lose is still limited, by the sum.
        guard let states = known.states else { return alone(place, free) }
        let members = known.places.map(member)
        if !members.contains(where: { $0 == nil }) {
            return risk.size(of: index, members: members.compactMap(\.self), states: states, equity: equity ?? .zero, free: free)
        }
        let priced = known.places.filter { member($0) != nil }
        let heldUnpriced = known.places.contains { member($0) == nil && !portfolio.position(markets[$0].market.ticker).net.isZero }
        guard !heldUnpriced, let index = priced.firstIndex(of: place) else { return nil }
        guard let states = EventStates(priced.map { markets[$0].market }) else { return alone(place, free) }
        return risk.size(of: index, members: priced.compactMap(member), states: states, equity: equity ?? .zero, free: free)
    }

    private func alone(_ place: Int, _ free: Money) -> Quantity? {
        guard let member = member(place), let states = EventStates([member.market]) else { return nil }
        return risk.size(of: 0, members: [member], states: states, equity: equity ?? .zero, free: free)
    }

    /// Nil while nothing is known of the market's worth.
    private func member(_ place: Int) -> EventMember? {
        let known = markets[place]
        guard let fees = FeeSchedule(known.market.fees) else { return nil }
        let position = portfolio.position(known.market.ticker)
        let certain = known.result?.yesValue?.probability
        guard let probability = certain ?? known.pooled?.probability ?? known.mark else { return nil }
        let mark = known.mark ?? certain ?? averageCost(position) ?? probability
        return EventMember(
            market: known.market, probability: probability, uncertainty: known.pooled?.uncertainty ?? 0, held: position.net, mark: mark, fees: fees,
            offer: known.status == .active ? known.offer : nil)
    }

    private func averageCost(_ position: Position) -> Double? {
        guard !position.net.isZero else { return nil }
        let each = min(position.cost.approximateDollars / position.net.magnitude.approximateContracts, 1)
        return position.net > .zero ? each : 1 - each
    }

    /// What the event's markets can lose, outcome by outcome, with every open order that would lose counted as filled.
    func exposure(of event: EventTicker) -> EventExposure {
        guard let known = eventsKnown[event] else { return EventExposure() }
        var exposure = EventExposure(states: known.states?.pays.count ?? 1)
        for (index, place) in known.places.enumerated() {
            let ticker = markets[place].market.ticker
            let position = portfolio.position(ticker)
            if let side = position.side { exposure.hold(position.net.magnitude, cost: position.cost, wins: wins(known, index, side)) }
            if let id = markets[place].openOrder, let order = orders[id] {
                exposure.mayHold(order.remaining, cost: portfolio.reservation(id), wins: wins(known, index, order.intent.side))
            }
        }
        return exposure
    }

    /// In which of its event's outcomes a leg pays; empty where they are not understood.
    func wins(_ place: Int, _ side: Side) -> [Bool] {
        guard let known = eventsKnown[markets[place].market.event], let index = known.places.firstIndex(of: place) else { return [] }
        return wins(known, index, side)
    }

    private func wins(_ known: KnownEvent, _ index: Int, _ side: Side) -> [Bool] { known.states?.pays.map { $0[index] == (side == .yes) } ?? [] }

    /// The cost of everything held or ordered in markets of one series, and of one correlated group.
    func seriesExposure(_ series: SeriesTicker) -> Money {
        markets.reduce(.zero) { $1.market.series == series ? $0 + exposure($1) : $0 }
    }

    func groupExposure(_ market: Market) -> GroupExposure? {
        guard let group = CorrelationGroup.of(market) else { return nil }
        // What is held of an unknown kind may move with this group as well as with any other.
        let used = markets.reduce(Money.zero) { sum, known in
            let other = CorrelationGroup.of(known.market)
            return other == nil || other == group ? sum + exposure(known) : sum
        }
        return GroupExposure(group: group, used: used)
    }

    /// After the list of markets has changed.
    mutating func relate(_ event: EventTicker) {
        let places = markets.indices.filter { markets[$0].market.event == event }
        eventsKnown[event] = places.isEmpty ? nil : KnownEvent(places: places, states: EventStates(places.map { markets[$0].market }))
    }

    mutating func relateAll() {
        eventsKnown = [:]
        for event in Set(markets.map(\.market.event)) { relate(event) }
    }
}
