import Accounting
import Model
import Risk

/// Kelly and the fees.
enum Sizing {
    struct Drawdown: Codable {
        let level: Double
        let chance: Double
        let aside: Double?

        var bound: DrawdownBound { DrawdownBound(level: level, chance: chance, aside: aside ?? 0) }
    }

    // MARK: - A problem of growth, as it is

    struct Growth: Decodable {
        struct Leg: Decodable {
            let pays: [Double]
            let cost: Double
            /// Absent where nothing limits them.
            let most: Double?
        }

        let probabilities: [Double]
        let wealth: [Double]
        let legs: [Leg]
        let budget: Double
        let drawdown: Drawdown?
    }

    struct Bought: Encodable {
        /// Absent where there is no answer within the bounds.
        var contracts: [Double]?
        var growth: Double?
        var budget_multiplier: Double?
        var drawdown_multiplier: Double?
    }

    static func growth(_ asked: Growth) -> Bought {
        let problem = GrowthProblem(
            probabilities: asked.probabilities, wealth: asked.wealth,
            legs: asked.legs.map { GrowthProblem.Leg(pays: $0.pays, cost: $0.cost, most: $0.most ?? .infinity) }, budget: asked.budget,
            drawdown: asked.drawdown?.bound)
        guard let found = problem.solve() else { return Bought() }
        return Bought(contracts: found.contracts, growth: found.growth, budget_multiplier: found.budgetMultiplier, drawdown_multiplier: found.drawdownMultiplier)
    }

    // MARK: - One member of an event, to the contract

    struct StrikeText: Decodable {
        let kind: String
        let low: Double?
        let high: Double?

        var strike: Strike {
            switch kind {
            case "greater": .greater(low ?? 0)
            case "less": .less(high ?? 0)
            case "between": .between(low ?? 0, high ?? 0)
            default: .other
            }
        }
    }

    struct Event: Decodable {
        struct Member: Decodable {
            struct Offer: Decodable {
                let side: Side
                let price: Int32
                let liquidity: Liquidity
                let surcharge: Double
            }

            let strike: StrikeText
            let probability: Double
            let uncertainty: Double
            let held_hundredths: Int64
            let mark: Double
            let fee_kind: FeeTerms.Kind
            let multiplier: Int64
            let offer: Offer?
        }

        let members: [Member]
        let exclusive: Bool
        let equity: Int64
        let spendable: Int64
        let fraction: Double
        let drawdown: Drawdown?
    }

    struct Sized: Encodable {
        /// Absent where the event's states are not understood.
        var pays: [[Bool]]?
        var probabilities: [Double]?
        var trust: Double?
        /// Of each member, in hundredths.
        var contracts: [Int64]?
    }

    static func event(_ asked: Event) -> Sized {
        let terms = asked.members.map { FeeTerms(kind: $0.fee_kind, multiplierThousandths: $0.multiplier) }
        let markets = asked.members.indices.map { i in
            Market(
                ticker: Ticker("E-\(i)"), event: EventTicker("E"), series: SeriesTicker("S"), title: "", strike: asked.members[i].strike.strike, openTime: .zero,
                closeTime: .seconds(1), grid: .cents, fees: terms[i], mutuallyExclusive: asked.exclusive, underlying: nil)
        }
        guard let states = EventStates(markets) else { return Sized() }
        let members = asked.members.indices.map { i in
            let one = asked.members[i]
            guard let fees = FeeSchedule(terms[i]) else { preconditionFailure("a question has a fee rule") }
            return EventMember(
                market: markets[i], probability: one.probability, uncertainty: one.uncertainty, held: Quantity(hundredths: one.held_hundredths), mark: one.mark, fees: fees,
                offer: one.offer.map {
                    EventMember.Offer(side: $0.side, price: Price(tenThousandths: $0.price), liquidity: $0.liquidity, surcharge: $0.surcharge)
                })
        }
        let bankroll = Bankroll(
            equity: Money(millionths: asked.equity), spendable: Money(millionths: asked.spendable), fraction: asked.fraction, drawdown: asked.drawdown?.bound)
        return Sized(
            pays: states.pays, probabilities: states.probabilities(of: members.map(\.probability)), trust: EventKelly.trust(members),
            contracts: members.indices.map { EventKelly.contracts(of: $0, members: members, states: states, bankroll: bankroll).hundredths })
    }

    // MARK: - The closed form

    struct Exclusive: Decodable {
        let probabilities: [Double]
        let costs: [Double]
    }

    struct Stakes: Encodable { let stakes: [Double] }

    static func exclusive(_ asked: Exclusive) -> Stakes { Stakes(stakes: ExclusiveKelly.stakes(probabilities: asked.probabilities, costs: asked.costs)) }

    // MARK: - Fees

    struct Fills: Decodable {
        struct Fill: Decodable {
            let price: Int32
            let hundredths: Int64
            let liquidity: Liquidity
        }

        /// "cent", "tenThousandth", or "order" for the rule of early 2026.
        let rounding: String
        let kind: FeeTerms.Kind
        let multiplier: Int64
        let fills: [Fill]
    }

    struct Charges: Encodable {
        /// Of each fill: trade fee, rounding fee and rebate, in millionths of a dollar.
        let charges: [[Int64]]
        let accumulator: Int64
        /// Dollars a contract, of each fill's price.
        let expected: [Double]
    }

    static func fees(_ asked: Fills) -> Charges {
        let rounding = BalancePrecision(rawValue: asked.rounding).map { FeeRounding.current(precision: $0) } ?? .centPerOrder
        guard let schedule = FeeSchedule(FeeTerms(kind: asked.kind, multiplierThousandths: asked.multiplier), rounding: rounding) else {
            preconditionFailure("a question has a fee rule")
        }
        var account = OrderFeeAccount(schedule)
        let charges = asked.fills.map { fill in
            let charge = account.charge(price: Price(tenThousandths: fill.price), quantity: Quantity(hundredths: fill.hundredths), liquidity: fill.liquidity)
            return [charge.tradeFee.millionths, charge.roundingFee.millionths, charge.rebate.millionths]
        }
        return Charges(
            charges: charges, accumulator: account.accumulator.millionths,
            expected: asked.fills.map { schedule.expectedFeePerContract(price: Price(tenThousandths: $0.price), liquidity: $0.liquidity) })
    }
}
