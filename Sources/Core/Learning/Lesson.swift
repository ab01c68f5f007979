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
