import ArgumentParser
import Exchange
import Foundation
import Keys
import Model
import Storage
import YAML

/// `aura exchange`: the Kalshi-compatible exchange on simulated money, alone on its port.
struct ExchangeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exchange",
        abstract: "A Kalshi-compatible exchange on simulated money: /trade-api/v2 and /trade-api/ws/v2.",
        discussion: "Prints one line of JSON when it is ready. SIGTERM or Ctrl-C ends it; accounts, orders and fills stay in the data folder.")

    @Option(help: "The address to listen on.") var host = "127.0.0.1"
    @Option(help: "The port to listen on; 0 for any free one.") var port = 8090
    @Option(help: "The seed of a new world. A world that the data folder already holds goes on as it is.") var seed: UInt64 = 1
    @Option(help: "What a new account holds, in dollars.") var cash = "10000"
    @Option(name: .customLong("key-id"), help: "The id of a further key to register.") var keyID: String?
    @Option(name: .customLong("public-key"), help: "The PEM file of that key's public half.") var publicKey: String?
    @Option(help: "Play this recording instead of the living market. It begins anew at every start, and so does every account.") var recording: String?
    @Option(help: "How many times as fast as recorded: a number, or max. Without a recording a whole number: so many times faster than the clock the world lives.") var speed = "1"
    @Option(name: .customLong("world-start"), help: ArgumentHelp("When a new world begins, RFC 3339: for tests that must not depend on the hour.", visibility: .hidden)) var worldStart: String?
    @Option(help: "A file of faults to inject, YAML or JSON, or 'all' for a seeded storm of the recoverable ones: see docs/faults.md.") var faults: String?
    @Flag(name: .customLong("fault-control"), help: "Let this machine add and read faults at /faults while the exchange runs.") var faultControl = false
    @Option(help: "The request budgets of every account: basic to prestige as at the exchange, or unmetered. Also AURA_SIMULATED_TIER.") var tier: String?
    @Flag(name: .customLong("no-maintenance"), help: "Trade on Thursdays from 03:00 to 05:00 in New York too. Also AURA_SIMULATED_MAINTENANCE=false.")
    var withoutMaintenance = false
    @Option(name: .customLong("data-dir"), help: "The folder that holds exchange.sqlite and exchange-key.pem.") var dataFolder = "~/.aura"

    /// The line that says that the exchange is ready.
    struct Ready: Encodable {
        let url: String
        let ws_url: String
        let key_id: String
        let private_key_path: String
        let seed: UInt64
    }

    func run() async throws {
        guard (0...65_535).contains(port) else { throw Refused("--port must be from 0 to 65535, not \(port)") }
        guard let money = Money(cash), money > .zero, money <= .dollars(1_000_000_000) else {
            throw Refused("--cash must be an amount of dollars above 0 and up to 1000000000, not '\(cash)'")
        }
        guard (keyID == nil) == (publicKey == nil) else { throw Refused("--key-id and --public-key go together") }
        do { try await serve(money) } catch let error as any CustomStringConvertible { throw Refused(error.description) }
    }

    private func serve(_ money: Money) async throws {
        let interruption = Interruption()
        var settings = try Configuration.load(file: nil)
        if let tier { try settings.set("simulated.tier", tier, from: "--tier") }
        let folder = try DataFolder(dataFolder)
        let playback = try playback()
        var configuration = ExchangeConfiguration(
            host: host, port: port, liquidity: playback == nil ? .living(seed: seed) : .recorded(seed: seed), startingCash: money,
            ledger: playback == nil ? try SQLiteLedger(in: folder) : MemoryLedger(), usageTier: settings.simulatedTier,
            hasMaintenance: settings.simulatedMaintenance && !withoutMaintenance, faults: try faultPlan())
        configuration.faultControl = faultControl
        if playback == nil { configuration.pace = Int(speed) ?? 1 }
        if let worldStart {
            guard let start = CivilTime.parse(worldStart) else { throw Refused("--world-start must be a time like 2026-09-23T15:00:00Z, not '\(worldStart)'") }
            configuration.worldStart = start
        }
        let server = try ExchangeServer(configuration)
        let (own, path) = try ownKey(in: folder)
        let ownID = ExchangeServer.keyID(of: own.verifyingKey)
        try await server.register(keyID: ownID, publicKey: own.verifyingKey)
        if let keyID, let publicKey { try await server.register(keyID: keyID, publicKey: try readPublicKey(publicKey)) }
        let address = try await server.start()
        let ready = Ready(url: address.url, ws_url: address.webSocketURL, key_id: ownID, private_key_path: path, seed: await server.seed)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        FileHandle.standardOutput.write(try encoder.encode(ready) + Data("\n".utf8))
        let playing = Task { try await playback?.run(into: server) }
        await interruption.wait()
        playing.cancel()
        do { try await playing.value } catch is CancellationError {}
        try await server.stop()
    }

    private func faultPlan() throws -> FaultPlan? {
        guard let faults else { return nil }
        if faults == "all" { return .storm(seed: seed) }
        guard let text = FileManager.default.contents(atPath: faults), text.count <= 1 << 20 else {
            throw Refused("the fault file \(faults) cannot be read, or is larger than 1 MiB")
        }
        do {
            // JSON is YAML.
            return try YAMLReader.decode(FaultPlan.self, from: String(decoding: text, as: UTF8.self))
        } catch {
            throw Refused("the fault file \(faults) cannot be used: \(FaultPlan.sentence(error))")
        }
    }

    private func playback() throws -> Playback? {
        guard let recording else {
            guard Int(speed).map({ (1...1000).contains($0) }) == true else { throw Refused("--speed without --recording is a whole number from 1 to 1000, not '\(speed)'") }
            return nil
        }
        return Playback(recording: recording, clock: ReplayClock(start: try RunPlan.survey(recording).start, speed: try RunPlan.speed(speed)))
    }

    /// The exchange's own account has a key that is made at the first start and kept beside the ledger.
    private func ownKey(in folder: DataFolder) throws -> (SigningKey, path: String) {
        let path = folder.path + "/exchange-key.pem"
        if FileManager.default.fileExists(atPath: path) { return (try SigningKey(contentsOf: path), path) }
        let key = try SigningKey.generate(.rsa)
        try key.write(to: path)
        return (key, path)
    }

    private func readPublicKey(_ path: String) throws -> VerifyingKey {
        guard let pem = FileManager.default.contents(atPath: path), pem.count <= 64 << 10 else {
            throw Refused("the public key file \(path) cannot be read")
        }
        do { return try VerifyingKey(pem: String(decoding: pem, as: UTF8.self)) } catch {
            throw Refused("the public key file \(path) cannot be used: \(error.description)")
        }
    }
}
