/// The outside of any frame of the exchange: what it is, whom it answers, and where its message lies. For the frames that are few.
public struct FrameEnvelope: Hashable, Sendable {
    public let type: String
    /// The command this frame answers.
    public let id: UInt64?
    public let sid: UInt32?
    public let sequence: UInt64?
    /// Where the value of `msg` lies in the bytes.
    public let message: Range<Int>?

    public init(_ bytes: UnsafeBufferPointer<UInt8>) throws(WireError) {
        var scanner = JSONScanner(bytes)
        var type: String?
        var id: UInt64?
        var sid: UInt32?
        var sequence: UInt64?
        var message: Range<Int>?
        try scanner.beginObject()
        var first = true
        while let key = try scanner.nextKey(first: first) {
            first = false
            if scanner.matches(key, "type") {
                type = scanner.text(try scanner.string())
            } else if try scanner.takeNull() {
                continue
            } else if scanner.matches(key, "id") {
                id = try scanner.whole()
            } else if scanner.matches(key, "sid") {
                sid = try scanner.subscription()
            } else if scanner.matches(key, "seq") {
                sequence = try scanner.whole()
            } else if scanner.matches(key, "msg") {
                _ = scanner.peek()
                let start = scanner.position
                try scanner.skipValue()
                message = start..<scanner.position
            } else {
                try scanner.skipValue()
            }
        }
        try scanner.expectEnd()
        guard let type else { throw WireError("a frame without a type", at: bytes.count) }
        self.type = type
        self.id = id
        self.sid = sid
        self.sequence = sequence
        self.message = message
    }
}

extension JSONScanner {
    @inline(__always) mutating func subscription() throws(WireError) -> UInt32 {
        let start = position
        guard let sid = UInt32(exactly: try whole()) else { throw WireError("a sid that is too large", at: start) }
        return sid
    }
}
