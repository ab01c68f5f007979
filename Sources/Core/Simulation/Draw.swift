import Model
import RealModule

/// The distributions that the living market draws from, by the one seeded generator.
extension SeededRandom {
    /// Standard normal (Box and Muller; the second value is not kept, so that the state is the generator alone).
    mutating func normal() -> Double {
        Double.sqrt(-2 * Double.log(1 - uniform())) * Double.cos(2 * .pi * uniform())
    }

    /// Exponential with mean 1.
    mutating func exponential() -> Double { -Double.log(1 - uniform()) }

    /// Laplace with variance 1: heavier tails than the normal, for single moves of a price.
    mutating func laplace() -> Double {
        let size = exponential() / 2.0.squareRoot()
        return chance(0.5) ? size : -size
    }

    mutating func lognormal(median: Double, sigma: Double) -> Double { median * Double.exp(sigma * normal()) }

    mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

    /// Uniform in 0..<bound.
    mutating func index(below bound: Int) -> Int { min(Int(uniform() * Double(bound)), bound - 1) }
}
