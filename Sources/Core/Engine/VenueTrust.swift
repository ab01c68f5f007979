public import Model

/// Whether what the exchange says can still be understood: the drift sentinel.
///
/// trusted -> cancel-only, at the first answer that does not fit the contract; -> trusted again by a person's reset, or by itself when for half a minute
/// nothing more broke and a comparison of the whole account, asked for after the last break, agreed. From the third time within an hour on only a person
/// leads out: what breaks again and again is a change of the API, not an accident.
public struct VenueTrust: Hashable, Sendable, Codable {
    /// How long nothing may break before the re-check counts.
    static let cleanFor = Interval.seconds(30)
    static let memory = Interval.seconds(3600)
    static let episodesBeforePerson = 3

    public struct Break: Hashable, Sendable, Codable {
        public let since: Timestamp
        public let drift: ContractDrift
        public internal(set) var last: Timestamp
        /// Breaks heard since, this one included.
        public internal(set) var count: Int
        /// Only a person leads out.
        public let needsPerson: Bool
        /// A comparison asked for after the last break has agreed.
        var agreed = false
    }

    public private(set) var broken: Break?
    /// When cancel-only was entered, within the last hour.
    private var episodes: [Timestamp] = []

    /// True when this is what ends the trust.
    mutating func breaks(_ drift: ContractDrift, at now: Timestamp) -> Bool {
        if broken != nil {
            broken?.last = now
            broken?.count += 1
            broken?.agreed = false
            return false
        }
        episodes.removeAll { now - $0 > Self.memory }
        episodes.append(now)
        broken = Break(since: now, drift: drift, last: now, count: 1, needsPerson: episodes.count >= Self.episodesBeforePerson)
        return true
    }

    /// The account agreed, in a comparison that was asked for at this moment.
    mutating func agreed(askedAt: Timestamp) {
        if let broken, askedAt > broken.last { self.broken?.agreed = true }
    }

    /// True when a clean re-check has just restored the trust.
    mutating func recheck(at now: Timestamp) -> Bool {
        guard let broken, broken.agreed, !broken.needsPerson, now - broken.last >= Self.cleanFor else { return false }
        self.broken = nil
        return true
    }

    /// A person has looked. False when there was nothing to lift.
    mutating func restore() -> Bool {
        defer { broken = nil }
        return broken != nil
    }

    /// Why only cancels leave; nil while the exchange is understood.
    public var reason: String? {
        broken.map { broken in
            let way = broken.needsPerson ? "broken \(episodes.count) times within an hour: only a reset leads out" : "a reset or a clean re-check leads out"
            return "cancel-only, \(broken.drift.place) no longer fits the exchange's contract (\(broken.drift.problem)); \(way)"
        }
    }

    func feed(into digest: inout Digest) {
        digest.feed(episodes.count)
        digest.feed(broken?.last ?? .zero)
        digest.feed(broken?.count ?? 0)
        digest.feed(broken?.agreed ?? false)
    }
}
