/// One of the two legs of a market. A YES and a NO together are always worth $1.
public enum Side: String, Hashable, Sendable, Codable, CaseIterable {
    case yes, no

    public var opposite: Side { self == .yes ? .no : .yes }
}

/// Whether a fill met a resting order (taker) or was met while resting (maker). Fees differ.
public enum Liquidity: String, Hashable, Sendable, Codable {
    case maker, taker
}
