import Model
import Wire

/// One file of frames as they were received. All files of a capture share the recorder's connection.
final class GoldEvents: ImportSource {
    let path: String
    let start: Timestamp
    var time: Timestamp? { ended ? nil : line.time }
    private let markets: [Ticker: ForeignMarket]
    private var lines: CompressedLines?
    private var line = ImportLine()
    private var ended = false
    private var latest = Timestamp.zero
    private var decoder = MarketFrameDecoder()
    private var frame: [UInt8] = []
    private var listed: Set<Ticker> = []

    init(_ path: String, markets: [Ticker: ForeignMarket]) throws(RecordingError) {
        self.path = path
        self.markets = markets
        var line = ImportLine()
        guard try Self.read(try CompressedLines(path), into: &line) else { throw RecordingError("\(path) is empty") }
        start = line.time
    }

    private static func read(_ lines: CompressedLines, into line: inout ImportLine) throws(RecordingError) -> Bool {
        var problem: WireError?
        let more = try lines.next { bytes throws(RecordingError) in
            do throws(WireError) { try ImportLine.gold(bytes, into: &line) } catch { problem = error }
        }
        if let problem { throw lines.failure(problem.description) }
        return more
    }

    func open(_ sink: ImportSink) throws(RecordingError) {
        lines = try CompressedLines(path)
        try advance()
    }

    private func advance() throws(RecordingError) {
        guard let lines, try Self.read(lines, into: &line) else {
            ended = true
            return
        }
        // The recorder's clock may step back; the order of the lines is the order of receipt.
        line.time = max(line.time, latest)
        latest = line.time
    }

    /// One connection carries both files: its sequence says which came first, where it is the same subscription's.
    func precedes(_ other: any ImportSource) -> Bool {
        guard let other = other as? GoldEvents, let a = line.sequence, let b = other.line.sequence, line.sid == other.line.sid else { return false }
        return a < b
    }

    func finish(_ sink: ImportSink, remaining: [any ImportSource]) throws(RecordingError) {
        lines = nil
        guard remaining.isEmpty else { return }
        try sink.disconnect(at: Timestamp(nanoseconds: latest.nanoseconds + 1))
        sink.sequences = [:]
    }

    func emit(_ sink: ImportSink) throws(RecordingError) {
        frame.removeAll(keepingCapacity: true)
        frame.append(contentsOf: line.bytes[line.body])
        let decoded = try decode(connection: sink.openConnection ?? 0)
        if sink.openConnection == nil { try connect(sink) }
        if let sid = line.sid, let sequence = line.sequence { try follow(sid, sequence, sink) }
        if case .market(let event) = decoded, let ticker = Self.market(of: event) { try list(ticker, sink) }
        try sink.frame(line.time, .exchange, connection: sink.openConnection ?? 0, frame)
        try advance()
    }

    private func connect(_ sink: ImportSink) throws(RecordingError) {
        _ = try sink.connect(at: line.time)
        sink.sequences = [:]
    }

    // No day of one recorder has that many; two recorders whose files alternate soon do.
    private static let connectionLimit: UInt32 = 10_000

    /// Keeps the sequence of each subscription growing: where it falls, the recorder had connected anew.
    private func follow(_ sid: UInt32, _ sequence: UInt64, _ sink: ImportSink) throws(RecordingError) {
        if let last = sink.sequences[sid], sequence <= last {
            guard sink.lastConnection < Self.connectionLimit else {
                throw failure("the sequences fall again and again: files of two recorders overlap in time; import them apart")
            }
            try connect(sink)
        }
        if sink.sequences[sid] == nil, let connection = sink.openConnection {
            let channel = line.type.hasPrefix("orderbook_") ? "orderbook_delta" : line.type
            let id = SubscriptionID(connection: connection, sid: sid)
            try sink.control(.subscribed(id, channel: channel, complete: false), at: line.time, connection: connection)
        }
        sink.sequences[sid] = sequence
    }

    private static func market(of event: MarketEvent) -> Ticker? {
        switch event {
        case .snapshot(let snapshot): snapshot.market
        case .delta(let delta): delta.market
        case .trade(let trade, _, _): trade.market
        case .ticker(let update): update.market
        default: nil
        }
    }

    private func list(_ ticker: Ticker, _ sink: ImportSink) throws(RecordingError) {
        guard listed.insert(ticker).inserted else { return }
        sink.seen(ticker)
        guard let known = markets[ticker] else {
            sink.note("\(ticker) has no event file beside it: it comes without definition and result.")
            return
        }
        try sink.control(.listed(known.market), at: line.time)
        try sink.control(.status(ticker, line.time < known.market.closeTime ? .active : .closed), at: line.time)
        if let result = known.result { sink.settle(ticker, result, at: known.settled ?? known.market.closeTime + .seconds(5)) }
    }

    private func decode(connection: UInt32) throws(RecordingError) -> DecodedFrame {
        let result = frame.withUnsafeBufferPointer { bytes in
            Result { () throws(WireError) in try decoder.decode(bytes, connection: connection) }
        }
        do throws(WireError) { return try result.get() } catch { throw failure("the frame cannot be read: \(error)") }
    }

    private func failure(_ what: String) -> RecordingError { lines?.failure(what) ?? RecordingError("\(path): \(what)") }
}
