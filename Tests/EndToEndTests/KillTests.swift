import Foundation
import Matching
import Model
import Testing
import Transport

/// The process is killed while it trades, again and again on one data folder, and the two memories are compared each time.
///
/// AURA_KILLS says how often (3 without it), AURA_KILLS_SEED which moments; `make test-kills` runs forty.
@Suite(.serialized) struct KillTests {
    /// Bets all it can on the smallest edge, so that orders are on their way at any moment.
    /// It writes its state down so often that some kill comes while it does.
    private static let eager = """
        journal:
          snapshot_events: 1000
        risk:
          kelly_fraction: 1
          minimum_edge: 0.001
          maximum_order_cost: 50
          maximum_market_exposure: 2000
          maximum_event_exposure: 4000
          maximum_series_exposure: 9000
          maximum_group_exposure: 9000
          maximum_total_exposure: 9000
          maximum_group_tail_loss: 9000
          maximum_tail_loss: 9000
          maximum_orders_per_minute: 6000
          cash_reserve: 0
          daily_loss_limit: 1000000
          drawdown_limit: 1
          loss_streak_chance: 0
          error_rate_limit: 0
          ruin_level: 0
        """

    /// The account of a desk that brings its exchange along.
    private static let desk = AccountID("aura-desk")

    private struct Tally {
        var snapshots = 0
        var stillResting = 0
        var orders = 0
        var fills = 0
    }

    @Test func `killed at any moment, the desk finds every order and every fill again`() async throws {
        let environment = ProcessInfo.processInfo.environment
        let kills = environment["AURA_KILLS"].flatMap { Int($0) } ?? 3
        var random = SeededRandom(seed: environment["AURA_KILLS_SEED"].flatMap { UInt64($0) } ?? 1)
        try await Scratch.with { scratch in
            try scratch.write(Self.eager, to: "aura.yaml")
            var tally = Tally()
            for number in 1...kills {
                try await trade(scratch, for: 2 + 6 * random.uniform(), isFirst: number == 1, atAnOrder: number.isMultiple(of: 2))
                try await compareMemories(scratch, Self.desk, &tally, "after kill \(number)")
            }
            let took = try await RunningDesk.with(scratch) { desk in
                try await desk.bridge { try await agree($0, scratch) }
                let (end, took) = try await desk.stop(SIGTERM)
                #expect(end.code == 0, "\(end.errors)")
                return took
            }
            #expect(try ExchangeMemory(scratch.file("data")).resting == 0)
            try await compareMemories(scratch, Self.desk, &tally, "after the last stop")
            let asked = try DeskMemory(scratch.file("data")).asked
            print("\(kills) kills: \(tally.orders) orders, \(tally.fills) fills, \(tally.stillResting) orders resting at the kills, \(asked) outcomes asked for, \(tally.snapshots) snapshots compared; last stop \(took)")
            #expect(tally.snapshots > 0)
        }
    }

    /// Two processes, either of which dies, while the exchange also breaks every rule that it may break. Only `make test-kills` has the time.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["AURA_KILLS"] != nil, "long: make test-kills"))
    func `killed in a storm of faults, on either side, the two agree when it is over`() async throws {
        let environment = ProcessInfo.processInfo.environment
        let kills = environment["AURA_KILLS"].flatMap { Int($0) } ?? 3
        let seed = environment["AURA_KILLS_SEED"].flatMap { UInt64($0) } ?? 1
        var random = SeededRandom(seed: seed)
        try await Scratch.with { scratch in
            try scratch.write(Self.eager, to: "aura.yaml")
            var tally = Tally()
            let storm = ["--faults", "all", "--tier", "unmetered", "--seed", "\(seed)"]
            var exchange = try await RunningExchange.start(scratch, dataDir: "data", storm)
            defer { exchange.process.send(SIGKILL) }
            let account = AccountID(exchange.ready.key_id)
            for number in 1...kills {
                try await RunningDesk.with(scratch, exchange.forDesk) { desk in
                    try await desk.bridge { bridge in
                        try await waitForOrders(bridge, "orders, before kill \(number)")
                    }
                    // The moments are the test's input.
                    try await Task.sleep(for: .seconds(1 + 5 * random.uniform()))
                    if number.isMultiple(of: 3) {
                        exchange.process.send(SIGKILL)
                        _ = try await exchange.process.ended()
                        exchange = try await RunningExchange.start(scratch, dataDir: "data", port: exchange.port, storm)
                        try await Task.sleep(for: .seconds(1 + 5 * random.uniform()))
                    }
                    desk.process.send(SIGKILL)
                    _ = try await desk.process.ended()
                }
                try await compareMemories(scratch, account, &tally, "after kill \(number)")
            }
            // The storm is over, and nobody dies any more.
            exchange.process.send(SIGTERM)
            _ = try await exchange.process.ended()
            exchange = try await RunningExchange.start(scratch, dataDir: "data", ["--tier", "unmetered"])
            try await RunningDesk.with(scratch, exchange.forDesk) { desk in
                try await desk.bridge { try await agree($0, scratch, account) }
                #expect(try await desk.stop(SIGTERM).end.code == 0)
            }
            #expect(try ExchangeMemory(scratch.file("data"), account: account).resting == 0)
            try await compareMemories(scratch, account, &tally, "after the last stop")
            print("\(kills) kills in a storm: \(tally.orders) orders, \(tally.fills) fills, \(tally.stillResting) orders resting at the kills")
        }
    }

    /// A storm's answers break the contract again and again, and from the third time in an hour on a person has to look: this one does, and lets the desk go on.
    private func waitForOrders(_ bridge: BridgeClient, _ what: String) async throws {
        for look in 0... {
            let view = try await bridge.seen.wait(what, within: .seconds(240)) { $0.openOrders > 0 || $0.blocked?.contains("only a reset leads out") == true }
            if view.openOrders > 0 { return }
            _ = try await bridge.command(#"{"name":"reset","reason":"the storm is known of"}"#, id: "reset-\(look)")
            try await bridge.seen.wait("news of the desk") { $0.sequence > view.sequence }
        }
    }

    /// Starts the desk, has it agree with the exchange, lets it trade for some seconds and kills it: just then, or when the exchange next writes an
    /// order down, which the desk cannot have heard of yet.
    private func trade(_ scratch: Scratch, for seconds: Double, isFirst: Bool, atAnOrder: Bool) async throws {
        try await RunningDesk.with(scratch) { desk in
            try await desk.bridge { bridge in
                if isFirst {
                    // Volatility is believed after sixty seconds of prices.
                    try await bridge.seen.wait("the first orders", within: .seconds(150)) { $0.openOrders > 0 }
                } else {
                    try await agree(bridge, scratch)
                }
                // The moment of the kill is the test's input, not a wait for something.
                try await Task.sleep(for: .seconds(seconds))
                #expect(bridge.seen.value.isTrading, "\(bridge.seen.value.state) \(bridge.seen.value.blocked ?? "")")
            }
            if atAnOrder { waitForOrder(scratch) }
            desk.process.send(SIGKILL)
            #expect(try await desk.process.ended().code == SIGKILL)
        }
    }

    /// Returns when the exchange wrote to its ledger out of its rhythm of one second, which is an order's doing, or after five seconds.
    private func waitForOrder(_ scratch: Scratch) {
        let file = inotify_init1(Int32(IN_CLOEXEC))
        defer { close(file) }
        guard file >= 0, inotify_add_watch(file, scratch.file("data/exchange.sqlite-wal"), UInt32(IN_MODIFY)) >= 0 else { return }
        var events = [UInt8](repeating: 0, count: 4096)
        let (clock, start) = (ContinuousClock(), ContinuousClock.now)
        var last = start
        while clock.now - start < .seconds(5) {
            var state = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
            guard poll(&state, 1, 5000) > 0, read(file, &events, events.count) > 0 else { return }
            // One commit is several writes within some milliseconds; the first one seen may be anything.
            let gap = clock.now - last
            if last != start, gap > .milliseconds(50), gap < .milliseconds(900) { return }
            last = clock.now
        }
    }

    /// Reconciled and not blocked; then, with nothing resting, cash and positions are the ledger's to the millionth.
    private func agree(_ bridge: BridgeClient, _ scratch: Scratch, _ account: AccountID = Self.desk) async throws {
        try await bridge.seen.wait("a reconciled desk") { $0.isTrading && $0.cash != nil }
        #expect(try await bridge.command(#"{"name":"stop"}"#, id: "stop").ok)
        do {
            // A settlement or a last fill may be on its way to the desk when the ledger is read: the next look is compared again. An order that never
            // arrived counts as open for 36 s, until the exchange could not take it any more.
            try await bridge.seen.wait("agreement with the ledger", within: .seconds(60)) { view in
                guard view.state == "stopped", view.openOrders == 0 else { return false }
                let ledger = try ExchangeMemory(scratch.file("data"), account: account)
                return ledger.resting == 0 && view.positions == ledger.positions && view.cash == ledger.cash
            }
        } catch {
            let (view, ledger) = (bridge.seen.value, try ExchangeMemory(scratch.file("data"), account: account))
            Issue.record("\(error)\ndesk: \(view.state), \(view.openOrders) open, cash \(view.cash ?? "-"), \(view.positions)\nledger: \(ledger.resting) resting, cash \(ledger.cash), \(ledger.positions)")
        }
        #expect(bridge.seen.value.blocked == nil && bridge.seen.value.isGapFree)
        let (ledger, desk) = (try ExchangeMemory(scratch.file("data"), account: account), try DeskMemory(scratch.file("data")))
        let unknown = ledger.trades.subtracting(desk.filled)
        #expect(unknown.isEmpty, "fills that the desk does not know: \(unknown.sorted())")
        #expect(try await bridge.command(#"{"name":"start"}"#, id: "start").ok)
    }

    /// No order twice, none that was not written down before it was sent, and a journal that replays to itself.
    private func compareMemories(_ scratch: Scratch, _ account: AccountID, _ tally: inout Tally, _ when: Comment) async throws {
        let (ledger, desk) = (try ExchangeMemory(scratch.file("data"), account: account), try DeskMemory(scratch.file("data")))
        #expect(Set(ledger.clients).count == ledger.clients.count, when)
        #expect(Set(desk.placed).count == desk.placed.count, when)
        #expect(Set(ledger.clients).isSubset(of: desk.placed), when)
        // It compares every snapshot with the state that the first row leads to.
        let replay = try await Replay.run(scratch)
        #expect(replay.equal, when)
        tally.snapshots += replay.snapshots
        tally.stillResting += ledger.resting
        (tally.orders, tally.fills) = (ledger.orders.count, ledger.trades.count)
    }
}
