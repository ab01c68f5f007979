import Model

/// When one feed is asked next, and with which conditions: a value, so that every politeness is tested without a network.
struct FeedSchedule: Sendable {
    /// What came of one request.
    enum Outcome: Sendable, Equatable {
        /// 200: the tags to ask with next time.
        case fresh(etag: String?, lastModified: String?)
        /// 304.
        case notModified
        /// Nothing usable; with the server's own wish for patience, in seconds, where it gave one.
        case failed(retryAfter: Double?)
        /// 410: it will not come back.
        case gone
    }

    static let shortestInterval = 60.0
    /// Also what a server's Retry-After is cut to.
    static let longestInterval = 6 * 3600.0
    /// Requests of one desk spread by this share of the interval either way, so that a thousand desks are no herd.
    static let jitter = 0.1

    let interval: Double
    private(set) var etag: String?
    private(set) var lastModified: String?
    private(set) var failures = 0
    private var random: SeededRandom

    init(interval: Double, seed: UInt64) {
        self.interval = min(max(interval, Self.shortestInterval), Self.longestInterval)
        random = SeededRandom(seed: seed)
    }

    /// The headers of the next request: a feed that has not changed costs both sides a few bytes.
    var conditions: [(name: String, value: String)] {
        [("if-none-match", etag), ("if-modified-since", lastModified)].compactMap { name, value in value.map { (name, $0) } }
    }

    /// Takes an outcome in.
    /// - Returns: seconds until the next request; nil when there is to be none.
    mutating func next(after outcome: Outcome) -> Double? {
        switch outcome {
        case .fresh(let etag, let lastModified):
            (self.etag, self.lastModified, failures) = (etag, lastModified, 0)
            return spread(interval, Self.jitter)
        case .notModified:
            failures = 0
            return spread(interval, Self.jitter)
        case .failed(let retryAfter):
            failures += 1
            // Doubling, drawn from half of it to one and a half: those that failed together do not come back together.
            var factor = 1.0
            for _ in 0..<min(failures, 10) { factor *= 2 }
            let pause = spread(min(interval * factor, Self.longestInterval / 1.5), 0.5)
            return max(pause, min(retryAfter ?? 0, Self.longestInterval))
        case .gone:
            return nil
        }
    }

    private mutating func spread(_ seconds: Double, _ share: Double) -> Double { seconds * (1 + share * (2 * random.uniform() - 1)) }
}
