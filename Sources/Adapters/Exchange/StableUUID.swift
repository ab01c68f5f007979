import Model

/// A name in the shape of a UUID that is the same whenever it is made from the same words (FNV-1a, twice). No secret, and no proof of anything.
enum StableUUID {
    static func of(_ words: String...) -> String {
        var first = Digest()
        var second = Digest()
        second.feed("second half")
        for word in words {
            first.feed(word)
            second.feed(word)
        }
        return format(first.value, second.value)
    }

    static func format(_ high: UInt64, _ low: UInt64) -> String {
        // Version 8 ("custom") and the variant of RFC 9562.
        let high = high & 0xFFFF_FFFF_FFFF_0FFF | 0x8000
        let low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        let digits = PageCursor.pad(high) + PageCursor.pad(low)
        var out = ""
        for (i, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(i) { out.append("-") }
            out.append(digit)
        }
        return out
    }
}
