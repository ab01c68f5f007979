import Model
import Wire

/// What the feed does next, as a pure machine: frames, findings and time in, events and commands out. It owns no socket and no clock.
///
/// disconnected -> connected (books unasked -> asked -> acknowledged) -> disconnected.
struct FeedSession {
    enum Action {
        case deliver(Event, Timestamp)
        case send(String)
        /// REST should be asked soon: a market came, went or changed.
        case sweep
        /// The same, and what is known of fees is forgotten first.
        case feesChanged
        case reconnect(String)
        case trouble(String)
    }

    /// What was said of a market, so that nothing is said twice.
    struct Told {
        var market: Market
        var status: MarketStatus
        var result: MarketResult?
        var settled = false
        /// How often REST has shown it paid without saying how it ended.
        var endsUntold = 0
    }

    /// For about an hour of sweeps the result of a paid market is waited for; then the account is the one to tell it.
    static let mostEndsUntold = 240

    static let bookChannels = ["orderbook_delta", "trade", "ticker"]
    /// Without these the desk knows less; without any other it must not trade.
    static let optionalChannels: Set<String> = ["cfbenchmarks_value", "order_group_updates"]
    /// An answer that takes longer is not coming: counted in pulses, which are seconds here, also when the desk's clock is a recording's that runs faster.
    static let patience = 10

    let settings: KalshiFeedSettings
    private(set) var connection: UInt32 = 0
    private(set) var isConnected = false
    var told: [Ticker: Told] = [:]

    private var sampler = FrameSampler()
    /// Breaks that were told, and in which pulse: one kind of break is told again only after a while.
    private var brokenIn: [String: Int] = [:]

    /// Fills and orders of other subaccounts than the desk's.
    private(set) var messagesOfOthers = 0

    // Of the connection that stands.
    private var decoder = MarketFrameDecoder()
    private var nextCommand: UInt64 = 1
    private var sids: [String: UInt32] = [:]
    private var booksAsked = false
    private var subscribed: Set<Ticker> = []
    private var waiting: [Ticker] = []
    /// What was asked, and when at the latest the answer should be there.
    private var asked: [UInt64: (what: String, until: Int, channels: [String])] = [:]
    /// Channels whose subscription is not acknowledged, and when at the latest it should be.
    private var unanswered: [String: Int] = [:]
    private var snapshotsMissing: Set<Ticker> = []
    private var snapshotsUntil: Int?
    private var pulses = 0

    init(settings: KalshiFeedSettings) { self.settings = settings }

    /// What the sweep must not lose from sight.
    var unsettled: Set<Ticker> { Set(told.filter { !$0.value.settled }.keys) }

    // MARK: - The connection

    mutating func opened(_ number: UInt32, at time: Timestamp, into actions: inout [Action]) {
        connection = number
        isConnected = true
        nextCommand = 1
        sids = [:]
        booksAsked = false
        subscribed = []
        waiting = []
        asked = [:]
        unanswered = [:]
        snapshotsMissing = []
        snapshotsUntil = nil
        actions.append(.deliver(.market(.connected(connection: number)), time))
        subscribe(["market_lifecycle_v2"], at: time, &actions)
        if settings.ownMessages { subscribe(["fill", "user_orders", "market_positions"], at: time, &actions) }
        if !settings.indices.isEmpty { subscribe(["cfbenchmarks_value"], indices: settings.indices, at: time, &actions) }
        follow(told.values.filter { Self.hasBook($0.status) && !$0.settled }.map(\.market.ticker).sorted(), at: time, &actions)
        if settings.ownMessages { subscribe(["order_group_updates"], at: time, &actions) }
        // What happened while nobody listened.
        actions.append(.sweep)
    }

    mutating func lost(_ number: UInt32, at time: Timestamp, into actions: inout [Action]) {
        guard isConnected, number == connection else { return }
        isConnected = false
        actions.append(.deliver(.market(.disconnected(connection: number)), time))
    }

    /// Notices answers that did not come.
    mutating func pulse(at time: Timestamp, into actions: inout [Action]) {
        pulses += 1
        guard isConnected else { return }
        if let late = unanswered.filter({ $0.value < pulses }).keys.min() {
            return reconnect("no answer to the subscription of \(late) in \(Self.patience) s", at: time, &actions)
        }
        if asked.values.contains(where: { $0.until < pulses && $0.what == "markets" }) {
            return reconnect("no answer to the addition of markets in \(Self.patience) s", at: time, &actions)
        }
        if let until = snapshotsUntil, until < pulses, !snapshotsMissing.isEmpty {
            reconnect("\(snapshotsMissing.count) snapshots did not come", at: time, &actions)
        }
    }

    /// Gives the connection up. What it fed is frozen at once: until the socket is closed the books would pass for true.
    private mutating func reconnect(_ reason: String, at time: Timestamp, _ actions: inout [Action]) {
        actions.append(.reconnect(reason))
        lost(connection, at: time, into: &actions)
    }

    // MARK: - Commands

    mutating func requestSnapshots(of subscription: SubscriptionID, at time: Timestamp, into actions: inout [Action]) {
        // A loss on another connection is healed by this one; one on another channel has no snapshot to heal it.
        guard isConnected, subscription.connection == connection, sids["orderbook_delta"] == subscription.sid, !subscribed.isEmpty else { return }
        snapshotsMissing = subscribed
        snapshotsUntil = pulses + Self.patience
        command("snapshots", FeedCommand.update(sid: subscription.sid, "get_snapshot", subscribed.sorted()), at: time, &actions)
    }

    /// Asks for the books of markets: with the first subscription, or added to it once it is acknowledged.
    private mutating func follow(_ tickers: [Ticker], at time: Timestamp, _ actions: inout [Action]) {
        let new = tickers.filter { !subscribed.contains($0) && !waiting.contains($0) }
        guard isConnected, !new.isEmpty else { return }
        guard booksAsked else {
            booksAsked = true
            subscribed.formUnion(new)
            return subscribe(Self.bookChannels, markets: new, at: time, &actions)
        }
        waiting += new
        addWaiting(at: time, &actions)
    }

    private mutating func addWaiting(at time: Timestamp, _ actions: inout [Action]) {
        guard !waiting.isEmpty, Self.bookChannels.allSatisfy({ sids[$0] != nil }) else { return }
        for channel in Self.bookChannels {
            if let sid = sids[channel] { command("markets", FeedCommand.update(sid: sid, "add_markets", waiting), at: time, &actions) }
        }
        subscribed.formUnion(waiting)
        waiting = []
    }

    private mutating func unfollow(_ ticker: Ticker, at time: Timestamp, _ actions: inout [Action]) {
        waiting.removeAll { $0 == ticker }
        snapshotsMissing.remove(ticker)
        guard subscribed.remove(ticker) != nil else { return }
        for channel in Self.bookChannels {
            if let sid = sids[channel] { command("end", FeedCommand.update(sid: sid, "delete_markets", [ticker]), at: time, &actions) }
        }
    }

    private mutating func subscribe(
        _ channels: [String], markets: [Ticker] = [], indices: [String] = [], at time: Timestamp, _ actions: inout [Action]
    ) {
        for channel in channels { unanswered[channel] = pulses + Self.patience }
        let what = markets.isEmpty ? "subscribe" : "books"
        command(what, FeedCommand.subscribe(channels: channels, markets: markets, indices: indices), channels: channels, at: time, &actions)
    }

    private mutating func command(_ what: String, _ text: (UInt64) -> String, channels: [String] = [], at time: Timestamp, _ actions: inout [Action]) {
        // Answers come within a second; a thousand without one is a server that gives none.
        if asked.count > 1000 { asked = [:] }
        asked[nextCommand] = (what, pulses + Self.patience, channels)
        actions.append(.send(text(nextCommand)))
        nextCommand += 1
    }

    // MARK: - Findings of REST

    mutating func found(_ findings: [Finding], at time: Timestamp, into actions: inout [Action]) {
        var new: [Ticker] = []
        for finding in findings {
            let ticker = finding.market.ticker
            let before = told[ticker]
            // Paid is the end; a list that was on its way says nothing against it.
            if before?.settled == true { continue }
            // A market that was over before anyone here knew it is of no use, unless something of ours is in it.
            if before == nil, finding.status == .finalized, !settings.watched.contains(ticker) { continue }
            if before?.market != finding.market { actions.append(.deliver(.market(.listed(finding.market)), time)) }
            if before?.status != finding.status { actions.append(.deliver(.market(.status(ticker, finding.status)), time)) }
            if let result = finding.result, before?.result != result { actions.append(.deliver(.market(.determined(ticker, result)), time)) }
            told[ticker] = Told(
                market: finding.market, status: finding.status, result: finding.result ?? before?.result, endsUntold: before?.endsUntold ?? 0)
            if finding.status == .finalized { shownPaid(ticker, at: time, &actions) } else if Self.hasBook(finding.status) { new.append(ticker) }
        }
        follow(new, at: time, &actions)
        forgetOld(at: time)
    }

    private static func hasBook(_ status: MarketStatus) -> Bool {
        switch status {
        case .initialized, .active, .inactive, .closed: true
        case .determined, .disputed, .amended, .finalized, .unknown: false
        }
    }

    /// Without its result it stays unsettled, so that the sweep goes on asking for it.
    private mutating func shownPaid(_ ticker: Ticker, at time: Timestamp, _ actions: inout [Action]) {
        told[ticker]?.endsUntold += 1
        if let known = told[ticker], known.result != nil || known.endsUntold >= Self.mostEndsUntold { settle(ticker, at: time, &actions) }
    }

    private mutating func settle(_ ticker: Ticker, at time: Timestamp, _ actions: inout [Action]) {
        guard told[ticker]?.settled == false else { return }
        told[ticker]?.settled = true
        actions.append(.deliver(.market(.settled(ticker)), time))
        unfollow(ticker, at: time, &actions)
    }

    /// A settled market is remembered for an hour after its close, against lists that were on their way.
    private mutating func forgetOld(at time: Timestamp) {
        told = told.filter { !$0.value.settled || time - $0.value.market.closeTime < .seconds(3600) }
    }

    // MARK: - Frames

    mutating func frame(_ bytes: [UInt8], _ number: UInt32, at time: Timestamp, into actions: inout [Action]) {
        guard isConnected, number == connection else { return }
        do throws(WireError) {
            switch try decode(bytes) {
            case .market(let event):
                tellNews(Self.kind(event), bytes, at: time, &actions)
                market(event, bytes, at: time, &actions)
            case .other(let type):
                tellNews(type, bytes, at: time, &actions)
                other(type, bytes, at: time, &actions)
            }
        } catch {
            // A book that misses this frame notices by its sequence; the desk hears of the break at once.
            let control = FeedControl(bytes)
            let severity: ContractDrift.Severity = control.map(isElsewhere) == true ? .noted : .broken
            broken("the stream's \(control?.type.prefix(60) ?? "frame")", "\(error.reason)", severity, at: time, &actions)
        }
    }

    /// The stream of lives has no filter: what is strange about a market that is not ours is told, and stops nothing.
    private func isElsewhere(_ control: FeedControl) -> Bool {
        guard control.type == "market_lifecycle_v2" || control.type == "multivariate_market_lifecycle", let market = control.market else { return false }
        return told[Ticker(market)] == nil
    }

    private mutating func broken(
        _ place: String, _ problem: String, _ severity: ContractDrift.Severity = .broken, at time: Timestamp, _ actions: inout [Action]
    ) {
        let key = "\(severity.rawValue) \(place) \(problem)"
        if let last = brokenIn[key], pulses - last < Self.patience { return }
        // A stream that breaks in ever new ways is told in the same ways again.
        if brokenIn.count > 100 { brokenIn = [:] }
        brokenIn[key] = pulses
        actions.append(.deliver(.drift(ContractDrift(severity, place: place, problem: problem)), time))
    }

    private mutating func tellNews(_ kind: String, _ bytes: [UInt8], at time: Timestamp, _ actions: inout [Action]) {
        for drift in sampler.news(kind, bytes) { actions.append(.deliver(.drift(drift), time)) }
    }

    /// What is sampled together.
    private static func kind(_ event: MarketEvent) -> String {
        switch event {
        case .delta: "delta"
        case .snapshot: "snapshot"
        case .trade: "trade"
        case .ticker: "ticker"
        case .spot: "spot"
        case .subscribed: "subscribed"
        case .status, .determined, .settled: "life"
        case .sequenced: "sequenced"
        case .connected, .disconnected, .listed: "own"
        }
    }

    private mutating func decode(_ bytes: [UInt8]) throws(WireError) -> DecodedFrame {
        let connection = connection
        let result = bytes.withUnsafeBufferPointer { buffer in
            do throws(WireError) {
                return Result<DecodedFrame, WireError>.success(try decoder.decode(buffer, connection: connection))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private mutating func market(_ event: MarketEvent, _ bytes: [UInt8], at time: Timestamp, _ actions: inout [Action]) {
        switch event {
        case .delta, .trade, .ticker, .spot: break
        case .snapshot(let snapshot): snapshotsMissing.remove(snapshot.market)
        case .subscribed(let subscription, let channel, _):
            sids[channel] = subscription.sid
            unanswered[channel] = nil
            actions.append(.deliver(.market(event), time))
            return addWaiting(at: time, &actions)
        case .status(let ticker, let status):
            // Of every market of the exchange: the stream of lives has no filter.
            guard told[ticker] != nil else { return mentioned(bytes, &actions) }
            told[ticker]?.status = status
        case .determined(let ticker, let result):
            guard told[ticker] != nil else { return }
            told[ticker]?.result = result
        case .settled(let ticker):
            guard let known = told[ticker] else { return }
            // How it ended was not heard: REST is asked, and it is paid here when that is known.
            guard known.result != nil else { return actions.append(.sweep) }
            return settle(ticker, at: time, &actions)
        case .sequenced(let subscription, _):
            sequenced(bytes, at: time, &actions)
            guard isConnected, Self.bookChannels.contains(where: { sids[$0] == subscription.sid }) else { return }
        case .connected, .disconnected, .listed: return
        }
        actions.append(.deliver(.market(event), time))
    }

    /// Frames that are no market data but have a place in a sequence: answers to commands, and lives that REST must explain.
    private mutating func sequenced(_ bytes: [UInt8], at time: Timestamp, _ actions: inout [Action]) {
        guard let control = FeedControl(bytes) else { return }
        switch control.type {
        case "market_lifecycle_v2": mentioned(control, &actions)
        case "event_fee_update": actions.append(.feesChanged)
        case "order_group_updates": _ = own(control.type, bytes, at: time, &actions)
        case "error": refused(control, at: time, &actions)
        default: if let id = control.id { asked[id] = nil }
        }
    }

    private func mentioned(_ bytes: [UInt8], _ actions: inout [Action]) { FeedControl(bytes).map { mentioned($0, &actions) } }

    /// A market was born or changed. Whether it is ours, REST says; a name that begins like one of our series is only a reason to ask.
    private func mentioned(_ control: FeedControl, _ actions: inout [Action]) {
        guard let ticker = control.market else { return }
        if told[Ticker(ticker)] != nil || settings.series.contains(where: { ticker.hasPrefix($0.text + "-") }) { actions.append(.sweep) }
    }

    private mutating func other(_ type: String, _ bytes: [UInt8], at time: Timestamp, _ actions: inout [Action]) {
        switch type {
        case "fill", "user_order": if !own(type, bytes, at: time, &actions) { heardOthers(&actions) }
        case "error": if let control = FeedControl(bytes) { refused(control, at: time, &actions) }
        case "ok", "unsubscribed": if let id = FeedControl(bytes)?.id { asked[id] = nil }
        default: break
        }
    }

    /// A message of the account itself. False for one that is none of this desk's.
    private mutating func own(_ type: String, _ bytes: [UInt8], at time: Timestamp, _ actions: inout [Action]) -> Bool {
        do throws(ContractBreak) {
            guard let event = try PrivateFrame.event(type, bytes, ContractNotes()) else { return false }
            actions.append(.deliver(event, time))
        } catch {
            // Reconciliation brings what could not be read here.
            broken("the stream's \(type)", error.problem, at: time, &actions)
        }
        return true
    }

    /// Told once: they are as many as somebody trades there.
    private mutating func heardOthers(_ actions: inout [Action]) {
        if messagesOfOthers == 0 { actions.append(.trouble("another subaccount trades: its fills and orders are not this desk's and are left aside")) }
        messagesOfOthers += 1
    }

    private mutating func refused(_ control: FeedControl, at time: Timestamp, _ actions: inout [Action]) {
        let reason = "error \(control.code ?? 0), \(control.text ?? "no text")"
        // 10 and 25 end a subscription (Kalshi reference 11.5): its books are true no longer.
        if control.code == 10 || control.code == 25 { return reconnect(reason, at: time, &actions) }
        let answered = control.id.flatMap { asked.removeValue(forKey: $0) }
        let what = answered?.what ?? "a command"
        if what == "snapshots" || what == "books" || what == "markets" { return reconnect("\(what) refused with \(reason)", at: time, &actions) }
        let channels = answered?.channels ?? []
        let needed = channels.filter { !Self.optionalChannels.contains($0) }
        // Without the lives of its markets, or the account's own messages, a connection is of no use; how soon the next one comes, the wait before it says.
        guard needed.isEmpty else { return reconnect("the subscription of \(needed.joined(separator: ", ")) was refused with \(reason)", at: time, &actions) }
        for channel in channels { unanswered[channel] = nil }
        let subject = channels.isEmpty ? what : "the subscription of \(channels.joined(separator: ", "))"
        actions.append(.trouble("\(subject) was refused by the exchange with \(reason)"))
    }
}
