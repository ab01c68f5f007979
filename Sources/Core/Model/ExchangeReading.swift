/// What the exchange says of its own hours: whether it trades now, and when it has announced that it will not.
public struct ExchangeReading: Hashable, Sendable, Codable {
    /// An announced maintenance, from `start` until just before `end`.
    public struct Window: Hashable, Sendable, Codable {
        public let start: Timestamp
        public let end: Timestamp

        public init(start: Timestamp, end: Timestamp) {
            self.start = start
            self.end = end
        }

        public func contains(_ time: Timestamp) -> Bool { start <= time && time < end }
    }

    /// Announced windows that are kept: a month of weeks, and some beside.
    public static let mostWindows = 8

    /// Whether it takes orders; nil while it does not say.
    public let takesOrders: Bool?
    /// Whether it answers at all, so that it takes cancels too; nil while it does not say.
    public let takesCancels: Bool?
    /// When it expects to go on, which it may put off; nil where it does not say, or trades.
    public let resumes: Timestamp?
    /// In order of their start, at most `mostWindows`.
    public let maintenance: [Window]

    public init(takesOrders: Bool?, takesCancels: Bool?, resumes: Timestamp?, maintenance: [Window]) {
        self.takesOrders = takesOrders
        self.takesCancels = takesCancels
        self.resumes = resumes
        self.maintenance = Array(maintenance.filter { $0.start < $0.end }.sorted { ($0.start, $0.end) < ($1.start, $1.end) }.prefix(Self.mostWindows))
    }

    /// What is left of it when nobody knows any more whether it trades: the announcements.
    public var unconfirmed: ExchangeReading { ExchangeReading(takesOrders: nil, takesCancels: nil, resumes: nil, maintenance: maintenance) }

    /// The pause that is known of; nil while it trades, and while nothing says that it does not.
    ///
    /// The exchange's own word counts before the calendar, if it was spoken since the window began: a maintenance may begin late or end early.
    /// - Parameter heard: when this was read.
    public func pause(at now: Timestamp, heard: Timestamp) -> ExchangePause? {
        let window = maintenance.first { $0.contains(now) }
        if takesOrders == false || takesCancels == false {
            return ExchangePause(until: [resumes, window?.end].compactMap(\.self).first { $0 > now }, takesCancels: takesCancels != false)
        }
        guard let window, takesOrders == nil || heard < window.start else { return nil }
        return ExchangePause(until: window.end, takesCancels: true)
    }
}

/// The exchange takes no orders, by its own word or by its calendar.
public struct ExchangePause: Hashable, Sendable, Codable {
    /// As announced; nil where nobody has said.
    public let until: Timestamp?
    public let takesCancels: Bool

    public init(until: Timestamp?, takesCancels: Bool) {
        self.until = until
        self.takesCancels = takesCancels
    }

    /// "until 2026-11-26 10:00 UTC", or that it is not known.
    public static func words(until: Timestamp?) -> String {
        guard let until else { return "until a time that is not known" }
        let text = CivilTime.text(until, decimals: 0)
        return "until \(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }
}
