/// Reads JSON straight from the bytes it came in, front to back, without building a tree: the caller says what it expects next.
///
/// It holds a pointer that the caller owns: the bytes must outlive the scanner and every slice it gave out.
public struct JSONScanner {
    /// A string or number as it stands in the bytes, without its quotes.
    public struct Slice {
        public let start: Int
        public let count: Int
        /// Set where a string has escapes, so that its bytes are not yet its text.
        public let escaped: Bool
    }

    /// Arrays and objects within one another, beyond which a frame is refused: the exchange's frames have four.
    public static let depthLimit = 32

    public let bytes: UnsafeBufferPointer<UInt8>
    public internal(set) var position: Int
    // The one pointer every read goes through; never touched at or beyond `end`.
    let base: UnsafeRawPointer
    let end: Int

    public init(_ bytes: UnsafeBufferPointer<UInt8>, from position: Int = 0) {
        self.bytes = bytes
        self.position = position
        end = bytes.count
        // A buffer of no bytes may have no address; with `end` 0 this one is never read.
        base = bytes.baseAddress.map { UnsafeRawPointer($0) } ?? UnsafeRawPointer(bitPattern: 8).unsafelyUnwrapped
    }

    @inline(__always) func byte(_ index: Int) -> UInt8 { base.load(fromByteOffset: index, as: UInt8.self) }

    @inline(__always) func word(_ index: Int) -> UInt64 { UInt64(littleEndian: base.loadUnaligned(fromByteOffset: index, as: UInt64.self)) }

    func unexpected(_ wanted: String) -> WireError {
        position >= end ? WireError("the text ends where \(wanted) should be", at: position) : WireError("expected \(wanted)", at: position)
    }

    // MARK: - Structure

    @inline(__always) mutating func skipSpace() {
        while position < end {
            let b = byte(position)
            guard b <= 0x20, b == 0x20 || b == 0x0A || b == 0x0D || b == 0x09 else { return }
            position += 1
        }
    }

    /// The byte that the next value begins with; 0 at the end.
    @inline(__always) public mutating func peek() -> UInt8 {
        skipSpace()
        return position < end ? byte(position) : 0
    }

    @inline(__always) mutating func take(_ wanted: UInt8) -> Bool {
        skipSpace()
        guard position < end, byte(position) == wanted else { return false }
        position += 1
        return true
    }

    public mutating func beginObject() throws(WireError) {
        guard take(UInt8(ascii: "{")) else { throw unexpected("an object") }
    }

    /// The next key of an object, its colon taken; nil when the object has ended. `first` is true for the first call after `beginObject`.
    @inline(__always) public mutating func nextKey(first: Bool) throws(WireError) -> Slice? {
        if take(UInt8(ascii: "}")) { return nil }
        if !first, !take(UInt8(ascii: ",")) { throw unexpected("a comma or the object's end") }
        let key = try string()
        guard take(UInt8(ascii: ":")) else { throw unexpected("a colon") }
        return key
    }

    public mutating func beginArray() throws(WireError) {
        guard take(UInt8(ascii: "[")) else { throw unexpected("an array") }
    }

    /// Whether another element of an array follows; its comma is taken. `first` is true for the first call after `beginArray`.
    @inline(__always) public mutating func nextElement(first: Bool) throws(WireError) -> Bool {
        if take(UInt8(ascii: "]")) { return false }
        if !first, !take(UInt8(ascii: ",")) { throw unexpected("a comma or the array's end") }
        return true
    }

    /// Checks that nothing but white space follows.
    public mutating func expectEnd() throws(WireError) {
        skipSpace()
        guard position == end else { throw WireError("more text after the frame", at: position) }
    }

    // MARK: - Values

    /// Steps over one value of any kind, checking that it is one.
    public mutating func skipValue(depth: Int = 1) throws(WireError) {
        switch peek() {
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "{"):
            guard depth < Self.depthLimit else { throw WireError("nested deeper than \(Self.depthLimit)", at: position) }
            try beginObject()
            var first = true
            while try nextKey(first: first) != nil {
                try skipValue(depth: depth + 1)
                first = false
            }
        case UInt8(ascii: "["):
            guard depth < Self.depthLimit else { throw WireError("nested deeper than \(Self.depthLimit)", at: position) }
            try beginArray()
            var first = true
            while try nextElement(first: first) {
                try skipValue(depth: depth + 1)
                first = false
            }
        case UInt8(ascii: "t"): try literal("true")
        case UInt8(ascii: "f"): try literal("false")
        case UInt8(ascii: "n"): try literal("null")
        default: _ = try number()
        }
    }

    /// Takes `null` if that is what comes next.
    @inline(__always) public mutating func takeNull() throws(WireError) -> Bool {
        guard peek() == UInt8(ascii: "n") else { return false }
        try literal("null")
        return true
    }

    mutating func literal(_ text: StaticString) throws(WireError) {
        let count = text.utf8CodeUnitCount
        guard position + count <= end else { throw unexpected("a value") }
        for i in 0..<count where byte(position + i) != text.utf8Start[i] { throw unexpected("a value") }
        position += count
    }

    /// A number's text, checked against JSON's grammar.
    public mutating func number() throws(WireError) -> Slice {
        skipSpace()
        let start = position
        if position < end, byte(position) == UInt8(ascii: "-") { position += 1 }
        let whole = digits()
        guard whole > 0 else {
            position = start
            throw unexpected("a value")
        }
        if whole > 1, byte(position - whole) == UInt8(ascii: "0") { throw WireError("a number with a leading zero", at: start) }
        if position < end, byte(position) == UInt8(ascii: ".") {
            position += 1
            guard digits() > 0 else { throw unexpected("a digit") }
        }
        if position < end, byte(position) | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < end, byte(position) == UInt8(ascii: "+") || byte(position) == UInt8(ascii: "-") { position += 1 }
            guard digits() > 0 else { throw unexpected("a digit") }
        }
        return Slice(start: start, count: position - start, escaped: false)
    }

    @inline(__always) private mutating func digits() -> Int {
        let start = position
        while position < end, byte(position) &- 0x30 < 10 { position += 1 }
        return position - start
    }
}
