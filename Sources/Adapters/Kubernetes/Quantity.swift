public import Notation

/// An amount as the API writes it: `250m`, `1.5`, `2Gi`. Kept in thousandths, rounded up, as the API does.
public struct Quantity: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let milli: Int64
    /// As it was written.
    public let description: String

    public static func < (a: Quantity, b: Quantity) -> Bool { a.milli < b.milli }

    private static let factors: [String: Int64] = [
        "": 1000, "m": 1, "k": 1_000_000, "M": 1_000_000_000, "G": 1_000_000_000_000, "T": 1_000_000_000_000_000, "Ki": 1_024_000, "Mi": 1_048_576_000,
        "Gi": 1_073_741_824_000, "Ti": 1_099_511_627_776_000,
    ]

    /// Nil for what is no quantity, or larger than fits.
    public init?(_ json: JSON?) {
        switch json {
        case .text(let text)?: self.init(text)
        case .integer(let value)?: self.init("\(value)")
        case .number(let value)?: self.init("\(value)")
        default: return nil
        }
    }

    public init?(_ text: String) {
        guard let match = text.wholeMatch(of: /([0-9]{1,15})(?:\.([0-9]{1,9}))?(m|k|M|G|T|Ki|Mi|Gi|Ti)?/), let whole = Int64(match.1) else { return nil }
        guard let factor = Self.factors[match.3.map(String.init) ?? ""] else { return nil }
        var (milli, overflow) = whole.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        if let digits = match.2, let part = Int64(digits) {
            let scale = (0..<digits.count).reduce(1 as Int64) { scale, _ in scale * 10 }
            let (product, over) = part.multipliedReportingOverflow(by: factor)
            guard !over else { return nil }
            (milli, overflow) = milli.addingReportingOverflow((product + scale - 1) / scale)
            guard !overflow else { return nil }
        }
        self.milli = milli
        description = text
    }
}
