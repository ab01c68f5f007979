import Matching
import Model

/// Values as JSON, written straight into bytes: what a record of the ledger holds. Any JSON decoder reads it back.
///
/// Foundation's encoder builds a tree first and takes several times as long, and an order's record is written on the order's path.
struct LedgerWriter: Encoder {
    fileprivate let sink: LedgerSink
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// Fails for what JSON cannot say: a number that is not finite.
    static func bytes(_ value: some Encodable) throws -> [UInt8] {
        let sink = LedgerSink()
        try sink.put(value)
        return sink.bytes
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        sink.begin(UInt8(ascii: "{"), UInt8(ascii: "}"))
        return KeyedEncodingContainer(Members<Key>(sink: sink, depth: sink.open.count))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        sink.begin(UInt8(ascii: "["), UInt8(ascii: "]"))
        return Elements(sink: sink, depth: sink.open.count)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { One(sink: sink) }
}

/// The bytes so far, and what is open in them. A container is closed when one that it lies in goes on, or its value ends.
final class LedgerSink {
    // One value is written by one call at a time: nothing else can hold these while they change.
    @exclusivity(unchecked) var bytes: [UInt8] = []
    @exclusivity(unchecked) fileprivate var open: [(end: UInt8, count: Int)] = []

    init() { bytes.reserveCapacity(1024) }

    fileprivate func begin(_ start: UInt8, _ end: UInt8) {
        bytes.append(start)
        open.append((end, 0))
    }

    fileprivate func close(to depth: Int) {
        while open.count > depth { bytes.append(open.removeLast().end) }
    }

    /// The next member or element of the container at `depth`.
    fileprivate func next(_ depth: Int) {
        close(to: depth)
        if open[depth - 1].count > 0 { bytes.append(UInt8(ascii: ",")) }
        open[depth - 1].count += 1
    }

    /// A value of a type of ours; the elementary ones come by the methods below.
    func put<Value: Encodable>(_ value: Value) throws {
        if putAtOnce(value) { return }
        let depth = open.count
        try value.encode(to: LedgerWriter(sink: self))
        close(to: depth)
    }

    /// What a record has most of, in the very words that it encodes itself with, without two containers for each: half of the time of a record went there.
    private func putAtOnce<Value: Encodable>(_ value: Value) -> Bool {
        if Value.self == Money.self, let money = value as? Money {
            put("{\"millionths\":", money.millionths)
        } else if Value.self == Quantity.self, let quantity = value as? Quantity {
            put("{\"hundredths\":", quantity.hundredths)
        } else if Value.self == Timestamp.self, let time = value as? Timestamp {
            put("{\"nanoseconds\":", time.nanoseconds)
        } else if Value.self == Price.self, let price = value as? Price {
            put("{\"tenThousandths\":", Int64(price.tenThousandths))
        } else if Value.self == Ticker.self, let ticker = value as? Ticker {
            put(text: ticker.text)
        } else if Value.self == OrderID.self, let id = value as? OrderID {
            put(text: id.text)
        } else if Value.self == ClientOrderID.self, let id = value as? ClientOrderID {
            put(text: id.text)
        } else if Value.self == AccountID.self, let id = value as? AccountID {
            put(text: id.text)
        } else if Value.self == OrderRecord.self, let order = value as? OrderRecord {
            return putAtOnce(order)
        } else {
            return false
        }
        return true
    }

    /// An object of one whole number; `start` is its beginning up to the number.
    func put(_ start: StaticString, _ value: Int64) {
        put(words: start)
        put(whole: value)
        bytes.append(UInt8(ascii: "}"))
    }

    /// As they are.
    func put(words: StaticString) { bytes.append(contentsOf: UnsafeBufferPointer(start: words.utf8Start, count: words.utf8CodeUnitCount)) }

    func put(_ value: Bool) { bytes.append(contentsOf: value ? "true".utf8 : "false".utf8) }

    func put(text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            // Names, ids and tickers have nothing to escape.
            if utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
                bytes.append(contentsOf: utf8)
            } else {
                for byte in utf8 { escape(byte) }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0..<0x20: bytes.append(contentsOf: "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
        default: bytes.append(byte)
        }
    }

    func put(unsigned value: UInt64) {
        guard value > UInt64(Int64.max) else { return put(whole: Int64(value)) }
        bytes.append(contentsOf: String(value).utf8)
    }

    func put(whole value: Int64) {
        var digits = value.magnitude
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(digits % 10))
            digits /= 10
        } while digits > 0
        bytes[start...].reverse()
    }

    func put(number: Double) throws {
        guard number.isFinite else { throw EncodingError.invalidValue(number, .init(codingPath: [], debugDescription: "not finite")) }
        bytes.append(contentsOf: number.description.utf8)
    }

    func putNull() { bytes.append(contentsOf: "null".utf8) }
}

private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let sink: LedgerSink
    let depth: Int
    var codingPath: [any CodingKey] { [] }

    private func name(_ key: any CodingKey) {
        sink.next(depth)
        sink.put(text: key.stringValue)
        sink.bytes.append(UInt8(ascii: ":"))
    }

    mutating func encodeNil(forKey key: Key) {
        name(key)
        sink.putNull()
    }

    // The kinds of value that records have most, without a container of their own.
    mutating func encode(_ value: String, forKey key: Key) {
        name(key)
        sink.put(text: value)
    }

    mutating func encode(_ value: Int64, forKey key: Key) {
        name(key)
        sink.put(whole: value)
    }

    mutating func encode(_ value: Int32, forKey key: Key) {
        name(key)
        sink.put(whole: Int64(value))
    }

    mutating func encode(_ value: Bool, forKey key: Key) {
        name(key)
        sink.put(value)
    }

    mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        name(key)
        try sink.put(value)
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy keyType: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
        name(key)
        return LedgerWriter(sink: sink).container(keyedBy: keyType)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        name(key)
        return LedgerWriter(sink: sink).unkeyedContainer()
    }

    mutating func superEncoder(forKey key: Key) -> any Encoder {
        name(key)
        return LedgerWriter(sink: sink)
    }

    mutating func superEncoder() -> any Encoder {
        sink.next(depth)
        sink.bytes.append(contentsOf: "\"super\":".utf8)
        return LedgerWriter(sink: sink)
    }
}

private struct Elements: UnkeyedEncodingContainer {
    let sink: LedgerSink
    let depth: Int
    var codingPath: [any CodingKey] { [] }
    var count: Int { sink.open.count >= depth ? sink.open[depth - 1].count : 0 }

    mutating func encodeNil() {
        sink.next(depth)
        sink.putNull()
    }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
        sink.next(depth)
        try sink.put(value)
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy keyType: Nested.Type) -> KeyedEncodingContainer<Nested> {
        sink.next(depth)
        return LedgerWriter(sink: sink).container(keyedBy: keyType)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        sink.next(depth)
        return LedgerWriter(sink: sink).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
        sink.next(depth)
        return LedgerWriter(sink: sink)
    }
}

/// What every elementary value comes to in the end: they encode themselves by a container of one value.
private struct One: SingleValueEncodingContainer {
    let sink: LedgerSink
    var codingPath: [any CodingKey] { [] }
    mutating func encodeNil() { sink.putNull() }
    mutating func encode(_ value: Bool) { sink.put(value) }
    mutating func encode(_ value: String) { sink.put(text: value) }
    mutating func encode(_ value: Double) throws { try sink.put(number: value) }
    mutating func encode(_ value: Float) throws { try sink.put(number: Double(value)) }
    mutating func encode(_ value: Int) { sink.put(whole: Int64(value)) }
    mutating func encode(_ value: Int8) { sink.put(whole: Int64(value)) }
    mutating func encode(_ value: Int16) { sink.put(whole: Int64(value)) }
    mutating func encode(_ value: Int32) { sink.put(whole: Int64(value)) }
    mutating func encode(_ value: Int64) { sink.put(whole: value) }
    mutating func encode(_ value: UInt) { sink.put(unsigned: UInt64(value)) }
    mutating func encode(_ value: UInt8) { sink.put(whole: Int64(value)) }
    mutating func encode(_ value: UInt16) { sink.put(whole: Int64(value)) }
    mutating func encode(_ value: UInt32) { sink.put(whole: Int64(value)) }
    mutating func encode(_ value: UInt64) { sink.put(unsigned: value) }
    mutating func encode<Value: Encodable>(_ value: Value) throws { try sink.put(value) }
}
