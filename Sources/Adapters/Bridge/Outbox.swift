/// What waits to be sent to one client, bounded. A client that falls behind loses what waits, and is owed one snapshot instead.
///
/// Messages get their sequence numbers as they leave, so that a client sees no gap, whatever was lost before.
struct Outbox: Sendable {
    private struct Entry: Sendable {
        let increment: Increment
        let time: Int64
        /// An answer belongs to a request and is never dropped.
        let isAnswer: Bool
    }

    private let messageLimit: Int
    private let byteLimit: Int
    private var entries: [Entry] = []
    private var bytes = 0
    private var sequence: Int64
    private(set) var owesSnapshot = false
    /// How often this client was too slow.
    private(set) var overflows = 0

    init(messageLimit: Int, byteLimit: Int, lastSequence: Int64) {
        self.messageLimit = messageLimit
        self.byteLimit = byteLimit
        self.sequence = lastSequence
    }

    /// True when something can be sent.
    var isReady: Bool { !entries.isEmpty || owesSnapshot }
    /// More unread answers than a client of good faith could have asked for.
    var isHopeless: Bool { entries.count > 2 * messageLimit }

    mutating func answer(_ payload: [UInt8], at time: Int64) {
        append(Entry(increment: Increment(type: "answer", payload: payload), time: time, isAnswer: true))
    }

    /// While a snapshot is owed, increments are part of it already.
    mutating func add(_ increment: Increment, at time: Int64) {
        guard !owesSnapshot else { return }
        append(Entry(increment: increment, time: time, isAnswer: false))
        if entries.count > messageLimit || bytes > byteLimit {
            overflows += 1
            oweSnapshot()
        }
    }

    mutating func oweSnapshot() {
        owesSnapshot = true
        entries.removeAll { !$0.isAnswer }
        bytes = entries.reduce(0) { $0 + $1.increment.payload.count }
    }

    /// Everything that waits, as whole messages. With a snapshot owed and none to be had yet, only the answers leave.
    mutating func take(snapshot: (payload: [UInt8], time: Int64)?) -> [[UInt8]] {
        var messages: [[UInt8]] = []
        for entry in entries { messages.append(Self.message(next(), entry.increment, entry.time)) }
        entries = []
        bytes = 0
        if owesSnapshot, let snapshot {
            messages.append(Self.message(next(), Increment(type: "snapshot", payload: snapshot.payload), snapshot.time))
            owesSnapshot = false
        }
        return messages
    }

    /// The envelope around a payload that was encoded before.
    static func message(_ sequence: Int64, _ increment: Increment, _ time: Int64) -> [UInt8] {
        var message = Array(#"{"v":1,"seq":\#(sequence),"type":"\#(increment.type)","ts":\#(time),"payload":"#.utf8)
        message.reserveCapacity(message.count + increment.payload.count + 1)
        message += increment.payload
        message.append(UInt8(ascii: "}"))
        return message
    }

    private mutating func append(_ entry: Entry) {
        entries.append(entry)
        bytes += entry.increment.payload.count
    }

    private mutating func next() -> Int64 {
        sequence += 1
        return sequence
    }
}
