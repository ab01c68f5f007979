public import Model
public import Ports
import Synchronization
import Transport

/// The exchange's stream, decoded and kept up: one connection, the markets of some series, the account's own messages.
///
/// `run` is for once, and returns only when it is cancelled. Whatever a connection missed is repaired by what follows it: snapshots for the books, the sweep of REST
/// for the markets. Fills and orders that happened meanwhile are for the desk's reconciliation.
public final class KalshiFeed: MarketFeed {
    private let client: KalshiClient
    private let clock: any Ports.Clock
    private let settings: KalshiFeedSettings
    private let onFrame: (@Sendable ([UInt8], Timestamp, UInt32) async -> Void)?
    private let onTrouble: @Sendable (String) -> Void
    private let inbox = FeedInbox(limit: 8192)
    private let wake = FeedInbox.Bell()

    /// - Parameters:
    ///   - onFrame: gets every frame verbatim, with its receive time and connection, before it is decoded: for recordings.
    ///   - onTrouble: gets one sentence for everything that went wrong and is being repaired: for the log.
    public init(
        client: KalshiClient, clock: any Ports.Clock, settings: KalshiFeedSettings,
        onFrame: (@Sendable (_ bytes: [UInt8], _ received: Timestamp, _ connection: UInt32) async -> Void)? = nil,
        onTrouble: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.client = client
        self.clock = clock
        self.settings = settings
        self.onFrame = onFrame
        self.onTrouble = onTrouble
    }

    public func requestSnapshots(of subscription: SubscriptionID) async { await inbox.put(.resnapshot(subscription)) }

    public func run(deliver: @escaping @Sendable (Stamped) async -> Void) async {
        let sweep = MarketSweep(client: client, settings: settings, clock: clock)
        // The bell may ring in the middle of an order's answer, which must not wait for this line.
        client.watch.onReport { [inbox] in Task { await inbox.put(.drifts) } }
        await withTaskGroup { group in
            group.addTask { await self.connect() }
            group.addTask { await self.keepSweeping(sweep) }
            group.addTask { await self.pulse() }
            group.addTask { await self.watchHours() }
            await withTaskCancellationHandler {
                await deliverAll(deliver, sweep)
            } onCancel: {
                inbox.close()
            }
            group.cancelAll()
        }
    }

    // MARK: - The one task that delivers

    private func deliverAll(_ deliver: @Sendable (Stamped) async -> Void, _ sweep: MarketSweep) async {
        var session = FeedSession(settings: settings)
        var socket: WebSocketConnection?
        var actions: [FeedSession.Action] = []
        while let inputs = await inbox.take() {
            for input in inputs {
                let now = clock.now()
                switch input {
                case .opened(let opened, let connection):
                    socket = opened
                    session.opened(connection, at: now, into: &actions)
                case .frame(let bytes, let time, let connection):
                    await onFrame?(bytes, time, connection)
                    session.frame(bytes, connection, at: time, into: &actions)
                case .lost(let connection, let reason):
                    socket = nil
                    onTrouble("the stream of the exchange is lost: \(reason)")
                    session.lost(connection, at: now, into: &actions)
                case .found(let findings):
                    session.found(findings, at: now, into: &actions)
                    sweep.watch(session.unsettled)
                case .resnapshot(let subscription): session.requestSnapshots(of: subscription, at: now, into: &actions)
                case .drifts: for drift in client.watch.take() { actions.append(.deliver(.drift(drift), now)) }
                case .hours(let reading): actions.append(.deliver(.exchange(reading), now))
                case .pulse: session.pulse(at: now, into: &actions)
                }
                for action in actions { await carryOut(action, socket, sweep, deliver) }
                actions.removeAll(keepingCapacity: true)
            }
        }
        // Cancelled: what the connection fed is frozen from here on.
        session.lost(session.connection, at: clock.now(), into: &actions)
        for action in actions { await carryOut(action, nil, sweep, deliver) }
    }

    private func carryOut(
        _ action: FeedSession.Action, _ socket: WebSocketConnection?, _ sweep: MarketSweep, _ deliver: @Sendable (Stamped) async -> Void
    ) async {
        switch action {
        case .deliver(let event, let time):
            if case .drift(let drift) = event, drift.severity == .broken { onTrouble("\(drift.place) no longer fits the exchange's contract: \(drift.problem)") }
            await deliver(Stamped(event, at: time))
        case .send(let command):
            do {
                try await socket?.send(text: command)
            } catch {
                // The reader of this socket reports its end; nothing is lost but a command that a new connection sends again.
                onTrouble("a command could not be sent: \(error.description)")
            }
        case .sweep: wake.ring()
        case .feesChanged:
            sweep.forgetFees()
            wake.ring()
        case .reconnect(let reason):
            onTrouble("the stream is opened anew: \(reason)")
            // Closing waits for the other side's goodbye: not here, where events would wait with it. The reader reports the end.
            if let socket { Task { await socket.close() } }
        case .trouble(let sentence): onTrouble(sentence)
        }
    }

    // MARK: - The tasks that feed it

    private func connect() async {
        var backoff = Backoff()
        // Greater than that of any connection before, also of a process before: seconds of the clock grow.
        var connection: UInt32 = 0
        while !Task.isCancelled {
            let began = ContinuousClock.now
            do {
                connection = max(connection + 1, UInt32(clamping: clock.now().wholeSeconds))
                var headers = HeaderFields()
                for header in try client.streamHeaders() { headers.add(header.name, header.value) }
                var limits = WebSocketLimits.client
                limits.silence = settings.silence
                let socket = try await WebSocketClient.connect(url: client.endpoint.stream, headers: headers, limits: limits)
                await inbox.put(.opened(socket, connection))
                await inbox.put(.lost(connection, await read(socket, connection)))
            } catch {
                onTrouble("no stream: \(error)")
            }
            // A connection that stood is no reason to wait long for the next.
            if ContinuousClock.now - began > .seconds(30) { backoff = Backoff() }
            // Cancelled, the loop ends.
            try? await Task.sleep(for: backoff.next())
        }
    }

    /// Reads until the end, and returns why it ended.
    private func read(_ socket: WebSocketConnection, _ connection: UInt32) async -> String {
        for await message in socket.incoming {
            switch message {
            case .text(let bytes), .binary(let bytes): await inbox.put(.frame(bytes, clock.now(), connection))
            case .closed(let code, let reason): return "closed with \(code) \(reason)"
            }
        }
        return "this side stopped"
    }

    private func keepSweeping(_ sweep: MarketSweep) async {
        while !Task.isCancelled {
            let (findings, troubles) = await sweep.run()
            // What a stop cut off is no trouble of the exchange.
            guard !Task.isCancelled else { return }
            for trouble in troubles { onTrouble(trouble) }
            if !findings.isEmpty { await inbox.put(.found(findings)) }
            // At most one sweep a second, however often it is woken.
            try? await Task.sleep(for: settings.sweepPause)
            await wake.wait(atMost: sweep.untilNext())
        }
    }

    /// Whether the exchange trades, and when it will not: its own word and its calendar.
    private func watchHours() async {
        var watch = HoursWatch()
        var told: String?
        while !Task.isCancelled {
            if watch.wantsCalendar(at: .now), let calendar = await answered(&told, { () throws(KalshiError) in try await client.schedule() }) { watch.heard(calendar, at: .now) }
            let status = await answered(&told) { () throws(KalshiError) in try await client.exchangeStatus() }
            if status != nil { told = nil }
            guard !Task.isCancelled else { return }
            if let reading = watch.heard(status, at: clock.now()) { await inbox.put(.hours(reading)) }
            // Cancelled, the loop ends.
            try? await Task.sleep(for: watch.wait(at: clock.now()))
        }
    }

    /// Nil where it failed, which is told, but not the same again and again.
    private func answered<Value>(_ told: inout String?, _ ask: () async throws(KalshiError) -> Value) async -> Value? {
        do throws(KalshiError) { return try await ask() } catch {
            if !Task.isCancelled, told != error.description { onTrouble(error.description) }
            told = error.description
            return nil
        }
    }

    private func pulse() async {
        while !Task.isCancelled {
            // Once a second, to notice answers that did not come.
            try? await Task.sleep(for: .seconds(1))
            await inbox.put(.pulse)
        }
    }
}

/// Waits between attempts to connect: doubling from a quarter of a second to half a minute, each shortened by chance.
struct Backoff {
    private var longest = Duration.milliseconds(250)

    mutating func next() -> Duration {
        let wait = longest * Double.random(in: 0.5...1)
        longest = min(longest * 2, .seconds(30))
        return wait
    }
}
