public import Model

/// What one settlement has taught.
public struct Lesson: Hashable, Sendable {
    /// Nil when nothing had been said about the market.
    public let score: MarketScore?
    public let moves: [StageMove]
}

/// A strategy has moved up or down in a family.
public struct StageMove: Hashable, Sendable, Codable {
    public let strategy: String
    public let family: SeriesTicker
    public let from: Stage
    public let to: Stage
    /// Of the evidence before the event that decided.
    public let capital: Double
}

/// The Brier score's difference between the market and a strategy over the markets of one event, and the most that it could have been.
///
/// The markets of an event resolve together, so they are one round of evidence.
struct Difference: Hashable, Sendable {
    private var difference = 0.0
    private var bound = 0.0

    mutating func add(_ rows: [ForecastRow], _ outcome: Double) {
        guard !rows.isEmpty else { return }
        for row in rows {
            let (p, m) = (row.probability, row.marketProbability)
            difference += ((m - outcome) * (m - outcome) - (p - outcome) * (p - outcome)) / Double(rows.count)
            // (m - y)² - (p - y)² = (m - p)(m + p - 2y), and y lies between 0 and 1.
            bound += abs(m - p) * max(m + p, 2 - m - p) / Double(rows.count)
        }
    }

    /// The market settled otherwise after all. The bound does not depend on the outcome.
    mutating func correct(_ rows: [ForecastRow], from old: Double, to new: Double) {
        guard !rows.isEmpty else { return }
        for row in rows { difference += 2 * (new - old) * (row.probability - row.marketProbability) / Double(rows.count) }
    }

    /// Between -1 and 1; nil where the two never differed.
    var share: Double? { bound > 1e-9 ? difference / bound : nil }
}
