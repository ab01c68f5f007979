public import Model

/// Cuts events into folds that are walked forward: what is chosen on the past is judged on what comes after it, and on nothing else.
///
/// An event that was still open when the test began, or ended less than the embargo before, is on neither side (purged and embargoed: López de Prado 2018,
/// chapter 7): its outcome would not have been known, or moves together with what is tested.
public struct WalkForward: Hashable, Sendable {
    /// When an event was first seen and when the last of its markets was settled.
    public struct Span: Hashable, Sendable, Codable {
        public let start: Timestamp
        public let end: Timestamp

        public init(start: Timestamp, end: Timestamp) {
            self.start = start
            self.end = end
        }
    }

    /// Places of events in the list that was given.
    public struct Fold: Hashable, Sendable {
        public let train: [Int]
        public let test: [Int]
    }

    public let folds: [Fold]

    /// - Parameters:
    ///   - spans: in order of their ends.
    ///   - count: of tests; the events before the first test are there to learn from, as many as one test has.
    /// Folds without an event to learn from are left out.
    public init(_ spans: [Span], folds count: Int, embargo: Interval) {
        precondition(count >= 1, "one fold at least")
        precondition(zip(spans, spans.dropFirst()).allSatisfy { $0.end <= $1.end }, "events come in order of their ends")
        let parts = count + 1
        folds = (1..<parts).compactMap { part in
            let test = Array(part * spans.count / parts..<(part + 1) * spans.count / parts)
            guard let begin = test.map({ spans[$0].start }).min() else { return nil }
            let train = (0..<(test.first ?? 0)).filter { spans[$0].end + embargo <= begin }
            return train.isEmpty ? nil : Fold(train: train, test: test)
        }
    }
}
