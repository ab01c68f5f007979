/// How far a forecast looks ahead, as coarsely as its worth differs by it.
public enum Horizon: String, Hashable, Comparable, Sendable, Codable, CaseIterable {
    /// Less than five minutes to the close.
    case minutes
    case hour
    /// Less than six hours.
    case hours
    case day
    case days

    public init(seconds: Double) {
        self = seconds < 300 ? .minutes : seconds < 3600 ? .hour : seconds < 6 * 3600 ? .hours : seconds < 86_400 ? .day : .days
    }

    public static func < (a: Horizon, b: Horizon) -> Bool { a.order < b.order }

    private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
