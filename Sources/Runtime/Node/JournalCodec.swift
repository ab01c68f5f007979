public import Engine
import Foundation
public import Model
public import Ports

/// Turns events and effects into journal rows and back.
///
/// Market data is gathered into blocks; an effect always follows the events that caused it, so a block is closed before one is written.
struct JournalWriter {
    private var block = MarketBlock()
    private var rows: [JournalRow] = []
    private let encoder = JournalWriter.makeEncoder()

    static func makeEncoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return encoder
    }

    mutating func write(_ stamped: Stamped) throws {
        if case .market(let event) = stamped.event, block.pack(event, at: stamped.time) {
            if block.count >= MarketBlock.limit { closeBlock() }
            return
        }
        closeBlock()
        rows.append(JournalRow(kind: .event, time: stamped.time, events: 1, body: Array(try encoder.encode(stamped.event))))
    }

    mutating func write(_ effect: Effect, at time: Timestamp) throws {
        closeBlock()
        rows.append(JournalRow(kind: .effect, time: time, events: 0, body: Array(try encoder.encode(effect))))
    }

    /// Everything since the last call, in order.
    mutating func take() -> [JournalRow] {
        closeBlock()
        defer { rows = [] }
        return rows
    }

    private mutating func closeBlock() {
        if let row = block.take() { rows.append(row) }
    }
}

/// Plays a journal through an engine, and checks that every effect comes out as it was written.
public struct JournalReplay {
    /// The rebuilt engine.
    public private(set) var engine: TradingEngine
    public private(set) var rows: Int
    /// The first effect that differs from what the journal says; nil when all are equal.
    public private(set) var firstDifference: String?
    private var expected: [Effect] = []
    private var scratch: [Effect] = []
    private let decoder: JSONDecoder
    private let encoder = JournalWriter.makeEncoder()

    public init() { self.init(from: TradingEngine(), rows: 0) }

    /// Goes on after so many rows, from the state that they came to.
    init(from engine: TradingEngine, rows: Int) {
        self.engine = engine
        self.rows = rows
        decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    }

    /// To be called after the last row: its effects too must have been written.
    public mutating func finish() {
        note(missing: expected.count, at: rows + 1)
        expected = []
    }

    /// Takes the next row. `effect` is called for each effect that the events had, in order.
    public mutating func take(_ row: JournalRow, effect: (Effect, Timestamp) -> Void = { _, _ in }) throws {
        rows += 1
        switch row.kind {
        case .market: try MarketBlock.unpack(row) { try play($0, effect) }
        case .event: try play(Stamped(try decode(row), at: row.time), effect)
        case .effect: try compare(row)
        }
    }

    /// An event beyond the journal's last: its effects are wanted from here on.
    mutating func give(_ stamped: Stamped) -> [Effect] {
        scratch.removeAll(keepingCapacity: true)
        engine.process(stamped, into: &scratch)
        return scratch
    }

    private mutating func play(_ stamped: Stamped, _ effect: (Effect, Timestamp) -> Void) throws {
        note(missing: expected.count, at: rows)
        expected = []
        scratch.removeAll(keepingCapacity: true)
        engine.process(stamped, into: &scratch)
        for each in scratch { effect(each, stamped.time) }
        expected = scratch.reversed()
    }

    private mutating func note(missing: Int, at row: Int) {
        if missing > 0, firstDifference == nil { firstDifference = "before row \(row) the replay wants \(missing) effects that were never written" }
    }

    private mutating func compare(_ row: JournalRow) throws {
        guard let effect = expected.popLast() else {
            firstDifference = firstDifference ?? "row \(rows) holds an effect that the replay does not want"
            return
        }
        if Array(try encoder.encode(effect)) != row.body, firstDifference == nil {
            firstDifference = "row \(rows): the replay wants another effect than was written"
        }
    }

    private func decode(_ row: JournalRow) throws -> Event {
        do { return try decoder.decode(Event.self, from: Data(row.body)) } catch { throw JournalError("row \(rows) of the journal holds no event this version knows: \(error)") }
    }
}
