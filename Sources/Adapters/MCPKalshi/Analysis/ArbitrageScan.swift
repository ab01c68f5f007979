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
    }

    let kind: Kind
    let count: Quantity
    /// Of all legs, fees included.
    let cost: Money
    let pays: Money
    var profit: Money { pays - cost }

    /// The best offers of several legs, bought together in the size that all of them have; nil where one has none.
    /// - Parameter unit: what one set pays at least.
    init?(_ kind: Kind, offers: [Level?], unit: Money, fees: FeeSchedule) {
        let found = offers.compactMap(\.self)
        guard found.count == offers.count, let size = found.map(\.quantity).min(), size >= .contracts(1) else { return nil }
        let count = Quantity.contracts(size.hundredths / 100)
        var cost = Money.zero
        for offer in found {
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
            "event": .plain, "kind": "both_legs, all_no or all_yes", "tickers": .plain, "sets": "Available at these prices.", "cost": "Fees included.",
            "pays_at_least": .plain, "profit": .plain, "certain": "False: if one must resolve YES.",
        ]
    }
    struct Output: Shaped {
        let environment: String
        let as_of: String
        let found: [Row]
        let events_scanned: Int
        let truncated: Bool
        static let notes: [String: Note] = ["environment": .plain, "as_of": .plain, "found": "Largest profit first.", "events_scanned": .plain, "truncated": .plain]
    }
    static let mostEvents = 10
    static let name = "arbitrage_scan"
    static let title = "Scan for arbitrage"
    static let summary = "Purchases within an event whose sure payout exceeds their cost, by live books, after fees."
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
            let markets = try await client.markets(event: ticker).filter { $0.status == .active }.map(\.ticker).sorted()
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
