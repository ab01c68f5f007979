import Model

/// What the forecasts of a day's high were wrong by, learned from every official high: the bias by place and by what was known, the spread by place, and
/// the skill of each source.
struct HighError: Sendable, Equatable, Codable {
    /// What a forecast of one day rests on, as it stood when it was made.
    struct Prepared: Sendable, Equatable, Codable {
        var source: String
        /// The leading source's forecast.
        var said: Double
        /// What else was known, each as a difference from `said`, in units in which a coefficient of a half is large.
        var features: [Double]
    }

    struct Spread: Sendable, Equatable, Codable {
        /// Squared degrees: what a day-ahead forecast is wrong by before anything is known, and the days that this is worth.
        var variance: Double
        var weight = 10.0
        var days = 0
    }

    struct Skill: Sendable, Equatable, Codable {
        var mean = 0.0
        var variance: Double
        var count = 5.0
    }

    /// Of the coefficients: a bias of a few degrees; the others a third.
    private static let prior = [9.0, 0.1, 0.1, 0.1, 0.1]
    /// What the coefficients keep of their certainty from day to day: what was seen two months ago counts a third.
    private static let memory = 0.98

    /// The same for the spreads.
    var spreadMemory = 0.98
    var priorVariance = 6.0
    /// A leader must be better by a third.
    var newcomerShare = 0.67

    private var regression = RecursiveRegression(prior: Self.prior, memory: Self.memory)
    /// By place and leading source: a forecast of tomorrow is wrong by more than one of today.
    private var spreads: [Underlying: [String: Spread]] = [:]
    private var skills: [String: Skill] = [:]

    func days(_ place: Underlying) -> Int { (spreads[place] ?? [:]).values.map(\.days).max() ?? 0 }

    private func group(_ place: Underlying, _ source: String) -> String { "\(place)|\(source)" }

    func law(_ place: Underlying, _ prepared: Prepared) -> HighLaw {
        let (bias, error) = regression.predict(group(place, prepared.source), prepared.features)
        let spread = spreads[place]?[prepared.source] ?? Spread(variance: priorVariance)
        return HighLaw(
            centre: prepared.said + bias, deviation: (spread.variance + error).squareRoot(), centreError: error.squareRoot(),
            relativeSpreadError: (1 / (2 * spread.weight)).squareRoot())
    }

    mutating func learn(_ place: Underlying, _ prepared: Prepared, answer: Double) {
        var spread = spreads[place]?[prepared.source] ?? Spread(variance: priorVariance)
        let (bias, error) = regression.predict(group(place, prepared.source), prepared.features)
        let missed = answer - prepared.said - bias
        regression.learn(group(place, prepared.source), prepared.features, answer: answer - prepared.said, noise: spread.variance)
        // Of the squared miss, the part that is not the coefficients' own error; one day is never more than four deviations.
        let share = spread.variance / (spread.variance + error)
        let square = min(missed * missed * share, 16 * spread.variance)
        spread.weight = spreadMemory * spread.weight + 1
        spread.variance += (square - spread.variance) / spread.weight
        spread.days += 1
        spreads[place, default: [:]][prepared.source] = spread
    }

    mutating func score(_ source: String, error: Double) {
        var skill = skills[source] ?? Skill(variance: priorVariance)
        skill.count = min(skill.count + 1, 200)
        let distance = error - skill.mean
        skill.mean += distance / skill.count
        skill.variance += (distance * (error - skill.mean) - skill.variance) / skill.count
        skills[source] = skill
    }

    /// Of the sources that have spoken, the leader and all weights. It leads by the variance of its errors: a bias is learned away. The first by name has
    /// the right of way until another is better by a third: what a source is worth beside the leader, the regression learns anyway, and it must learn
    /// anew when the leader changes.
    func preferred(_ sources: [String]) -> (leader: String, weights: [String: Double])? {
        guard let first = sources.min() else { return nil }
        func variance(_ source: String) -> Double { skills[source]?.variance ?? priorVariance }
        let leader = sources.sorted().min { variance($0) * ($0 == first ? newcomerShare : 1) < variance($1) * ($1 == first ? newcomerShare : 1) } ?? first
        return (leader, Dictionary(sources.map { ($0, 1 / variance($0)) }, uniquingKeysWith: { a, _ in a }))
    }

    func feed(into digest: inout Digest) {
        regression.feed(into: &digest)
        for place in spreads.keys.sorted() {
            for source in (spreads[place] ?? [:]).keys.sorted() { digest.feed(spreads[place]?[source]?.variance ?? 0) }
        }
        for source in skills.keys.sorted() { digest.feed(skills[source]?.variance ?? 0) }
    }
}
