import Foundation
import Model
import Testing

/// From a capture to a verified recording to a backtest, through the command line alone; the figures are added up again here.
@Suite(.serialized) struct BacktestTests {
    private struct Report: Decodable {
        struct Fill: Decodable {
            let market: String
            let side: String
            let price: String
            let count: String
            let fee: String
        }

        struct Settlement: Decodable {
            let market: String
            let result: String
        }

        struct Open: Decodable {}

        let state_hash: String
        let cash_start: String
        let cash_end: String
        let pnl_net: String
        let fees: String
        let fills: [Fill]
        let settlements: [Settlement]
        let open_positions: [Open]
        let attribution: [Credit]

        struct Credit: Decodable {
            let strategy: String
            let pnl: String
        }
    }

    @Test func `a capture becomes a recording, and its backtest twice the same, with figures that add up`() async throws {
        try await Scratch.with { scratch in
            try Capture.write(to: scratch)
            try await succeeds(["import", "kalshi-ws-btc15m", "capture", "--out", "recording"], scratch)
            #expect(try await succeeds(["recording", "verify", "recording", "--json"], scratch).contains(#""ok":true"#))
            let book = try await succeeds(
                ["recording", "book", "--recording", "recording", "--market", Capture.market(0), "--at", "2026-01-01T00:30:01.5Z", "--json"], scratch)
            #expect(book.contains(#""state":"live","yes":[["0.4800","501.00"],["0.4900","400.00"]],"no":[["0.4900","300.00"]]"#), "\(book)")

            let first = try await backtest(scratch)
            let second = try await backtest(scratch)
            #expect(first.state_hash == second.state_hash && first.cash_end == second.cash_end)
            try addUp(first)
        }
    }

    @Test func `the ledger of a score holds every forecast that was scored, with its outcome, and the table can be made from it again`() async throws {
        struct Line: Decodable {
            let name: String
            let forecasts: Int
            let brier: Double
        }
        try await Scratch.with { scratch in
            try Capture.write(to: scratch)
            try await succeeds(["import", "kalshi-ws-btc15m", "capture", "--out", "recording"], scratch)
            let lines = try JSONDecoder().decode([Line].self, from: Data(try await succeeds(["score", "--recording", "recording", "--json", "--ledger", "ledger.csv"], scratch).utf8))
            let rows = try String(contentsOfFile: scratch.path + "/ledger.csv", encoding: .utf8).split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
            #expect(rows.first == ["time", "family", "event", "market", "name", "probability", "market_probability", "horizon_seconds", "outcome"])
            #expect(!lines.isEmpty)
            for line in lines {
                let said = rows.dropFirst().filter { $0[4] == line.name }.map { (p: Double($0[5]) ?? .nan, outcome: Double($0[8]) ?? .nan) }
                #expect(said.count == line.forecasts)
                #expect(abs(said.reduce(0) { $0 + ($1.p - $1.outcome) * ($1.p - $1.outcome) } / Double(said.count) - line.brier) < 1e-12)
            }
            let refused = try await AuraProcess.result(["score", "--recording", "recording", "--ledger", "nowhere/ledger.csv"], in: scratch.path)
            #expect(refused.code != 0 && refused.errors.contains("nowhere/ledger.csv cannot be written"))
        }
    }

    @discardableResult
    private func succeeds(_ arguments: [String], _ scratch: Scratch) async throws -> String {
        let result = try await AuraProcess.result(arguments, in: scratch.path)
        #expect(result.code == 0, "aura \(arguments.joined(separator: " ")): \(result.errors)")
        return result.text
    }

    private func backtest(_ scratch: Scratch) async throws -> Report {
        let text = try await succeeds(["backtest", "--quiet", "--recording", "recording", "--json", "-"], scratch)
        return try JSONDecoder().decode(Report.self, from: Data(text.utf8))
    }

    /// Every purchase is paid with its fee, and every contract of the leg that came true brings a dollar, netted on the way or not.
    private func addUp(_ report: Report) throws {
        #expect(Set(report.fills.map(\.side)) == ["yes", "no"], "both legs are to be bought, and netted")
        #expect(report.settlements.map(\.market) == [Capture.market(0)] && report.open_positions.isEmpty)
        let winner = try #require(report.settlements.first?.result)
        var cash = try #require(Money(report.cash_start))
        var fees = Money.zero
        for fill in report.fills {
            let (price, count, fee) = (try #require(Price(fill.price)), try #require(Quantity(fill.count)), try #require(Money(fill.fee)))
            cash -= price * count + fee
            fees += fee
            if fill.side == winner { cash += Price.one * count }
        }
        #expect(cash.description == report.cash_end)
        #expect(fees.description == report.fees && fees > .zero)
        #expect((cash - (try #require(Money(report.cash_start)))).description == report.pnl_net)
        // With nothing left open, whoever was the reason for the orders brought the profit, to the last digit.
        let shared = try report.attribution.reduce(Money.zero) { $0 + (try #require(Money($1.pnl))) }
        #expect(shared.description == report.pnl_net && report.attribution.map(\.strategy) == ["fundamental"])
    }
}
