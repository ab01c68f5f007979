import Matching
import Model
import RealModule

/// The crowd about one market: makers who quote around what they believe, takers who come for their own reasons, takers who know better.
struct Pit: Sendable {
    let listing: Listing
    let texture: Texture
    private let ticks: PriceTicks
    /// The rule on the scale of the latent value.
    private let strike: Strike
    private var makers: [Maker]
    /// When somebody acts next.
    private(set) var nextAction: Timestamp
    private let rate: Double

    var ticker: Ticker { listing.market.ticker }

    init(_ listing: Listing, rate: Double, now: Timestamp, random: inout SeededRandom) {
        self.listing = listing
        self.rate = rate
        let texture = Texture.of(listing)
        self.texture = texture
        ticks = PriceTicks(listing.market.grid)
        if case .high = listing.measure { strike = FairValue.degrees(listing.market.strike) } else { strike = listing.market.strike }
        makers = (0..<texture.makers).map { _ in Maker(texture: texture, random: &random) }
        nextAction = now
    }

    // MARK: - The public verbs

    /// Every maker puts up its whole ladder: the first moments of a market.
    mutating func open(now: Timestamp, world: World, venue: inout Venue, into events: inout [VenueEvent], random: inout SeededRandom) {
        for m in makers.indices {
            let view = view(of: makers[m], now: now, world: world)
            for side in Side.allCases {
                for s in makers[m][side].indices { _ = place(m, side, s, view, now: now, venue: &venue, into: &events, random: &random) }
            }
        }
        schedule(now: now, world: world, random: &random)
    }

    /// Whoever's turn it is, acts.
    mutating func act(now: Timestamp, world: World, venue: inout Venue, into events: inout [VenueEvent], random: inout SeededRandom) {
        let turns = turnRate(now: now, world: world)
        let noise = texture.tradesPerSecond
        let chance = random.uniform() * (turns + noise + texture.informedPerSecond)
        if chance < turns {
            makerTurn(now: now, world: world, venue: &venue, into: &events, random: &random)
        } else if chance < turns + noise {
            noiseTrade(now: now, venue: &venue, into: &events, random: &random)
        } else {
            informedTrade(now: now, world: world, venue: &venue, into: &events, random: &random)
        }
        schedule(now: now, world: world, random: &random)
    }

    /// The probability of YES as the latent world has it now.
    func fairProbability(now: Timestamp, world: World) -> Double {
        value(price: nil, volatilityFactor: 1, opinion: 0, now: now, world: world).probability(strike)
    }

    // MARK: - Who comes next

    private func turnRate(now: Timestamp, world: World) -> Double {
        let p = fairProbability(now: now, world: world)
        let life = texture.life(left: (listing.market.closeTime - now).seconds)
        return texture.turnsPerSecond * life.rate * (texture.quietShare + (1 - texture.quietShare) * 4 * p * (1 - p))
    }

    private mutating func schedule(now: Timestamp, world: World, random: inout SeededRandom) {
        let total = (turnRate(now: now, world: world) + texture.tradesPerSecond + texture.informedPerSecond) * rate
        // From the moment it was due, not from the step in which it came: the steps must not slow the crowd.
        nextAction = nextAction + Interval(nanoseconds: Int64(random.exponential() / total * 1e9) + 1)
    }

    // MARK: - What they believe

    /// `price` nil is the latent price itself.
    private func value(price: Double?, volatilityFactor: Double, opinion: Double, now: Timestamp, world: World) -> FairValue {
        let left = max((listing.market.closeTime - now).seconds, 0.05)
        switch listing.measure {
        case .average(let coin):
            let spot = world.spot(coin)
            let volatility = spot.expectedVolatility(over: left) * volatilityFactor
            let fair = FairValue.average(price: price ?? spot.price, left: left, volatility: volatility) { spot.sumOfLast($0) }
            return FairValue(mean: fair.mean + opinion * fair.spread, spread: fair.spread)
        case .high(let city, let day):
            guard let high = world.climate(city).high(ofDay: day) else { return FairValue(mean: 0, spread: 1) }
            return FairValue.high(high, bias: opinion)
        }
    }

    /// A maker's fair probability and the half spread it asks for.
    private struct View {
        let yes: Double
        let half: Double
        let size: Double

        /// The most it bids on a side, as a place on the grid; -1 where even the lowest price is too much.
        func best(_ side: Side, _ ticks: PriceTicks) -> Int { ticks.floor((side == .yes ? yes : 1 - yes) - half) }
    }

    private func view(of maker: Maker, now: Timestamp, world: World) -> View {
        var price: Double?
        var move = 0.0
        if case .average(let coin) = listing.measure {
            price = world.price(coin, tenthsAgo: maker.lagTenths)
            // One second's ordinary move, and what has just happened: after a jump quotes stand back.
            let seen = world.price(coin, tenthsAgo: maker.lagTenths)
            move = seen * world.spot(coin).volatility + abs(seen - world.price(coin, tenthsAgo: 15))
        }
        let fair = value(price: price, volatilityFactor: maker.volatilityFactor, opinion: maker.opinion * texture.noise, now: now, world: world)
        let p = fair.probability(strike)
        let moved = move > 0 ? abs(FairValue(mean: fair.mean + move, spread: fair.spread).probability(strike) - p) : 0
        let shape = 4 * p * (1 - p)
        let half = (texture.tailHalfSpread + (texture.halfSpread - texture.tailHalfSpread) * shape) * maker.caution + min(texture.moveShare * moved, Texture.widestStep)
        // Inventory leans the quote by up to a cent and a half for a thousand contracts held at even odds.
        let lean = max(min(maker.inventory / 1000, 1), -1) * 0.015 * shape
        return View(yes: p - lean, half: half, size: texture.life(left: (listing.market.closeTime - now).seconds).size)
    }

    // MARK: - Makers

    private mutating func makerTurn(now: Timestamp, world: World, venue: inout Venue, into events: inout [VenueEvent], random: inout SeededRandom) {
        let m = random.index(below: makers.count)
        makers[m].reconsider(random: &random)
        let view = view(of: makers[m], now: now, world: world)
        for side in Side.allCases { retreat(m, side, view, now: now, venue: &venue, into: &events) }
        let side = random.chance(0.5) ? Side.yes : .no
        let deep = random.chance(Texture.deepShare)
        // Where one side has nothing left to bid for, the maker looks after the other.
        if !renew(m, side, deep: deep, view, now: now, venue: &venue, into: &events, random: &random) {
            _ = renew(m, side.opposite, deep: deep, view, now: now, venue: &venue, into: &events, random: &random)
        }
    }

    /// Takes back what bids more than the maker now wants to pay.
    private mutating func retreat(_ m: Int, _ side: Side, _ view: View, now: Timestamp, venue: inout Venue, into events: inout [VenueEvent]) {
        let best = view.best(side, ticks)
        let lottery = lotteryTop(m, now)
        for s in makers[m][side].indices where makers[m][side][s].index > (makers[m][side][s].isDeep ? max(best, lottery) : best) {
            pull(m, side, s, venue: &venue, into: &events)
        }
    }

    /// Fills a bare place of the ladder, or two, or else moves an order. False when nothing could be placed.
    private mutating func renew(
        _ m: Int, _ side: Side, deep: Bool, _ view: View, now: Timestamp, venue: inout Venue, into events: inout [VenueEvent], random: inout SeededRandom
    ) -> Bool {
        let places = deep ? texture.near..<texture.near + texture.deep : 0..<texture.near
        let bare = places.filter { makers[m][side][$0].index < 0 }.prefix(2)
        guard bare.isEmpty else {
            return bare.reduce(false) { place(m, side, $1, view, now: now, venue: &venue, into: &events, random: &random) || $0 }
        }
        let s = places.lowerBound + random.index(below: places.count)
        pull(m, side, s, venue: &venue, into: &events)
        return place(m, side, s, view, now: now, venue: &venue, into: &events, random: &random)
    }

    private mutating func pull(_ m: Int, _ side: Side, _ s: Int, venue: inout Venue, into events: inout [VenueEvent]) {
        guard let order = makers[m][side][s].order else { return }
        let rested = venue.houseCancel(order, into: &events)
        makers[m].filled(makers[m][side][s].size - rested, side)
        makers[m][side][s].index = -1
        makers[m][side][s].order = nil
    }

    private mutating func place(
        _ m: Int, _ side: Side, _ s: Int, _ view: View, now: Timestamp, venue: inout Venue, into events: inout [VenueEvent], random: inout SeededRandom
    ) -> Bool {
        let isDeep = makers[m][side][s].isDeep
        let best = view.best(side, ticks)
        var index = isDeep ? deepIndex(m, best, now, &random) : best - Int(random.exponential() * texture.reach)
        if let opposite = venue.best(ticker, side.opposite) { index = min(index, ticks.mirror(ticks.index(opposite)) - 1) }
        guard index >= 0 else { return false }
        let size = size(isDeep ? texture.deepSize : texture.nearSize, factor: view.size, random: &random)
        guard let order = venue.houseQuote(ticker, side, at: ticks.price(index), size, time: now, into: &events) else { return false }
        makers[m][side][s].index = index
        makers[m][side][s].size = size
        makers[m][side][s].order = order
        return true
    }

    /// Anywhere below the near orders; where there is no room, among the lottery tickets.
    private func deepIndex(_ m: Int, _ best: Int, _ now: Timestamp, _ random: inout SeededRandom) -> Int {
        let room = best - Int(texture.reach * 3) + 1
        if room > 0 { return random.index(below: room) }
        let top = lotteryTop(m, now)
        return top < 0 ? -1 : random.index(below: top + 1)
    }

    /// Up to where this maker bids for a lost cause; each gives up at another moment of the last minute. -1: nowhere.
    private func lotteryTop(_ m: Int, _ now: Timestamp) -> Int {
        (listing.market.closeTime - now).seconds > 15 + 12 * Double(m) ? texture.lotteryTicks - 1 : -1
    }

    private func size(_ size: Texture.Size, factor: Double, random: inout SeededRandom) -> Quantity {
        var share = random.uniform()
        for round in Texture.roundSizes where texture.likesRoundSizes {
            if share < round.share { return .contracts(max(1, Int64(round.contracts * factor))) }
            share -= round.share
        }
        return .contracts(max(1, Int64(min(random.lognormal(median: size.median, sigma: size.sigma), size.cap) * factor)))
    }

    // MARK: - Takers

    /// Somebody wants in, at whatever the book asks, give or take two ticks.
    private func noiseTrade(now: Timestamp, venue: inout Venue, into events: inout [VenueEvent], random: inout SeededRandom) {
        let side = random.chance(Texture.yesShare) ? Side.yes : .no
        guard let opposite = venue.best(ticker, side.opposite) else { return }
        let limit = min(ticks.mirror(ticks.index(opposite)) + 2, ticks.count - 1)
        let contracts = min(random.lognormal(median: texture.tradeSize.median, sigma: texture.tradeSize.sigma), texture.tradeSize.cap)
        venue.houseTake(ticker, side, at: ticks.price(limit), Quantity(hundredths: max(1, Int64(contracts * 100))), time: now, into: &events)
    }

    /// Somebody who sees the latent price now buys what is offered below its worth, fee included.
    private func informedTrade(now: Timestamp, world: World, venue: inout Venue, into events: inout [VenueEvent], random: inout SeededRandom) {
        let p = fairProbability(now: now, world: world)
        for side in Side.allCases {
            guard let opposite = venue.best(ticker, side.opposite) else { continue }
            let worth = side == .yes ? p : 1 - p
            // The ordinary taker fee (7 % of p(1-p)), and something for the trouble.
            let limit = ticks.floor(worth - 0.07 * p * (1 - p) - 0.002)
            guard limit >= ticks.mirror(ticks.index(opposite)) else { continue }
            let contracts = min(3 * random.lognormal(median: texture.tradeSize.median, sigma: texture.tradeSize.sigma), texture.tradeSize.cap)
            venue.houseTake(ticker, side, at: ticks.price(limit), Quantity(hundredths: max(100, Int64(contracts) * 100)), time: now, into: &events)
        }
    }
}
