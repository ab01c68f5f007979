import Ports
import Transport

/// What the bridge says over plain HTTP: for probes and for Prometheus.
struct BridgePages: Sendable {
    let desk: any DeskPort
    let hub: Hub
    let gate: Gate

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        guard request.method == "GET" || request.method == "HEAD" else { return .text(405, "only GET\n") }
        switch request.path {
        // Probes come under any name; what they learn is no secret.
        case "/healthz": return .text(200, "alive\n")
        case "/readyz":
            let status = await desk.view().status
            return status.state == "recovering" ? .text(503, "recovering\n") : .text(200, "\(status.state)\n")
        case "/metrics":
            guard gate.isKnown(request) else { return .text(403, "this name is not the desk's\n") }
            let text = Metrics.text(await desk.view(), await hub.figures)
            return HTTPResponse(status: 200, headers: ["content-type": "text/plain; version=0.0.4; charset=utf-8"], body: Array(text.utf8))
        default: return .text(404, "here are /healthz, /readyz, /metrics, and a WebSocket at /\n")
        }
    }
}

/// The desk in Prometheus' text format: only what is known; an unknown figure has no line.
enum Metrics {
    static func text(_ view: DeskView, _ bridge: BridgeCounters) -> String {
        var lines: [String] = []
        func add(_ name: String, _ kind: String, _ help: String, _ samples: [(labels: String, value: String?)]) {
            let known = samples.compactMap { sample in sample.value.map { "\(name)\(sample.labels) \($0)" } }
            if !known.isEmpty { lines += ["# HELP \(name) \(help)", "# TYPE \(name) \(kind)"] + known }
        }
        add("aura_equity_dollars", "gauge", "Cash plus positions at their marks.", [("", view.account.equity)])
        add("aura_cash_dollars", "gauge", "Cash at the exchange.", [("", view.account.cash)])
        add("aura_reserved_dollars", "gauge", "Cash behind resting orders.", [("", view.account.reserved)])
        add("aura_exposure_dollars", "gauge", "What could be lost.", [("", view.account.exposure)])
        add("aura_realized_dollars", "gauge", "Realized profit and loss.", [("", view.account.realized)])
        add("aura_fees_dollars", "counter", "Fees paid.", [("", view.account.fees)])
        add("aura_drawdown_ratio", "gauge", "Drop from the highest equity.", [("", view.account.drawdown.map { "\($0)" })])
        add("aura_events_total", "counter", "Events processed by the engine.", [("", "\(view.status.events)")])
        add("aura_orders_open", "gauge", "Orders in the desk's list.", [("", "\(view.orders.count)")])
        add("aura_positions", "gauge", "Positions held.", [("", "\(view.positions.count)")])
        add("aura_markets", "gauge", "Markets followed.", [("", "\(view.markets.count)")])
        add("aura_feed_live", "gauge", "1 when the exchange's feed is live.", [("", view.status.feed == "live" ? "1" : "0")])
        let state = #"{state="\#(escape(view.status.state))",mode="\#(escape(view.status.mode))"}"#
        add("aura_state", "gauge", "1 for the desk's state.", [(state, "1")])
        add("aura_breaker", "gauge", "1 for the breaker's state.", [(#"{state="\#(escape(view.status.breaker))"}"#, "1")])
        let refusals = view.refusals.map { (labels: #"{reason="\#(escape($0.reason))"}"#, value: Optional("\($0.count)")) }
        add("aura_refusals_total", "counter", "Orders the risk gate refused.", refusals)
        add("aura_bridge_clients", "gauge", "Clients of the bridge.", [("", "\(bridge.clients)")])
        add("aura_bridge_increments_total", "counter", "Changes told to clients.", [("", "\(bridge.increments)")])
        add("aura_bridge_overflows_total", "counter", "Times a client was too slow and got a snapshot.", [("", "\(bridge.overflows)")])
        add("aura_bridge_unwritable_total", "counter", "Messages left out because JSON cannot say them.", [("", "\(bridge.unwritable)")])
        return lines.joined(separator: "\n") + "\n"
    }

    private static func escape(_ label: String) -> String {
        var result = ""
        for character in label {
            switch character {
            case "\\": result += #"\\"#
            case "\"": result += #"\""#
            case "\n": result += #"\n"#
            default: result.append(character)
            }
        }
        return result
    }
}
