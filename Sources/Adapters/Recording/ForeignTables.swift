import Model

/// A table of comma-separated values whose first line names its columns; no value of these formats has a comma in it.
final class CommaTable {
    let lines: CompressedLines
    private let columns: [String: Int]

    init(_ path: String, needs names: [String]) throws(RecordingError) {
        lines = try CompressedLines(path)
        var header: [String] = []
        _ = try lines.next { header = Self.split($0) }
        columns = Dictionary(header.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        for name in names where columns[name] == nil { throw RecordingError("\(path) has no column '\(name)'") }
    }

    /// The next row; nil at the end.
    func next() throws(RecordingError) -> [String]? {
        var row: [String] = []
        guard try lines.next({ row = Self.split($0) }) else { return nil }
        return row
    }

    func value(_ row: [String], _ name: String) -> String? {
        guard let i = columns[name], i < row.count, !row[i].isEmpty else { return nil }
        return row[i]
    }

    private static func split(_ line: UnsafeBufferPointer<UInt8>) -> [String] {
        line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    }
}

/// A row of `results.csv`: how a market ended.
struct ForeignResult {
    let result: MarketResult?

    static func read(_ path: String?) throws(RecordingError) -> [Ticker: ForeignResult] {
        guard let path else { return [:] }
        let table = try CommaTable(path, needs: ["ticker", "result"])
        var results: [Ticker: ForeignResult] = [:]
        while let row = try table.next() {
            guard let ticker = table.value(row, "ticker") else { continue }
            results[Ticker(ticker)] = ForeignResult(result: result(table.value(row, "result") ?? "", value: nil))
        }
        return results
    }

    /// Nil while a market has no result.
    static func result(_ text: String, value: Price?) -> MarketResult? {
        switch text {
        case "yes": .yes
        case "no": .no
        case "void": .void
        case "scalar": value.map { .scalar($0) }
        default: nil
        }
    }
}

/// `SESSION.spot.csv`: prices of the underlying with the time they were received.
final class SpotTicks: ImportSource {
    let path: String
    let start: Timestamp
    var time: Timestamp? { row == nil ? nil : current }
    private let underlying: Underlying
    private var table: CommaTable?
    private var row: [String]?
    private var current = Timestamp.zero

    init(_ path: String, underlying: Underlying) throws(RecordingError) {
        self.path = path
        self.underlying = underlying
        let table = try CommaTable(path, needs: ["recv_ns", "price"])
        // A file with nothing but its header is a session without ticks: it never has its turn.
        if let row = try table.next() { start = try Self.time(table, row) } else { start = Timestamp(nanoseconds: .max) }
    }

    func open(_ sink: ImportSink) throws(RecordingError) {
        table = try CommaTable(path, needs: ["recv_ns", "price"])
        try advance()
    }

    private func advance() throws(RecordingError) {
        guard let table, let next = try table.next() else {
            row = nil
            return
        }
        current = max(current, try Self.time(table, next))
        row = next
    }

    private static func time(_ table: CommaTable, _ row: [String]) throws(RecordingError) -> Timestamp {
        guard let text = table.value(row, "recv_ns"), let time = Int64(text) else { throw table.lines.failure("recv_ns is not a number") }
        return Timestamp(nanoseconds: time)
    }

    func precedes(_ other: any ImportSource) -> Bool { false }
    func finish(_ sink: ImportSink, remaining: [any ImportSource]) throws(RecordingError) { table = nil }

    func emit(_ sink: ImportSink) throws(RecordingError) {
        guard let table, let row else { return }
        guard let price = table.value(row, "price"), let value = Double(price), value.isFinite, value > 0 else {
            throw table.lines.failure("the price is not a number above zero")
        }
        let bytes = SpotFrame.encode(underlying, price: price, sourceTime: table.value(row, "exchange_ts_utc"), tradeID: table.value(row, "trade_id"))
        try sink.frame(current, .spot, connection: 0, bytes)
        try advance()
    }
}
