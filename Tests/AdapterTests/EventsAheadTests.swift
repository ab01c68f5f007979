import Foundation
import Model
import Recording
import Testing

@Suite(.timeLimit(.minutes(1))) struct EventsAheadTests {
    /// More than fit into all the batches that are read ahead.
    private static let frames = 9_000

    private func record(_ broken: Int? = nil, in folder: String) throws {
        let writer = try RecordingWriter(creating: folder, source: "test", created: .seconds(1))
        for i in 0..<Self.frames {
            let count = i == broken ? "a few" : "1.00"
            let text = #"{"type":"orderbook_delta","sid":1,"seq":\#(i + 1),"msg":{"market_ticker":"KXA-\#(i % 5)","price_dollars":"0.4200","delta_fp":"\#(count)","side":"yes"}}"#
            try writer.append(.seconds(Int64(i)), .exchange, connection: 1, Array(text.utf8))
        }
        try writer.close()
    }

    private struct Heard: Equatable {
        let time: Timestamp
        let event: Event
    }

    /// All events, and what ended them.
    private func all(_ next: () throws(RecordingError) -> (time: Timestamp, event: Event)?) -> (events: [Heard], trouble: String?) {
        var events: [Heard] = []
        do throws(RecordingError) {
            while let (time, event) = try next() { events.append(Heard(time: time, event: event)) }
            return (events, nil)
        } catch { return (events, "\(error)") }
    }

    @Test(arguments: [nil, 0, 2047, 2048, 8_999]) func `what is read ahead is what is read one by one, up to the same error`(broken: Int?) throws {
        let scratch = try ScratchFolder()
        let folder = scratch.path + "/r"
        try record(broken, in: folder)
        let events = try RecordingEvents(folder)
        let ahead = EventsAhead(folder)
        let (one, other) = (all(events.nextHeard), all(ahead.nextHeard))
        #expect(one.events.count == broken ?? Self.frames)
        #expect((one.trouble == nil) == (broken == nil))
        #expect(other.events == one.events)
        #expect(other.trouble == one.trouble)
    }

    @Test func `a folder that holds no recording is told as it is when read one by one`() throws {
        let scratch = try ScratchFolder()
        let ahead = EventsAhead(scratch.path)
        let trouble = all(ahead.nextHeard).trouble
        #expect(throws: RecordingError.self) { _ = try RecordingEvents(scratch.path) }
        #expect(trouble != nil)
        #expect(trouble == all { () throws(RecordingError) in try RecordingEvents(scratch.path).nextHeard() }.trouble)
    }

    @Test func `the end is told again to who asks again, and one that nobody reads to the end is let go`() throws {
        let scratch = try ScratchFolder()
        try record(in: scratch.path + "/r")
        for _ in 0..<5 {
            let ahead = EventsAhead(scratch.path + "/r")
            _ = try ahead.nextHeard()
        }
        let ahead = EventsAhead(scratch.path + "/r")
        #expect(all(ahead.nextHeard).events.count == Self.frames)
        #expect(try ahead.nextHeard() == nil)
    }
}
