import Accounting
import Books
import Exchange
import Foundation
import Matching
import Model
@testable import Node
import Ports

extension MemoryLedger {
    /// What has been paid for markets that an account held.
    func payouts(to account: String) throws -> [Settlement] {
        try load(kind: "settlement").map { try JSONDecoder().decode(SettlementRecord.self, from: Data($0.body)) }
            .filter { $0.account.text == account && $0.reversed == nil && !$0.settlement.net.isZero }.map(\.settlement)
    }
}

/// The exchange's memory of the desk's account, read from its ledger.
struct ExchangeMemory {
    private struct Stored: Decodable { let record: AccountRecord }
    private struct Stake: Decodable {
        let account: AccountID
        let market: Ticker
        let position: Position
    }

    let cash: Money
    let positions: [Ticker: Quantity]
    let orders: [OrderRecord]
    let trades: Set<TradeID>

    init(_ ledger: MemoryLedger) throws {
        func load<Value: Decodable>(_ kind: String, as type: Value.Type) throws -> [Value] {
            try ledger.load(kind: kind).map { try JSONDecoder().decode(type, from: Data($0.body)) }
        }
        let desk = AccountID(DeskUnderTest.keyID)
        guard let own = try load("account", as: Stored.self).first(where: { $0.record.id == desk }) else { throw Missed(description: "the ledger holds no account of the desk") }
        cash = own.record.portfolio.cash
        positions = try load("stake", as: Stake.self).filter { $0.account == desk }.reduce(into: [:]) { if !$1.position.net.isZero { $0[$1.market] = $1.position.net } }
        orders = try load("order", as: OrderRecord.self).filter { $0.account == desk }
        trades = Set(try load("fill", as: FillRecord.self).filter { $0.account == desk }.map(\.fill.trade))
    }

    var resting: Int { orders.count { $0.status == .resting } }
    /// Every client id that an order has or had.
    var clients: [String] { orders.flatMap { [$0.client.text] + $0.formerClients.map(\.text) } }
}

/// The desk's own journal, read by somebody who does not believe its engine: books kept apart say what was true when an order was sent.
struct Audit {
    private(set) var placed: [ClientOrderID] = []
    private(set) var filled: Set<TradeID> = []
    private(set) var unknowns = 0
    private(set) var breaks = 0
    private(set) var restarts = 0
    /// Orders sent on a book that was frozen or old, while another one's outcome was unknown, or while the exchange was not understood.
    private(set) var violations: [String] = []

    private let staleness: Interval
    private var books = BookKeeper()
    private var now: Timestamp = .zero
    private var market: [ClientOrderID: Ticker] = [:]
    private var placedAt: [ClientOrderID: Timestamp] = [:]
    private var doubtful: [ClientOrderID: Ticker] = [:]
    /// Orders that are known to have arrived, or never to arrive: what is unknown of them later is not whether they exist.
    private var settled: Set<ClientOrderID> = []
    private var brokenAt: Timestamp?

    init(_ journal: RowJournal, _ settings: DeskSettings) throws {
        staleness = settings.bookStaleness
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        for row in journal.all {
            switch row.kind {
            case .market: try MarketBlock.unpack(row) { hear($0) }
            case .event: hear(Stamped(try decoder.decode(Event.self, from: Data(row.body)), at: row.time))
            case .effect: try check(row)
            }
        }
    }

    private mutating func hear(_ stamped: Stamped) {
        now = stamped.time
        switch stamped.event {
        case .market(let event): _ = books.apply(event, at: now)
        case .order(.unknown(let id, _)):
            guard let market = market[id], !settled.contains(id) else { return }
            unknowns += 1
            doubtful[id] = market
        case .order(.absent(let id)): if now - (placedAt[id] ?? .zero) >= .seconds(36) { settle(id) }
        case .order(.accepted(let id, _, _)), .order(.rejected(let id, _, _)), .order(.canceled(let id, _)), .order(.notResting(let id)): settle(id)
        case .order(.state(let order)): settle(order.clientOrder)
        case .fill(let fill): settle(fill.clientOrder)
        case .account(let report): for fill in report.fills { settle(fill.clientOrder) }
        case .drift(let drift):
            guard drift.severity == .broken else { return }
            breaks += 1
            brokenAt = now
        case .command(.reset): brokenAt = nil
        case .restarted:
            // What was on its way then has an unknown outcome now, and no book is true before its snapshot.
            _ = books.apply(.connected(connection: .max), at: now)
            restarts += 1
            for id in placed where !settled.contains(id) { doubtful[id] = market[id] }
        default: break
        }
    }

    private mutating func settle(_ id: ClientOrderID?) {
        guard let id else { return }
        doubtful[id] = nil
        settled.insert(id)
    }

    private mutating func check(_ row: JournalRow) throws {
        guard let effect = try JSONSerialization.jsonObject(with: Data(row.body)) as? [String: Any] else { return }
        func inner(_ name: String) -> [String: Any]? { (effect[name] as? [String: Any])?["_0"] as? [String: Any] }
        if let fill = inner("filled") { filled.insert(TradeID(fill["trade"] as? String ?? "?")) }
        guard let order = inner("place") else { return }
        let id = ClientOrderID(order["id"] as? String ?? "?")
        let ticker = Ticker((order["intent"] as? [String: Any])?["market"] as? String ?? "?")
        placed.append(id)
        market[id] = ticker
        placedAt[id] = now
        if books.book(ticker)?.state != .live { violations.append("\(id) was sent on a book that was not live") }
        if let heard = books.heard(ticker) { if now - heard > staleness { violations.append("\(id) was sent on a book \(now - heard) old") } } else { violations.append("\(id) was sent on a book never heard of") }
        if doubtful.values.contains(ticker) { violations.append("\(id) was sent while an outcome on \(ticker) was unknown") }
        if let brokenAt, now - brokenAt < .seconds(30) { violations.append("\(id) was sent while the exchange was not understood") }
    }
}
