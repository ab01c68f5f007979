import Foundation
import Testing
import Transport

/// Whatever is wrong, it is told in one sentence on standard error, the exit code is not 0, and the folder is as it was.
@Suite(.serialized) struct BadInputTests {
    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures").path

    @Test func `a wrong flag, setting or key is one sentence`() async throws {
        try await Scratch.with { scratch in
            try scratch.write("risk:\n  kely_fraction: 1\n", to: "unknown.yaml")
            try scratch.write("risk:\n  kelly_fraction: lots\n", to: "value.yaml")
            try scratch.write("risk: [\n", to: "broken.yaml")
            try scratch.write("live:\n  real_money: true\n", to: "live.yaml")
            try scratch.write("", to: "file")
            try scratch.write("no key", to: "open.pem")
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: scratch.file("open.pem"))
            let armed = ["AURA_REAL_MONEY": "live"]
            let keyed = armed.merging(["KALSHI_API_KEY_ID": "somebody", "KALSHI_PRIVATE_KEY_PATH": scratch.file("open.pem")]) { $1 }
            let live = ["--venue", "live", "--config", "live.yaml"]
            let table: [(arguments: [String], environment: [String: String], says: [String])] = [
                (["--config", "unknown.yaml"], [:], ["unknown.yaml, line 2", "kely_fraction", "did you mean 'risk.kelly_fraction'"]),
                (["--config", "value.yaml"], [:], ["value.yaml, line 2", "from 0 to 1", "'lots'"]),
                (["--config", "broken.yaml"], [:], ["broken.yaml is not YAML"]),
                (["--config", "nowhere.yaml"], [:], ["nowhere.yaml is not there"]),
                ([], ["AURA_RISK_KELLY_FRACTION": "2"], ["AURA_RISK_KELLY_FRACTION", "from 0 to 1"]),
                (["--venue", "mars"], [:], ["--venue", "simulated, recorded, demo or live", "'mars'"]),
                ([], ["AURA_SIMULATED_SEED": "-1"], ["AURA_SIMULATED_SEED", "whole number"]),
                ([], ["AURA_RISK_KELY_FRACTION": "0.1"], ["AURA_RISK_KELY_FRACTION is no setting", "aura config"]),
                ([], ["AURA_LIVE_REAL_MONEY": "true"], ["AURA_LIVE_REAL_MONEY", "live.real_money is set in the configuration file alone"]),
                ([], ["AURA_NEWS_INTERVAL": "1"], ["AURA_NEWS_INTERVAL", "from 60 to 21600", "'1'"]),
                ([], ["AURA_NEWS_FEEDS": "wire=https://a.test/feed,own=https://me:secret@a.test/feed"], ["AURA_NEWS_FEEDS", "no user's name in them; number 2 is not"]),
                ([], ["AURA_NOWCAST_SOURCES": "own=/srv/nowcasts.csv,wire=nowcasts.csv"], ["AURA_NOWCAST_SOURCES", "whole paths of files; number 2 is not"]),
                ([], ["AURA_FUNDAMENTAL_JUMP": "1"], ["AURA_FUNDAMENTAL_JUMP", "fundamental.jump must be a number from 2 to 100", "'1'"]),
                (["--venue", "recorded"], [:], ["--recording"]),
                (["--venue", "recorded", "--recording", "file"], [:], ["file is not a recording"]),
                (["--dashboard", "nowhere"], [:], ["nowhere holds no dashboard"]),
                (["--exchange", "http://elsewhere.example", "--key-id", "a", "--key-file", "b"], [:], ["on this machine"]),
                (["--venue", "live"], [:], ["live.real_money: true", "AURA_REAL_MONEY=live", "--arm live"]),
                (live, [:], ["AURA_REAL_MONEY=live", "--arm live"]),
                (live, armed, ["missing: --arm live"]),
                (live + ["--arm", "demo"], armed, ["missing: --arm live"]),
                (live + ["--arm", "live"], armed, ["KALSHI_API_KEY_ID is not set"]),
                (live + ["--arm", "live"], keyed, ["open.pem is open to others (mode 644)", "chmod 600"]),
            ]
            for row in table {
                try await refused(["run", "--data-dir", "data"] + RunningDesk.ports + row.arguments, scratch, row.environment, says: row.says)
                #expect(try scratch.contents(of: "data").isEmpty, "\(row.arguments)")
            }
            try await refused(["run", "--data-dir", "file"] + RunningDesk.ports, scratch, says: ["is a file, and a folder is needed"])
            try await refused(["run", "--data-dir", "file/inner"] + RunningDesk.ports, scratch, says: ["cannot be made", "is a file"])
            // How the command is to be called follows the sentence.
            try await refused(["run", "--frobnicate"], scratch, says: ["Unknown option '--frobnicate'"], hasUsage: true)
            #expect(try scratch.contents(of: "file").isEmpty)
        }
    }

    @Test func `a port in use is one sentence`() async throws {
        let squatter = WebServer(host: "127.0.0.1", port: 0, requestBodyLimit: 1) { _ in .text(200, "") }
        let port = try await squatter.start()
        try await Scratch.with { scratch in
            for flag in ["--dashboard-port", "--bridge-port", "--exchange-port"] {
                var ports = RunningDesk.ports
                guard let place = ports.firstIndex(of: flag) else { continue }
                ports[place + 1] = String(port)
                try await refused(["run", "--data-dir", "data"] + ports, scratch, says: ["port \(port) is already in use"])
            }
        }
        await squatter.stop()
    }

    @Test func `a damaged journal, and a folder in use, are one sentence and stay as they are`() async throws {
        try await Scratch.with { scratch in
            try await RunningDesk.with(scratch) { desk in
                try await desk.bridge { try await $0.seen.wait("some hundreds of events") { $0.isTrading && $0.events > 500 } }
                try await refused(["run", "--data-dir", "data"] + RunningDesk.ports, scratch, says: ["another Aura (process ", "is using"])
                #expect(try await desk.stop(SIGTERM).end.code == 0)
            }
            let whole = try Data(contentsOf: URL(fileURLWithPath: scratch.file("data/journal.sqlite")))
            var flipped = whole
            // A whole page's worth, so that no gap between rows can take the blow.
            for place in whole.count / 2..<whole.count / 2 + 4096 { flipped[place] ^= 0xFF }
            for (name, damaged) in [("flipped", flipped), ("truncated", whole.prefix(whole.count / 2)), ("foreign", Data("this is not a database at all".utf8))] {
                try FileManager.default.copyItem(atPath: scratch.file("data"), toPath: scratch.file(name))
                try damaged.write(to: URL(fileURLWithPath: scratch.file(name + "/journal.sqlite")))
                let before = try scratch.contents(of: name)
                for command in [["run", "--data-dir", name] + RunningDesk.ports, ["replay", "--data-dir", name], ["journal", "verify", "--data-dir", name]] {
                    try await refused(command, scratch, says: ["journal"])
                }
                #expect(try scratch.contents(of: name) == before, "\(name)")
            }
            try await refused(["replay", "--data-dir", "nowhere"], scratch, says: ["there is no journal at"])
        }
    }

    @Test func `recordings that are none, are torn or overlap, and damaged captures, are one sentence`() async throws {
        try await Scratch.with { scratch in
            for name in ["one", "two", "torn"] {
                let made = try await AuraProcess.result(["import", "kalshi-ws-btc15m", Self.fixtures + "/btc15m", "--out", name], in: scratch.path)
                #expect(made.code == 0, "\(made.errors)")
            }
            try await refused(["backtest", "--quiet", "--recording", "one", "two"], scratch, says: ["overlap in time"])
            try await refused(["backtest", "--quiet", "--recording", "nowhere"], scratch, says: ["nowhere"])
            try await refused(["backtest", "--quiet", "--recording", "one", "--cash", "much"], scratch, says: ["--cash", "'much'"])

            let segment = URL(fileURLWithPath: scratch.file("torn/000001.frames"))
            try Data(contentsOf: segment).dropLast(100).write(to: segment)
            let torn = try scratch.contents(of: "torn")
            try await refused(["recording", "verify", "torn"], scratch, says: ["truncated"])
            try await refused(["backtest", "--quiet", "--recording", "torn"], scratch, says: ["truncated"])
            try await refused(["run", "--data-dir", "data", "--venue", "recorded", "--recording", "torn"] + RunningDesk.ports, scratch, says: ["truncated"])
            #expect(try scratch.contents(of: "torn") == torn)

            // A gzip header, and then nothing that was ever deflated.
            try FileManager.default.createDirectory(atPath: scratch.file("captures"), withIntermediateDirectories: true)
            try Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + [UInt8](repeating: 0xFF, count: 200)).write(to: URL(fileURLWithPath: scratch.file("captures/day.events.jsonl.gz")))
            try await refused(["import", "kalshi-ws-btc15m", "captures", "--out", "never"], scratch, says: ["day.events.jsonl.gz"])
            try await refused(["import", "morse", "captures", "--out", "never"], scratch, says: ["'morse'", "kalshi-ws-btc15m"])
            #expect(!FileManager.default.fileExists(atPath: scratch.file("never")))
        }
    }

    private func refused(
        _ arguments: [String], _ scratch: Scratch, _ environment: [String: String] = [:], says parts: [String], hasUsage: Bool = false
    ) async throws {
        let result = try await AuraProcess.result(arguments, in: scratch.path, environment: environment)
        let what = "aura \(arguments.joined(separator: " ")): \(result.errors)"
        #expect(result.code == 1 || result.code == 64 || result.code == 78, "exit \(result.code ?? -1) of \(what)")
        #expect(result.out.isEmpty, "\(what)")
        let lines = result.errors.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        #expect(lines.count == 1 || hasUsage && lines.count > 1, "\(what)")
        let sentence = lines.first.map(String.init) ?? ""
        #expect(sentence.hasPrefix("Error: "), "\(what)")
        for part in parts { #expect(sentence.contains(part), "\(part) in \(what)") }
        #expect(sentence.firstMatch(of: /Fatal error|\.swift|Optional\(|[a-z]Error\b|Stack dump|0x[0-9a-f]{6}/) == nil, "\(what)")
    }
}
