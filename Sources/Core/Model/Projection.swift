/// The nearest values that obey a law of probabilities.
public enum Projection {
    /// The nearest ascending sequence in squares (pool adjacent violators, Ayer et al. 1955).
    public static func ascending(_ values: [Double]) -> [Double] {
        var blocks: [(sum: Double, count: Int)] = []
        for value in values {
            blocks.append((value, 1))
            while blocks.count > 1, let last = blocks.last, case let before = blocks[blocks.count - 2], before.sum * Double(last.count) > last.sum * Double(before.count) {
                blocks.removeLast(2)
                blocks.append((before.sum + last.sum, before.count + last.count))
            }
        }
        return blocks.flatMap { Array(repeating: $0.sum / Double($0.count), count: $0.count) }
    }
}
