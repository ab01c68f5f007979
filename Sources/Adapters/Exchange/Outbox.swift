import Transport

/// The frames that wait for one WebSocket client. Bounded: what happens at the bound is the caller's to decide, from `put`'s answer.
///
/// The last `reserve` places are for answers and goodbyes, so that a client which is too slow for its data can still be told so.
final class Outbox: Sendable {
    static let limit = 16_384
    static let reserve = 256

    enum Room {
        case plenty
        /// It is in, but the part that is meant for data is full.
        case reserveOnly
        /// It is not in: the client must go.
        case none
    }

    let frames: AsyncStream<[UInt8]>
    private let entrance: AsyncStream<[UInt8]>.Continuation

    init() {
        // `bufferingOldest` drops what does not fit and says so: nothing is lost in silence.
        (frames, entrance) = AsyncStream.makeStream(of: [UInt8].self, bufferingPolicy: .bufferingOldest(Outbox.limit))
    }

    func put(_ frame: [UInt8]) -> Room {
        switch entrance.yield(frame) {
        case .enqueued(let remaining): remaining > Outbox.reserve ? .plenty : .reserveOnly
        case .dropped, .terminated: .none
        @unknown default: .none
        }
    }

    func close() { entrance.finish() }

    /// Sends until the outbox is closed or the socket is gone. One call an outbox.
    func drain(into connection: WebSocketConnection) async {
        do {
            for await frame in frames { try await connection.send(text: frame) }
        } catch {
            // The socket is gone: its session ends by its own `.closed`, and nothing that waits here can be delivered.
            entrance.finish()
        }
    }
}
