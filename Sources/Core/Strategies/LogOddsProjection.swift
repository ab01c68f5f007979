import Model
import RealModule

/// The nearest probabilities that obey an event's law, in the relative entropy of each market: the projection that belongs to the logarithmic score.
///
/// Whatever comes true, what is projected loses less by that score than what broke the law, by the distance between the two at least (Predd et al. 2009,
/// IEEE Trans. Inf. Theory 55, after de Finetti 1974 for squares).
public enum LogOddsProjection {
    /// The nearest probabilities that sum to `total`, in relative entropy: each moved by one and the same step in log-odds.
    ///
    /// The sum of `KL(q_i || p_i)` over the markets is least, under the sum, where all `logit q_i - logit p_i` are equal.
    /// - Parameters:
    ///   - probabilities: each in (0, 1).
    ///   - total: above zero and below the number of values.
    public static func summing(_ probabilities: [Double], to total: Double) -> [Double] {
        precondition(probabilities.allSatisfy { $0 > 0 && $0 < 1 }, "probabilities between 0 and 1")
        precondition(total > 0 && total < Double(probabilities.count), "a sum that can be reached")
        let odds = probabilities.map { Double.log($0 / (1 - $0)) }
        func moved(_ step: Double) -> [Double] { odds.map { 1 / (1 + Double.exp(-$0 - step)) } }
        // The sum rises with the step. Newton's steps, halved into what brackets the answer where they leave it.
        var (low, high, step) = (-50.0, 50.0, 0.0)
        for _ in 0..<100 {
            let found = moved(step)
            let excess = found.reduce(0, +) - total
            if abs(excess) < 1e-13 { break }
            if excess > 0 { high = step } else { low = step }
            let next = step - excess / found.reduce(0) { $0 + $1 * (1 - $1) }
            step = next > low && next < high ? next : (low + high) / 2
        }
        return moved(step)
    }

    /// The nearest ascending sequence: adjacent violators are pooled at the mean of their log-odds.
    /// - Parameter probabilities: each in (0, 1).
    public static func ascending(_ probabilities: [Double]) -> [Double] {
        Projection.ascending(probabilities.map { Double.log($0 / (1 - $0)) }).map { 1 / (1 + Double.exp(-$0)) }
    }
}
