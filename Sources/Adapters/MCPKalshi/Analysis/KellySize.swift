import Accounting
import Foundation
import MCP
import MCPHosting
import Model
import Notation
import Risk

/// `kelly_size`: the desk's own sizing, for figures that the caller gives. It asks nobody and knows no account.
struct KellySize: Tool {
    enum Rule: String, Choice {
        case quadratic
        case quadraticWithMakerFees = "quadratic_with_maker_fees"
    }
    struct Arguments: Shaped {
        let side: String
        let probability: Double
        let price: String
        let bankroll: String
        let fraction: Double
        let uncertainty: Double
        let maker: Bool
        let fee_rule: Rule
        let fee_multiplier: Double
        static let notes: [String: Note] = [
            "side": "yes or no.", "probability": Note("That the side wins.", range: 0...1), "price": "Of the side, \"0.42\".", "bankroll": "Dollars.",
            "fraction": Note("Of full Kelly.", range: 0...1, default: .number(0.25)), "uncertainty": Note("Standard error.", range: 0...1, default: 0),
            "maker": Note("Rests instead of taking.", default: false), "fee_rule": Note("The series'.", default: "quadratic"), "fee_multiplier": Note("The series'.", range: 0...10, default: 1),
        ]
    }
    struct Output: Shaped {
        let count: String
        let cost: String
        let fee: String
        let edge: Double
        let share_of_bankroll: Double
        let growth: Double?
        static let notes: [String: Note] = [
            "count": "Whole contracts, rounded down.", "cost": "Without fee.", "fee": "To the exchange's rounding.", "edge": "Dollars a contract, fee deducted.",
            "share_of_bankroll": .plain, "growth": "Of the bankroll's logarithm.",
        ]
    }
    static let name = "kelly_size"
    static let title = "Size by Kelly"
    static let summary = "Contracts to buy by fractional Kelly with exact fees. One market alone: correlated bets need less."
    static let hints = ToolHints.readsHere

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let price = try Given.price(arguments.price)
        guard let bankroll = Money(arguments.bankroll), bankroll > .zero, bankroll <= .dollars(1_000_000_000) else { throw ToolFailure("bankroll is dollars above 0, like \"1000\"") }
        guard let side = Side(rawValue: arguments.side) else { throw ToolFailure("side is yes or no") }
        guard arguments.probability > 0, arguments.probability < 1 else { throw ToolFailure("a probability lies strictly between 0 and 1") }
        let kind: FeeTerms.Kind = arguments.fee_rule == .quadratic ? .quadratic : .quadraticWithMakerFees
        guard let fees = FeeSchedule(FeeTerms(kind: kind, multiplierThousandths: Int64((arguments.fee_multiplier * 1000).rounded()))) else { throw ToolFailure("there is no such fee rule") }
        let market = Market(
            ticker: Ticker("X"), event: EventTicker("X"), series: SeriesTicker("X"), title: "", strike: .other, openTime: .zero, closeTime: .zero, grid: .cents, fees: fees.terms,
            mutuallyExclusive: false, underlying: nil)
        let liquidity: Liquidity = arguments.maker ? .maker : .taker
        let yes = side == .yes ? arguments.probability : 1 - arguments.probability
        let member = EventMember(
            market: market, probability: yes, uncertainty: arguments.uncertainty, held: .zero, mark: yes, fees: fees,
            offer: EventMember.Offer(side: side, price: price, liquidity: liquidity))
        guard let states = EventStates([market]) else { throw ToolFailure("this cannot be sized") }
        let count = EventKelly.contracts(
            of: 0, members: [member], states: states, bankroll: Bankroll(equity: bankroll, spendable: bankroll, fraction: arguments.fraction))
        let cost = price * count
        var account = OrderFeeAccount(fees)
        let fee = count > .zero ? account.charge(price: price, quantity: count, liquidity: liquidity).net : .zero
        let edge = arguments.probability - price.probability - fees.expectedFeePerContract(price: price, liquidity: liquidity)
        let staked = (cost + fee).approximateDollars / bankroll.approximateDollars
        let won = count.approximateContracts / bankroll.approximateDollars - staked
        return Output(
            count: count.description, cost: cost.description, fee: fee.description, edge: rounded(edge), share_of_bankroll: rounded(staked),
            growth: count > .zero && staked < 1 ? arguments.probability * log(1 + won) + (1 - arguments.probability) * log(1 - staked) : 0)
    }
}
