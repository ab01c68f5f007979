import Accounting
import Kalshi
import MCP
import MCPHosting
import MCPServing
import Model
import Notation
import Ports

/// A set of purchases that pays at least `pays` whatever happens, and what it costs.
struct LockedSum: Hashable, Sendable {
    enum Kind: String, Sendable {
        /// YES and NO of one market: pays a dollar.
        case bothLegs = "both_legs"
        /// NO of every market of an exclusive event: at most one of them loses.
        case allNo = "all_no"
        /// YES of every market: pays a dollar only if one of them must resolve YES, which the exchange does not say.
        case allYes = "all_yes"
        /// NO of a combination and one of its legs: if that leg loses, so does the combination.
        case comboNo = "combo_no"
        /// YES of a combination and the other side of each of its legs: if the combination loses, so does a leg.
        case comboYes = "combo_yes"
    }

    let kind: Kind
    let count: Quantity
    /// Of all legs, fees included.
    let cost: Money
    let pays: Money
    var profit: Money { pays - cost }

    /// The best offers of several legs, bought together in the size that all of them have; nil where one has none.
    /// - Parameter unit: what one set pays at least.
    init?(_ kind: Kind, offers: [Level?], unit: Money, fees: FeeSchedule) { self.init(kind, legs: offers.map { ($0, fees) }, unit: unit) }

    /// The same where each leg has its own fees.
    init?(_ kind: Kind, legs: [(offer: Level?, fees: FeeSchedule)], unit: Money) {
        let found = legs.compactMap { leg in leg.offer.map { ($0, leg.fees) } }
        guard found.count == legs.count, let size = found.map(\.0.quantity).min(), size >= .contracts(1) else { return nil }
        let count = Quantity.contracts(size.hundredths / 100)
        var cost = Money.zero
        for (offer, fees) in found {
            var account = OrderFeeAccount(fees)
            cost += offer.price * count + account.charge(price: offer.price, quantity: count, liquidity: .taker).net
        }
        self.kind = kind
        self.count = count
        self.cost = cost
        pays = Money(millionths: unit.millionths * (count.hundredths / 100))
    }
}

/// `arbitrage_scan`: prices that contradict each other.
struct ArbitrageScan: Tool {
    struct Arguments: Shaped {
        let event_tickers: [String]?
        let text: String?
        let min_profit: String
        let max_bytes: Int
        static let notes: [String: Note] = [
            "event_tickers": Note("Events.", items: 1...10), "text": Note("Or as in markets_search.", lengths: 1...200),
            "min_profit": Note("Dollars.", default: "0"), "max_bytes": ListBudget.maxBytes,
        ]
    }
    struct Row: Shaped {
        var event: String?
        var kind: String?
        var tickers: [String]?
        var sets: String?
        var cost: String?
        var pays_at_least: String?
        var profit: String?
        var certain: Bool?
        static let notes: [String: Note] = [
            "event": .plain, "kind": .plain, "tickers": .plain, "sets": .plain, "cost": "Fees included.",
            "pays_at_least": .plain, "profit": .plain, "certain": "False: if one must resolve YES.",
        ]
    }
    struct Output: Shaped {
        let environment: String
        let as_of: String
        let found: [Row]
        let events_scanned: Int
        let truncated: Bool
        static let notes: [String: Note] = ["environment": .plain, "as_of": .plain, "found": .plain, "events_scanned": .plain, "truncated": .plain]
    }
    static let mostEvents = 10
    static let name = "arbitrage_scan"
    static let summary = "Purchases within an event, or of a combo and its legs, whose sure payout exceeds their cost, by live books, after fees."
    static let hints = ToolHints.readsElsewhere
    let door: KalshiDoor

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        guard let least = Money(arguments.min_profit) else { throw ToolFailure("min_profit is dollars, like \"0.05\"") }
        let events = try await events(arguments)
        let client = try await door.client()
        var found: [(EventTicker, [Ticker], LockedSum)] = []
        for (i, ticker) in events.enumerated() {
            context.report(Progress(Double(i), of: Double(events.count)))
            let event = try await asked(about: "event \(ticker)") { try await client.event(ticker) }
            guard let fees = FeeSchedule(try await door.catalogue.fees(of: ticker)) else { continue }
            let active = try await client.markets(event: ticker).filter { $0.status == .active }.sorted { $0.ticker < $1.ticker }
            let markets = active.map(\.ticker)
            for combo in active where !combo.legs.isEmpty { found += try await sums(of: combo, fees).map { (ticker, $0.tickers, $0.sum) } }
            let books = try await door.figures(markets)
            for market in markets {
                guard let book = books[market] else { continue }
                if let sum = LockedSum(.bothLegs, offers: [book.offers(.yes).first, book.offers(.no).first], unit: .dollars(1), fees: fees) { found.append((ticker, [market], sum)) }
            }
            guard event.mutuallyExclusive, markets.count > 1 else { continue }
            let no = markets.map { books[$0]?.offers(.no).first }
            let yes = markets.map { books[$0]?.offers(.yes).first }
            if let sum = LockedSum(.allNo, offers: no, unit: .dollars(Int64(markets.count - 1)), fees: fees) { found.append((ticker, markets, sum)) }
            if let sum = LockedSum(.allYes, offers: yes, unit: .dollars(1), fees: fees) { found.append((ticker, markets, sum)) }
        }
        let rows = found.filter { $0.2.profit >= least }.sorted { ($1.2.profit, $0.0, $0.2.kind.rawValue) < ($0.2.profit, $1.0, $1.2.kind.rawValue) }.map { event, tickers, sum in
            Row(
                event: event.text, kind: sum.kind.rawValue, tickers: tickers.map(\.text), sets: sum.count.description, cost: sum.cost.description,
                pays_at_least: sum.pays.description, profit: sum.profit.description, certain: sum.kind != .allYes)
        }
        let fitted = try ListBudget.fit(rows, fields: nil, maxBytes: arguments.max_bytes)
        return Output(environment: door.environment.rawValue, as_of: door.asOf, found: fitted.rows, events_scanned: events.count, truncated: fitted.truncated)
    }

    /// A combination against its legs.
    private func sums(of combo: KalshiMarket, _ fees: FeeSchedule) async throws -> [(tickers: [Ticker], sum: LockedSum)] {
        let books = try await door.figures([combo.ticker] + combo.legs.map(\.market))
        var charges: [FeeSchedule] = []
        for leg in combo.legs {
            guard let own = FeeSchedule(try await door.catalogue.fees(of: leg.event)) else { return [] }
            charges.append(own)
        }
        let legs = Array(zip(combo.legs, charges))
        let no = (books[combo.ticker]?.offers(.no).first, fees)
        var sums = legs.compactMap { leg, own in
            LockedSum(.comboNo, legs: [no, (books[leg.market]?.offers(leg.side).first, own)], unit: .dollars(1)).map { ([combo.ticker, leg.market], $0) }
        }
        let others = legs.map { leg, own in (books[leg.market]?.offers(leg.side.opposite).first, own) }
        if let sum = LockedSum(.comboYes, legs: [(books[combo.ticker]?.offers(.yes).first, fees)] + others, unit: .dollars(1)) {
            sums.append(([combo.ticker] + combo.legs.map(\.market), sum))
        }
        return sums
    }

    private func events(_ arguments: Arguments) async throws -> [EventTicker] {
        if let given = arguments.event_tickers { return try given.map { try Given.name($0) } }
        _ = try await door.catalogue.prepared()
        var query = MarketQuery()
        query.text = arguments.text
        query.quoted = true
        query.limit = 200
        var events: [EventTicker] = []
        for market in try door.catalogue.index.search(query).markets where !events.contains(market.event) && events.count < Self.mostEvents { events.append(market.event) }
        return events
    }
}
