import ArgumentParser
import Browser
import Exchange
import Foundation
import Kubernetes
import MCPKalshi
import Model
import Strategies

/// Bad input, told in one sentence; the process ends with an exit code that is not 0.
struct Refused: Error, CustomStringConvertible, LocalizedError {
    let description: String
    init(_ description: String) { self.description = description }
    var errorDescription: String? { description }
}

/// A wrong configuration, told like every bad input, with an exit code of its own (EX_CONFIG of sysexits.h): the same will be wrong at the next start, so whoever
/// starts the desk need not try again.
enum Misconfigured {
    static let code: Int32 = 78

    /// What the body makes of settings, flags and files; whatever is wrong with them ends the command.
    static func told<Made>(_ body: () throws -> Made) throws -> Made {
        do { return try body() } catch {
            FileHandle.standardError.write(Data("Error: \(error)\n".utf8))
            throw ExitCode(code)
        }
    }
}

/// What the operator chose: safe defaults, then `aura.yaml`, then `AURA_*`, then flags.
struct Configuration {
    var venue = "simulated"
    var dataFolder = "~/.aura"
    /// Events between two snapshots; 0 for none.
    var snapshotEvents = 1_000_000
    var dashboardPort = 3002
    var bridgePort = 8766
    var exchangePort = 8090
    var seed: UInt64 = 1
    var simulatedCash: Money = .dollars(10_000)
    var simulatedTier = UsageTier.prestige
    var simulatedMaintenance = true
    /// The first of the three acts that live money takes (P7): the file says so, and nothing else can.
    var liveMoneyConfigured = false
    var series: [String] = []
    /// The news that is followed, each as "name=address".
    var newsFeeds: [String] = []
    var newsInterval = Interval.seconds(300)
    /// The weather services that are asked, each as "name@place=address".
    var weatherSources: [String] = []
    var weatherInterval = Interval.seconds(300)
    /// The nowcasts that are followed, each as "name=address" or "name=/path".
    var nowcastSources: [String] = []
    var nowcastInterval = Interval.seconds(600)
    /// How far assistants may go at a running desk, and which further sets of tools they are shown.
    var assistantTier = AssistantTier.read
    var assistantToolsets: [String] = []
    /// Which servers stand beside the Kalshi server at a running desk, all to read, and what they may see.
    var sideServers = SideServers.all
    var browserOrigins: [String] = []
    var browserProgram = "/usr/bin/chromium-headless-shell"
    var browserSandbox = true
    /// Empty: the user's own.
    var kubeconfig = ""
    var clusterNamespaces: [String] = []
    var desk = DeskSettings()
    /// Where each value that is not a default came from, for `aura config`.
    var origins: [String: String] = [:]

    /// One thing that can be set, by its key in the file; the environment's name is AURA_ and the key in capitals, dots as underscores.
    struct Key {
        let name: String
        let meaning: String
        /// Whether the file alone can set it: what must be an act of its own is not done by the environment as well.
        var fileOnly = false
        /// Whether a value that is refused is not repeated: an address may hold a password.
        var hidesValue = false
        let read: (Configuration) -> String
        let write: (inout Configuration, String) throws -> Void

        var environmentName: String { "AURA_" + name.uppercased().replacingOccurrences(of: ".", with: "_") }

        /// "AURA_RISK_" for risk.kelly_fraction; nil for a key without a section.
        var environmentSection: String? { name.firstIndex(of: ".").map { "AURA_" + name[..<$0].uppercased() + "_" } }
    }

    mutating func set(_ name: String, _ value: String, from origin: String) throws {
        guard let key = Self.keys.first(where: { $0.name == name }) else { throw Refused("\(origin): unknown key '\(name)'\(Self.hint(name))") }
        do {
            try key.write(&self, value)
        } catch let problem as Refused {
            throw Refused("\(origin): \(name) \(problem.description)" + (key.hidesValue ? "" : ", not '\(value)'"))
        }
        origins[name] = origin
    }

    /// Reads the environment and the file, in that order of weakness.
    static func load(file: String?, environment: [String: String] = ProcessInfo.processInfo.environment) throws -> Configuration {
        var configuration = Configuration()
        for (name, value, line) in try ConfigurationFile.read(file) { try configuration.set(name, value, from: line) }
        let known = Dictionary(uniqueKeysWithValues: keys.map { ($0.environmentName, $0) })
        let sections = Set(keys.compactMap(\.environmentSection))
        for name in environment.keys.sorted() {
            guard let value = environment[name] else { continue }
            guard let key = known[name] else {
                // A limit that is misspelt is not a limit. What belongs to no section may be somebody else's.
                guard !sections.contains(where: name.hasPrefix) else { throw Refused("\(name) is no setting; `aura config` prints those there are") }
                continue
            }
            guard !key.fileOnly else { throw Refused("\(name): \(key.name) is set in the configuration file alone") }
            try configuration.set(key.name, value, from: name)
        }
        return configuration
    }

    /// The nearest known key, if it is near.
    private static func hint(_ name: String) -> String {
        let near = keys.map { ($0.name, distance($0.name, name)) }.min { $0.1 < $1.1 }
        return near.map { $0.1 <= 4 ? "; did you mean '\($0.0)'?" : "; `aura config` lists the known ones" } ?? ""
    }

    /// Levenshtein's.
    private static func distance(_ a: String, _ b: String) -> Int {
        let b = Array(b.utf8)
        var row = Array(0...b.count)
        for (i, x) in a.utf8.enumerated() {
            var corner = row[0]
            row[0] = i + 1
            for j in b.indices {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, corner + (b[j] == x ? 0 : 1))
                corner = above
            }
        }
        return row[b.count]
    }
}

extension UsageTier {
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

extension Configuration {
    static var keys: [Key] {
        [
            text("venue", "simulated, recorded, demo or live", \.venue) { ["simulated", "recorded", "demo", "live"].contains($0) },
            text("data_dir", "folder of the journal, the exchange's memory, the token and the recordings", \.dataFolder) { !$0.isEmpty },
            whole("journal.snapshot_events", "events between two snapshots of the state, which a start goes on from; 0 for none", \.snapshotEvents, 0...1_000_000_000),
            whole("ports.dashboard", "port of the dashboard", \.dashboardPort, 0...65_535),
            whole("ports.bridge", "port of the WebSocket bridge", \.bridgePort, 0...65_535),
            whole("ports.exchange", "port of the simulated exchange", \.exchangePort, 0...65_535),
            Key(name: "simulated.seed", meaning: "seed of the living market", read: { String($0.seed) }) {
                guard let seed = UInt64($1) else { throw Refused("must be a whole number from 0") }
                $0.seed = seed
            },
            money("simulated.cash", "dollars that a new simulated account starts with", \.simulatedCash),
            Key(name: "simulated.tier", meaning: "request budgets at the simulated exchange: \(UsageTier.names)", read: { $0.simulatedTier.rawValue }) {
                guard let tier = UsageTier(rawValue: $1) else { throw Refused("must be one of \(UsageTier.names)") }
                $0.simulatedTier = tier
            },
            Key(
                name: "simulated.maintenance", meaning: "whether the simulated exchange pauses on Thursdays from 03:00 to 05:00 in New York, as the real one does",
                read: { String($0.simulatedMaintenance) }
            ) {
                guard let flag = Bool($1) else { throw Refused("must be true or false") }
                $0.simulatedMaintenance = flag
            },
            Key(name: "series", meaning: "series that are traded, comma-separated; empty for all that the simulated exchange has", read: { $0.series.joined(separator: ",") }) {
                $0.series = $1.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
            },
            Key(
                name: "news.feeds", meaning: "RSS, Atom or JSON feeds that are followed, each as name=address", hidesValue: true, read: { $0.newsFeeds.joined(separator: ",") }
            ) {
                let feeds = $1.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
                guard let place = feeds.firstIndex(where: { !NewsPlan.isFeed($0) }) else { return $0.newsFeeds = feeds }
                throw Refused("must be a list of name=address with http:// or https:// addresses and no user's name in them; number \(place + 1) is not")
            },
            seconds("news.interval", "seconds between two requests to one feed, from a minute to six hours", \.newsInterval, NewsPlan.intervals),
            Key(
                name: "weather.sources", meaning: "weather services that are asked, each as name@place=address", hidesValue: true,
                read: { $0.weatherSources.joined(separator: ",") }
            ) {
                let sources = NewsPlan.weatherList($1)
                guard let wrong = sources.firstIndex(where: { !NewsPlan.isWeather($0) }) else { return $0.weatherSources = sources }
                throw Refused("must be a list of name@place=address with places like KXHIGHNY and http:// or https:// addresses; number \(wrong + 1) is not")
            },
            seconds("weather.interval", "seconds between two requests for one weather page, from a minute to six hours", \.weatherInterval, NewsPlan.intervals),
            Key(
                name: "nowcast.sources", meaning: "nowcasts that are followed, each as name=address or name=/path", hidesValue: true, read: { $0.nowcastSources.joined(separator: ",") }
            ) {
                let sources = $1.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
                guard let place = sources.firstIndex(where: { !NewsPlan.isNowcast($0) }) else { return $0.nowcastSources = sources }
                throw Refused("must be a list of name=place with http:// or https:// addresses without a user's name, or whole paths of files; number \(place + 1) is not")
            },
            seconds("nowcast.interval", "seconds between two readings of one page or file of nowcasts, from a minute to six hours", \.nowcastInterval, NewsPlan.intervals),
            Key(name: "assistants.tier", meaning: "how far assistants may go at a running desk: read, propose, paper or live", read: { $0.assistantTier.rawValue }) {
                guard let tier = AssistantTier(rawValue: $1) else { throw Refused("must be read, propose, paper or live") }
                $0.assistantTier = tier
            },
            list("assistants.toolsets", "further sets of tools that assistants are shown, comma-separated; all for every one", \.assistantToolsets) { _ in true },
            list("assistants.servers", "servers beside the Kalshi server, to read: \(SideServers.all.joined(separator: ", ")), comma-separated; empty for none", \.sideServers) {
                SideServers.all.contains($0)
            },
            list("assistants.browser_origins", "origins that the browser may open, comma-separated: https://example.org, https://*.example.org, or * for every public one", \.browserOrigins) {
                OriginPattern($0) != nil
            },
            text("assistants.chromium", "the browser's program, by its path", \.browserProgram) { $0.hasPrefix("/") },
            Key(name: "assistants.browser_sandbox", meaning: "false only where the system forbids user namespaces", read: { String($0.browserSandbox) }) {
                guard let flag = Bool($1) else { throw Refused("must be true or false") }
                $0.browserSandbox = flag
            },
            text("assistants.kubeconfig", "the kubeconfig of the clusters that are read; empty for the user's own", \.kubeconfig) { _ in true },
            list("assistants.namespaces", "the only namespaces of clusters that are read, comma-separated; empty for all but the cluster's own", \.clusterNamespaces) {
                KubernetesName.isLabel($0)
            },
            Key(
                name: "live.real_money", meaning: "true to allow `--venue live` or `demo` at all (the first of three acts)", fileOnly: true,
                read: { String($0.liveMoneyConfigured) }
            ) {
                guard let flag = Bool($1) else { throw Refused("must be true or false") }
                $0.liveMoneyConfigured = flag
            },
            share("risk.kelly_fraction", "share of full Kelly that is bet", \.desk.kellyFraction),
            share("risk.minimum_edge", "edge per contract after fees, in dollars, below which nothing is sent", \.desk.minimumEdge),
            money("risk.maximum_order_cost", "dollars", \.desk.maximumOrderCost),
            money("risk.maximum_market_exposure", "dollars", \.desk.maximumMarketExposure),
            money("risk.maximum_event_exposure", "dollars", \.desk.maximumEventExposure),
            money("risk.maximum_series_exposure", "dollars", \.desk.maximumSeriesExposure),
            money("risk.maximum_group_exposure", "dollars in all that moves together: one kind of underlying, one region's weather", \.desk.maximumGroupExposure),
            money("risk.maximum_total_exposure", "dollars", \.desk.maximumTotalExposure),
            money("risk.maximum_group_tail_loss", "dollars that what moves together may lose on average in the worst twentieth of the scenarios", \.desk.maximumGroupTailLoss),
            money("risk.maximum_tail_loss", "the same for all markets together", \.desk.maximumTailLoss),
            money("risk.cash_reserve", "dollars that stay untouched", \.desk.cashReserve),
            whole("risk.maximum_orders_per_minute", "orders", \.desk.maximumOrdersPerMinute, 1...6000),
            money("risk.daily_loss_limit", "dollars lost since the UTC day began at which trading halts", \.desk.dailyLossLimit),
            share("risk.drawdown_limit", "share of the highest equity ever whose loss halts trading", \.desk.drawdownLimit),
            share("risk.loss_streak_chance", "a run of lost events as unlikely as this, at the odds paid, halts trading", \.desk.lossStreakChance),
            share("risk.error_rate_limit", "share of the last requests that failed at which trading halts", \.desk.errorRateLimit),
            seconds("risk.silence_limit", "seconds without any word from the feed at which trading halts", \.desk.silenceLimit),
            seconds("risk.difference_limit", "seconds of an unexplained difference with the exchange at which trading halts", \.desk.differenceLimit),
            share("risk.ruin_level", "share of today's equity below which it is to fall with less than risk.ruin_chance", \.desk.ruinLevel),
            share("risk.ruin_chance", "that chance; sizes are cut until it holds", \.desk.ruinChance),
            seconds("risk.book_staleness", "seconds since a book was heard of beyond which it is not traded on", \.desk.bookStaleness),
            seconds("risk.spot_staleness", "the same for a spot price", \.desk.spotStaleness),
            seconds("risk.quiet_before_close", "seconds before a close in which nothing new is sent", \.desk.quietBeforeClose),
        ] + StrategyManager.parameters.map(parameter)
    }

    /// A number of a strategy, as the strategy declares it.
    private static func parameter(_ declared: StrategyParameter) -> Key {
        Key(name: declared.name, meaning: declared.meaning, read: { StrategyParameter.text($0.desk.strategies[declared.name] ?? declared.usual) }) {
            guard let value = Double($1), declared.accepts(value) else { throw Refused("must be \(declared.rule)") }
            // What is set to what it is anyway is not set: two trials of a search would be one.
            $0.desk.strategies[declared.name] = value == declared.usual ? nil : value
        }
    }

    private static func text(_ name: String, _ meaning: String, _ path: WritableKeyPath<Configuration, String>, _ fits: @escaping (String) -> Bool) -> Key {
        Key(name: name, meaning: meaning, read: { $0[keyPath: path] }) {
            guard fits($1) else { throw Refused("must be \(meaning)") }
            $0[keyPath: path] = $1
        }
    }

    private static func list(
        _ name: String, _ meaning: String, _ path: WritableKeyPath<Configuration, [String]>, _ fits: @escaping (String) -> Bool
    ) -> Key {
        Key(name: name, meaning: meaning, read: { $0[keyPath: path].joined(separator: ",") }) {
            let parts = $1.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
            guard parts.allSatisfy(fits) else { throw Refused("must be \(meaning)") }
            $0[keyPath: path] = parts
        }
    }

    private static func whole(_ name: String, _ meaning: String, _ path: WritableKeyPath<Configuration, Int>, _ range: ClosedRange<Int>) -> Key {
        Key(name: name, meaning: meaning, read: { String($0[keyPath: path]) }) {
            guard let value = Int($1), range.contains(value) else { throw Refused("must be a whole number from \(range.lowerBound) to \(range.upperBound)") }
            $0[keyPath: path] = value
        }
    }

    private static func money(_ name: String, _ meaning: String, _ path: WritableKeyPath<Configuration, Money>) -> Key {
        Key(name: name, meaning: meaning, read: { $0[keyPath: path].description }) {
            guard let value = Money($1), value >= .zero, value <= .dollars(1_000_000_000) else { throw Refused("must be an amount of dollars") }
            $0[keyPath: path] = value
        }
    }

    private static func share(_ name: String, _ meaning: String, _ path: WritableKeyPath<Configuration, Double>) -> Key {
        Key(name: name, meaning: meaning, read: { String($0[keyPath: path]) }) {
            guard let value = Double($1), value >= 0, value <= 1 else { throw Refused("must be a number from 0 to 1") }
            $0[keyPath: path] = value
        }
    }

    private static func seconds(_ name: String, _ meaning: String, _ path: WritableKeyPath<Configuration, Interval>, _ range: ClosedRange<Double>? = nil) -> Key {
        Key(name: name, meaning: meaning, read: { String($0[keyPath: path].seconds) }) {
            guard let value = Double($1), value > 0, value <= 86_400 else { throw Refused("must be a number of seconds, at most a day") }
            if let range, !range.contains(value) { throw Refused("must be a number of seconds from \(Int(range.lowerBound)) to \(Int(range.upperBound))") }
            $0[keyPath: path] = .milliseconds(Int64((value * 1000).rounded()))
        }
    }
}
