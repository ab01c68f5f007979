import Model

/// The law of a day's high, in degrees Fahrenheit, or of an economic figure in its own unit: Student's t with eight degrees of freedom about a centre, because forecast errors have fatter tails than
/// a normal.
struct HighLaw: Sendable, Equatable {
    static let freedom = 8

    var centre: Double
    /// Standard deviation.
    var deviation: Double
    /// Standard error of `centre`.
    var centreError: Double
    /// Of `deviation`, as a share of it.
    var relativeSpreadError: Double

    /// That the high lies between the two.
    func probability(_ span: (low: Double, high: Double)) -> Double { max(below(span.high) - below(span.low), 0) }

    /// That the high is less than `x`.
    func below(_ x: Double) -> Double {
        StudentT.below((x - centre) / deviation, freedom: Self.freedom)
    }

    /// How far a probability moves when the centre and the spread are off by their own standard errors.
    func uncertainty(_ probability: (HighLaw) -> Double) -> Double {
        func move(_ a: HighLaw, _ b: HighLaw) -> Double { (probability(a) - probability(b)) / 2 }
        let centre = move(moved(by: centreError), moved(by: -centreError))
        let spread = move(widened(by: 1 + relativeSpreadError), widened(by: 1 - relativeSpreadError))
        return max((centre * centre + spread * spread).squareRoot(), 0.01)
    }

    func moved(by degrees: Double) -> HighLaw {
        var law = self
        law.centre += degrees
        return law
    }

    func widened(by factor: Double) -> HighLaw {
        var law = self
        law.deviation *= factor
        return law
    }
}

/// A day that is under way: what has been reached stays reached, and perhaps nothing higher comes.
struct RisingHigh: Sendable, Equatable {
    let high: Double
    /// The chance that the day's high has been reached, at this hour.
    let done: Double

    init(from soFar: HighSoFar, done: Double) {
        high = soFar.fahrenheit
        self.done = done
    }

    /// The high so far with the chance that it stays, and above it the law without what has become impossible.
    func probability(_ span: (low: Double, high: Double), _ law: HighLaw) -> Double {
        let reached = high.rounded()
        let floor = reached + 0.5
        func holds(_ degrees: Double) -> Double { degrees > span.low && degrees < span.high ? 1 : 0 }
        let above = 1 - law.below(floor)
        // The day is already warmer than the law can tell: one degree more is all it says.
        guard above > 1e-9 else { return done * holds(reached) + (1 - done) * holds(reached + 1) }
        let rises = span.high > floor ? law.probability((max(span.low, floor), span.high)) / above : 0
        return done * holds(reached) + (1 - done) * rises
    }
}
