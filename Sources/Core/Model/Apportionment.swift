/// Parts of a whole number that sum to it exactly, by the method of largest remainders (Hamilton).
public enum Apportionment {
    /// `total` in parts as near to the weights' proportions as whole numbers can be: each part differs from its exact share by less than one.
    ///
    /// Of equal remainders the first gets the unit. A negative total is shared as its amount would be, with the sign turned.
    /// - Parameter weights: not negative, not all zero, finite.
    public static func parts(of total: Int64, weights: [Double]) -> [Int64] {
        precondition(weights.allSatisfy { $0 >= 0 && $0.isFinite } && weights.contains { $0 > 0 }, "weights are not negative and not all zero")
        guard let largest = weights.max() else { return [] }
        // Thirty bits of the largest weight: shares of a billionth are kept, and the arithmetic is of whole numbers from here.
        let whole = weights.map { Int128(($0 / largest * 0x1p30).rounded()) }
        let sum = whole.reduce(0, +)
        let amount = Int128(total.magnitude)
        var parts = whole.map { Int64(amount * $0 / sum) }
        let remainders = whole.map { amount * $0 % sum }
        let missing = Int(amount - parts.reduce(Int128(0)) { $0 + Int128($1) })
        for place in remainders.indices.sorted(by: { (remainders[$0], $1) > (remainders[$1], $0) }).prefix(missing) { parts[place] += 1 }
        return total < 0 ? parts.map { -$0 } : parts
    }
}

extension Money {
    /// Parts that sum to this amount to the millionth.
    public func parts(_ weights: [Double]) -> [Money] { Apportionment.parts(of: millionths, weights: weights).map { Money(millionths: $0) } }
}
