/// Places by name: open addressing over 64-bit entries, the hash's half beside the number of the name.
///
/// A dictionary would hash each name with a hash made for hostile keys of any kind; this one knows that its keys are texts, is quick on them, and mixes a seed in,
/// so that a client cannot choose ids that collide. Nothing is ever taken out; it grows by doubling at three quarters.
struct PlaceTable: Sendable {
    private struct Entry: Sendable {
        let name: String
        let place: Int
    }

    /// Zero is empty; else the hash, and the number of the entry plus one.
    private var slots: [UInt64] = []
    private var entries: [Entry] = []
    private let seed: UInt64

    init(seed: UInt64) { self.seed = seed }

    func find(_ name: String) -> Int? {
        guard !entries.isEmpty else { return nil }
        let hash = Self.hash(name, seed)
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        while slots[slot] != 0 {
            let number = Int(truncatingIfNeeded: slots[slot] & 0xFFFF_FFFF) - 1
            if slots[slot] >> 32 == UInt64(hash), entries[number].name == name { return entries[number].place }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// - Precondition: the name has no place yet; there are fewer than 2^32 of them.
    mutating func add(_ name: String, place: Int) {
        if 4 * (entries.count + 1) > 3 * slots.count { grow() }
        entries.append(Entry(name: name, place: place))
        put(UInt64(Self.hash(name, seed)) << 32 | UInt64(entries.count))
    }

    private mutating func put(_ entry: UInt64) {
        let mask = slots.count - 1
        var slot = Int(entry >> 32) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = entry
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: 0, count: max(16, 2 * old.count))
        for entry in old where entry != 0 { put(entry) }
    }

    /// Eight bytes at a time: multiplied to 128 bits and folded, as wyhash does.
    private static func hash(_ name: String, _ seed: UInt64) -> UInt32 {
        var state = seed ^ 0x9E37_79B9_7F4A_7C15
        var name = name
        name.withUTF8 { bytes in
            var i = 0
            while i + 8 <= bytes.count {
                state = fold(state ^ UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: i, as: UInt64.self))
                i += 8
            }
            var rest = UInt64(bytes.count)
            while i < bytes.count {
                rest = rest << 8 | UInt64(bytes[i])
                i += 1
            }
            state = fold(state ^ rest)
        }
        return UInt32(truncatingIfNeeded: state)
    }

    private static func fold(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        return product.high ^ product.low
    }
}
