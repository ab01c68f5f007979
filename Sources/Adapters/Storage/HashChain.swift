import Keys
import Model
import Ports

/// A place in the journal after a row: what the next row is chained to.
struct ChainTip: Hashable, Sendable {
    /// The row's number; 0 before the first.
    let row: Int64
    /// Events in all rows up to and including this one.
    let events: Int64
    let hash: [UInt8]

    /// Before the first row: the desk's name is part of the chain.
    static func start(desk: String) -> ChainTip { ChainTip(row: 0, events: 0, hash: sha256(Array("aura journal 1\n\(desk)".utf8))) }

    /// SHA-256 of: previous hash, row number, kind, time, events, SHA-256 of the body before compression. Integers are 8 bytes, big end first;
    /// the kind is its name and a zero byte. Over the body before compression, so that another zstd may write the same chain.
    func next(_ row: JournalRow) -> ChainTip {
        var bytes = hash
        bytes.reserveCapacity(104)
        bytes.append(bigEndian: self.row + 1)
        bytes.append(contentsOf: row.kind.rawValue.utf8)
        bytes.append(0)
        bytes.append(bigEndian: row.time.nanoseconds)
        bytes.append(bigEndian: Int64(row.events))
        bytes.append(contentsOf: sha256(row.body))
        return ChainTip(row: self.row + 1, events: events + Int64(row.events), hash: sha256(bytes))
    }
}

extension [UInt8] {
    mutating func append(bigEndian value: Int64) {
        for shift in stride(from: 56, through: 0, by: -8) { append(UInt8(truncatingIfNeeded: value >> Int64(shift))) }
    }
}
