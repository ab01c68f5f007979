/// What was sent on the streams of one session, for a client that lost its connection and comes back with the last id it saw.
///
/// Bounded: the oldest events go first, whichever stream they belong to. A client that comes back for what is gone gets what is left.
public struct EventLog: Sendable {
    public struct Entry: Sendable {
        public let event: ServerSentEvent
        let stream: Int
        let position: Int
    }

    private let eventLimit: Int
    private let byteLimit: Int
    private var entries: [Entry] = []
    private var bytes = 0
    private var positions: [Int: Int] = [:]
    private var nextStream = 1

    public init(eventLimit: Int = 1024, byteLimit: Int = 4 << 20) {
        self.eventLimit = eventLimit
        self.byteLimit = byteLimit
    }

    public mutating func open() -> Int {
        defer { nextStream += 1 }
        positions[nextStream] = 0
        return nextStream
    }

    /// Gives the next event of a stream its id.
    public mutating func append(_ data: String, to stream: Int, retryMilliseconds: Int? = nil) -> ServerSentEvent {
        let position = positions[stream, default: 0] + 1
        positions[stream] = position
        let event = ServerSentEvent(id: "\(stream)-\(position)", data: data, retryMilliseconds: retryMilliseconds)
        entries.append(Entry(event: event, stream: stream, position: position))
        bytes += data.utf8.count
        while entries.count > eventLimit || bytes > byteLimit && entries.count > 1 { bytes -= entries.removeFirst().event.data.utf8.count }
        return event
    }

    /// Which stream an event belongs to, and what came after it there. Nil for an id that was never given out.
    public func rest(after id: String) -> (stream: Int, events: [ServerSentEvent])? {
        let parts = id.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let stream = parts[0], let position = parts[1], let last = positions[stream], (0...last).contains(position) else { return nil }
        return (stream, entries.filter { $0.stream == stream && $0.position > position }.map(\.event))
    }

    /// The stream is over, and so is its right to be resumed.
    public mutating func forget(_ stream: Int) {
        positions[stream] = nil
        bytes -= entries.filter { $0.stream == stream }.reduce(0) { $0 + $1.event.data.utf8.count }
        entries.removeAll { $0.stream == stream }
    }
}
