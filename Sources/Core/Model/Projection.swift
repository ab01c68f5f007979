/// The nearest values that obey a law of probabilities.
public enum Projection {
    /// The nearest values between 0 and 1 that sum to `total`, in squares divided by the variances: what is known well moves little.
    ///
    /// They are v_i - λ w_i, cut to [0, 1]; the sum falls with λ along straight pieces, so λ is found exactly between two of their ends.
    /// - Parameters:
    ///   - variances: above zero, one for each value.
    ///   - total: between 0 and the number of values.
    public static func summing(_ values: [Double], variances: [Double], to total: Double) -> [Double] {
        precondition(values.count == variances.count && variances.allSatisfy { $0 > 0 }, "a variance above zero for each value")
        precondition(total >= 0 && total <= Double(values.count), "a sum that can be reached")
        func moved(_ lambda: Double) -> [Double] { zip(values, variances).map { min(max($0 - lambda * $1, 0), 1) } }
        func sum(_ lambda: Double) -> Double { moved(lambda).reduce(0, +) }
        let ends = zip(values, variances).flatMap { [($0 - 1) / $1, $0 / $1] }.sorted()
        guard var low = ends.first, var high = ends.last else { return values }
        // At the lowest end all are 1, at the highest all are 0: between them lies the sum, and by halving, between two neighbours.
        var (first, last) = (0, ends.count - 1)
        while last - first > 1 {
            let middle = (first + last) / 2
            if sum(ends[middle]) >= total { first = middle } else { last = middle }
        }
        (low, high) = (ends[first], ends[last])
        let (above, below) = (sum(low), sum(high))
        return moved(above > below ? low + (high - low) * (above - total) / (above - below) : low)
    }

    /// The nearest ascending sequence in squares (pool adjacent violators, Ayer et al. 1955).
    public static func ascending(_ values: [Double], weights: [Double]? = nil) -> [Double] {
        var blocks: [(sum: Double, weight: Double, count: Int)] = []
        for (i, value) in values.enumerated() {
            let weight = weights?[i] ?? 1
            blocks.append((value * weight, weight, 1))
            while blocks.count > 1, let last = blocks.last, case let before = blocks[blocks.count - 2], before.sum * last.weight > last.sum * before.weight {
                blocks.removeLast(2)
                blocks.append((before.sum + last.sum, before.weight + last.weight, before.count + last.count))
            }
        }
        return blocks.flatMap { Array(repeating: $0.sum / $0.weight, count: $0.count) }
    }
}
