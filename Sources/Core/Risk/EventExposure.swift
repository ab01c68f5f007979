public import Model

/// What the markets of one event can cost together, exactly: the loss in every outcome, of which the worst counts.
///
/// Ten exclusive NO legs lose at most one of them; a YES and the NO of an easier threshold may lose both. Where the outcomes are not understood
/// there is one state, in which everything loses.
public struct EventExposure: Hashable, Sendable {
    /// What is gained in each state, below zero where it is lost.
    public private(set) var gains: [Money]

    /// - Parameter states: how many outcomes there are; 1 where they are not known.
    public init(states: Int = 1) { gains = Array(repeating: .zero, count: max(states, 1)) }

    /// Adds what is held of a leg.
    /// - Parameter wins: whether the leg pays, in each state; empty where it is not known, and then it never does.
    public mutating func hold(_ quantity: Quantity, cost: Money, wins: [Bool]) {
        for state in gains.indices { gains[state] += outcome(quantity, cost, wins, state) }
    }

    /// Adds an order that may fill or not: it counts where it would lose.
    public mutating func mayHold(_ quantity: Quantity, cost: Money, wins: [Bool]) {
        for state in gains.indices { gains[state] += min(outcome(quantity, cost, wins, state), .zero) }
    }

    /// The most that can be lost; zero where nothing can.
    public var worst: Money { max(-(gains.min() ?? .zero), .zero) }

    /// Dollars that one more leg may cost before some outcome loses more than `limit`. Where it pays it costs nothing.
    public func room(limit: Money, wins: [Bool]) -> Money {
        gains.indices.filter { !($0 < wins.count && wins[$0]) }.map { limit + gains[$0] }.min() ?? Money(millionths: .max)
    }

    private func outcome(_ quantity: Quantity, _ cost: Money, _ wins: [Bool], _ state: Int) -> Money {
        let pays = state < wins.count && wins[state]
        return (pays ? Price.one * quantity : .zero) - cost
    }
}
