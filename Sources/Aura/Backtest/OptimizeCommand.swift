import ArgumentParser
import Backtest
import Foundation
import HostFacts
import Learning
import Model
import Recording
import Synchronization

/// `aura optimize`: many backtests of the same recordings, chosen among as honestly as the data allow.
struct OptimizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "optimize",
        abstract: "Tries settings of sizing, limits and strategies on recordings, walking forward, and says how little the best may mean.",
        discussion: """
            Every combination of the values runs as a backtest. On each fold the settings are chosen by the events that were over before it, and judged on
            the fold's own. Beside every best stand the probability of backtest overfitting and the deflated Sharpe ratio. The same command gives the same
            result, with any number of jobs, and also when it was ended and went on (--state).
            """)

    @Option(parsing: .upToNextOption, help: "One or more recordings (folders made by `aura record` or `aura import`).") var recording: [String] = []
    @Option(help: "A setting and its values, as risk.kelly_fraction=0.1,0.25; once for each setting that varies. Settings of risk.* and of strategies.") var vary: [String] = []
    @Flag(help: "Print everything that may vary, with what it is now, and do nothing else.") var parameters = false
    @Option(help: "What the best is best in: growth (mean log growth of the cash) or sharpe (of an event; blind to size).") var by: String = "growth"
    @Option(help: "Folds that are walked forward.") var folds: Int = 4
    @Option(help: "Seconds before a fold in which no event that is learned from may have ended.") var embargo: Int = 900
    @Option(help: "Backtests at one time (default: one a core).") var jobs: Int?
    @Option(help: "Keep finished backtests in this file, and go on from it.") var state: String?
    @Option(help: "Write the result to this file as JSON ('-' for standard output).") var json: String?
    @Option(help: "Dollars to start with.") var cash: String = "10000"
    @Option(help: "Milliseconds from the desk to the exchange, one way.") var latency: Int = 50
    @Option(help: "Configuration file with the settings that do not vary (default: aura.yaml in this folder, if it is there).") var config: String?
    @Flag(help: "No progress bar.") var quiet = false

    func run() async throws {
        if parameters { return print(SearchSpace.list(try Configuration.load(file: config))) }
        guard !recording.isEmpty else { throw Refused("--recording needs one recording at least") }
        guard (1...100).contains(folds) else { throw Refused("--folds must be from 1 to 100, not \(folds)") }
        guard (0...31_536_000).contains(embargo) else { throw Refused("--embargo must be from 0 seconds to a year, not \(embargo)") }
        guard (jobs.map { (1...256).contains($0) } ?? true) else { throw Refused("--jobs must be from 1 to 256, not \(jobs ?? 0)") }
        guard let merit = ParameterSearch.Merit(rawValue: by) else { throw Refused("--by must be growth or sharpe, not '\(by)'") }
        let settings = try BacktestCommand.settings(cash: cash, latency: latency, config: config)
        let space = try SearchSpace(vary, base: try Configuration.load(file: config))
        let recordings = try RecordingSet(recording)
        var known = try SearchState(search: try search(settings), file: state)
        if known.trials > 0, !quiet { FileHandle.standardError.write(Data("\(known.trials) backtests were done before\n".utf8)) }

        try await runMissing(space.trials, recordings, settings, &known)
        let results = try space.trials.map { try known.results(of: $0.desk) ?? [] }
        guard let events = results.first, events.count >= 2 else { throw Refused("the recordings settle \(results.first?.count ?? 0) events; a search needs 2 at least") }
        // One engine on one recording settles the same events under any settings; a file that was written by hand need not.
        guard results.allSatisfy({ $0.map(\.event) == events.map(\.event) }) else { throw Refused("the backtests in \(state ?? "memory") are not of the same events") }
        let found = ParameterSearch(results, by: merit, cash: settings.cash, folds: folds, embargo: .seconds(Int64(embargo)))
        let report = OptimizeReport(found, names: space.trials.map(\.name), results: results, merit: merit)
        try write(report)
        if json != "-" { print(report.summary) }
    }

    /// The trials share nothing, so that they scale with the cores. Fewer run while the machine is hot; none is lost by waiting.
    private func runMissing(_ trials: [SearchSpace.Trial], _ recordings: RecordingSet, _ settings: BacktestSettings, _ known: inout SearchState) async throws {
        var missing = try trials.filter { try known.results(of: $0.desk) == nil }[...]
        let progress = SharedProgress(total: recordings.frames * missing.count, shown: !quiet && isatty(STDERR_FILENO) == 1)
        let jobs = jobs ?? ProcessInfo.processInfo.activeProcessorCount
        let cooling = Cooling(jobs, isTold: !quiet)
        try await withThrowingTaskGroup(of: (DeskSettings, [EventResult], Int).self) { group in
            func start(_ place: Int) {
                guard let trial = missing.popFirst() else { return }
                group.addTask {
                    var own = settings
                    own.desk = trial.desk
                    return (trial.desk, try Self.results(recordings, own, progress) { cooling.wait(at: place) }, place)
                }
            }
            for place in 0..<jobs { start(place) }
            while let (desk, results, place) = try await group.next() {
                try known.keep(results, of: desk, file: state)
                start(place)
            }
        }
        progress.end()
    }

    private static func results(_ recordings: RecordingSet, _ settings: BacktestSettings, _ progress: SharedProgress, pause: () -> Void) throws -> [EventResult] {
        var run = BacktestRun(settings)
        var told = 0
        try recordings.play(into: &run) { events in
            guard events & 0xFFFF == 0 else { return }
            progress.add(events - told)
            told = events
            pause()
        }
        run.finish()
        if case .lookAhead(let sentence) = run.lookAhead.verdict { throw Refused("look-ahead: \(sentence)") }
        progress.add(recordings.frames - told)
        return run.eventResults
    }

    /// What makes two searches the same but for their settings.
    private func search(_ settings: BacktestSettings) throws -> String {
        var digest = Digest()
        digest.feed(AuraCommand.version)
        for path in recording.sorted() {
            for segment in try RecordingEvents(path).manifest.segments { digest.feed(segment.sha256) }
        }
        digest.feed(settings.cash)
        digest.feed(settings.latency.nanoseconds)
        return digest.text
    }

    private func write(_ report: OptimizeReport) throws {
        guard let json else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(report)
        if json == "-" { print(String(decoding: data, as: UTF8.self)) } else { try BacktestCommand.save(data, to: json) }
    }
}

/// Lets backtests wait while the machine is hot, as `HeatBrake` has it.
private final class Cooling: Sendable {
    private let jobs: Int
    private let isTold: Bool
    private let brake: HeatBrake
    private let toldStage = Mutex(ThermalGuard.Stage.normal)

    init(_ jobs: Int, isTold: Bool) {
        self.jobs = jobs
        self.isTold = isTold
        let start = ContinuousClock.now
        brake = HeatBrake(now: { start.duration(to: .now) / .seconds(1) })
    }

    /// Returns when the backtest at that place may go on, or when nobody wants it any more.
    func wait(at place: Int) {
        while !Task.isCancelled {
            let mayGoOn = brake.mayGoOn(place, of: jobs)
            tell(brake.stage ?? .normal)
            if mayGoOn { return }
            // Cooling takes minutes, and nothing tells when it is over.
            usleep(500_000)
        }
    }

    private func tell(_ stage: ThermalGuard.Stage) {
        let isNew = toldStage.withLock { told in
            defer { told = stage }
            return told != stage
        }
        guard isNew, isTold else { return }
        let what = stage == .normal ? "the machine has cooled down: all backtests go on" : "the machine is \(stage): fewer backtests at a time until it has cooled down"
        FileHandle.standardError.write(Data("\n\(what)\n".utf8))
    }
}

/// One bar for backtests that run beside each other.
private final class SharedProgress: Sendable {
    private let state: Mutex<(bar: Progress, done: Int)>

    init(total: Int, shown: Bool) { state = Mutex((Progress(total: total, shown: shown), 0)) }

    func add(_ count: Int) {
        state.withLock {
            $0.done += count
            $0.bar.show($0.done)
        }
    }

    func end() { state.withLock { $0.bar.end() } }
}
