/// One event of a `text/event-stream` (WHATWG HTML, section 9.2).
public struct ServerSentEvent: Hashable, Sendable {
    public var id: String?
    public var data: String
    public var retryMilliseconds: Int?

    public init(id: String? = nil, data: String, retryMilliseconds: Int? = nil) {
        self.id = id
        self.data = data
        self.retryMilliseconds = retryMilliseconds
    }

    /// As it is written; `data` must have no line break, which our JSON never has.
    public var bytes: [UInt8] {
        var text = ""
        if let id { text += "id: \(id)\n" }
        if let retryMilliseconds { text += "retry: \(retryMilliseconds)\n" }
        text += data.isEmpty ? "data:\n\n" : "data: \(data)\n\n"
        return Array(text.utf8)
    }

    /// A line that says only that the stream is alive.
    public static let heartbeat: [UInt8] = Array(": alive\n\n".utf8)
}

/// Takes events out of the bytes of a stream, however they are cut.
public struct EventStreamReader: Sendable {
    private let limit: Int
    private var line: [UInt8] = []
    private var data: [UInt8]?
    private var event = ServerSentEvent(data: "")
    private var endedWithReturn = false

    /// - Parameter limit: bytes of one event; a longer one makes the stream unreadable.
    public init(limit: Int = 16 << 20) { self.limit = limit }

    /// Nil when the stream breaks the limit.
    public mutating func read(_ bytes: some Sequence<UInt8>) -> [ServerSentEvent]? {
        var events: [ServerSentEvent] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\n") where endedWithReturn: endedWithReturn = false
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                endedWithReturn = byte == UInt8(ascii: "\r")
                if let event = endLine() { events.append(event) }
            default:
                endedWithReturn = false
                line.append(byte)
                guard line.count + (data?.count ?? 0) <= limit else { return nil }
            }
        }
        return events
    }

    private mutating func endLine() -> ServerSentEvent? {
        defer { line.removeAll(keepingCapacity: true) }
        if line.isEmpty { return dispatch() }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[min(colon + 1, line.endIndex)...]
        if value.first == UInt8(ascii: " ") { value.removeFirst() }
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "data": data = data.map { $0 + [UInt8(ascii: "\n")] + value } ?? Array(value)
        case "id": event.id = String(decoding: value, as: UTF8.self)
        case "retry": event.retryMilliseconds = Int(String(decoding: value, as: UTF8.self))
        // A comment, or a field that has no meaning here.
        default: break
        }
        return nil
    }

    private mutating func dispatch() -> ServerSentEvent? {
        defer {
            event = ServerSentEvent(data: "")
            data = nil
        }
        guard data != nil || event.id != nil || event.retryMilliseconds != nil else { return nil }
        event.data = String(decoding: data ?? [], as: UTF8.self)
        return event
    }
}
