/// The covariance of a few series, from too few observations to be trusted as it is: shrunk towards independent series of equal variance.
///
/// Ledoit & Wolf 2004, "A well-conditioned estimator for large-dimensional covariance matrices": Σ* = δ μ I + (1 - δ) S, with δ estimated from how
/// much the observations disagree about S.
public struct ShrunkCovariance: Sendable, Equatable {
    public let matrix: SymmetricMatrix
    /// δ: 0 where the sample is trusted, 1 where nothing of it is.
    public let intensity: Double

    /// - Parameter rows: observations, each with a value for every series. At least two.
    public init?(_ rows: [[Double]]) {
        guard let width = rows.first?.count, width > 0, rows.count >= 2, rows.allSatisfy({ $0.count == width && $0.allSatisfy(\.isFinite) }) else { return nil }
        let n = Double(rows.count)
        let p = Double(width)
        let means = (0..<width).map { j in rows.reduce(0) { $0 + $1[j] } / n }
        let centred = rows.map { row in row.indices.map { row[$0] - means[$0] } }
        var sample = SymmetricMatrix(order: width)
        for i in 0..<width { for j in 0...i { sample[i, j] = centred.reduce(0) { $0 + $1[i] * $1[j] } / n } }
        let mean = (0..<width).reduce(0) { $0 + sample[$1, $1] } / p
        func squared(_ entry: (Int, Int) -> Double) -> Double {
            var sum = 0.0
            for i in 0..<width { for j in 0..<width { sum += entry(i, j) * entry(i, j) } }
            return sum / p
        }
        let dispersion = squared { sample[$0, $1] - ($0 == $1 ? mean : 0) }
        let error = centred.reduce(0) { sum, row in sum + squared { row[$0] * row[$1] - sample[$0, $1] } } / (n * n)
        let shrink = dispersion > 0 ? min(error, dispersion) / dispersion : 1
        intensity = shrink
        var shrunk = SymmetricMatrix(order: width)
        for i in 0..<width { for j in 0...i { shrunk[i, j] = (1 - shrink) * sample[i, j] + (i == j ? shrink * mean : 0) } }
        matrix = shrunk
    }

    /// The correlations of the shrunk covariance; nil where a series does not move at all.
    public var correlation: SymmetricMatrix? {
        let order = matrix.order
        guard (0..<order).allSatisfy({ matrix[$0, $0] > 0 }) else { return nil }
        var result = SymmetricMatrix(order: order)
        for i in 0..<order { for j in 0...i { result[i, j] = i == j ? 1 : matrix[i, j] / (matrix[i, i] * matrix[j, j]).squareRoot() } }
        return result
    }
}
