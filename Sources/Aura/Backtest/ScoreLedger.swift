import Foundation
import Learning
import Model

/// Every scored forecast as a line of a CSV file, so that anyone can judge it with a program of their own.
enum ScoreLedger {
    static let header = "time,family,event,market,name,probability,market_probability,horizon_seconds,outcome"

    static func write(_ events: [ScoreCommand.Event], to path: String) throws {
        var text = header + "\n"
        for event in events {
            for (row, outcome) in event.said {
                text += "\(CivilTime.text(row.time)),\(event.family),\(event.ticker),\(row.market),\(row.strategy),\(row.probability),\(row.marketProbability),\(row.horizonSeconds),\(outcome)\n"
            }
        }
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        } catch {
            throw Refused("--ledger: \(path) cannot be written")
        }
    }
}
