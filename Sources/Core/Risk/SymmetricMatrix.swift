/// A small symmetric matrix, its lower half by rows. Written for a few dozen rows: no blocking, no pivoting.
public struct SymmetricMatrix: Sendable, Equatable {
    public let order: Int
    private var values: [Double]

    public init(order: Int) {
        self.order = order
        values = Array(repeating: 0, count: order * (order + 1) / 2)
    }

    public subscript(row: Int, column: Int) -> Double {
        get { values[place(row, column)] }
        set { values[place(row, column)] = newValue }
    }

    private func place(_ row: Int, _ column: Int) -> Int {
        let (high, low) = row >= column ? (row, column) : (column, row)
        return high * (high + 1) / 2 + low
    }

    /// Whether no combination of rows has a variance of nothing or less, as far as rounding lets one say.
    var isPositive: Bool {
        guard let factor = cholesky() else { return false }
        return (0..<order).allSatisfy { factor.entries[$0, $0] * factor.entries[$0, $0] > self[$0, $0] * 1e-9 }
    }

    /// - Parameter share: of `other`, the rest is this one's.
    func mixed(_ other: SymmetricMatrix, share: Double) -> SymmetricMatrix {
        var result = self
        for i in 0..<order { for j in 0...i { result[i, j] = (1 - share) * self[i, j] + share * other[i, j] } }
        return result
    }

    /// The lower triangle L with L Lᵀ = self. A pivot that rounding has eaten is lifted to a trace of the diagonal, so that two legs that are the same
    /// bet share it instead of failing; nil when an entry is not a number.
    public func cholesky() -> LowerTriangle? {
        let largest = (0..<order).reduce(0) { max($0, self[$1, $1]) }
        guard largest.isFinite, largest > 0 || order == 0 else { return nil }
        var lower = self
        for j in 0..<order {
            var pivot = self[j, j]
            for k in 0..<j { pivot -= lower[j, k] * lower[j, k] }
            guard pivot.isFinite else { return nil }
            let root = max(pivot, largest * 1e-11).squareRoot()
            lower[j, j] = root
            for i in (j + 1)..<max(order, j + 1) {
                var sum = self[i, j]
                for k in 0..<j { sum -= lower[i, k] * lower[j, k] }
                lower[i, j] = sum / root
            }
        }
        return LowerTriangle(entries: lower)
    }
}

/// The Cholesky factor of a symmetric matrix.
public struct LowerTriangle: Sendable, Equatable {
    fileprivate let entries: SymmetricMatrix

    /// x with L Lᵀ x = `right`.
    public func solve(_ right: [Double]) -> [Double] {
        var x = right
        for i in x.indices {
            for k in 0..<i { x[i] -= entries[i, k] * x[k] }
            x[i] /= entries[i, i]
        }
        for i in x.indices.reversed() {
            for k in (i + 1)..<max(x.count, i + 1) { x[i] -= entries[k, i] * x[k] }
            x[i] /= entries[i, i]
        }
        return x
    }

    /// L z: independent standard normals become normals with the matrix as covariance.
    public func times(_ z: [Double]) -> [Double] {
        z.indices.map { i in (0...i).reduce(0) { $0 + entries[i, $1] * z[$1] } }
    }
}
