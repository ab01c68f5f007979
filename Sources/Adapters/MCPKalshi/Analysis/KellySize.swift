import Accounting
import Foundation
import Kalshi
import MCP
import MCPHosting
import Model
import Notation
import Ports
import Risk

/// `kelly_size`: the desk's own sizing, for figures that the caller gives; with a market's ticker, beside what the account holds.
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
        let ticker: String?
        let fraction: Double
        let uncertainty: Double
        let maker: Bool
        let fee_rule: Rule
        let fee_multiplier: Double
        static let notes: [String: Note] = [
            "side": "yes or no.", "probability": Note("That the side wins.", range: 0...1), "price": "Of the side.", "bankroll": "Dollars, with what is held.",
            "ticker": "Market: its fee rule and what is held count.", "fraction": Note("Of full Kelly.", range: 0...1, default: .number(0.25)),
            "uncertainty": Note("Standard error.", range: 0...1, default: 0), "maker": Note("Rests instead of taking.", default: false),
            "fee_rule": Note("Without ticker.", default: "quadratic"), "fee_multiplier": Note("The series'.", range: 0...10, default: 1),
        ]
    }
    struct Output: Shaped {
        let count: String
        let count_alone: String?
        let count_in_event: String?
        let moves_with: [String]?
        let correlations: String?
        let cost: String
        let fee: String
        let edge: Double
        let share_of_bankroll: Double
        let growth: Double?
        static let notes: [String: Note] = [
            "count": .plain, "count_alone": .plain, "count_in_event": "Beside what is held of it.",
            "moves_with": "Held elsewhere.", "correlations": "learned by the desk, or assumed.", "cost": "Without fee.", "fee": .plain, "edge": "After fee.",
            "share_of_bankroll": .plain, "growth": .plain,
        ]
    }
    static let name = "kelly_size"
    static let summary = "Contracts to buy by fractional Kelly with exact fees; with ticker, beside what is held."
    static let hints = ToolHints.readsElsewhere
    let door: KalshiDoor

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let bet = try Bet(arguments)
        guard let text = arguments.ticker else {
            let fees = try Self.fees(arguments)
            let market = Market(
                ticker: Ticker("X"), event: EventTicker("X"), series: SeriesTicker("X"), title: "", strike: .other, openTime: .zero, closeTime: .zero, grid: .cents,
                fees: fees.terms, mutuallyExclusive: false, underlying: nil)
            let count = try bet.contracts(in: market, fees, beside: [])
            return bet.told(count, fees)
        }
        guard door.hasAccount else { throw ToolFailure("without a key no position is known: leave ticker out to size the market alone") }
        let known = await door.desk?.correlations
        let held = try await HeldBeside(try Given.name(text), door, known ?? EventCorrelations())
        let alone = try bet.contracts(in: held.market, held.fees, beside: [])
        let inEvent = try bet.contracts(in: held.market, held.fees, beside: held.siblings)
        let one = bet.one(in: held.market)
        let count = CorrelatedKelly.contracts(inEvent, of: one, beside: held.elsewhere.map(\.bet), known ?? EventCorrelations())
        return bet.told(
            count, held.fees, alone: alone, inEvent: inEvent, movesWith: held.elsewhere.map { Self.told($0, one, known ?? EventCorrelations()) },
            correlations: known == nil ? "assumed" : "learned by the desk, assumed where it has measured nothing")
    }

    /// "KXETH15M-A 0.62 (41.0 days measured)".
    private static func told(_ held: HeldBeside.Elsewhere, _ one: EventBet, _ known: EventCorrelations) -> String {
        let value = FixedPoint.text(Int64((CorrelatedKelly.correlation(one, held.bet, known) * 100).rounded()), decimals: 2)
        let days = known.figure(one.ties, held.bet.ties)?.days ?? 0
        return "\(held.ticker) \(value) (\(days > 0 ? "\(FixedPoint.text(Int64((min(days, 1e6) * 10).rounded()), decimals: 1)) days measured" : "assumed"))"
    }

    private static func fees(_ arguments: Arguments) throws -> FeeSchedule {
        let kind: FeeTerms.Kind = arguments.fee_rule == .quadratic ? .quadratic : .quadraticWithMakerFees
        guard let fees = FeeSchedule(FeeTerms(kind: kind, multiplierThousandths: Int64((arguments.fee_multiplier * 1000).rounded()))) else { throw ToolFailure("there is no such fee rule") }
        return fees
    }
}

/// What is wanted, understood.
private struct Bet {
    let side: Side
    let price: Price
    let probability: Double
    let bankroll: Money
    let fraction: Double
    let uncertainty: Double
    let liquidity: Liquidity

    init(_ arguments: KellySize.Arguments) throws {
        price = try Given.price(arguments.price)
        guard let money = Money(arguments.bankroll), money > .zero, money <= .dollars(1_000_000_000) else { throw ToolFailure("bankroll is dollars above 0, like \"1000\"") }
        guard let named = Side(rawValue: arguments.side) else { throw ToolFailure("side is yes or no") }
        guard arguments.probability > 0, arguments.probability < 1 else { throw ToolFailure("a probability lies strictly between 0 and 1") }
        (bankroll, side, probability) = (money, named, arguments.probability)
        (fraction, uncertainty, liquidity) = (arguments.fraction, arguments.uncertainty, arguments.maker ? .maker : .taker)
    }

    /// - Parameter siblings: what is held of the market's event, this market itself among it.
    func contracts(in market: Market, _ fees: FeeSchedule, beside siblings: [EventMember]) throws -> Quantity {
        let yes = side == .yes ? probability : 1 - probability
        let own = siblings.first { $0.market.ticker == market.ticker }
        let wanted = EventMember(
            market: market, probability: yes, uncertainty: uncertainty, held: own?.held ?? .zero, mark: own?.mark ?? yes, fees: fees,
            offer: EventMember.Offer(side: side, price: price, liquidity: liquidity))
        let members = [wanted] + siblings.filter { $0.market.ticker != market.ticker }
        guard let states = EventStates(members.map(\.market)) else {
            throw ToolFailure("how the markets held of \(market.event) pay together is not understood: leave ticker out to size this one alone")
        }
        let marked = members.reduce(0.0) { $0 + abs($1.held.approximateContracts) * ($1.held < .zero ? 1 - $1.mark : $1.mark) }
        let spendable = max(bankroll - Money(millionths: Int64((marked * 1e6).rounded(.up))), .zero)
        return EventKelly.contracts(of: 0, members: members, states: states, bankroll: Bankroll(equity: bankroll, spendable: spendable, fraction: fraction))
    }

    /// One contract, as the risk of several events knows it.
    func one(in market: Market) -> EventBet {
        EventBet(
            gains: [1 - price.probability, -price.probability], probabilities: [probability, 1 - probability], group: CorrelationGroup.of(market), underlying: market.underlying,
            day: market.closeTime.utcDay)
    }

    func told(_ count: Quantity, _ fees: FeeSchedule, alone: Quantity? = nil, inEvent: Quantity? = nil, movesWith: [String]? = nil, correlations: String? = nil) -> KellySize.Output {
        let cost = price * count
        var account = OrderFeeAccount(fees)
        let fee = count > .zero ? account.charge(price: price, quantity: count, liquidity: liquidity).net : .zero
        let edge = probability - price.probability - fees.expectedFeePerContract(price: price, liquidity: liquidity)
        let staked = (cost + fee).approximateDollars / bankroll.approximateDollars
        let won = count.approximateContracts / bankroll.approximateDollars - staked
        return KellySize.Output(
            count: count.description, count_alone: alone?.description, count_in_event: inEvent?.description, moves_with: movesWith, correlations: correlations, cost: cost.description, fee: fee.description,
            edge: rounded(edge), share_of_bankroll: rounded(staked), growth: count > .zero && staked < 1 ? probability * log(1 + won) + (1 - probability) * log(1 - staked) : 0)
    }
}

/// What the account holds beside a market: in its event, and in others.
private struct HeldBeside {
    /// A position of another event that may move with the market.
    struct Elsewhere {
        let ticker: Ticker
        let bet: EventBet
    }

    /// More positions than that are not looked at.
    static let mostPositions = 200

    let market: Market
    let fees: FeeSchedule
    var siblings: [EventMember] = []
    var elsewhere: [Elsewhere] = []

    /// - Parameter known: what was measured of how events move together: another group counts where something was.
    init(_ ticker: Ticker, _ door: KalshiDoor, _ known: EventCorrelations) async throws {
        let client = try await door.client()
        let positions = try await client.positions().filter { !$0.net.isZero }
        guard positions.count <= Self.mostPositions else { throw ToolFailure("\(positions.count) positions are held, and \(Self.mostPositions) at most are looked at") }
        let wanted = [ticker] + positions.map(\.market).filter { $0 != ticker }.sorted()
        let details = Dictionary(try await client.marketDetails(wanted).map { ($0.market.ticker, $0) }, uniquingKeysWith: { a, _ in a })
        guard let target = details[ticker] else { throw ToolFailure("the exchange has no market \(ticker); markets_search finds what there is") }
        var events: [EventTicker: KalshiEvent] = [:]
        (market, fees) = try await Self.listed(target, door, &events)
        for position in positions.sorted(by: { $0.market < $1.market }) {
            guard let detail = details[position.market] else { throw ToolFailure("the exchange does not show \(position.market), which is held: what it is worth is not known") }
            let (held, charged) = try await Self.listed(detail, door, &events)
            let mark = try Self.mark(detail)
            if held.event == market.event {
                siblings.append(EventMember(market: held, probability: mark, uncertainty: 0, held: position.net, mark: mark, fees: charged, offer: nil))
                continue
            }
            let group = CorrelationGroup.of(held)
            let count = abs(position.net.approximateContracts)
            let wins = position.net > .zero ? mark : 1 - mark
            let bet = EventBet(gains: [count * (1 - wins), -count * wins], probabilities: [wins, 1 - wins], group: group, underlying: held.underlying, day: held.closeTime.utcDay)
            let own = EventTies(group: CorrelationGroup.of(market), underlying: market.underlying, day: market.closeTime.utcDay)
            let isMeasured = known.figure(own, bet.ties).map { $0.days > 0 } ?? false
            guard group == nil || own.group == nil || group == own.group || isMeasured else { continue }
            elsewhere.append(Elsewhere(ticker: position.market, bet: bet))
        }
    }

    private static func listed(_ detail: KalshiMarketDetail, _ door: KalshiDoor, _ events: inout [EventTicker: KalshiEvent]) async throws -> (Market, FeeSchedule) {
        let ticker = detail.market.event
        let event: KalshiEvent
        if let known = events[ticker] { event = known } else { event = try await door.client().event(ticker) }
        events[ticker] = event
        let series = try await door.catalogue.seriesDetail(event.series)
        let market: Market
        do throws(KalshiListing.Unusable) { market = try KalshiListing.market(detail.market, event: event, series: series.series) } catch { throw ToolFailure(error.description) }
        guard let fees = FeeSchedule(market.fees) else { throw ToolFailure("the fee rule of \(market.ticker) is not known, so nothing is sized beside it") }
        return (market, fees)
    }

    /// Of YES: the middle of the quotes, else the last trade.
    private static func mark(_ detail: KalshiMarketDetail) throws -> Double {
        if let bid = detail.yesBid, let ask = detail.yesAsk { return (bid.probability + ask.probability) / 2 }
        if let last = detail.last { return last.probability }
        throw ToolFailure("nobody quotes \(detail.market.ticker), which is held, and it never traded: what it is worth is not known")
    }
}
