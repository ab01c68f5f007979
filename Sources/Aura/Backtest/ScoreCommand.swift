import Accounting
import ArgumentParser
import Backtest
import Engine
import Foundation
import Learning
import Model

/// `aura score`: every strategy, the pool and the market on recordings, in the order of what was known.
struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Scores every strategy and the pool against the market, family by family, on recordings.",
        discussion: """
            Runs the desk as `aura backtest` does and compares each forecast with the middle of the quotes at the same moment. Nothing is fitted
            beforehand: what the desk has learned at a moment is what the recordings had told it by then. A difference is the mean log loss less the
            market's, so negative is better; its standard error, its interval (95 %, block bootstrap) and the e-value are
            over events. With --ledger every forecast that was scored is written down too, with its outcome, for a referee of your own.
            """)

    @Option(parsing: .upToNextOption, help: "One or more recordings; those that overlap in time are merged on one clock.") var recording: [String]
    @Option(help: "Score only what was said from this time on (2026-01-31T00:00:00Z).") var from: String?
    @Option(help: "Write every scored forecast to this file (CSV): when, of what, by whom, the market beside it, and the outcome.") var ledger: String?
    @Flag(help: "Print the table as JSON.") var json = false

    func run() throws {
        var start = Timestamp(nanoseconds: .min)
        if let from {
            guard let time = CivilTime.parse(from) else { throw Refused("--from must be a time like 2026-01-31T00:00:00Z, not '\(from)'") }
            start = time
        }
        let sources = try RecordingSet(recording)
        var run = BacktestRun()
        try sources.play(into: &run) { _ in }
        run.finish()
        if case .lookAhead(let sentence) = run.lookAhead.verdict { throw Refused("look-ahead: \(sentence)") }
        let events = Self.events(run, from: start)
        if let ledger { try ScoreLedger.write(events, to: ledger) }
        let lines = Self.card(events).lines
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            print(String(decoding: try encoder.encode(lines), as: UTF8.self))
        } else {
            print(Self.table(lines))
            print(Self.money(run))
        }
    }

    /// What was said of one event whose markets were settled.
    struct Event {
        let ticker: EventTicker
        /// How the results of its markets hang together.
        let resolutions: [Ticker: EventStates.Outcome]
        let family: SeriesTicker
        let said: [(row: ForecastRow, outcome: Double)]
    }

    /// The events in the order in which the last of their markets was settled.
    static func events(_ run: BacktestRun, from start: Timestamp) -> [Event] {
        let outcomes = Dictionary(run.settlements.map { ($0.market, $0.result.yesValue?.probability) }, uniquingKeysWith: { _, last in last })
        var rows: [EventTicker: [(row: ForecastRow, outcome: Double)]] = [:]
        for row in run.forecasts where row.time >= start {
            guard let event = run.markets[row.market]?.event, let outcome = outcomes[row.market] ?? nil else { continue }
            rows[event, default: []].append((row, outcome))
        }
        var over: [EventTicker: Int] = [:]
        for (i, settlement) in run.settlements.enumerated() { if let event = run.markets[settlement.market]?.event { over[event] = i } }
        return rows.keys.sorted(by: { (over[$0] ?? 0, $0) < (over[$1] ?? 0, $1) }).compactMap { event in
            guard let said = rows[event], let family = said.first.flatMap({ run.markets[$0.row.market]?.series }) else { return nil }
            let resolutions = said.compactMap { run.markets[$0.row.market] }.map { ($0.ticker, EventStates.Outcome(strike: $0.strike, exclusive: $0.mutuallyExclusive)) }
            return Event(ticker: event, resolutions: Dictionary(resolutions, uniquingKeysWith: { a, _ in a }), family: family, said: said)
        }
    }

    static func card(_ events: [Event]) -> Scorecard {
        var card = Scorecard()
        for event in events { card.add(family: event.family, rows: event.said, resolutions: event.resolutions) }
        return card
    }

    static func table(_ lines: [Scorecard.Line]) -> String {
        func figure(_ value: Double, _ digits: Int = 4) -> String { String(format: "%.\(digits)f", value) }
        var rows = [["family", "name", "events", "forecasts", "log", "market", "difference", "s.e.", "95 %", "Brier", "market", "e-value"]]
        for line in lines {
            rows.append([
                line.family, line.name, "\(line.events)", "\(line.forecasts)", figure(line.log), figure(line.marketLog), String(format: "%+.4f", line.difference),
                line.standardError.map { figure($0) } ?? "-",
                line.interval.map { String(format: "%+.4f to %+.4f", $0.low, $0.high) } ?? "-", figure(line.brier), figure(line.marketBrier), line.eValue >= 1000 ? String(format: "%.2g", line.eValue) : figure(line.eValue, 2),
            ])
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { i, text in
                let space = String(repeating: " ", count: widths[i] - text.count)
                return i < 2 ? text + space : space + text
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    private static func money(_ run: BacktestRun) -> String {
        let portfolio = run.engine.portfolio
        let sums = run.engine.foreseenProfit
        let foreseen = sums.events == 0 ? "" : String(format: ", foreseen %+.2f (95 %% interval %+.2f to %+.2f)", sums.expected, sums.interval.low, sums.interval.high)
        return "orders \(run.engine.ordersPlaced), fills \(run.fills.count), P&L net of fees \(portfolio.realized - portfolio.fees)\(foreseen), fees \(portfolio.fees), state \(run.engine.digest().text)"
    }
}
