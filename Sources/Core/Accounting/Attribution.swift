public import Model

/// Who is the reason for an order, in shares: the strategies that moved the pool to the side that was bought, or what else sent it.
public struct OrderCredit: Hashable, Sendable, Codable {
    /// By name, above zero; only their proportions count.
    public let shares: [String: Double]

    /// An order that no opinion was the reason for.
    public enum Other: String, Sendable {
        /// A leg of a set that pays more than it costs, whatever happens.
        case lockedSet = "locked_set"
        case assistant
        /// A position that was left after a kill.
        case flattening
        /// A fill of an order that this desk does not know.
        case unknownOrder = "unknown_order"
        /// What was held already when the desk first saw the account, or was restated by it.
        case takenOver = "taken_over"
        /// Nothing moved the pool to the side that was bought.
        case nobody
    }

    public init(_ other: Other) { shares = [other.rawValue: 1] }

    /// Of what moved the pool, in log-odds of YES, each with its weight. Who leaned to the other side has no part in the order: it was placed against them.
    public init(moves: [(strategy: String, logOdds: Double)], bought side: Side) {
        var found: [String: Double] = [:]
        for move in moves {
            let toward = side == .yes ? move.logOdds : -move.logOdds
            if toward > 0, toward.isFinite { found[move.strategy, default: 0] += toward }
        }
        self = found.isEmpty ? OrderCredit(.nobody) : OrderCredit(shares: found)
    }

    private init(shares: [String: Double]) { self.shares = shares }
}

/// The desk's profit by the reason for each order: to the millionth of a dollar the same as the portfolio's, once a market is settled.
///
/// Each fill's contracts, cost and fee are shared out in whole units. When its market is settled each share is worth what its contracts pay; what the account
/// loses besides (a scalar's part of a cent, a void) is shared out by contracts.
public struct Attribution: Hashable, Sendable, Codable {
    public struct Record: Hashable, Sendable, Codable {
        /// Net of fees, of settled markets.
        public internal(set) var gain: Money = .zero
        public internal(set) var fees: Money = .zero
        public internal(set) var contracts: Quantity = .zero
        public internal(set) var markets = 0

        mutating func add(_ other: Record) {
            gain += other.gain
            fees += other.fees
            contracts += other.contracts
            markets += other.markets
        }
    }

    private struct Lot: Hashable, Sendable, Codable {
        var yes: Quantity = .zero
        var no: Quantity = .zero
        /// Price and fee.
        var paid: Money = .zero
        var fees: Money = .zero
        /// Once the market is settled.
        var gain: Money?

        var contracts: Quantity { yes + no }
    }

    private struct Held: Hashable, Sendable, Codable {
        let family: SeriesTicker
        var lots: [String: Lot] = [:]
    }

    private var held: [Ticker: Held] = [:]
    /// Of markets that are forgotten.
    private var past: [SeriesTicker: [String: Record]] = [:]

    public init() {}

    public mutating func bought(_ fill: Fill, family: SeriesTicker, credit: OrderCredit) {
        guard fill.quantity > .zero else { return }
        let names = credit.shares.keys.sorted()
        let weights = names.map { credit.shares[$0] ?? 0 }
        let sizes = Apportionment.parts(of: fill.quantity.hundredths, weights: weights).map { Quantity(hundredths: $0) }
        let fees = fill.fee.parts(weights)
        var market = held[fill.market] ?? Held(family: family)
        for (i, name) in names.enumerated() {
            var lot = market.lots[name] ?? Lot()
            if fill.side == .yes { lot.yes += sizes[i] } else { lot.no += sizes[i] }
            lot.paid += fill.price * sizes[i] + fees[i]
            lot.fees += fees[i]
            market.lots[name] = lot
        }
        held[fill.market] = market
    }

    /// The market has paid. Asked again, by another result or after a late fill, it says anew what each share came to.
    /// - Parameter position: after the payout: its realized profit less its fees is what the shares must come to.
    public mutating func settled(_ ticker: Ticker, family: SeriesTicker, result: MarketResult, position: Position) {
        let total = position.realized - position.fees
        guard var market = held[ticker] ?? (total == .zero ? nil : Held(family: family)) else { return }
        let names = market.lots.keys.sorted()
        var sum = Money.zero
        for name in names {
            guard var lot = market.lots[name] else { continue }
            // A void gives back what was paid for what is still held: its gain is only known in sum.
            let worth = result.worth(yes: lot.yes, no: lot.no, cost: lot.paid - lot.fees)
            lot.gain = worth - lot.paid
            sum += worth - lot.paid
            market.lots[name] = lot
        }
        let rest = total - sum
        let sizes = names.map { Double(market.lots[$0]?.contracts.hundredths ?? 0) }
        // Rounding of a payout is less than a cent; more is of contracts that no fill here explains.
        if rest != .zero, result == .void || rest.magnitude < .cents(1), sizes.contains(where: { $0 > 0 }) {
            for (name, part) in zip(names, rest.parts(sizes)) { market.lots[name]?.gain? += part }
        } else if rest != .zero {
            let name = OrderCredit.Other.takenOver.rawValue
            market.lots[name, default: Lot()].gain = (market.lots[name]?.gain ?? .zero) + rest
        }
        held[ticker] = market
    }

    /// The payout was taken back: what the shares came to is open again.
    public mutating func takenBack(_ ticker: Ticker) {
        for name in (held[ticker]?.lots ?? [:]).keys { held[ticker]?.lots[name]?.gain = nil }
    }

    /// The payout cannot be taken back any more: only the sums are kept.
    public mutating func forget(_ ticker: Ticker) {
        guard let market = held.removeValue(forKey: ticker) else { return }
        for (name, record) in Self.records(market) { past[market.family, default: [:]][name, default: Record()].add(record) }
    }

    /// By family and name, in order; settled markets only.
    public var rows: [(family: SeriesTicker, name: String, record: Record)] {
        var all = past
        for market in held.values {
            for (name, record) in Self.records(market) { all[market.family, default: [:]][name, default: Record()].add(record) }
        }
        return all.keys.sorted().flatMap { family in (all[family] ?? [:]).sorted { $0.key < $1.key }.map { (family, $0.key, $0.value) } }
    }

    /// Of all settled markets together.
    public var gain: Money { rows.reduce(.zero) { $0 + $1.record.gain } }

    private static func records(_ market: Held) -> [String: Record] {
        market.lots.compactMapValues { lot in
            lot.gain.map { Record(gain: $0, fees: lot.fees, contracts: lot.contracts, markets: 1) }
        }
    }

    public func feed(into digest: inout Digest) {
        for row in rows {
            digest.feed(row.name)
            digest.feed(row.record.gain)
        }
        digest.feed(held.count)
    }
}
