public import Model

/// How far an assistant may go at a desk. Each tier has what the one before it has; what is not allowed is not listed.
public enum AssistantTier: String, Sendable, CaseIterable {
    case read
    /// May propose orders, which wait for the operator; may cancel, halt and tighten limits, for none of these adds risk.
    case propose
    /// May order, but not with real money.
    case paper
    /// May order wherever the desk trades.
    case live

    /// What is left of it there: with real money, paper can only propose.
    public func effective(in environment: TradingMode) -> AssistantTier { self == .paper && environment == .live ? .propose : self }

    var mayChange: Bool { self != .read }
    var mayOrder: Bool { self == .paper || self == .live }
}
