public import Model

/// Everything that settlements have taught and that forecasts depend on.
public struct Parameters: Hashable, Sendable, Codable {
    /// The shares of the pool, by family and by how far ahead is looked.
    public internal(set) var shares: [SeriesTicker: [Horizon: FixedShare]] = [:]
    public internal(set) var calibration = Calibration()
    public internal(set) var standings: [SeriesTicker: [String: Standing]] = [:]
    public internal(set) var correlations = EventCorrelations()

    /// Every number of it by a name that says what it is.
    public var figures: [String: Double] {
        var found = calibration.figures.merging(correlations.figures) { mine, _ in mine }
        for (family, horizons) in shares {
            for (horizon, share) in horizons {
                for (name, weight) in share.weights { found["weight \(name) in \(family), \(horizon.rawValue)"] = weight }
            }
        }
        for (family, standing) in standings {
            for (name, value) in standing { found["stage \(name) in \(family)"] = Double(Stage.allCases.firstIndex(of: value.stage) ?? 0) }
        }
        return found
    }

    func feed(into digest: inout Digest) {
        calibration.feed(into: &digest)
        correlations.feed(into: &digest)
        for family in shares.keys.sorted() {
            for horizon in (shares[family] ?? [:]).keys.sorted() { shares[family]?[horizon]?.feed(into: &digest) }
        }
        for family in standings.keys.sorted() {
            for strategy in (standings[family] ?? [:]).keys.sorted() { standings[family]?[strategy]?.feed(into: &digest) }
        }
    }
}

/// What the parameters were at earlier times, so that they can be compared and taken back.
public struct VersionHistory: Sendable, Equatable, Codable {
    public struct Version: Sendable, Equatable, Codable {
        /// How many settled markets had been learned from.
        public let number: Int
        public let parameters: Parameters
    }

    /// One figure that differs between two versions; nil where a version does not have it.
    public struct Change: Hashable, Sendable {
        public let name: String
        public let before: Double?
        public let after: Double?

        /// How far it moved; what one version does not have counts as zero there.
        public var size: Double { abs((after ?? 0) - (before ?? 0)) }
        public var sentence: String { "\(name) from \(Self.text(before)) to \(Self.text(after))" }

        private static func text(_ x: Double?) -> String {
            guard let x, x.isFinite, abs(x) < 1e9 else { return "nothing" }
            return FixedPoint.text(Int64((x * 1000).rounded()), decimals: 3)
        }
    }

    /// Settlements between two versions.
    public static let every = 50
    /// Versions that are kept; the oldest goes first.
    public static let kept = 16

    public private(set) var versions: [Version] = []
    public private(set) var settlements = 0

    public init() {}

    mutating func note(_ parameters: Parameters) {
        settlements += 1
        guard settlements % Self.every == 0 else { return }
        versions.append(Version(number: settlements, parameters: parameters))
        if versions.count > Self.kept { versions.removeFirst() }
    }

    public func version(_ number: Int) -> Version? { versions.first { $0.number == number } }

    /// By name, in order.
    public static func changes(from before: Parameters, to after: Parameters) -> [Change] {
        let (a, b) = (before.figures, after.figures)
        return Set(a.keys).union(b.keys).sorted().compactMap { name in a[name] == b[name] ? nil : Change(name: name, before: a[name], after: b[name]) }
    }
}

extension [VersionHistory.Change] {
    /// Those that moved most first; of equal ones by name.
    public var largestFirst: [VersionHistory.Change] { sorted { ($1.size, $0.name) < ($0.size, $1.name) } }
}
