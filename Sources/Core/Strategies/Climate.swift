import Model
import RealModule

/// What a day of the year is like at a place: the mean high, a yearly and a half-yearly wave, learned from every high there.
struct Climate: Sendable, Equatable, Codable {
    /// Highs before the wave is believed; a year shows it, and the prior keeps less from running away.
    static let daysNeeded = 120

    /// In tens of degrees, so that the coefficients are of the order of one.
    private var waves = RecursiveRegression(prior: [100, 9, 9, 1, 1], memory: 0.9995)
    private var counts: [Underlying: Int] = [:]

    /// Nil until enough days were seen.
    func mean(_ place: Underlying, _ day: Int64) -> Double? {
        guard counts[place] ?? 0 >= Self.daysNeeded else { return nil }
        return 10 * waves.predict(place.text, wave(day)).mean
    }

    mutating func learn(_ high: OfficialHigh) {
        counts[high.place, default: 0] += 1
        // A day differs from its climate by some nine degrees.
        waves.learn(high.place.text, wave(high.day), answer: high.fahrenheit / 10, noise: 0.8)
    }

    private func wave(_ day: Int64) -> [Double] {
        let angle = 2 * Double.pi * Double(day) / 365.2425
        return [1, Double.cos(angle), Double.sin(angle), Double.cos(2 * angle), Double.sin(2 * angle)]
    }

    func feed(into digest: inout Digest) { waves.feed(into: &digest) }
}
