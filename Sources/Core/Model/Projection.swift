/// The nearest values that obey a law of probabilities.
public enum Projection {
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
