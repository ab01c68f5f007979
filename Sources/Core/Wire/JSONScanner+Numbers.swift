import Model

extension JSONScanner {
    /// A decimal number, bare or in quotes, as an integer scaled by ten to the `decimals`: "0.4700" with 4 is 4700. Exact or an error.
    @inline(__always) public mutating func fixed(decimals: Int) throws(WireError) -> Int64 {
        let slice = peek() == UInt8(ascii: "\"") ? try string() : try number()
        guard let value = fixed(slice, decimals: decimals) else { throw WireError("not a number with \(decimals) decimals", at: slice.start) }
        return value
    }

    /// A whole number that is not negative, bare or in quotes.
    @inline(__always) public mutating func whole() throws(WireError) -> UInt64 {
        let slice = peek() == UInt8(ascii: "\"") ? try string() : try number()
        guard let value = fixed(slice, decimals: 0), value >= 0 else { throw WireError("not a whole number", at: slice.start) }
        return UInt64(value)
    }

    /// A number as the nearest `Double`, bare or in quotes: for prices of underlyings and statistics, never for money.
    public mutating func double() throws(WireError) -> Double {
        let slice = peek() == UInt8(ascii: "\"") ? try string() : try number()
        guard slice.count > 0, let value = Double(text(slice)), value.isFinite else { throw WireError("not a number", at: slice.start) }
        return value
    }

    // The plain forms: what the exchange writes nearly always, read in one pass. Nil, and not a step taken, for every other form.

    /// `"0.4700"`: quoted, with exactly `decimals` digits after the point.
    @inline(__always) mutating func plainFixed(decimals: Int) -> Int64? {
        var i = position
        guard i < end, byte(i) == UInt8(ascii: "\"") else { return nil }
        i += 1
        let negative = i < end && byte(i) == UInt8(ascii: "-")
        if negative { i += 1 }
        let start = i
        // Twelve digits and the decimals cannot overflow.
        let stop = min(end, i + 12)
        var value: Int64 = 0
        while i < stop {
            let d = byte(i) &- 0x30
            if d > 9 { break }
            value = value &* 10 &+ Int64(d)
            i += 1
        }
        guard i > start, i + decimals + 1 < end, byte(i) == UInt8(ascii: ".") else { return nil }
        i += 1
        for _ in 0..<decimals {
            let d = byte(i) &- 0x30
            guard d <= 9 else { return nil }
            value = value &* 10 &+ Int64(d)
            i += 1
        }
        guard byte(i) == UInt8(ascii: "\"") else { return nil }
        position = i + 1
        return negative ? -value : value
    }

    /// Digits alone, eighteen at most, that end at a comma or a brace.
    @inline(__always) mutating func plainWhole() -> UInt64? {
        var i = position
        let stop = min(end, i + 18)
        var value: UInt64 = 0
        while i < stop {
            let d = byte(i) &- 0x30
            if d > 9 { break }
            value = value &* 10 &+ UInt64(d)
            i += 1
        }
        guard i > position, i < end, byte(i) == UInt8(ascii: ",") || byte(i) == UInt8(ascii: "}"), i == position + 1 || byte(position) != 0x30 else { return nil }
        position = i
        return value
    }

    @inline(__always) mutating func takePlain(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard position + count <= end else { return false }
        for i in 0..<count where byte(position + i) != text.utf8Start[i] { return false }
        position += count
        return true
    }

    @inline(__always) func fixed(_ slice: Slice, decimals: Int) -> Int64? {
        var i = slice.start
        let stop = slice.start + slice.count
        // Eighteen digits cannot overflow; longer texts take the exact road.
        guard slice.count > 0, slice.count + decimals <= 18 else { return longFixed(slice, decimals: decimals) }
        let negative = byte(i) == UInt8(ascii: "-")
        if negative { i += 1 }
        var value: Int64 = 0
        let wholeStart = i
        while i < stop {
            let d = byte(i) &- 0x30
            if d > 9 { break }
            value = value &* 10 &+ Int64(d)
            i += 1
        }
        guard i > wholeStart else { return nil }
        var missing = decimals
        if i < stop {
            guard byte(i) == UInt8(ascii: "."), i + 1 < stop else { return nil }
            i += 1
            while i < stop {
                let d = byte(i) &- 0x30
                guard d <= 9 else { return nil }
                if missing == 0 {
                    if d != 0 { return nil }
                } else {
                    value = value &* 10 &+ Int64(d)
                    missing -= 1
                }
                i += 1
            }
        }
        while missing > 0 {
            value = value &* 10
            missing -= 1
        }
        return negative ? -value : value
    }

    @inline(never) private func longFixed(_ slice: Slice, decimals: Int) -> Int64? {
        FixedPoint.parse(UnsafeRawBufferPointer(start: base + slice.start, count: slice.count), decimals: decimals)
    }
}
