import Foundation
import Model
import Ports
import Recording

/// What one run of the desk is to be, after every flag and setting has been judged.
struct RunPlan {
    enum Venue {
        case ours
        /// An `aura exchange` in another process.
        case elsewhere(rest: String, stream: String, keyID: String, keyPath: String)
        case demo(keyID: String, keyPath: String)
        case live(keyID: String, keyPath: String)
    }

    static let simulatedSeries = ["KXBTC15M", "KXETH15M", "KXBTCD", "KXHIGHNY", "KXHIGHCHI", "KXHIGHMIA"]
    static let liveSeries = ["KXBTC15M", "KXETH15M"]
    static let fastest = 1000.0

    let venue: Venue
    let mode: TradingMode
    let series: [String]
    let indices: [String]
    let clock: any Ports.Clock
    let recording: String?
    /// What plays the recording, when there is one.
    let playback: Playback?
    let tick: Duration
    let log: @Sendable (String) -> Void

    init(_ command: RunCommand, _ configuration: Configuration, environment: [String: String], log: @escaping @Sendable (String) -> Void) throws {
        self.log = log
        let chosen = configuration.venue
        if command.recording != nil, chosen != "recorded" { throw Refused("--recording goes with --venue recorded") }
        if command.exchange != nil, chosen != "simulated" { throw Refused("--exchange goes with --venue simulated") }
        indices = ["BRTI", "ETHUSD_RTI"]
        switch chosen {
        case "recorded":
            guard let path = command.recording else { throw Refused("--venue recorded needs --recording PATH") }
            let speed = try Self.speed(command.speed)
            let (start, found) = try Self.survey(path)
            (venue, mode, recording) = (.ours, .recorded, path)
            series = found
            let replay = ReplayClock(start: start, speed: speed)
            clock = replay
            playback = Playback(recording: path, clock: replay)
            tick = .milliseconds(max(Int(500 / speed), 5))
        case "demo", "live":
            try MoneyGate.check(venue: chosen, configuration, armed: command.arm, environment: environment)
            let (keyID, path) = try MoneyGate.credentials(environment)
            venue = chosen == "demo" ? .demo(keyID: keyID, keyPath: path) : .live(keyID: keyID, keyPath: path)
            mode = chosen == "demo" ? .demo : .live
            recording = nil
            playback = nil
            series = configuration.series.isEmpty ? Self.liveSeries : configuration.series
            clock = WallClock()
            tick = .milliseconds(500)
        default:
            if command.speed != "1" { throw Refused("--speed goes with --venue recorded") }
            venue = try Self.simulated(command)
            (mode, recording, playback) = (.simulated, nil, nil)
            series = configuration.series.isEmpty ? Self.simulatedSeries : configuration.series
            clock = WallClock()
            tick = .milliseconds(500)
        }
    }

    private static func simulated(_ command: RunCommand) throws -> Venue {
        guard let url = command.exchange else { return .ours }
        guard let keyID = command.keyID, let path = command.keyFile else { throw Refused("--exchange needs --key-id and --key-file") }
        let address = try local(url)
        return .elsewhere(rest: address.rest, stream: address.stream, keyID: keyID, keyPath: path)
    }

    /// The two addresses of an `aura exchange` on this machine.
    static func local(_ url: String) throws -> (rest: String, stream: String) {
        guard url.hasPrefix("http://"), let host = URL(string: url)?.host, ["127.0.0.1", "localhost", "::1"].contains(host) else {
            throw Refused("--exchange must be an http:// address on this machine, not '\(url)'")
        }
        let rest = url.hasSuffix("/trade-api/v2") ? url : url.trimmingCharacters(in: CharacterSet(charactersIn: "/")) + "/trade-api/v2"
        return (rest, "ws://" + rest.dropFirst("http://".count).replacingOccurrences(of: "/trade-api/v2", with: "/trade-api/ws/v2"))
    }

    static func speed(_ text: String) throws -> Double {
        if text == "max" { return fastest }
        guard let speed = Double(text), speed >= 0.01, speed <= fastest else { throw Refused("--speed must be at least 0.01 and at most \(Int(fastest)), or max, not '\(text)'") }
        return speed
    }

    /// When the recording begins, and which series its markets are of.
    static func survey(_ path: String) throws -> (start: Timestamp, series: [String]) {
        let events = try RecordingEvents(path)
        guard let start = events.manifest.firstTime else { throw Refused("\(path) holds nothing to play") }
        var series = Set<String>()
        while let (_, event) = try events.next() {
            if case .listed(let market) = event { series.insert(market.series.text) }
        }
        return (start, series.sorted())
    }
}
