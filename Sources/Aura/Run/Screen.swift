import Foundation
import MCPKalshi
import Model
import Node
import Ports
import Storage
import Synchronization

/// What the terminal shows of a run: what started and where, one line that keeps up, and what went wrong.
final class Screen: Sendable {
    private let json: Bool
    private let terminal = isatty(STDOUT_FILENO) == 1
    private let lineShown = Mutex(false)

    init(json: Bool) { self.json = json }

    func started(_ desk: Desk, _ assistants: Assistants, past: String, dashboardPort: Int, bridgePort: Int) {
        if json {
            let ready: [String: Any] = [
                "mode": desk.mode.rawValue, "dashboard_port": dashboardPort, "bridge_port": bridgePort, "exchange_url": desk.exchangeURL,
                "data_dir": desk.folder.path, "token_path": desk.folder.tokenPath, "desk": desk.journal.desk,
                "mcp_url": "http://127.0.0.1:\(bridgePort)\(Assistants.path)", "mcp_token_path": assistants.tokenPath, "mcp_tier": assistants.tier.rawValue,
                "mcp_servers": ["kalshi"] + assistants.others.names,
            ]
            // A dictionary of strings and numbers always has a JSON form.
            if let data = try? JSONSerialization.data(withJSONObject: ready, options: [.sortedKeys, .withoutEscapingSlashes]) { say(String(decoding: data, as: UTF8.self)) }
            return
        }
        let beside = assistants.others.names.isEmpty ? "" : "\n             beside it to read: " + assistants.others.names.map { "/mcp/\($0)" }.joined(separator: ", ")
        say(
            """
            AURA \(AuraCommand.version)   mode \(desk.mode.rawValue)\(desk.mode == .live ? ": REAL MONEY" : "")
              dashboard  http://localhost:\(dashboardPort)
              bridge     ws://127.0.0.1:\(bridgePort)
              assistants http://127.0.0.1:\(bridgePort)\(Assistants.path) (MCP, tier \(assistants.tier.rawValue), token in \(assistants.tokenPath))\(beside)
              exchange   \(desk.exchangeURL)\(desk.exchange == nil ? "" : " (simulated, in this process)")
              journal    \(desk.folder.journal): \(past)
              Ctrl-C cancels what rests and stops.
            """)
    }

    /// The one line: every second on a terminal, every half minute in a log.
    func tick(_ node: DeskNode) async {
        var seconds = 0
        while !Task.isCancelled {
            // The pace of the display; cancellation ends it.
            do { try await Task.sleep(for: .seconds(1)) } catch { return }
            seconds += 1
            if json || (!terminal && seconds % 30 != 1) { continue }
            let view = await node.view()
            let live = view.markets.filter { $0.status == "active" }.count
            let state = view.status.blocked.map { "BLOCKED: \($0)" } ?? view.status.state
            let clock = view.status.clockOffsetMilliseconds.map { "  clock \($0 < 0 ? "" : "+")\($0) ms" } ?? ""
            let text =
                "\(view.status.mode)  equity \(view.account.equity.map { "$" + $0 } ?? "-")  day \(view.account.dayPnl ?? "-")  orders \(view.orders.count) open  "
                + "positions \(view.positions.count)  markets \(live)  events \(view.status.events)\(clock)  \(state)"
            if terminal {
                lineShown.withLock { $0 = true }
                put("\r\u{1B}[2K" + text)
            } else {
                say(text)
            }
        }
    }

    func note(_ text: String) {
        breakLine()
        FileHandle.standardError.write(Data("aura: \(text)\n".utf8))
    }

    func ended(openOrders: Int) {
        breakLine()
        if json { return }
        say(openOrders == 0 ? "Stopped; no order of this desk rests." : "Stopped; \(openOrders) orders were not confirmed canceled: the next start asks for them.")
    }

    private func breakLine() {
        if lineShown.withLock({ shown in defer { shown = false }; return shown }) { put("\n") }
    }

    private func say(_ text: String) { put(text + "\n") }
    private func put(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
}
