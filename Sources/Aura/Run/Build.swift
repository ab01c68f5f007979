import Bridge
import Exchange
import Foundation
import Kalshi
import Keys
import MCPKalshi
import Model
import Node
import Ports
import Recording
import Storage
import Transport

/// The composition root: live, demo, paper and replay differ here and nowhere else.
struct Desk {
    let node: DeskNode
    /// What the journal came to.
    let past: DeskNode.Past
    let journal: SQLiteJournal
    let mode: TradingMode
    let folder: DataFolder
    let web: WebClient
    /// The one line to the exchange: the desk's, and the one that assistants read by.
    let client: KalshiClient
    /// Ours, when the desk trades on simulated money in this process.
    let exchange: ExchangeServer?
    let exchangeURL: String
    /// What plays the recording into the exchange, when there is one.
    let playback: Playback?

    static func build(_ configuration: Configuration, _ plan: RunPlan) async throws -> Desk {
        // A key that cannot be used is told before anything is made in the folder.
        let foreign = try foreignVenue(plan)
        let clock = plan.clock
        // A recording's time begins again at every run, so each run has a memory of its own.
        let run = plan.recording == nil ? "" : "/recorded/" + CivilTime.text(WallClock().now(), decimals: 3)
        let folder = try DataFolder(configuration.dataFolder + run)
        let journal = try SQLiteJournal(in: folder, at: clock.now())
        // A journal that cannot be believed ends the start before anything else has been touched.
        let log = plan.log
        let snapshots = configuration.snapshots(of: journal, onTrouble: log)
        let past = try DeskNode.past(of: journal, snapshots)
        for note in past.notes { log(note) }
        let web = WebClient()
        let (endpoint, credentials, exchange) =
            if let foreign { (foreign.endpoint, foreign.credentials, nil as ExchangeServer?) } else { try await ownVenue(configuration, plan, folder) }
        let client = KalshiClient(endpoint: endpoint, credentials: credentials, clock: clock, web: web)
        // The limiter is built from the account's own limits; without an answer the desk does not start.
        try await client.adoptLimits()
        let settings = KalshiFeedSettings(series: plan.series.map { SeriesTicker($0) }, watched: past.openMarkets, indices: plan.indices)
        let feed = KalshiFeed(client: client, clock: clock, settings: settings, onTrouble: { if !Task.isCancelled { log("feed: \($0)") } })
        // Approvals live by the wall's seconds, also where a recording's run faster.
        let gateway = try await SealedGateway(KalshiGateway(client: client), clock: WallClock())
        let node = DeskNode(
            journal: journal, gateway: gateway, feed: feed, news: NewsPlan.feeds(configuration, plan), clock: clock,
            tick: plan.tick, version: AuraCommand.version, snapshots: snapshots, onTrouble: log)
        return Desk(
            node: node, past: past, journal: journal, mode: plan.mode, folder: folder, web: web, client: client, exchange: exchange, exchangeURL: endpoint.rest,
            playback: plan.playback)
    }

    /// An exchange that is not ours, with the key for it; nil where it is ours.
    private static func foreignVenue(_ plan: RunPlan) throws -> (endpoint: KalshiEndpoint, credentials: KalshiCredentials)? {
        func credentials(_ keyID: String, _ path: String) throws -> KalshiCredentials { KalshiCredentials(keyID: keyID, key: try SigningKey(contentsOf: path)) }
        switch plan.venue {
        case .ours: return nil
        case .demo(let keyID, let path): return (.demo, try credentials(keyID, path))
        case .live(let keyID, let path): return (.production, try credentials(keyID, path))
        case .elsewhere(let rest, let stream, let keyID, let path): return (KalshiEndpoint(rest: rest, stream: stream), try credentials(keyID, path))
        }
    }

    private static func ownVenue(
        _ configuration: Configuration, _ plan: RunPlan, _ folder: DataFolder
    ) async throws -> (KalshiEndpoint, KalshiCredentials, ExchangeServer?) {
        let clock = plan.clock
        let exchange = try ExchangeServer(
            ExchangeConfiguration(
                port: configuration.exchangePort, liquidity: plan.recording == nil ? .living(seed: configuration.seed) : .recorded(seed: configuration.seed),
                startingCash: configuration.simulatedCash, ledger: try SQLiteLedger(in: folder), usageTier: configuration.simulatedTier,
                hasMaintenance: configuration.simulatedMaintenance, now: { clock.now() }))
        // One account for the desk, whatever key it holds this time.
        let key = try await exchange.registerGeneratedKey(keyID: "aura-desk")
        let address = try await exchange.start()
        return (KalshiEndpoint(rest: address.url, stream: address.webSocketURL), KalshiCredentials(keyID: "aura-desk", key: key), exchange)
    }
}

/// Plays a recording into our exchange at the pace of its clock.
struct Playback: Sendable {
    let recording: String
    let clock: ReplayClock

    func run(into exchange: ExchangeServer) async throws {
        let events = try RecordingEvents(recording)
        while let (time, event) = try events.next() {
            let ahead = (time - clock.now()).seconds / clock.speed
            // The pace of the recording; cancellation ends it.
            if ahead > 0 { try await Task.sleep(for: .nanoseconds(Int64(ahead * 1e9))) } else { try Task.checkCancellation() }
            clock.played(to: time)
            await exchange.feed(event, at: time)
            if case .listed(let market) = event { await exchange.feed(.status(market.ticker, .active), at: time) }
        }
    }
}
