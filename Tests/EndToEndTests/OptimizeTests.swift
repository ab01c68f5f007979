import Foundation
import Testing

/// The search over settings through the command line: the same with any number of jobs, and after it was ended and went on.
@Suite(.serialized) struct OptimizeTests {
    private static let search = [
        "optimize", "--quiet", "--recording", "recording", "--vary", "risk.maximum_order_cost=5,20", "--vary", "risk.minimum_edge=0.02,0.020", "--folds", "3", "--embargo", "0",
    ]

    private struct Report: Decodable {
        struct Best: Decodable {
            let settings: String
            let overfitting_probability: Double?
            let deflated_sharpe: Double?
        }

        struct Trial: Decodable {
            let settings: String
            let pnl: String
        }

        struct Fold: Decodable { let train_events: Int }

        let events: Int
        let trials: [Trial]
        let best_of_all: Best
        let folds: [Fold]
    }

    @Test func `a search is the same with one job, with two, and when it is ended and goes on`() async throws {
        try await Scratch.with { scratch in
            try Capture.write(to: scratch, quarters: 9)
            _ = try await succeeds(["import", "kalshi-ws-btc15m", "capture", "--out", "recording"], scratch)
            let one = try await succeeds(Self.search + ["--jobs", "1", "--json", "-"], scratch)
            let two = try await succeeds(Self.search + ["--jobs", "2", "--json", "-", "--state", "state.json"], scratch)
            #expect(one == two)

            let report = try JSONDecoder().decode(Report.self, from: Data(one.utf8))
            // Two cents are two cents, however they are written; an event that is paid five seconds after its close is open when the next begins.
            #expect(report.events == 9 && report.trials.count == 3 && report.trials[0].settings == "as configured")
            #expect(report.folds.map(\.train_events) == [1, 3, 5])
            #expect(report.best_of_all.overfitting_probability != nil && report.best_of_all.deflated_sharpe != nil)
            #expect(Set(report.trials.map(\.pnl)).count > 2, "settings that change nothing prove nothing")

            // As a kill between two trials leaves the file: some of them are missing.
            try scratch.write(try half(of: scratch.file("state.json")), to: "half.json")
            #expect(try await succeeds(Self.search + ["--json", "-", "--state", "half.json"], scratch) == one)
            #expect(try await succeeds(Self.search + ["--json", "-", "--state", "half.json"], scratch) == one)

            let other = try await AuraProcess.result(Self.search + ["--cash", "500", "--state", "state.json"], in: scratch.path)
            #expect(other.code == 1 && other.errors.contains("another search"), "\(other.errors)")
        }
    }

    @Test func `a search that is killed between two trials goes on from its file, and comes to the same`() async throws {
        try await Scratch.with { scratch in
            try Capture.write(to: scratch, quarters: 6)
            _ = try await succeeds(["import", "kalshi-ws-btc15m", "capture", "--out", "recording"], scratch)
            let whole = try await succeeds(Self.search + ["--json", "-"], scratch)
            let state = scratch.file("state.json")
            let search = Self.search + ["--jobs", "1", "--state", state]
            let process = try AuraProcess(search, in: scratch.path)
            defer { process.send(SIGKILL) }
            // The file is there as soon as the first of three trials is done, and is replaced whole at each further one.
            let clock = ContinuousClock(), start = clock.now
            while !FileManager.default.fileExists(atPath: state), process.seen.value.code == nil {
                guard clock.now - start < .seconds(60) else { throw Missed(description: "no trial was done in a minute: \(process.seen.value.errors)") }
                try await Task.sleep(for: .milliseconds(5))
            }
            process.send(SIGKILL)
            #expect(try await process.ended(within: .seconds(10)).code == SIGKILL, "it was done before it could be killed")
            let left = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: state))) as? [String: Any])
            #expect((1...2).contains(try #require(left["done"] as? [String: Any]).count))
            #expect(try await succeeds(search + ["--json", "-"], scratch) == whole)
        }
    }

    @Test(arguments: [
        (["--vary", "risk.kelly_fraction"], "--vary takes a setting and its values"), (["--vary", "risk.kelly=1"], "unknown key"), (["--vary", "venue=live"], "risk."), (["--vary", "fundamental.nothing=1"], "fundamental.volatility_scale"),
        (["--vary", "fundamental.freedom=5"], "must be a number from 4 to 60 in steps of 2"), (["--vary", "fundamental.jump=1e9"], "must be a number from 2 to 100"),
        (["--vary", "risk.kelly_fraction=2"], "must be a number from 0 to 1"), (["--vary", "risk.kelly_fraction=0.1,0.1"], "twice"),
        (["--vary", "risk.kelly_fraction=0.1", "--folds", "0"], "--folds"), (["--vary", "risk.kelly_fraction=0.1", "--jobs", "0"], "--jobs"),
    ] as [([String], String)])
    func `what cannot be searched is told in one sentence`(arguments: [String], sentence: String) async throws {
        try await Scratch.with { scratch in
            let result = try await AuraProcess.result(["optimize", "--recording", "nowhere"] + arguments, in: scratch.path)
            #expect(result.code == 1 && result.errors.contains(sentence), "\(result.errors)")
        }
    }

    @Test func `a strategy's parameter varies like a limit, and one that is set to what it is anyway is no trial`() async throws {
        try await Scratch.with { scratch in
            try Capture.write(to: scratch, quarters: 4)
            _ = try await succeeds(["import", "kalshi-ws-btc15m", "capture", "--out", "recording"], scratch)
            let text = try await succeeds(
                ["optimize", "--quiet", "--recording", "recording", "--vary", "fundamental.volatility_scale=1,0.5,4", "--folds", "1", "--embargo", "0", "--json", "-"], scratch)
            let report = try JSONDecoder().decode(Report.self, from: Data(text.utf8))
            #expect(report.trials.map(\.settings) == ["as configured", "fundamental.volatility_scale=0.5", "fundamental.volatility_scale=4"])
            #expect(Set(report.trials.map(\.pnl)).count > 1, "a parameter that changes nothing is not read")

            // The file sets it as well, and the search starts from there.
            try scratch.write("fundamental:\n  volatility_scale: 4\n", to: "aura.yaml")
            let listed = try await succeeds(["optimize", "--parameters"], scratch)
            #expect(listed.contains("fundamental.volatility_scale=4  # what the measured deviation is multiplied by; a number from 0.25 to 4") && listed.contains("risk.kelly_fraction=0.25"))
            let configured = try await succeeds(
                ["optimize", "--quiet", "--recording", "recording", "--vary", "fundamental.volatility_scale=1", "--folds", "1", "--embargo", "0", "--json", "-"], scratch)
            let again = try JSONDecoder().decode(Report.self, from: Data(configured.utf8))
            #expect(again.trials.map(\.pnl) == [report.trials[2].pnl, report.trials[0].pnl])
        }
    }

    @Test func `a backtest of a recording that was cut off decides up to the cut as the one of all of it`() async throws {
        try await Scratch.with { scratch in
            for (name, seconds) in [("whole", 890), ("cut", 420)] as [(String, Int64)] {
                try Capture.write(to: scratch, folder: "\(name)-capture", quarters: 2, until: seconds)
                _ = try await succeeds(["import", "kalshi-ws-btc15m", "\(name)-capture", "--out", name], scratch)
            }
            let cut: Int64 = (1_767_227_400 + 900 + 420) * 1_000_000_000
            let whole = try await rows(of: "whole", upTo: cut, scratch)
            #expect(try await rows(of: "cut", upTo: cut, scratch) == whole)
            #expect(whole.count > 300)
        }
    }

    // MARK: - Steps

    private func succeeds(_ arguments: [String], _ scratch: Scratch) async throws -> String {
        let result = try await AuraProcess.result(arguments, in: scratch.path)
        #expect(result.code == 0, "aura \(arguments.joined(separator: " ")): \(result.errors)")
        return result.text
    }

    private func half(of file: String) throws -> String {
        var state = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file))) as? [String: Any])
        let done = try #require(state["done"] as? [String: Any])
        #expect(done.count == 3)
        state["done"] = Dictionary(uniqueKeysWithValues: done.sorted { $0.key < $1.key }.prefix(1).map { ($0.key, $0.value) })
        return String(decoding: try JSONSerialization.data(withJSONObject: state), as: UTF8.self)
    }

    /// Fills, forecasts (without their outcomes) and equity as text.
    private func rows(of recording: String, upTo cut: Int64, _ scratch: Scratch) async throws -> [String] {
        let text = try await succeeds(["backtest", "--quiet", "--recording", recording, "--json", "-"], scratch)
        let report = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        return try ["fills", "forecasts", "equity"].flatMap { name in
            try #require(report[name] as? [[String: Any]]).filter { ($0["ts"] as? NSNumber)?.int64Value ?? .max <= cut }.map { row in
                name + row.filter { $0.key != "outcome" }.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
            }
        }
    }
}
