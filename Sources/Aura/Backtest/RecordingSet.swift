import Backtest
import Model
import Recording

/// The recordings of one backtest, played in order of time: one after the other, or, where they overlap, merged on one clock.
struct RecordingSet {
    private let folders: [String]
    let frames: Int
    private let overlap: Bool

    init(_ folders: [String]) throws {
        guard !folders.isEmpty else { throw Refused("--recording needs at least one recording") }
        let manifests = try folders.map { ($0, try RecordingEvents($0).manifest) }
        let sorted = manifests.sorted { ($0.1.firstTime ?? .zero, $0.0) < ($1.1.firstTime ?? .zero, $1.0) }
        self.folders = sorted.map(\.0)
        frames = sorted.reduce(0) { $0 + $1.1.frames }
        // Of all before, whichever ends last.
        var end = Timestamp(nanoseconds: .min)
        var overlap = false
        for (_, manifest) in sorted {
            overlap = overlap || (manifest.firstTime.map { $0 < end } ?? false)
            end = max(end, manifest.lastTime ?? end)
        }
        self.overlap = overlap
        if overlap { try Self.apart(sorted) }
    }

    /// One market in two recordings of the same time has two books: which of them is true, nobody can say.
    private static func apart(_ manifests: [(String, RecordingManifest)]) throws {
        var owner: [Ticker: String] = [:]
        for (folder, manifest) in manifests {
            for market in manifest.markets {
                if let other = owner[market] { throw Refused("\(market) stands in both \(other) and \(folder), which overlap in time: give only one of them") }
                owner[market] = folder
            }
        }
    }

    /// - Parameters:
    ///   - readAhead: reads on a thread of its own, for a run that has the machine to itself. It changes nothing but the time taken.
    ///   - progress: called with the number of events so far.
    func play(into run: inout BacktestRun, readAhead: Bool = false, _ progress: (Int) -> Void) throws {
        if overlap { return try merge(into: &run, progress) }
        for (i, folder) in folders.enumerated() {
            if readAhead {
                let events = EventsAhead(folder)
                try follow(events.nextHeard, into: &run, progress)
            } else {
                let events = try RecordingEvents(folder)
                try follow(events.nextHeard, into: &run, progress)
            }
            if i + 1 < folders.count { run.endOfRecording() }
        }
    }

    private func follow(_ next: () throws(RecordingError) -> (time: Timestamp, event: Event)?, into run: inout BacktestRun, _ progress: (Int) -> Void) throws {
        while let (time, event) = try next() {
            Self.give(event, at: time, to: &run)
            progress(run.events)
        }
    }

    /// By time of receipt; of two at one moment the facts come first, then the recording that was begun earlier.
    private func merge(into run: inout BacktestRun, _ progress: (Int) -> Void) throws {
        var strands = try folders.enumerated().map { try Strand($1, number: $0) }
        while let i = strands.indices.filter({ strands[$0].next != nil }).min(by: { strands[$0].precedes(strands[$1]) }) {
            guard let (time, event) = try strands[i].take() else { break }
            for event in strands[i].translated(event) { Self.give(event, at: time, to: &run) }
            progress(run.events)
        }
    }

    private static func give(_ event: Event, at time: Timestamp, to run: inout BacktestRun) {
        switch event {
        case .market(let event): run.take(event, at: time)
        case .fact(let fact): run.take(fact, at: time)
        case .opened, .restarted, .closing, .order, .fill, .account, .accountUnavailable, .drift, .command, .tick, .headline, .group, .groupNews, .exchange: break
        }
    }
}

/// One recording of several that are merged. Its connections get numbers that no other has; a new one ends its last, and nobody else's.
private struct Strand {
    private let events: RecordingEvents
    private let number: Int
    private(set) var next: (time: Timestamp, event: Event)?
    private var open: UInt32?

    init(_ folder: String, number: Int) throws {
        events = try RecordingEvents(folder)
        self.number = number
        next = try events.nextHeard()
    }

    func precedes(_ other: Strand) -> Bool {
        guard let a = next, let b = other.next else { return next != nil }
        return (a.time, a.event.isFact ? 0 : 1, number) < (b.time, b.event.isFact ? 0 : 1, other.number)
    }

    mutating func take() throws -> (time: Timestamp, event: Event)? {
        let taken = next
        next = try events.nextHeard()
        return taken
    }

    /// In a merged run every recording's connections are numbers of its own: a million for each.
    private func own(_ connection: UInt32) -> UInt32 { UInt32(number) * 1_000_000 + connection % 1_000_000 }
    private func own(_ id: SubscriptionID) -> SubscriptionID { SubscriptionID(connection: own(id.connection), sid: id.sid) }

    mutating func translated(_ event: Event) -> [Event] {
        guard case .market(let event) = event else { return [event] }
        switch event {
        case .connected(let connection):
            // "Connected" ends every older connection, of the others too. So the end of this recording's own is told instead.
            defer { open = own(connection) }
            return open.map { [.market(.disconnected(connection: $0))] } ?? []
        case .disconnected(let connection):
            open = nil
            return [.market(.disconnected(connection: own(connection)))]
        case .subscribed(let id, let channel, let complete): return [.market(.subscribed(own(id), channel: channel, complete: complete))]
        case .sequenced(let id, let sequence): return [.market(.sequenced(own(id), sequence))]
        case .snapshot(let s): return [.market(.snapshot(BookSnapshot(market: s.market, subscription: own(s.subscription), sequence: s.sequence, yes: s.yes, no: s.no)))]
        case .delta(let d):
            return [
                .market(
                    .delta(BookDelta(market: d.market, subscription: own(d.subscription), sequence: d.sequence, side: d.side, price: d.price, change: d.change)))
            ]
        case .trade(let trade, let id, let sequence): return [.market(.trade(trade, own(id), sequence))]
        case .ticker, .spot, .listed, .status, .determined, .settled: return [.market(event)]
        }
    }
}

extension Event {
    var isFact: Bool { if case .fact = self { true } else { false } }
}
