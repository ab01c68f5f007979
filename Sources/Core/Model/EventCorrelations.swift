/// What an event moves with: by this alone two events are said to be correlated.
public struct EventTies: Hashable, Sendable, Codable {
    /// Nil where it is not known.
    public var group: CorrelationGroup?
    public var underlying: Underlying?
    /// The UTC day on which it is decided, in days since 1970-01-01; what is decided on one day moves together more than what is not.
    public var day: Int64?

    public init(group: CorrelationGroup?, underlying: Underlying?, day: Int64?) {
        self.group = group
        self.underlying = underlying
        self.day = day
    }
}

/// How strongly the numbers behind two events come out high or low together: an assumption, moved by what settlements have shown.
///
/// A covariance shrunk to a target of which the structure is known, Σ* = δ F + (1 - δ) S (Ledoit & Wolf 2004): F is the assumption, S what was measured between days' surprises
/// (`DaySurprise`), and 1 - δ is the share of the information in S, beside that of a month of exactly known numbers in F. Where nothing was measured it is the
/// assumption, to the bit. Only two numbers of known groups on one day are ever measured; below zero counts as none, so that nothing learned makes a hedge.
public struct EventCorrelations: Hashable, Sendable, Codable {
    /// What two events are assumed to share, each part added where it holds: of everything, of one group, of one group on one day, of one underlying, of
    /// one underlying on one day. So one underlying on one day makes 0.95, one group on one day 0.7, one group on two days 0.5. A sum of such parts can
    /// always be drawn from.
    static let shared = (anything: 0.1, group: 0.4, groupDay: 0.2, underlying: 0.2, underlyingDay: 0.05)
    /// Days of exactly known numbers that the assumption is worth to all pairs of two groups, and what these are worth to one pair of theirs.
    public static let priorDays = 30.0
    /// Days of which each counts less than the next by one part in so many: a year.
    public static let memoryDays = 365.0
    /// No two numbers are ever counted as nearer than one number is to itself.
    public static let most = 0.95

    /// Two names, in order.
    struct Pair: Hashable, Comparable, Sendable, Codable {
        let a: String
        let b: String

        init(_ a: String, _ b: String) { (self.a, self.b) = a < b ? (a, b) : (b, a) }

        static func < (x: Pair, y: Pair) -> Bool { (x.a, x.b) < (y.a, y.b) }
    }

    /// Of days on which both were decided.
    struct Sums: Hashable, Sendable, Codable {
        var products = 0.0
        /// In days of exactly known numbers: a pair of coins tells less than a pair of temperatures.
        var information = 0.0

        mutating func add(_ product: Double, _ newest: Double) {
            let kept = 1 - 1 / EventCorrelations.memoryDays
            products = products * kept + product
            information = information * kept + newest
        }

        func shrunk(to target: Double) -> Double {
            guard information > 0 else { return target }
            let mean = (EventCorrelations.priorDays * target + products) / (EventCorrelations.priorDays + information)
            return min(max(mean, 0), EventCorrelations.most)
        }
    }

    private var groups: [Pair: Sums] = [:]
    private var numbers: [Pair: Sums] = [:]

    public init() {}

    // MARK: - Learning

    /// One day's surprises meet: each pair of numbers learns from its own product, each pair of groups from the mean of its pairs' products.
    ///
    /// The product of two scores is the slope of the log likelihood of their correlation at none, and that of their variances its information: exact for known numbers, and for coarse ones
    /// right to the first order and never too low (two even coins show asin ρ for ρ).
    public mutating func learn(_ day: [DaySurprise]) {
        let day = day.sorted { $0.underlying < $1.underlying }
        var together: [Pair: (products: Double, information: Double, count: Double)] = [:]
        for (i, x) in day.enumerated() {
            for y in day[..<i] {
                guard x.underlying != y.underlying, let g = CorrelationGroup.of(x.underlying), let h = CorrelationGroup.of(y.underlying) else { continue }
                let (product, information) = (x.score * y.score, x.variance * y.variance)
                numbers[Pair(x.underlying.text, y.underlying.text), default: Sums()].add(product, information)
                let known = together[Pair(g.text, h.text)] ?? (0, 0, 0)
                together[Pair(g.text, h.text)] = (known.products + product, known.information + information, known.count + 1)
            }
        }
        // One day is one look at a group, however many pairs it shows.
        for (pair, sum) in together { groups[pair, default: Sums()].add(sum.products / sum.count, sum.information / sum.count) }
    }

    // MARK: - What it says

    /// What is assumed before anything was measured.
    public static func assumed(_ a: EventTies, _ b: EventTies) -> Double {
        let day = a.day == b.day
        var sum = shared.anything
        if a.group == b.group { sum += shared.group + (day ? shared.groupDay : 0) }
        if a.underlying != nil, a.underlying == b.underlying { sum += shared.underlying + (day ? shared.underlyingDay : 0) }
        return sum
    }

    /// The correlation of two events. Of one number, and of two days, none is measured: the first is assumed, the second in proportion to the one day's.
    public func between(_ a: EventTies, _ b: EventTies) -> Double {
        let assumed = Self.assumed(a, b)
        guard let figure = figure(a, b), figure.days > 0 else { return assumed }
        return figure.value * assumed / figure.assumed
    }

    /// How two different numbers move on one day.
    public struct Figure: Hashable, Sendable, Codable {
        /// Underlyings, or groups where no underlying is named.
        public let names: [String]
        public let value: Double
        public let assumed: Double
        /// What was measured, in days of exactly known numbers; 0 where the value is the assumption.
        public let days: Double

        /// "0.62 between BTC and ETH on one day (0.70 assumed, 41.0 days measured)".
        public var sentence: String {
            func text(_ x: Double, _ decimals: Int) -> String {
                let scale = decimals == 2 ? 100.0 : 10
                return FixedPoint.text(Int64((min(abs(x), 1e9) * scale).rounded()), decimals: decimals)
            }
            let ground = days > 0 ? "\(text(assumed, 2)) assumed, \(text(days, 1)) days measured" : "assumed"
            return "\(text(value, 2)) between \(names.joined(separator: " and ")) on one day (\(ground))"
        }
    }

    /// Nil for one and the same number, and where a group is not known.
    public func figure(_ a: EventTies, _ b: EventTies) -> Figure? {
        guard let g = a.group, let h = b.group, a.underlying == nil || a.underlying != b.underlying else { return nil }
        let assumed = Self.shared.anything + (g == h ? Self.shared.group + Self.shared.groupDay : 0)
        let ofGroups = groups[Pair(g.text, h.text)] ?? Sums()
        let target = ofGroups.shrunk(to: assumed)
        guard let x = a.underlying, let y = b.underlying else {
            return Figure(names: [g.text, h.text].sorted(), value: target, assumed: assumed, days: ofGroups.information)
        }
        let own = numbers[Pair(x.text, y.text)] ?? Sums()
        return Figure(names: [x.text, y.text].sorted(), value: own.shrunk(to: target), assumed: assumed, days: ofGroups.information)
    }

    /// Of the pairs of different numbers, the one that is counted as moving most together; nil where there is no such pair.
    public func closest(_ ties: [EventTies]) -> Figure? {
        var found: Figure?
        for (i, a) in ties.enumerated() {
            for b in ties[..<i] { if let figure = figure(a, b), figure.value > found?.value ?? -1 { found = figure } }
        }
        return found
    }

    /// Everything that was measured, by a name that says what it is: for comparing versions.
    public var figures: [String: Double] {
        var found: [String: Double] = [:]
        for (pair, sums) in groups {
            let assumed = Self.shared.anything + (pair.a == pair.b ? Self.shared.group + Self.shared.groupDay : 0)
            found["correlation \(pair.a) with \(pair.b)"] = sums.shrunk(to: assumed)
        }
        for pair in numbers.keys {
            func ties(_ name: String) -> EventTies { EventTies(group: CorrelationGroup.of(Underlying(name)), underlying: Underlying(name), day: nil) }
            found["correlation \(pair.a) with \(pair.b)"] = figure(ties(pair.a), ties(pair.b))?.value
        }
        return found
    }

    public func feed(into digest: inout Digest) {
        for table in [groups, numbers] {
            for pair in table.keys.sorted() {
                digest.feed(pair.a)
                digest.feed(pair.b)
                digest.feed(table[pair]?.products ?? 0)
                digest.feed(table[pair]?.information ?? 0)
            }
        }
    }
}

/// By how much a number came out high or low on one day, by the market's own law of it.
public struct DaySurprise: Hashable, Sendable, Codable {
    public let underlying: Underlying
    /// Mean 0 if the law is right, in deviations of the number: what of them the event's outcomes tell.
    public let score: Double
    /// Of the score: 1 where the outcome tells the number exactly, 2/π for an even coin.
    public let variance: Double

    public init(underlying: Underlying, score: Double, variance: Double) {
        self.underlying = underlying
        self.score = score
        self.variance = variance
    }
}
