public import Model

// The exchange's own pauses: its maintenance, and whatever else it says of itself. A known pause is no fault: nothing new is sent into it, cancels still go, and no
// breaker counts what it brings; when the exchange trades again, so does the desk.
extension TradingEngine {
    /// The newest word of the exchange on its hours.
    public struct ExchangeWord: Hashable, Sendable, Codable {
        public let reading: ExchangeReading
        public let heard: Timestamp
    }

    /// The pause that is known of now; nil while the exchange trades, and while nothing is known.
    public var pause: ExchangePause? { exchange.flatMap { $0.reading.pause(at: now, heard: $0.heard) } }

    mutating func hear(_ reading: ExchangeReading, _ effects: inout [Effect]) {
        exchange = ExchangeWord(reading: reading, heard: now)
        tendPause(&effects)
    }

    /// Says when a pause begins and ends; the calendar can bring both without a word.
    mutating func tendPause(_ effects: inout [Effect]) {
        let pause = pause
        if pause != nil { lastPaused = now }
        guard (pause != nil) != pauseTold else { return }
        pauseTold = pause != nil
        guard let pause else { return effects.append(.notice(Notice(.info, "The exchange is not paused any more."))) }
        let cancels = pause.takesCancels ? "no new orders are sent, cancels still go" : "it takes neither orders nor cancels"
        effects.append(.notice(Notice(.info, "The exchange is paused \(ExchangePause.words(until: pause.until)): \(cancels).")))
    }

    /// Another process heard that; what was announced still holds.
    mutating func doubtPause() { exchange = exchange.map { ExchangeWord(reading: $0.reading.unconfirmed, heard: $0.heard) } }

    /// How long nothing has been heard, where a pause explains none of it.
    var unexplainedSilence: Interval? {
        guard pause == nil, let heard = feedHeard else { return nil }
        return now - max(heard, lastPaused ?? heard)
    }

    func feedPause(into digest: inout Digest) {
        // A desk that never heard of its exchange's hours has the fingerprint that it always had.
        guard let exchange else { return }
        digest.feed(exchange.heard)
        digest.feed(exchange.reading.takesOrders.map { $0 ? 1 : 0 } ?? -1)
        digest.feed(exchange.reading.takesCancels.map { $0 ? 1 : 0 } ?? -1)
        digest.feed(exchange.reading.resumes ?? .zero)
        for window in exchange.reading.maintenance {
            digest.feed(window.start)
            digest.feed(window.end)
        }
        digest.feed(lastPaused ?? .zero)
    }
}
