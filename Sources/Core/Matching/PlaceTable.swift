/// Places by name: open addressing over 64-bit slots, the hash's half beside the place. It keeps no names: whoever keeps the things looks at each place that is
/// offered whether the name is this one.
///
/// A dictionary would hash each name with a hash made for hostile keys of any kind; this one knows that its keys are texts, is quick on them, and mixes a seed in,
/// so that a client cannot choose ids that collide. Nothing is ever taken out; it grows by doubling at three quarters.
struct PlaceTable: Sendable {
    /// A name's hash under the seed of one table.
    struct Key { fileprivate let hash: UInt32 }

    /// Where a search stands.
    struct Search {
        fileprivate let hash: UInt32
        fileprivate var slot: Int
    }

    /// Zero is empty; else the hash, and the place plus one.
    private var slots: [UInt64] = []
    private var count = 0
    private let seed: UInt64

    init(seed: UInt64) { self.seed = seed }

    func key(_ name: String) -> Key { Key(hash: Self.hash(name, seed)) }
    /// Of a name that a number stands for.
    func key(_ number: UInt64) -> Key { Key(hash: UInt32(truncatingIfNeeded: Self.fold(number ^ seed ^ Self.start))) }

    func search(_ key: Key) -> Search { Search(hash: key.hash, slot: slots.isEmpty ? -1 : Int(key.hash) & (slots.count - 1)) }

    /// The next place that may have the name; nil when there is none left.
    func next(_ search: inout Search) -> Int? {
        guard search.slot >= 0 else { return nil }
        while slots[search.slot] != 0 {
            let slot = slots[search.slot]
            search.slot = (search.slot + 1) & (slots.count - 1)
            if slot >> 32 == UInt64(search.hash) { return Int(truncatingIfNeeded: slot & 0xFFFF_FFFF) - 1 }
        }
        return nil
    }

    /// - Precondition: the name has no place yet; places are smaller than 2^32 - 1.
    mutating func add(_ key: Key, place: Int) {
        count += 1
        if 4 * count > 3 * slots.count { grow() }
        put(UInt64(key.hash) << 32 | UInt64(place + 1))
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

    private static let start: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// Eight bytes at a time: multiplied to 128 bits and folded, as wyhash does.
    private static func hash(_ name: String, _ seed: UInt64) -> UInt32 {
        if let quick = name.utf8.withContiguousStorageIfAvailable({ hash(UnsafeRawBufferPointer($0), seed) }) { return quick }
        // A text that came from elsewhere and is not stored as bytes yet.
        return Array(name.utf8).withUnsafeBytes { hash($0, seed) }
    }

    private static func hash(_ bytes: UnsafeRawBufferPointer, _ seed: UInt64) -> UInt32 {
        var state = seed ^ start
        var i = 0
        while i + 8 <= bytes.count {
            state = fold(state ^ bytes.loadUnaligned(fromByteOffset: i, as: UInt64.self))
            i += 8
        }
        var rest = UInt64(bytes.count)
        while i < bytes.count {
            rest = rest << 8 | UInt64(bytes[i])
            i += 1
        }
        return UInt32(truncatingIfNeeded: fold(state ^ rest))
    }

    private static func fold(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        return product.high ^ product.low
    }
}
