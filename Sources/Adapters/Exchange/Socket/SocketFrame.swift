import Model

/// The envelope around a message: the frame's bytes, put together without a tree.
enum SocketFrame {
    /// - Parameters:
    ///   - id: of the command that it answers; 0 stands for none.
    ///   - time: when it is queued for sending (`sending_ts_ms`).
    static func bytes(_ type: String, id: Int64 = 0, sid: Int? = nil, sequence: Int64? = nil, message: [UInt8]?, at time: Timestamp) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity((message?.count ?? 0) + 120)
        out.append(literal: #"{"type":""#)
        out.append(contentsOf: type.utf8)
        out.append(UInt8(ascii: "\""))
        if id != 0 {
            out.append(literal: #","id":"#)
            out.append(number: id)
        }
        if let sid {
            out.append(literal: #","sid":"#)
            out.append(number: Int64(sid))
        }
        if let sequence {
            out.append(literal: #","seq":"#)
            out.append(number: sequence)
        }
        if let message {
            out.append(literal: #","msg":"#)
            out.append(contentsOf: message)
        }
        out.append(literal: #","sending_ts_ms":"#)
        out.append(number: time.wholeMilliseconds)
        out.append(literal: "}\n")
        return out
    }
}

extension [UInt8] {
    /// ASCII that needs no escaping.
    mutating func append(literal text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// In decimal.
    mutating func append(number: Int64) {
        if number < 0 { append(UInt8(ascii: "-")) }
        var rest = number.magnitude
        let start = count
        repeat {
            append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        self[start...].reverse()
    }

    /// A scaled integer with its decimals: 4200 with 4 is 0.4200.
    mutating func append(_ value: Int64, decimals: Int) {
        if value < 0 { append(UInt8(ascii: "-")) }
        var unit: UInt64 = 1
        for _ in 0..<decimals { unit *= 10 }
        append(number: Int64(value.magnitude / unit))
        append(UInt8(ascii: "."))
        var rest = value.magnitude % unit
        for _ in 0..<decimals {
            unit /= 10
            append(UInt8(ascii: "0") + UInt8(rest / unit))
            rest %= unit
        }
    }
}
