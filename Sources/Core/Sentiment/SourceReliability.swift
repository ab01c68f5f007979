public import Model

/// How often a source's news pointed where the market then settled, in 0...1, from its last state and the newest settlement alone.
///
/// A Beta distribution by source: it starts at a half with the weight of ten settlements, so that no source is believed or written off for one outcome.
public struct SourceReliability: Hashable, Sendable, Codable {
    static let prior = 5.0
    /// Settlements after which an old one counts half as much; keeps the counts bounded.
    static let fading = 0.995
    static let bound = 512

    private var counts: [String: [Double]] = [:]

    public init() {}

    public func reliability(_ source: String) -> Double {
        let count = counts[source] ?? [0, 0]
        return (Self.prior + count[0]) / (2 * Self.prior + count[0] + count[1])
    }

    /// Relative to a source of which nothing is known: 1 at the start, at most 2.
    public func weight(_ source: String) -> Double { 2 * reliability(source) }

    public mutating func learn(_ source: String, agreed: Bool) {
        guard counts[source] != nil || counts.count < Self.bound else { return }
        var count = (counts[source] ?? [0, 0]).map { $0 * Self.fading }
        count[agreed ? 0 : 1] += 1
        counts[source] = count
    }

    public func feed(into digest: inout Digest) {
        for source in counts.keys.sorted() {
            digest.feed(source)
            for count in counts[source] ?? [] { digest.feed(count) }
        }
    }
}
