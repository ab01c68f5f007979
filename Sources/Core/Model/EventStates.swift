/// The outcomes of an event that differ for at least one of its markets: exactly one of them comes true.
///
/// Built from the strikes as the exchange states them. Nil is an answer: markets whose relation is not understood must not be sized together.
public struct EventStates: Hashable, Sendable, Codable {
    public enum Shape: Hashable, Sendable, Codable {
        /// At most one market resolves YES; with `exhaustive` exactly one.
        case exclusive(exhaustive: Bool)
        /// Whatever resolves a market YES resolves every easier one too: "above 60" and "above 50".
        case nested
    }

    public let shape: Shape
    /// Which markets resolve YES in a state: a row a state. For numeric strikes the rows ascend with the number.
    public let pays: [[Bool]]

    /// Nil where the markets are neither exclusive nor nested, or where no number decides and the exchange does not call them exclusive.
    public init?(_ markets: [Market]) { self.init(markets.map { Outcome(strike: $0.strike, exclusive: $0.mutuallyExclusive) }) }

    /// What of a market says how it stands to the others of its event.
    public struct Outcome: Hashable, Sendable, Codable {
        public let strike: Strike
        /// The exchange calls the event's markets exclusive.
        public let exclusive: Bool

        public init(strike: Strike, exclusive: Bool) {
            self.strike = strike
            self.exclusive = exclusive
        }
    }

    public init?(_ markets: [Outcome]) {
        guard !markets.isEmpty, markets.count <= Self.mostMarkets else { return nil }
        if markets.count > 1, markets.contains(where: { $0.strike == .other }) {
            guard markets.allSatisfy(\.exclusive) else { return nil }
            self.init(exclusive: markets.count)
            return
        }
        if markets[0].strike == .other {
            self.init(exclusive: 1)
            return
        }
        let rows = Self.rows(markets.map(\.strike))
        if rows.allSatisfy({ $0.count(where: { $0 }) <= 1 }) {
            let exhaustive = Self.isExhaustive(markets.map(\.strike))
            let kept = exhaustive ? rows.filter { $0.contains(true) } : rows
            self.init(shape: .exclusive(exhaustive: exhaustive), pays: kept)
        } else {
            guard !markets.contains(where: \.exclusive), Self.isChain(rows) else { return nil }
            self.init(shape: .nested, pays: rows)
        }
    }

    /// An event of more markets is not sized together: the arithmetic grows with the square.
    public static let mostMarkets = 100

    private init(shape: Shape, pays: [[Bool]]) {
        self.shape = shape
        self.pays = pays
    }

    /// One state for each, and one for none of them.
    private init(exclusive count: Int) {
        self.init(shape: .exclusive(exhaustive: false), pays: (0...count).map { state in (0..<count).map { $0 == state } })
    }

    // MARK: - Probabilities

    /// The probability of each state, from what is believed of each market alone, made coherent: for exclusive markets scaled to sum to one (the nearest
    /// in relative entropy), for nested ones made monotone (the nearest in squares, by pooling adjacent violators).
    public func probabilities(of markets: [Double]) -> [Double] {
        precondition(markets.count == pays.first?.count, "a probability for each market")
        switch shape {
        case .exclusive(let exhaustive): return exclusive(markets, exhaustive)
        case .nested: return nested(markets)
        }
    }

    private func exclusive(_ markets: [Double], _ exhaustive: Bool) -> [Double] {
        let sum = markets.reduce(0, +)
        let scale = exhaustive || sum > 1 ? 1 / max(sum, 1e-300) : 1
        let none = pays.filter { !$0.contains(true) }.count
        let rest = none == 0 ? 0 : max(1 - sum * scale, 0) / Double(none)
        var states = pays.map { row in row.firstIndex(of: true).map { markets[$0] * scale } ?? rest }
        // Nothing is believed of any market of an event in which one must win: then all are alike.
        if exhaustive, sum <= 0 { states = pays.map { _ in 1 / Double(pays.count) } }
        return states
    }

    private func nested(_ markets: [Double]) -> [Double] {
        let order = hardestFirst
        let monotone = Projection.ascending(order.map { markets[$0] })
        var believed = Array(repeating: 0.0, count: markets.count)
        for (place, market) in order.enumerated() { believed[market] = min(max(monotone[place], 0), 1) }
        // A state's probability is that of the hardest market it wins less that of the easiest of the harder ones.
        return pays.map { row in
            let easiestWon = markets.indices.filter { row[$0] }.map { believed[$0] }.min() ?? 1
            let hardestLost = markets.indices.filter { !row[$0] }.map { believed[$0] }.max() ?? 0
            return max(easiestWon - hardestLost, 0)
        }
    }

    /// The markets of a nested event from the one that is hardest to win to the easiest.
    public var hardestFirst: [Int] {
        let markets = pays.first?.indices ?? 0..<0
        let width = markets.map { market in pays.count(where: { $0[market] }) }
        return markets.sorted { (width[$0], $0) < (width[$1], $1) }
    }

    // MARK: - Strikes

    /// What the markets resolve to on every number that can make a difference: each end of a strike, and a number between each two.
    private static func rows(_ strikes: [Strike]) -> [[Bool]] {
        let ends = Set(strikes.flatMap(\.ends)).sorted()
        guard let first = ends.first, let last = ends.last else { return [] }
        var numbers = [first - 1]
        for (i, end) in ends.enumerated() {
            numbers.append(end)
            numbers.append(i + 1 < ends.count ? (end + ends[i + 1]) / 2 : last + 1)
        }
        var seen = Set<[Bool]>()
        return numbers.map { number in strikes.map { $0.resolvesYes(number) ?? false } }.filter { seen.insert($0).inserted }
    }

    /// Whether every number resolves one market YES. The numbers in question are whole degrees or cents: a gap no wider than the narrowest bracket
    /// (53 to 54, then 55 to 56) holds none of them.
    private static func isExhaustive(_ strikes: [Strike]) -> Bool {
        let spans = strikes.compactMap(\.span).sorted { ($0.low, $0.high) < ($1.low, $1.high) }
        guard spans.count == strikes.count, spans.first?.low == -.infinity, spans.last?.high == .infinity else { return false }
        let narrowest = spans.filter { $0.low.isFinite && $0.high.isFinite }.map { $0.high - $0.low }.min() ?? 0
        return zip(spans, spans.dropFirst()).allSatisfy { $1.low - $0.high <= narrowest }
    }

    private static func isChain(_ rows: [[Bool]]) -> Bool {
        let sorted = rows.sorted { $0.count(where: { $0 }) < $1.count(where: { $0 }) }
        return zip(sorted, sorted.dropFirst()).allSatisfy { smaller, larger in zip(smaller, larger).allSatisfy { !$0 || $1 } }
    }
}

extension Strike {
    /// The numbers at which the answer can change.
    var ends: [Double] {
        switch self {
        case .greater(let k), .greaterOrEqual(let k), .less(let k), .lessOrEqual(let k): [k]
        case .between(let low, let high): [low, high]
        case .other: []
        }
    }

    /// The interval that resolves YES, without a word on its ends.
    public var span: (low: Double, high: Double)? {
        switch self {
        case .greater(let k), .greaterOrEqual(let k): (k, .infinity)
        case .less(let k), .lessOrEqual(let k): (-.infinity, k)
        case .between(let low, let high): (low, high)
        case .other: nil
        }
    }
}
