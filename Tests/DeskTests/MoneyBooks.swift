import Accounting
import Exchange
import Foundation
import Matching
import Model
import Ports

/// What moved the account's money, once as the exchange wrote it down and once as the desk did: where the sums differ, this says which entry does.
enum MoneyBooks {
    private struct Filled: Decodable {
        struct Inner: Decodable { let _0: Fill }
        let filled: Inner?
    }

    private struct Settled: Decodable {
        struct Inner: Decodable { let _0: Settlement }
        let settled: Inner?
    }

    private struct Told: Decodable {
        struct Notice: Decodable { let text: String }
        struct Inner: Decodable { let _0: Notice }
        let notice: Inner?
    }

    static func differences(_ ledger: MemoryLedger, _ journal: RowJournal) throws -> [String] {
        let account = AccountID(DeskUnderTest.keyID)
        func load<Value: Decodable>(_ kind: String, as type: Value.Type) throws -> [Value] {
            try ledger.load(kind: kind).map { try JSONDecoder().decode(type, from: Data($0.body)) }
        }
        let there = try load("fill", as: FillRecord.self).filter { $0.account == account }.map(\.fill)
        let paidThere = try load("settlement", as: SettlementRecord.self).filter { $0.account == account && !$0.settlement.net.isZero }
        var here: [TradeID: [Fill]] = [:]
        var paidHere: [Ticker: [Settlement]] = [:]
        var told: [String] = []
        for row in journal.all where row.kind == .effect {
            let body = Data(row.body)
            if let fill = try JSONDecoder().decode(Filled.self, from: body).filled?._0 { here[fill.trade, default: []].append(fill) }
            if let paid = try JSONDecoder().decode(Settled.self, from: body).settled?._0 { paidHere[paid.market, default: []].append(paid) }
            if let notice = try? JSONDecoder().decode(Told.self, from: body).notice?._0.text, notice.contains("taken back") || notice.contains("accepted") || notice.contains("differ") || notice.contains("held before") { told.append("\(row.time) \(notice)") }
        }
        var found: [String] = []
        for fill in there {
            let mine = here[fill.trade] ?? []
            let same = mine.filter { ($0.market, $0.side, $0.price, $0.quantity, $0.fee) == (fill.market, fill.side, fill.price, fill.quantity, fill.fee) }
            if same.count != 1 || mine.count != 1 { found.append("fill there \(fill), here \(mine)") }
        }
        let markets = Set(paidThere.map(\.settlement.market)).union(paidHere.keys).sorted()
        for market in markets {
            let (a, b) = (paidThere.filter { $0.settlement.market == market }, paidHere[market] ?? [])
            let standing = a.filter { $0.reversed == nil }.reduce(Money.zero) { $0 + $1.settlement.payout }
            if a.count != 1 || b.count != 1 || standing != b[0].payout { found.append("payout of \(market) there \(a), here \(b)") }
        }
        return found + told
    }
}
