import Model
import Wire

/// One line of a foreign capture, its parts found in its own copy of the bytes.
struct ImportLine {
    var bytes: [UInt8] = []
    var time = Timestamp.zero
    var type = ""
    var ticker: Ticker?
    var sequence: UInt64?
    var sid: UInt32?
    /// The frame, or its `msg`: whichever of the two the format keeps.
    var body = 0..<0

    /// `{"recv_ns":...,"type":"...","seq":...,"ticker":"...","msg":{...}}`
    static func bitcoin(_ line: UnsafeBufferPointer<UInt8>, into out: inout ImportLine) throws(WireError) {
        var scanner = JSONScanner(line)
        var seen = false
        (out.type, out.sequence, out.ticker, out.sid, out.body) = ("", nil, nil, nil, 0..<0)
        try scanner.beginObject()
        var first = true
        while let key = try scanner.nextKey(first: first) {
            first = false
            if scanner.matches(key, "recv_ns") {
                out.time = Timestamp(nanoseconds: try scanner.fixed(decimals: 0))
                seen = true
            } else if scanner.matches(key, "msg") {
                out.body = try value(&scanner)
            } else if try scanner.takeNull() {
                continue
            } else if scanner.matches(key, "type") {
                out.type = scanner.text(try scanner.string())
            } else if scanner.matches(key, "seq") {
                out.sequence = try scanner.whole()
            } else if scanner.matches(key, "ticker") {
                out.ticker = Ticker(scanner.text(try scanner.string()))
            } else {
                try scanner.skipValue()
            }
        }
        try scanner.expectEnd()
        guard seen, !out.type.isEmpty else { throw WireError("no recv_ns or no type", at: 0) }
        copy(line, into: &out)
    }

    /// `{"recv_ms":...,"event":{"type":"...","sid":...,"seq":...,"msg":{...}}}`
    static func gold(_ line: UnsafeBufferPointer<UInt8>, into out: inout ImportLine) throws(WireError) {
        var scanner = JSONScanner(line)
        var seen = false
        (out.type, out.sequence, out.ticker, out.sid, out.body) = ("", nil, nil, nil, 0..<0)
        try scanner.beginObject()
        var first = true
        while let key = try scanner.nextKey(first: first) {
            first = false
            if scanner.matches(key, "recv_ms") {
                let time = try scanner.fixed(decimals: 0)
                guard time >= 0, time < 9_000_000_000_000 else { throw WireError("a time beyond all sense", at: scanner.position) }
                out.time = .milliseconds(time)
                seen = true
            } else if scanner.matches(key, "event") {
                out.body = try value(&scanner)
            } else {
                try scanner.skipValue()
            }
        }
        try scanner.expectEnd()
        guard seen, !out.body.isEmpty else { throw WireError("no recv_ms or no event", at: 0) }
        let envelope = try FrameEnvelope(UnsafeBufferPointer(rebasing: line[out.body]))
        (out.type, out.sequence, out.sid) = (envelope.type, envelope.sequence, envelope.sid)
        copy(line, into: &out)
    }

    private static func value(_ scanner: inout JSONScanner) throws(WireError) -> Range<Int> {
        _ = scanner.peek()
        let start = scanner.position
        try scanner.skipValue()
        return start..<scanner.position
    }

    private static func copy(_ line: UnsafeBufferPointer<UInt8>, into out: inout ImportLine) {
        out.bytes.removeAll(keepingCapacity: true)
        out.bytes.append(contentsOf: line)
    }

    /// A text or number of the body's top level, as text.
    func bodyField(_ name: String) -> String? {
        let result: String?? = bytes.withUnsafeBufferPointer { all in
            do throws(WireError) {
                var scanner = JSONScanner(UnsafeBufferPointer(rebasing: all[body]))
                try scanner.beginObject()
                var first = true
                while let key = try scanner.nextKey(first: first) {
                    first = false
                    guard scanner.text(key) == name else {
                        try scanner.skipValue()
                        continue
                    }
                    return scanner.text(scanner.peek() == UInt8(ascii: "\"") ? try scanner.string() : try scanner.number())
                }
                return nil
            } catch {
                // Not an object, or another kind of value: the field is not there as text.
                return nil
            }
        }
        return result ?? nil
    }
}
