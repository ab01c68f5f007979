import ArgumentParser
import Backtest
import Foundation
import Learning
import Model
import Recording

/// `aura backtest`: the desk's own engine against recordings, with fills that respect the queue.
struct BacktestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "Runs the desk against recordings: same engine, same fills as on paper.",
        discussion: """
            Orders reach the market after a latency, queue behind what stood there, and fill only when trades or later changes eat through the queue
            ahead. Fees are the exchange's own. The same command gives the same state hash.
            """)

    @Option(parsing: .upToNextOption, help: "One or more recordings (folders made by `aura record` or `aura import`).") var recording: [String]
    @Option(help: "Write the results to this file as JSON ('-' for standard output).") var json: String?
    @Option(help: "Write a self-contained page with charts to this file.") var report: String?
    @Option(help: "Dollars to start with.") var cash: String = "10000"
    @Option(help: "Milliseconds from the desk to the exchange, one way; an order meets the book that is received two ways later.") var latency: Int = 50
    @Option(help: "Configuration file with the risk settings (default: aura.yaml in this folder, if it is there).") var config: String?
    @Flag(help: "No progress bar.") var quiet = false

    func run() throws {
        let settings = try Self.settings(cash: cash, latency: latency, config: config)
        let sources = try RecordingSet(recording)
        var run = BacktestRun(settings)
        var progress = Progress(total: sources.frames, shown: !quiet && isatty(STDERR_FILENO) == 1)
        let clock = ContinuousClock()
        let started = clock.now
        try sources.play(into: &run, readAhead: true) { if $0 & 0xFFFF == 0 { progress.show($0) } }
        run.finish()
        progress.end()
        if case .lookAhead(let sentence) = run.lookAhead.verdict { throw Refused("look-ahead: \(sentence)") }
        let elapsed = (clock.now - started) / .seconds(1)
        let result = BacktestReport(run, settings: settings, recordings: recording, seconds: elapsed)
        try write(result, run)
        if json != "-" { print(Self.summary(result)) }
    }

    static func settings(cash: String, latency: Int, config: String?) throws -> BacktestSettings {
        var settings = BacktestSettings()
        guard let dollars = Money(cash), dollars > .zero else { throw Refused("--cash must be an amount of dollars above 0, not '\(cash)'") }
        guard (0...60_000).contains(latency) else { throw Refused("--latency must be from 0 to 60000 milliseconds, not \(latency)") }
        settings.cash = dollars
        settings.latency = .milliseconds(Int64(latency))
        settings.desk = try Configuration.load(file: config).desk
        return settings
    }

    private func write(_ result: BacktestReport, _ run: BacktestRun) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(result)
        if json == "-" { print(String(decoding: data, as: UTF8.self)) } else if let json { try Self.save(data, to: json) }
        if let report { try Self.save(Data(BacktestPage.html(result, json: data).utf8), to: report) }
    }

    static func save(_ data: Data, to path: String) throws {
        do { try data.write(to: URL(fileURLWithPath: path), options: .atomic) } catch { throw Refused("\(path) cannot be written: \(error.localizedDescription)") }
    }

    private static func summary(_ r: BacktestReport) -> String {
        func counts(_ table: [String: Int]) -> String {
            table.isEmpty ? "none" : table.sorted { $0.value > $1.value || $0.value == $1.value && $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        }
        func figure(_ x: Double?) -> String { x.map { String(format: "%.4f", $0) } ?? "-" }
        func interval(_ f: BacktestReport.Figures) -> String {
            guard let band = f.pnl_band else { return "unknown: \(f.settled_events) events settled" }
            return String(format: "%.2f to %.2f holds the P&L of %.0f %% of samples of %d events (%d traded)", band.low, band.high, band.level * 100, f.settled_events, f.traded_events)
        }
        var lines = [
            "RECORDED money. Every figure is net of fees.",
            "events      \(r.events) (\(r.book_events) of the book) in \(String(format: "%.2f", r.seconds)) s, \(String(format: "%.0f", r.events_per_second)) a second",
            "orders      \(r.orders), fills \(r.fills.count), fees \(r.fees)",
            "P&L net     \(r.pnl_net) (cash \(r.cash_start) -> \(r.cash_end)\(r.open_positions.isEmpty ? "" : ", \(r.open_positions.count) positions left open"))",
            "interval    \(interval(r.figures))",
            "risk        worst day \(r.figures.worst_day?.pnl ?? "-"), drawdown \(r.figures.drawdown), most held \(r.figures.most_exposure), bought \(r.figures.bought)",
            "settlements \(r.settlements.count)",
            "refused     \(counts(r.refusals))",
            "not traded  \(counts(r.no_trade))",
        ]
        for (name, score) in r.scores.sorted(by: { $0.key < $1.key }) {
            lines.append("score       \(name): Brier \(figure(score.brier)), log loss \(figure(score.log)) over \(score.n) forecasts")
        }
        for row in r.figures.against_market {
            let band = row.log_band.map { String(format: " (%.0f %% interval %+.4f to %+.4f)", $0.level * 100, $0.low, $0.high) } ?? ""
            lines.append("vs market   \(row.strategy): log loss \(String(format: "%+.4f", row.log))\(band) over \(row.events) events; negative is better")
        }
        lines += predictions(r.figures)
        lines.append("state hash  \(r.state_hash)")
        return lines.joined(separator: "\n")
    }

    /// What was said of fees and of waits beforehand, beside what came.
    private static func predictions(_ f: BacktestReport.Figures) -> [String] {
        [f.foreseen].compactMap { $0 }.map {
            String(format: "foreseen    %+.2f (95 %% interval %+.2f to %+.2f) of %d settled events, ", $0.expected, $0.low, $0.high, $0.events) + "\($0.came) came"
        } + f.fee_model.map { "fees        \($0.series) as \($0.liquidity): predicted \($0.predicted), charged \($0.charged), over \($0.fills) fills" }
            + [f.fill_model_total].compactMap { $0 }.map {
                String(
                    format: "first fills %.1f promised (95 %% of counts %.1f to %.1f), %d came, of %d resting orders", $0.predicted, $0.predicted_low, $0.predicted_high,
                    $0.fills, $0.waits)
            }
            + f.adverse_selection.map {
                "markout     \($0.series): \(String(format: "%+.4f", $0.moved)) dollars 30 s after a maker's fill, over \($0.fills) fills; minus is against us"
            }
    }
}
