import Foundation
import Testing
import Transport

@Suite(.serialized) struct RunTests {
    @Test func `a desk starts, shows itself, obeys, stops, and goes on where it was`() async throws {
        try await Scratch.with { scratch in
            let first = try await RunningDesk.with(scratch) { desk in
                #expect(desk.ready.mode == "SIMULATED")
                #expect(desk.ready.data_dir == URL(fileURLWithPath: scratch.file("data")).standardizedFileURL.path)
                try await showsItself(desk)
                try await refusesStrangers(desk)
                try await desk.bridge { bridge in
                    try await tellsWhatHappens(bridge)
                    try await obeys(bridge)
                }
                let (end, took) = try await desk.stop(SIGINT)
                print("SIGINT to exit: \(took)")
                #expect(end.code == 0 && end.errors.isEmpty, "\(end.errors)")
                return desk.ready.desk
            }
            #expect(try ExchangeMemory(scratch.file("data")).resting == 0)
            let before = try await Replay.run(scratch)
            #expect(before.equal && before.events > 0)

            try await RunningDesk.with(scratch) { desk in
                #expect(desk.ready.desk == first)
                try await desk.bridge { bridge in
                    let view = try await bridge.seen.wait("a reconciled desk") { $0.isTrading && $0.equity != nil }
                    #expect(view.events > before.events)
                    #expect(view.notices.contains { $0.hasPrefix("Restarted") } && view.notices.contains { $0.hasPrefix("Reconciled") })
                    // Nothing was traded: the volatility was still being learned.
                    #expect(view.equity == "10000.0000" && view.cash == "10000.0000")
                }
                let (end, took) = try await desk.stop(SIGTERM)
                print("SIGTERM to exit: \(took)")
                #expect(end.code == 0 && end.errors.isEmpty, "\(end.errors)")
            }
            #expect(try ExchangeMemory(scratch.file("data")).resting == 0)
            #expect(try await Replay.run(scratch).equal)
        }
    }

    private func showsItself(_ desk: RunningDesk) async throws {
        let web = WebClient()
        let dashboard = "http://127.0.0.1:\(desk.ready.dashboard_port)"
        let page = try await web.request("GET", dashboard + "/")
        #expect(page.status == 200 && String(decoding: page.body, as: UTF8.self).contains("<html"))
        let session = try await web.request("GET", dashboard + "/session.json")
        let facts = try JSONSerialization.jsonObject(with: Data(session.body)) as? [String: Any]
        #expect(session.status == 200 && facts?["bridge"] as? String == "ws://127.0.0.1:\(desk.ready.bridge_port)/")
        #expect(facts?["token"] as? String == desk.token && facts?["mode"] as? String == "SIMULATED")
        let foreign = try await web.request("GET", dashboard + "/session.json", headers: ["origin": "http://elsewhere.example"])
        #expect(foreign.status == 403)
        #expect(try await web.request("GET", "http://127.0.0.1:\(desk.ready.bridge_port)/healthz").status == 200)
        await web.shutdown()
    }

    private func refusesStrangers(_ desk: RunningDesk) async throws {
        try await BridgeClient.with(port: desk.ready.bridge_port, token: String(repeating: "0", count: 64)) { stranger in
            let view = try await stranger.seen.wait("the goodbye to a wrong token") { $0.closed != nil }
            #expect(view.closed == 4401 && view.snapshots == 0)
            #expect(view.answers["hello"]?.ok == false && view.answers["hello"]?.text.hasPrefix("wrong_token") == true)
        }
        await #expect(throws: TransportError.refused(url: "ws://127.0.0.1:\(desk.ready.bridge_port)/", status: 403)) {
            try await BridgeClient.with(port: desk.ready.bridge_port, token: desk.token, headers: ["origin": "http://elsewhere.example"]) { _ in }
        }
        try await BridgeClient.with(
            port: desk.ready.bridge_port, token: desk.token, headers: ["origin": "http://localhost:\(desk.ready.dashboard_port)"]
        ) { page in
            try await page.seen.wait("the snapshot for the dashboard's own page") { $0.snapshots == 1 }
        }
    }

    private func tellsWhatHappens(_ bridge: BridgeClient) async throws {
        let view = try await bridge.seen.wait("live quotes and increments", within: .seconds(40)) {
            $0.isTrading && $0.quoted.count >= 10 && $0.increments >= 20 && $0.equity != nil
        }
        #expect(view.snapshots == 1 && view.isGapFree && view.mode == "SIMULATED")
        #expect(view.quoted.isSubset(of: view.markets))
    }

    private func obeys(_ bridge: BridgeClient) async throws {
        let steps: [(payload: String, state: String)] = [
            (#"{"name":"pause"}"#, "paused"), (#"{"name":"start"}"#, "running"), (#"{"name":"stop"}"#, "stopped"), (#"{"name":"start"}"#, "running"),
            (#"{"name":"kill","flatten":false}"#, "halted"), (#"{"name":"start"}"#, "halted"), (#"{"name":"reset","reason":"the test goes on"}"#, "stopped"),
            (#"{"name":"start"}"#, "running"),
        ]
        for (number, step) in steps.enumerated() {
            let answer = try await bridge.command(step.payload, id: "step-\(number)")
            #expect(answer.ok && answer.text.hasSuffix("the desk is \(step.state)"), "\(step.payload): \(answer.text)")
            try await bridge.seen.wait("the state \(step.state) after \(step.payload)") { $0.state == step.state }
        }
        let wrong = try await bridge.command(#"{"name":"dance"}"#, id: "wrong")
        #expect(!wrong.ok && wrong.text.hasPrefix("unknown_command"), "\(wrong.text)")
        #expect(bridge.seen.value.isGapFree)
    }
}
