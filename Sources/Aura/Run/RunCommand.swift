import ArgumentParser
import Bridge
import Exchange
import Foundation
import MCPHosting
import Model
import Node
import Ports
import Storage
import Transport

/// `aura run`: everything in one process.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs the desk: exchange, engine, bridge, dashboard and journal in one process.",
        discussion: "Without anything else it trades a living simulated market on simulated money. Ctrl-C cancels what rests and stops. "
            + "Exit code 0: ended in order; 64: the command line cannot be read; 78: a setting, flag or file of the configuration is wrong; 1: anything else.")

    @Option(help: "simulated, recorded, demo or live.") var venue: String?
    @Option(help: "The recording to play (with --venue recorded).") var recording: String?
    @Option(help: "How many times as fast as recorded: a number, or max.") var speed: String = "1"
    @Option(help: "Folder of the journal and all other state (default ~/.aura).") var dataDir: String?
    @Option(help: "Configuration file (default: aura.yaml in this folder, if it is there).") var config: String?
    @Option(help: "Trade at an `aura exchange` that runs elsewhere on this machine: its URL.") var exchange: String?
    @Option(help: "Key id for --exchange.") var keyID: String?
    @Option(help: "Private key file for --exchange.") var keyFile: String?
    @Option(help: "The third act for --venue demo or live: the venue's name again.") var arm: String?
    @Option(help: "Port of the dashboard; 0 for any.") var dashboardPort: Int?
    @Option(help: "Port of the bridge; 0 for any.") var bridgePort: Int?
    @Option(help: "Port of the simulated exchange; 0 for any.") var exchangePort: Int?
    @Option(help: "Seed of the living market.") var seed: UInt64?
    @Option(help: "How far assistants may go over MCP: read, propose, paper or live (default read).") var mcpTier: String?
    @Option(help: "Folder of the dashboard's built files.") var dashboard: String?
    @Flag(help: "Print one JSON line when ready: ports, mode, data folder, token path.") var json = false

    /// What a shutdown may take in all, well under the three seconds promised.
    static let patience = Duration.milliseconds(1500)

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let screen = Screen(json: json)
        let settings = try Misconfigured.told { try configured(environment) }
        let plan = try Misconfigured.told { try RunPlan(self, settings, environment: environment, log: { screen.note($0) }) }
        let page = try Misconfigured.told { try DashboardFolder.find(self.dashboard, environment: environment) }
        let interruption = Interruption()
        let desk = try await Desk.build(settings, plan)
        let past = try await desk.node.recover(desk.past, desk: desk.journal.desk, mode: plan.mode, settings: settings.desk)
        let token = try desk.folder.token()
        let assistants = try Assistants(desk, settings, plan)
        let bridge = BridgeServer(
            port: settings.bridgePort, dashboardPort: settings.dashboardPort, token: token, desk: desk.node, research: assistants.others.research,
            beside: { await assistants.answer($0) })
        let bridgePort = try await bridge.start()
        let session = DashboardSession(bridgePort: bridgePort, token: token, mode: plan.mode.rawValue, version: AuraCommand.version)
        let dashboard = DashboardServer(port: settings.dashboardPort, folder: page, session: session)
        let dashboardPort = try await dashboard.start()
        bridge.allow(dashboardPort: dashboardPort)
        screen.started(desk, assistants, past: past, dashboardPort: dashboardPort, bridgePort: bridgePort)
        if let end = await desk.exchange?.maintenanceEnd(at: plan.clock.now()) {
            screen.note(
                "the simulated exchange has its weekly pause until \(CivilTime.text(end, decimals: 0)), as the real one has: its books are empty until then. "
                    + "AURA_SIMULATED_MAINTENANCE=false starts one without")
        }
        let telling = Task { await assistants.run() }

        let failure = await work(desk, screen, interruption)
        let left = await desk.node.openOrders
        telling.cancel()
        await telling.value
        await assistants.stop()
        await dashboard.stop()
        await bridge.stop()
        do { try await desk.exchange?.stop() } catch { screen.note("the exchange could not store its last state: \(error)") }
        await desk.web.shutdown()
        screen.ended(openOrders: left)
        if let failure { throw failure }
    }

    private func configured(_ environment: [String: String]) throws -> Configuration {
        var settings = try Configuration.load(file: config, environment: environment)
        let flags: [(String, String?, String)] = [
            ("venue", venue, "--venue"), ("data_dir", dataDir, "--data-dir"), ("ports.dashboard", dashboardPort.map(String.init), "--dashboard-port"),
            ("ports.bridge", bridgePort.map(String.init), "--bridge-port"), ("ports.exchange", exchangePort.map(String.init), "--exchange-port"),
            ("simulated.seed", seed.map(String.init), "--seed"), ("assistants.tier", mcpTier, "--mcp-tier"),
        ]
        for (key, value, flag) in flags { if let value { try settings.set(key, value, from: flag) } }
        return settings
    }

    /// Trades until a signal comes or something fails; what failed is the answer.
    private func work(_ desk: Desk, _ screen: Screen, _ interruption: Interruption) async -> (any Error)? {
        let node = desk.node
        let trading = Task {
            do { try await node.run() } catch is CancellationError {} catch {
                interruption.finish()
                throw error
            }
        }
        let playing = Task {
            guard let playback = desk.playback, let exchange = desk.exchange else { return }
            do { try await playback.run(into: exchange) } catch is CancellationError { return } catch {
                return screen.note("the recording cannot be played on: \(error)")
            }
            screen.note("the recording has ended")
        }
        let ticking = Task { await screen.tick(node) }
        await interruption.wait()
        ticking.cancel()
        playing.cancel()
        // The desk still has to hear the answers to its last cancels: it is closed before it is ended.
        await node.close(patience: Self.patience)
        trading.cancel()
        do { try await trading.value } catch is CancellationError { return nil } catch { return error }
        return nil
    }
}
