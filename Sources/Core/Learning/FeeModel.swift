public import Model

/// What fills were charged beside what the rule said they would be, by series: where a changed rule would show. It is kept; nothing asks it yet.
///
/// The rule's figure is that of a fill alone; rounding over an order moves single fills by up to a cent, so one fill says little and a mean says much.
public struct FeeModel: Hashable, Sendable, Codable {
    public struct Record: Hashable, Sendable, Codable {
        public init() {}

        public internal(set) var fills = 0
        public internal(set) var predicted: Money = .zero
        public internal(set) var charged: Money = .zero
        /// Fills that were charged more than a cent beyond the rule's figure.
        public internal(set) var surprises = 0

        /// What the charge is of the prediction; nil while nothing was predicted.
        public var ratio: Double? { predicted > .zero ? charged.approximateDollars / predicted.approximateDollars : nil }
    }

    public private(set) var records: [SeriesTicker: Record] = [:]

    public init() {}

    public mutating func learn(_ series: SeriesTicker, predicted: Money, charged: Money) {
        var record = records[series] ?? Record()
        record.fills += 1
        record.predicted += predicted
        record.charged += charged
        if charged - predicted > .cents(1) { record.surprises += 1 }
        records[series] = record
    }

    public func feed(into digest: inout Digest) {
        for series in records.keys.sorted() {
            digest.feed(records[series]?.predicted ?? .zero)
            digest.feed(records[series]?.charged ?? .zero)
        }
    }
}
