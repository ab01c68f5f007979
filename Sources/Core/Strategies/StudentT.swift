/// Student's t with an even number of degrees of freedom: errors and returns have fatter tails than a normal.
enum StudentT {
    /// The probability of less than so many standard deviations above the mean.
    ///
    /// For an even number it is a polynomial (Abramowitz & Stegun 26.7.4).
    /// - Parameter freedom: even, four at least: below there is no deviation.
    static func below(_ deviations: Double, freedom: Int) -> Double {
        guard deviations.isFinite else { return deviations > 0 ? 1 : 0 }
        let n = Double(freedom)
        // The deviation of t is √(ν/(ν-2)).
        let t = deviations * (n / (n - 2)).squareRoot()
        let cosine = n / (n + t * t)
        var (term, sum) = (1.0, 1.0)
        for k in 1..<freedom / 2 {
            term *= cosine * Double(2 * k - 1) / Double(2 * k)
            sum += term
        }
        return 0.5 + 0.5 * t / (n + t * t).squareRoot() * sum
    }
}
