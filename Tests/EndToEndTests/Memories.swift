import Accounting
import Foundation
import Matching
import Model
import Ports
import Storage

/// The exchange's memory of the desk's account, read from its file.
struct ExchangeMemory {
    private struct Stored: Decodable { let record: AccountRecord }
    private struct Stake: Decodable {
        let account: AccountID
        let market: Ticker
        let position: Position
    }

    private let account: AccountRecord
    private let stakes: [Stake]
    let orders: [OrderRecord]
    /// The names of the desk's fills.
    let trades: Set<String>

    /// - Parameter desk: the account; the one of a desk that brings its exchange along.
    init(_ folder: String, account desk: AccountID = AccountID("aura-desk")) throws {
        let ledger = try SQLiteLedger(reading: folder + "/exchange.sqlite")
        func load<Value: Decodable>(_ kind: String, as type: Value.Type) throws -> [Value] {
            try ledger.load(kind: kind).map { try JSONDecoder().decode(type, from: Data($0.body)) }
        }
        guard let own = try load("account", as: Stored.self).first(where: { $0.record.id == desk }) else { throw Missed(description: "the ledger holds no account of the desk") }
        account = own.record
        stakes = try load("stake", as: Stake.self).filter { $0.account == desk }
        orders = try load("order", as: OrderRecord.self).filter { $0.account == desk }
        trades = Set(try load("fill", as: FillRecord.self).filter { $0.account == desk }.map(\.fill.trade.text))
    }

    var resting: Int { orders.count { $0.status == .resting } }
    var cash: String { account.portfolio.cash.description }
    /// Every client id that an order has or had.
    var clients: [String] { orders.flatMap { [$0.client.text] + $0.formerClients.map(\.text) } }
    /// Market to what is held there, as the bridge says it.
    var positions: [String: String] {
        stakes.reduce(into: [:]) { found, held in
            guard let side = held.position.side else { return }
            found[held.market.text] = "\(side.rawValue) \(held.position.net.magnitude)"
        }
    }
}

/// What the desk wrote down of its orders.
struct DeskMemory {
    var placed: [String] = []
    var filled: Set<String> = []
    /// Orders whose outcome had to be asked for: on their way when a process died, or never answered.
    var asked = 0

    init(_ folder: String) throws {
        try SQLiteJournal(reading: folder + "/journal.sqlite").read { row in
            guard row.kind == .effect, let effect = try JSONSerialization.jsonObject(with: Data(row.body)) as? [String: Any] else { return }
            func inner(_ name: String) -> [String: Any]? { (effect[name] as? [String: Any])?["_0"] as? [String: Any] }
            if let order = inner("place") { placed.append(order["id"] as? String ?? "?") }
            if let fill = inner("filled") { filled.insert(fill["trade"] as? String ?? "?") }
            if effect["resolve"] != nil { asked += 1 }
        }
    }
}

/// What `aura replay --json` says.
struct Replay: Decodable {
    let events: Int
    let state_hash: String
    let equal: Bool
    /// Snapshots that are the state which the rows before them lead to.
    let snapshots: Int

    static func run(_ scratch: Scratch) async throws -> Replay {
        let result = try await AuraProcess.result(["replay", "--data-dir", "data", "--json"], in: scratch.path, within: .seconds(180))
        guard result.code == 0 else { throw Missed(description: "aura replay: \(result.errors)") }
        return try JSONDecoder().decode(Replay.self, from: result.out)
    }
}
