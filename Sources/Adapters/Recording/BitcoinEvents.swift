import Model
import Wire

/// One session's events: the recorder's control lines become connections and listings, the rest are frames whose `msg` is kept byte for byte.
final class BitcoinEvents: ImportSource {
    let path: String
    let start: Timestamp
    var time: Timestamp? { ended ? nil : line.time }
    private let results: [Ticker: ForeignResult]
    /// Of each market, when its last frame came: found before anything is written, as its result must not stand before it.
    private var lastFrames: [Ticker: Timestamp] = [:]
    private var lines: CompressedLines?
    private var line = ImportLine()
    private var ended = false
    private var latest = Timestamp.zero
    private var decoder = MarketFrameDecoder()
    private var frame: [UInt8] = []
    private var connection: UInt32 = 0
    /// The sid of each channel on this connection.
    private var sids: [String: UInt32] = [:]
    private var listed: Set<Ticker> = []

    init(_ path: String, results: [Ticker: ForeignResult]) throws(RecordingError) {
        self.path = path
        self.results = results
        let lines = try CompressedLines(path)
        var line = ImportLine()
        var first: Timestamp?
        while try Self.read(lines, into: &line) {
            if first == nil { first = line.time }
            if let ticker = line.ticker, Self.channel(line.type) != nil { lastFrames[ticker] = max(line.time, lastFrames[ticker] ?? line.time) }
        }
        guard let first else { throw RecordingError("\(path) is empty") }
        start = first
    }

    private static func read(_ lines: CompressedLines, into line: inout ImportLine) throws(RecordingError) -> Bool {
        var problem: WireError?
        let more = try lines.next { bytes throws(RecordingError) in
            do throws(WireError) { try ImportLine.bitcoin(bytes, into: &line) } catch { problem = error }
        }
        if let problem { throw lines.failure(problem.description) }
        return more
    }

    private static func channel(_ type: String) -> String? {
        switch type {
        case "orderbook_delta", "orderbook_snapshot": "orderbook_delta"
        case "ticker", "trade": type
        default: nil
        }
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

    func precedes(_ other: any ImportSource) -> Bool { other is SpotTicks }

    func finish(_ sink: ImportSink, remaining: [any ImportSource]) throws(RecordingError) {
        lines = nil
        try sink.disconnect(at: Timestamp(nanoseconds: latest.nanoseconds + 1))
    }

    func emit(_ sink: ImportSink) throws(RecordingError) {
        if let channel = Self.channel(line.type) {
            try emitFrame(sink, channel)
        } else {
            try emitControl(sink)
        }
        try advance()
    }

    // MARK: - Frames

    private func emitFrame(_ sink: ImportSink, _ channel: String) throws(RecordingError) {
        guard !line.body.isEmpty else { throw failure("a frame without msg") }
        let sid = try sid(of: channel, sink)
        frame.removeAll(keepingCapacity: true)
        frame.append(contentsOf: #"{"type":""#.utf8)
        frame.append(contentsOf: line.type.utf8)
        frame.append(contentsOf: #"","sid":"#.utf8)
        frame.append(contentsOf: String(sid).utf8)
        if let sequence = line.sequence {
            frame.append(contentsOf: #","seq":"#.utf8)
            frame.append(contentsOf: String(sequence).utf8)
        }
        frame.append(contentsOf: #","msg":"#.utf8)
        frame.append(contentsOf: line.bytes[line.body])
        frame.append(UInt8(ascii: "}"))
        try check()
        if let ticker = line.ticker { sink.seen(ticker) }
        try sink.frame(line.time, .exchange, connection: connection, frame)
    }

    /// What cannot be read later must not get in now.
    private func check() throws(RecordingError) {
        let problem: WireError? = frame.withUnsafeBufferPointer { bytes in
            do throws(WireError) {
                _ = try decoder.decode(bytes, connection: connection)
                return nil
            } catch {
                return error
            }
        }
        if let problem { throw failure("the frame cannot be read: \(problem)") }
    }

    private func sid(of channel: String, _ sink: ImportSink) throws(RecordingError) -> UInt32 {
        try ensureConnection(sink)
        if let sid = sids[channel] { return sid }
        // The line that gave the sid is missing: the recorder asked for ticker first, then the book. Its sequence cannot be trusted to be whole.
        let sid: UInt32 = channel == "ticker" ? 1 : channel == "orderbook_delta" ? 2 : 3
        sids[channel] = sid
        let id = SubscriptionID(connection: connection, sid: sid)
        try sink.control(.subscribed(id, channel: channel, complete: false), at: line.time, connection: connection)
        return sid
    }

    private func ensureConnection(_ sink: ImportSink) throws(RecordingError) {
        guard connection == 0 || sink.openConnection != connection else { return }
        guard connection == 0 || sink.openConnection == nil else {
            throw failure("another session was being recorded at the same time; import the two apart")
        }
        connection = try sink.connect(at: line.time)
        sids = [:]
    }

    // MARK: - The recorder's own lines

    private func emitControl(_ sink: ImportSink) throws(RecordingError) {
        switch line.type {
        case "ws_connected":
            if connection == 0, sink.openConnection != nil { throw failure("another session was being recorded at the same time; import the two apart") }
            connection = try sink.connect(at: line.time)
            sids = [:]
        case "ws_subscribed":
            try ensureConnection(sink)
            let bytes = Array(line.bytes[line.body])
            let event = try decode(bytes)
            guard case .market(.subscribed(let id, let channel, _)) = event else { throw failure("ws_subscribed without a subscription") }
            sids[channel] = id.sid
            try sink.frame(line.time, .exchange, connection: connection, bytes)
        case "ws_disconnected", "ws_closed": try sink.disconnect(at: line.time)
        case "watch_market": try list(sink)
        default: try sink.frame(line.time, .control, connection: connection, ControlFrame.note(line.type, line.bytes[line.body].isEmpty ? Array("null".utf8)[...] : line.bytes[line.body]))
        }
    }

    private func decode(_ bytes: [UInt8]) throws(RecordingError) -> DecodedFrame {
        let result = bytes.withUnsafeBufferPointer { buffer in
            Result { () throws(WireError) in try decoder.decode(buffer, connection: connection) }
        }
        do throws(WireError) { return try result.get() } catch { throw failure(error.description) }
    }

    private func list(_ sink: ImportSink) throws(RecordingError) {
        guard let ticker = line.bodyField("market_ticker").map({ Ticker($0) }) ?? line.ticker else { throw failure("watch_market without a market") }
        guard let close = line.bodyField("close_time").flatMap({ CivilTime.parse($0) }), let strike = line.bodyField("strike").flatMap({ Double($0) }) else {
            throw failure("watch_market of \(ticker) without close_time or strike")
        }
        if listed.insert(ticker).inserted {
            try sink.control(.listed(Self.market(ticker, strike: strike, close: close)), at: line.time)
        }
        if let status = line.bodyField("status").flatMap({ MarketStatus(rawValue: $0) }) { try sink.control(.status(ticker, status), at: line.time) }
        guard let result = results[ticker]?.result else { return }
        let last = lastFrames[ticker].map { Timestamp(nanoseconds: $0.nanoseconds + 1) }
        sink.settle(ticker, result, at: max(close + .seconds(5), last ?? close))
    }

    /// The exchange's tickers of this series end in the minute of the close; the event is what stands before it, the series what stands before the date.
    private static func market(_ ticker: Ticker, strike: Double, close: Timestamp) -> Market {
        let parts = ticker.text.split(separator: "-")
        return Market(
            ticker: ticker, event: EventTicker(parts.dropLast(parts.count > 2 ? 1 : 0).joined(separator: "-")), series: SeriesTicker(String(parts.first ?? "")),
            title: ticker.text, strike: .greaterOrEqual(strike), openTime: close - .seconds(900), closeTime: close, grid: .taperedTenths, fees: .ordinary,
            mutuallyExclusive: false, underlying: Underlying("BTC"))
    }

    private func failure(_ what: String) -> RecordingError { lines?.failure(what) ?? RecordingError("\(path): \(what)") }
}
