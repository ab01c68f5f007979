/// A moment in nanoseconds since 1970 UTC. Always given as data: the core has no clock.
public struct Timestamp: Hashable, Comparable, Sendable, Codable {
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
    public static func seconds(_ seconds: Int64) -> Timestamp { Timestamp(nanoseconds: seconds * 1_000_000_000) }
    public static func milliseconds(_ milliseconds: Int64) -> Timestamp { Timestamp(nanoseconds: milliseconds * 1_000_000) }
    public static let zero = Timestamp(nanoseconds: 0)

    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.nanoseconds < b.nanoseconds }
    public static func + (a: Timestamp, b: Interval) -> Timestamp { Timestamp(nanoseconds: a.nanoseconds + b.nanoseconds) }
    public static func - (a: Timestamp, b: Interval) -> Timestamp { Timestamp(nanoseconds: a.nanoseconds - b.nanoseconds) }
    public static func - (a: Timestamp, b: Timestamp) -> Interval { Interval(nanoseconds: a.nanoseconds - b.nanoseconds) }

    public var wholeSeconds: Int64 { nanoseconds / 1_000_000_000 }
    public var wholeMilliseconds: Int64 { nanoseconds / 1_000_000 }
    /// Days since 1970-01-01 UTC, for limits that count by the day.
    public var utcDay: Int64 { nanoseconds / 86_400_000_000_000 }
}

/// A length of time in nanoseconds.
public struct Interval: Hashable, Comparable, Sendable, Codable {
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
    public static func seconds(_ seconds: Int64) -> Interval { Interval(nanoseconds: seconds * 1_000_000_000) }
    public static func milliseconds(_ milliseconds: Int64) -> Interval { Interval(nanoseconds: milliseconds * 1_000_000) }
    public static let zero = Interval(nanoseconds: 0)

    public static func < (a: Interval, b: Interval) -> Bool { a.nanoseconds < b.nanoseconds }
    public var seconds: Double { Double(nanoseconds) / 1_000_000_000 }
}
