import Wire

/// One value of an answer, taken out of its bytes: the client's small tree of JSON. Of a key that stands twice in an object the last value counts.
indirect enum AnswerValue: Sendable, Equatable {
    case null
    case bool(Bool)
    /// As it was written, so that no digit is lost.
    case number(String)
    case text(String)
    case array([AnswerValue])
    case object([String: AnswerValue])

    /// The whole of `bytes` as one value; the nesting is bounded.
    init(_ bytes: [UInt8]) throws(WireError) {
        let result = bytes.withUnsafeBufferPointer { buffer in
            do throws(WireError) {
                var scanner = JSONScanner(buffer)
                let value = try AnswerValue(&scanner, depth: 1)
                try scanner.expectEnd()
                return Result<AnswerValue, WireError>.success(value)
            } catch {
                return .failure(error)
            }
        }
        self = try result.get()
    }

    private init(_ scanner: inout JSONScanner, depth: Int) throws(WireError) {
        guard depth <= JSONScanner.depthLimit else { throw WireError("nested deeper than \(JSONScanner.depthLimit)", at: scanner.position) }
        switch scanner.peek() {
        case UInt8(ascii: "\""): self = .text(scanner.text(try scanner.string()))
        case UInt8(ascii: "{"):
            try scanner.beginObject()
            var members: [String: AnswerValue] = [:]
            var first = true
            while let key = try scanner.nextKey(first: first) {
                first = false
                members[scanner.text(key)] = try AnswerValue(&scanner, depth: depth + 1)
            }
            self = .object(members)
        case UInt8(ascii: "["):
            try scanner.beginArray()
            var values: [AnswerValue] = []
            while try scanner.nextElement(first: values.isEmpty) { values.append(try AnswerValue(&scanner, depth: depth + 1)) }
            self = .array(values)
        case UInt8(ascii: "t"):
            try scanner.skipValue()
            self = .bool(true)
        case UInt8(ascii: "f"):
            try scanner.skipValue()
            self = .bool(false)
        case UInt8(ascii: "n"):
            try scanner.skipValue()
            self = .null
        default: self = .number(scanner.text(try scanner.number()))
        }
    }
}
