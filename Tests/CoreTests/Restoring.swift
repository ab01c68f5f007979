import Engine
import Model
import StateCoding
import TestSupport
import Testing

/// The oracle of recovery, on the way of every test of the engine: at some events the engine is written out and read back, what came back must hold the same to
/// the last bit, do the same at the next event, and go on in the place of the one that was there.
enum Restoring {
    static func process(_ engine: inout TradingEngine, _ stamped: Stamped) -> [Effect] {
        guard isCut(stamped.event, engine.events) else { return engine.process(stamped) }
        do {
            var restored = try StateCoding.value(TradingEngine.self, from: StateCoding.bytes(of: engine))
            expect(restored, engine, "before event \(engine.events + 1)")
            let (wanted, found) = (engine.process(stamped), restored.process(stamped))
            #expect(found == wanted, "event \(engine.events): \(stamped.event)")
            #expect(restored.digest().text == engine.digest().text, "after event \(engine.events)")
            engine = restored
            return found
        } catch {
            Issue.record("the engine after event \(engine.events) cannot be written out and read back: \(error)")
            return engine.process(stamped)
        }
    }

    private static func expect(_ restored: TradingEngine, _ engine: TradingEngine, _ when: Comment) {
        if let difference = StateText.difference(engine, restored) { Issue.record("\(when): \(difference)") }
    }

    /// Seldom among what the markets say, often around everything else; and the seldomer the longer the life is, for what it costs.
    private static func isCut(_ event: Event, _ count: Int64) -> Bool {
        var random = SeededRandom(seed: UInt64(count) &* 2_654_435_761 &+ 7)
        return switch event {
        case .market(.spot), .market(.delta), .tick, .headline: random.uniform() < min(1 / 80, 1 / Double(count + 1))
        default: random.uniform() < min(1 / 4, 3 / Double(count + 1))
        }
    }
}
