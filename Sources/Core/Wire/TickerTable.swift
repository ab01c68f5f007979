import Model

/// Gives each ticker that passes by the same `Ticker` again, so that a frame costs no new string.
struct TickerTable {
    private struct Entry {
        let hash: UInt64
        let ticker: Ticker
    }

    // Far above the markets a desk follows; past it, tickers are still right, only no longer shared.
    private static let limit = 1 << 17

    /// Open addressing, linear probing, at most half full; the count is a power of two.
    private var slots: [Entry?] = Array(repeating: nil, count: 256)
    private var count = 0

    @inline(__always) mutating func ticker(_ scanner: JSONScanner, _ slice: JSONScanner.Slice) -> Ticker {
        let hash = Self.hash(scanner, slice)
        var i = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while let entry = slots[i] {
            if entry.hash == hash, Self.same(entry.ticker.text, scanner, slice) { return entry.ticker }
            i = (i + 1) & (slots.count - 1)
        }
        return intern(Ticker(scanner.text(slice)), hash: hash)
    }

    @inline(never) private mutating func intern(_ ticker: Ticker, hash: UInt64) -> Ticker {
        guard count < Self.limit else { return ticker }
        if count * 2 >= slots.count { grow() }
        place(Entry(hash: hash, ticker: ticker))
        count += 1
        return ticker
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: nil, count: old.count * 2)
        for entry in old { if let entry { place(entry) } }
    }

    private mutating func place(_ entry: Entry) {
        var i = Int(truncatingIfNeeded: entry.hash) & (slots.count - 1)
        while slots[i] != nil { i = (i + 1) & (slots.count - 1) }
        slots[i] = entry
    }

    @inline(__always) private static func hash(_ scanner: JSONScanner, _ slice: JSONScanner.Slice) -> UInt64 {
        var hash = UInt64(slice.count) &* 0x9E37_79B9_7F4A_7C15
        var i = slice.start
        let stop = slice.start + slice.count
        while i + 8 <= stop {
            hash = (hash ^ scanner.word(i)) &* 0xFF51_AFD7_ED55_8CCD
            hash ^= hash >> 32
            i += 8
        }
        while i < stop {
            hash = (hash ^ UInt64(scanner.byte(i))) &* 0x100_0000_01B3
            i += 1
        }
        return hash ^ hash >> 29
    }

    @inline(__always) private static func same(_ text: String, _ scanner: JSONScanner, _ slice: JSONScanner.Slice) -> Bool {
        var text = text
        return text.withUTF8 { utf8 in
            guard utf8.count == slice.count else { return false }
            let left = UnsafeRawPointer(utf8.baseAddress.unsafelyUnwrapped)
            var i = 0
            while i + 8 <= slice.count {
                if UInt64(littleEndian: left.loadUnaligned(fromByteOffset: i, as: UInt64.self)) != scanner.word(slice.start + i) { return false }
                i += 8
            }
            while i < slice.count {
                if left.load(fromByteOffset: i, as: UInt8.self) != scanner.byte(slice.start + i) { return false }
                i += 1
            }
            return true
        }
    }
}
