import ArgumentParser
import Foundation
import Kalshi
import Keys
import Model
import Ports
import Recording
import Transport

/// `aura record`: the live feed, verbatim, with receive times.
struct RecordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record", abstract: "Records a live feed, verbatim, with receive times, until Ctrl-C.",
        discussion: """
            Give the exchange by --exchange URL --key-id ID --key-file FILE (an `aura exchange` on this machine), or by --venue demo|live with
            KALSHI_API_KEY_ID and KALSHI_PRIVATE_KEY_PATH in the environment. Recording never sends an order.
            """)

    @Option(parsing: .upToNextOption, help: "Markets to record.") var markets: [String] = []
    @Option(parsing: .upToNextOption, help: "Series to record: all their markets, as they open.") var series: [String] = []
    @Option(help: "Folder to write; it must not exist yet.") var out: String
    @Option(help: "demo or live.") var venue: String?
    @Option(help: "URL of an `aura exchange` on this machine.") var exchange: String?
    @Option(help: "Key id for --exchange.") var keyID: String?
    @Option(help: "Private key file for --exchange.") var keyFile: String?
    @Option(help: "Stop after this many seconds.") var seconds: Int?

    func run() async throws {
        guard !markets.isEmpty || !series.isEmpty else { throw Refused("name what to record: --markets T... or --series S...") }
        if let seconds, seconds < 1 { throw Refused("--seconds must be at least 1") }
        let (endpoint, credentials) = try source()
        let clock = WallClock()
        let recorder = try Recorder(out, source: endpoint.rest, at: clock.now())
        let web = WebClient()
        let client = KalshiClient(endpoint: endpoint, credentials: credentials, clock: clock, web: web)
        let settings = KalshiFeedSettings(series: series.map { SeriesTicker($0) }, watched: markets.map { Ticker($0) }, ownMessages: false)
        let interruption = Interruption()
        let feed = KalshiFeed(
            client: client, clock: clock, settings: settings,
            onFrame: { bytes, time, connection in
                do { try await recorder.frame(bytes, time, connection) } catch { interruption.finish() }
            }, onTrouble: { FileHandle.standardError.write(Data("aura: \($0)\n".utf8)) })
        let feeding = Task {
            await feed.run { stamped in
                if case .drift(let drift) = stamped.event, drift.severity == .noted {
                    FileHandle.standardError.write(Data("aura: new at the exchange: in \(drift.place), \(drift.problem)\n".utf8))
                }
                do { try await recorder.event(stamped) } catch { interruption.finish() }
            }
        }
        let timing = Task {
            guard let seconds else { return }
            // The length of the recording that was asked for; cancellation ends the wait.
            do { try await Task.sleep(for: .seconds(seconds)) } catch { return }
            interruption.finish()
        }
        await interruption.wait()
        timing.cancel()
        feeding.cancel()
        await feeding.value
        await web.shutdown()
        print("\(out): \(try await recorder.close()) frames")
    }

    private func source() throws -> (KalshiEndpoint, KalshiCredentials) {
        if let exchange {
            guard venue == nil else { throw Refused("give --exchange or --venue, not both") }
            let address = try RunPlan.local(exchange)
            guard let keyID, let keyFile else { throw Refused("--exchange needs --key-id and --key-file") }
            return (KalshiEndpoint(rest: address.rest, stream: address.stream), KalshiCredentials(keyID: keyID, key: try SigningKey(contentsOf: keyFile)))
        }
        guard let venue, ["demo", "live"].contains(venue) else { throw Refused("say where to record: --exchange URL, or --venue demo or live") }
        let (keyID, path) = try MoneyGate.credentials(ProcessInfo.processInfo.environment)
        return (venue == "demo" ? .demo : .production, KalshiCredentials(keyID: keyID, key: try SigningKey(contentsOf: path)))
    }
}

/// The one owner of a recording's writer. After the first failure it writes nothing more; `close` says what it was.
private actor Recorder {
    private let writer: RecordingWriter
    private var frames = 0
    private var failure: RecordingError?

    init(_ folder: String, source: String, at time: Timestamp) throws(RecordingError) {
        writer = try RecordingWriter(creating: folder, source: source, created: time)
    }

    func frame(_ bytes: [UInt8], _ time: Timestamp, _ connection: UInt32) throws(RecordingError) {
        try write { () throws(RecordingError) in try writer.append(time, .exchange, connection: connection, bytes) }
    }

    /// What REST and the connection told, which no frame says.
    func event(_ stamped: Stamped) throws(RecordingError) {
        guard case .market(let event) = stamped.event else { return }
        var connection: UInt32 = 0
        switch event {
        case .connected(let number), .disconnected(let number): connection = number
        case .listed(let market): writer.note(market.ticker)
        case .status: break
        case .subscribed, .sequenced, .snapshot, .delta, .trade, .ticker, .spot, .determined, .settled: return
        }
        guard let bytes = ControlFrame.encode(event) else { return }
        try write { () throws(RecordingError) in try writer.append(stamped.time, .control, connection: connection, bytes) }
    }

    func close() throws(RecordingError) -> Int {
        if let failure { throw failure }
        try writer.close()
        return frames
    }

    private func write(_ body: () throws(RecordingError) -> Void) throws(RecordingError) {
        if let failure { throw failure }
        do throws(RecordingError) {
            try body()
            frames += 1
        } catch {
            failure = error
            throw error
        }
    }
}
