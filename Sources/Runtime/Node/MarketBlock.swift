import Model
import Ports

/// Packs a run of market-data events into one journal row: a few bytes an event instead of a line of JSON each.
///
/// Only the frequent kinds are packed; whatever `pack` does not take is journalled as a row of its own.
struct MarketBlock {
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0
    private(set) var start: Timestamp = .zero
    private var last: Int64 = 0
    private var tickers: [Ticker: UInt64] = [:]

    /// Events in a block, at most: a block is read into memory whole.
    static let limit = 4096

    private enum Tag: UInt8 {
        case name, delta, snapshot, trade, ticker, spot, sequenced
    }

    var isEmpty: Bool { count == 0 }

    /// False, and nothing written, when the event is of a kind that is not packed.
    mutating func pack(_ event: MarketEvent, at time: Timestamp) -> Bool {
        switch event {
        case .delta(let d):
            begin(.delta, d.market, time)
            write(d.subscription)
            write(d.sequence)
            bytes.append(d.side == .yes ? 0 : 1)
            write(UInt64(d.price.tenThousandths))
            writeSigned(d.change.hundredths)
        case .snapshot(let s):
            begin(.snapshot, s.market, time)
            write(s.subscription)
            write(s.sequence)
            for levels in [s.yes, s.no] {
                write(UInt64(levels.count))
                for level in levels {
                    write(UInt64(level.price.tenThousandths))
                    writeSigned(level.quantity.hundredths)
                }
            }
        case .trade(let t, let id, let sequence):
            begin(.trade, t.market, time)
            write(id)
            write(sequence)
            write(t.id.text)
            write(UInt64(t.yesPrice.tenThousandths))
            writeSigned(t.quantity.hundredths)
            bytes.append(t.takerSide == .yes ? 0 : 1)
            writeSigned(t.time.nanoseconds)
        case .ticker(let t):
            begin(.ticker, t.market, time)
            for price in [t.lastPrice, t.yesBid, t.yesAsk] { write(UInt64(price.tenThousandths)) }
            writeSigned(t.volume.hundredths)
        case .spot(let tick):
            begin(.spot, Ticker(tick.underlying.text), time)
            write(tick.price.bitPattern)
        case .sequenced(let id, let sequence):
            stamp(.sequenced, time)
            write(id)
            write(sequence)
        case .connected, .disconnected, .subscribed, .listed, .status, .determined, .settled: return false
        }
        count += 1
        return true
    }

    /// The block as a row, and an empty block to go on with; nil when there is nothing.
    mutating func take() -> JournalRow? {
        guard count > 0 else { return nil }
        let row = JournalRow(kind: .market, time: start, events: count, body: bytes)
        self = MarketBlock()
        return row
    }

    // MARK: - Reading

    static func unpack(_ row: JournalRow, _ body: (Stamped) throws -> Void) throws {
        var reader = BlockReader(bytes: row.body)
        var names: [Ticker] = []
        var time = row.time.nanoseconds
        var seen = 0
        while !reader.atEnd {
            guard let tag = Tag(rawValue: try reader.byte()) else { throw JournalError("a block of market data holds an event of no known kind") }
            if tag == .name {
                names.append(Ticker(try reader.text()))
                continue
            }
            time += try reader.signed()
            try body(Stamped(.market(try event(tag, &reader, names)), at: Timestamp(nanoseconds: time)))
            seen += 1
        }
        guard seen == row.events else { throw JournalError("a block of market data holds \(seen) events where \(row.events) were written") }
    }

    private static func event(_ tag: Tag, _ reader: inout BlockReader, _ names: [Ticker]) throws -> MarketEvent {
        func market() throws -> Ticker {
            let index = Int(try reader.number())
            guard index < names.count else { throw JournalError("a block of market data names a market it did not introduce") }
            return names[index]
        }
        func levels() throws -> [Level] { try (0..<Int(try reader.number())).map { _ in Level(price: try reader.price(), quantity: try reader.quantity()) } }
        switch tag {
        case .delta:
            let market = try market()
            return .delta(
                BookDelta(
                    market: market, subscription: try reader.subscription(), sequence: try reader.number(), side: try reader.side(),
                    price: try reader.price(), change: try reader.quantity()))
        case .snapshot:
            let market = try market()
            return .snapshot(
                BookSnapshot(market: market, subscription: try reader.subscription(), sequence: try reader.number(), yes: try levels(), no: try levels()))
        case .trade:
            let market = try market()
            let subscription = try reader.subscription()
            let sequence = try reader.number()
            let trade = PublicTrade(
                market: market, id: TradeID(try reader.text()), yesPrice: try reader.price(), quantity: try reader.quantity(),
                takerSide: try reader.side(), time: Timestamp(nanoseconds: try reader.signed()))
            return .trade(trade, subscription, sequence)
        case .ticker:
            let market = try market()
            return .ticker(
                TickerUpdate(
                    market: market, lastPrice: try reader.price(), yesBid: try reader.price(), yesAsk: try reader.price(), volume: try reader.quantity()))
        case .spot: return .spot(SpotTick(underlying: Underlying(try market().text), price: Double(bitPattern: try reader.number())))
        case .sequenced: return .sequenced(try reader.subscription(), try reader.number())
        case .name: throw JournalError("a block of market data is out of order")
        }
    }

    // MARK: - Writing: LEB128, zigzag for what may be negative

    private mutating func begin(_ tag: Tag, _ market: Ticker, _ time: Timestamp) {
        var index = tickers[market]
        if index == nil {
            index = UInt64(tickers.count)
            tickers[market] = index
            bytes.append(Tag.name.rawValue)
            write(market.text)
        }
        stamp(tag, time)
        write(index ?? 0)
    }

    private mutating func stamp(_ tag: Tag, _ time: Timestamp) {
        if count == 0 {
            start = time
            last = time.nanoseconds
        }
        bytes.append(tag.rawValue)
        writeSigned(time.nanoseconds - last)
        last = time.nanoseconds
    }

    private mutating func write(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func writeSigned(_ value: Int64) { write(UInt64(bitPattern: (value << 1) ^ (value >> 63))) }

    private mutating func write(_ id: SubscriptionID) {
        write(UInt64(id.connection))
        write(UInt64(id.sid))
    }

    private mutating func write(_ text: String) {
        write(UInt64(text.utf8.count))
        bytes += text.utf8
    }
}

/// Reads what `MarketBlock` wrote; every step says so when the bytes end too early.
private struct BlockReader {
    let bytes: [UInt8]
    private var offset = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var atEnd: Bool { offset == bytes.count }

    mutating func byte() throws -> UInt8 {
        guard offset < bytes.count else { throw JournalError("a block of market data ends too early") }
        offset += 1
        return bytes[offset - 1]
    }

    mutating func number() throws -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try byte()
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
            guard shift < 70 else { throw JournalError("a block of market data holds a number without an end") }
        }
    }

    mutating func signed() throws -> Int64 {
        let raw = try number()
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    mutating func text() throws -> String {
        let length = Int(try number())
        guard length <= bytes.count - offset else { throw JournalError("a block of market data ends too early") }
        defer { offset += length }
        return String(decoding: bytes[offset..<offset + length], as: UTF8.self)
    }

    mutating func price() throws -> Price {
        let value = try number()
        guard value <= 10_000 else { throw JournalError("a block of market data holds a price above $1") }
        return Price(tenThousandths: Int32(value))
    }

    mutating func quantity() throws -> Quantity { Quantity(hundredths: try signed()) }
    mutating func side() throws -> Side { try byte() == 0 ? .yes : .no }
    mutating func subscription() throws -> SubscriptionID {
        SubscriptionID(connection: UInt32(truncatingIfNeeded: try number()), sid: UInt32(truncatingIfNeeded: try number()))
    }
}
