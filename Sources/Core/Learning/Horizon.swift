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

    /// What strategies start with in a pool of forecasts that look so far ahead (`FixedShare`).
    ///
    /// Of what is over within the hour there are dozens a day: what being open to a wrong strategy costs is spread over many, and soon found out. Markets that
    /// are asked about earlier are of the kind that comes once a day, a month's worth is few, and there a strategy begins with next to nothing.
    public var strategiesShare: Double { self <= .hour ? 0.1 : 0.02 }

    public static func < (a: Horizon, b: Horizon) -> Bool { a.order < b.order }

    private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
