import Transport

/// The frames that wait for one WebSocket client. Bounded: what happens at the bound is the caller's to decide, from `put`'s answer.
final class Outbox: Sendable {
    /// How many frames wait at most; the last `reserve` places are for answers and goodbyes.
    static let limit = 16_384
    static let reserve = 256

    private let outlet = WebSocketOutlet(messageLimit: Outbox.limit, reserve: Outbox.reserve)
    /// Nil for an outbox that nobody reads.
    private let connection: WebSocketConnection?

    init(_ connection: WebSocketConnection? = nil) {
        self.connection = connection
        connection?.serve(outlet)
    }

    func put(_ frame: [UInt8]) -> WebSocketOutlet.Room { outlet.put(text: frame) }
    func flush() { outlet.flush() }

    /// Takes no more, and says goodbye.
    func close(code: Int, reason: String) {
        outlet.close()
        connection?.end(code: code, reason: reason)
    }

    /// What waits in an outbox that nobody reads.
    func takeFrames() -> [[UInt8]] { outlet.takeMessages() }

    // MARK: For faults

    func abort() {
        outlet.close()
        connection?.abort()
    }

    func mute() { connection?.mute() }
}
