import Accounting
import Model
import RealModule
import Risk
import Testing

private func market(_ strike: Strike, _ name: String = "M") -> Market {
    Market(
        ticker: Ticker(name), event: EventTicker("E"), series: SeriesTicker("S"), title: "t", strike: strike, openTime: .zero, closeTime: .seconds(1),
        grid: .cents, fees: .ordinary, mutuallyExclusive: false, underlying: nil)
}

private let fees = FeeSchedule(.ordinary, rounding: .current(precision: .cent))

private func member(
    _ strike: Strike = .greater(50), p: Double, sigma: Double = 0, held: Int64 = 0, side: Side? = .yes, price: Int32, maker: Bool = true
) throws -> EventMember {
    EventMember(
        market: market(strike), probability: p, uncertainty: sigma, held: .contracts(held), mark: side == .no ? 1 - Double(price) / 100 : Double(price) / 100,
        fees: try #require(fees), offer: side.map { .init(side: $0, price: .cents(price), liquidity: maker ? .maker : .taker) })
}

private func contracts(_ members: [EventMember], of index: Int = 0, dollars: Int64 = 10_000, fraction: Double = 1) throws -> Double {
    let states = try #require(EventStates(members.map(\.market)))
    return EventKelly.contracts(
        of: index, members: members, states: states, bankroll: Bankroll(equity: .dollars(dollars), spendable: .dollars(dollars), fraction: fraction)
    ).approximateContracts
}

struct EventKellyTests {
    @Test func `a lone market is the textbook's bet, to the contract, fee and fraction counted`() throws {
        // f = (p - c) / (1 - c), and f W / c contracts of it; makers pay no fee here.
        #expect(try contracts([member(p: 0.6, price: 50)]) == 4000)
        #expect(try contracts([member(p: 0.6, price: 50)], fraction: 0.25) == 1000)
        let cost = 0.5175
        let taken = (0.6 - cost) / (1 - cost) * 10_000 / cost
        #expect(try contracts([member(p: 0.6, price: 50, maker: false)]) == taken.rounded(.down))
    }

    @Test func `NO is sized by the probability of NO`() throws {
        #expect(try contracts([member(p: 0.4, side: .no, price: 50)]) == 4000)
        #expect(try contracts([member(p: 0.6, side: .no, price: 50)]) == 0)
    }

    @Test func `uncertainty shrinks the bet as Baker and McHale have it`() throws {
        let sure = try contracts([member(p: 0.6, price: 50)], dollars: 1_000_000)
        let unsure = try contracts([member(p: 0.6, sigma: 0.05, price: 50)], dollars: 1_000_000)
        #expect(abs(unsure / sure - 0.01 / (0.01 + 0.0025)) < 1e-4)
    }

    @Test func `a bet worth less than a contract is none, and no edge is none: nothing is raised to a minimum`() throws {
        #expect(try contracts([member(p: 0.51, sigma: 0.05, price: 50)], dollars: 10, fraction: 0.25) == 0)
        #expect(try contracts([member(p: 0.5, price: 50)]) == 0)
        #expect(try contracts([member(p: 0.4, price: 50)]) == 0)
    }

    @Test func `a contract whose edge the rounded fee eats is not bought, though the unrounded fee would leave some`() throws {
        // One contract at 50 cents: the fee of 1.75 cents is rounded to two.
        #expect(try contracts([member(p: 0.519, price: 50, maker: false)], dollars: 270) == 0)
        #expect(try contracts([member(p: 0.56, price: 50, maker: false)], dollars: 10) >= 1)
    }

    @Test func `what is held already is not bought again`() throws {
        #expect(try contracts([member(p: 0.6, held: 1000, price: 50)]) == 3000)
        #expect(try contracts([member(p: 0.6, held: 4000, price: 50)]) == 0)
        #expect(try contracts([member(p: 0.6, held: 1000, price: 50)], fraction: 0.25) == 0)
    }

    @Test func `with the wrong side held beyond all reason, what leaves it is bought and no more`() throws {
        var wrong = try member(p: 0.3, held: 500, side: .no, price: 60)
        wrong.mark = 0.4
        #expect(try contracts([wrong], dollars: 1000, fraction: 0.1) == 500)
    }

    @Test func `exclusive brackets hedge each other: two are bought for more than each alone`() throws {
        let brackets = [try member(.between(50, 51), p: 0.3, price: 25), try member(.between(52, 53), p: 0.4, price: 35), try member(.between(54, 55), p: 0.1, side: nil, price: 15)]
        let alone = try contracts([brackets[0]])
        #expect(try contracts(brackets) > alone * 1.05)
    }

    @Test func `nested thresholds are sized below each alone`() throws {
        let ladder = [try member(.greater(50), p: 0.6, price: 55), try member(.greater(60), p: 0.4, price: 35)]
        #expect(try contracts(ladder, of: 0) + contracts(ladder, of: 1) < 0.8 * (contracts([ladder[0]]) + contracts([ladder[1]])))
    }

    @Test func `an offer of NO on one bracket and YES on another are sized in the same states`() throws {
        let brackets = [try member(.less(50), p: 0.5, side: .no, price: 45), try member(.greaterOrEqual(50), p: 0.5, price: 45)]
        // Both say the same: together they are one bet at one price.
        let together = try contracts(brackets, of: 0) + contracts(brackets, of: 1)
        #expect(abs(together - (try contracts([brackets[1]]))) <= 2)
    }

    @Test func `the cash that may be spent bounds the bet`() throws {
        let members = [try member(p: 0.9, price: 50)]
        let states = try #require(EventStates(members.map(\.market)))
        let bound = EventKelly.contracts(
            of: 0, members: members, states: states, bankroll: Bankroll(equity: .dollars(10_000), spendable: .dollars(100), fraction: 1))
        #expect(bound == .contracts(200))
    }
}

struct EventExposureTests {
    private let legs: [(wins: [Bool], cost: Int64)] = [([false, true, true], 90), ([true, false, true], 80), ([true, true, false], 70)]

    @Test func `ten exclusive NO legs can lose only one of them`() {
        var exposure = EventExposure(states: 3)
        for leg in legs { exposure.hold(.contracts(100), cost: .dollars(leg.cost), wins: leg.wins) }
        // Two pay 100 dollars each, whatever happens; 240 were paid.
        #expect(exposure.worst == .dollars(40))
    }

    @Test func `an open order counts where it loses and never where it wins`() {
        var exposure = EventExposure(states: 3)
        for leg in legs { exposure.mayHold(.contracts(100), cost: .dollars(leg.cost), wins: leg.wins) }
        #expect(exposure.worst == .dollars(90))
        #expect(exposure.room(limit: .dollars(100), wins: [false, true, true]) == .dollars(10))
        #expect(exposure.room(limit: .dollars(100), wins: [true, true, false]) == .dollars(30))
    }

    @Test func `where the outcomes are not understood everything can be lost`() {
        var exposure = EventExposure()
        for leg in legs { exposure.hold(.contracts(100), cost: .dollars(leg.cost), wins: []) }
        #expect(exposure.worst == .dollars(240))
    }

    /// A naive twin: every outcome and every choice of orders that fill.
    @Test func `the worst case is that of trying every outcome with every set of fills`() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<300 {
            let states = 2 + Int(random.uniform() * 4)
            let bets = (0..<5).map { _ in
                (wins: (0..<states).map { _ in random.uniform() < 0.5 }, cost: Int64(random.uniform() * 90), open: random.uniform() < 0.5)
            }
            var exposure = EventExposure(states: states)
            for bet in bets {
                if bet.open { exposure.mayHold(.contracts(100), cost: .dollars(bet.cost), wins: bet.wins) } else { exposure.hold(.contracts(100), cost: .dollars(bet.cost), wins: bet.wins) }
            }
            var worst: Int64 = 0
            for state in 0..<states {
                for filled in 0..<32 {
                    var gain: Int64 = 0
                    for (i, bet) in bets.enumerated() where !bet.open || filled >> i & 1 == 1 { gain += (bet.wins[state] ? 100 : 0) - bet.cost }
                    worst = max(worst, -gain)
                }
            }
            #expect(exposure.worst == .dollars(worst))
        }
    }
}
