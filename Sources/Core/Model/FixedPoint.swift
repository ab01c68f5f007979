/// Decimal text to scaled integers and back, exact: the only way numbers of the exchange enter or leave.
public enum FixedPoint {
    /// "0.4200" with 4 decimals is 4200. Fewer decimals are padded; more are accepted only if they are zeros. Nil for anything else, also on overflow.
    public static func parse(_ bytes: some Sequence<UInt8>, decimals: Int) -> Int64? {
        var value: Int64 = 0
        var negative = false
        var digits = 0
        var seenPoint = false
        var fraction = 0
        var first = true
        for byte in bytes {
            defer { first = false }
            switch byte {
            case UInt8(ascii: "-") where first: negative = true
            case UInt8(ascii: ".") where !seenPoint: seenPoint = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits += 1
                if seenPoint {
                    fraction += 1
                    if fraction > decimals {
                        if byte != UInt8(ascii: "0") { return nil }
                        continue
                    }
                }
                let (product, overflow) = value.multipliedReportingOverflow(by: 10)
                let (sum, carry) = product.addingReportingOverflow(Int64(byte &- UInt8(ascii: "0")))
                if overflow || carry { return nil }
                value = sum
            default: return nil
            }
        }
        guard digits > 0 else { return nil }
        var missing = decimals - fraction
        while missing > 0 {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            value = product
            missing -= 1
        }
        return negative ? -value : value
    }

    /// 4200 with 4 decimals is "0.4200".
    public static func text(_ value: Int64, decimals: Int) -> String {
        var digits = String(value.magnitude)
        if digits.count <= decimals { digits = String(repeating: "0", count: decimals + 1 - digits.count) + digits }
        let split = digits.index(digits.endIndex, offsetBy: -decimals)
        let sign = value < 0 ? "-" : ""
        return decimals == 0 ? sign + digits : "\(sign)\(digits[..<split]).\(digits[split...])"
    }
}
