import Matching
import Model
import Notation

// What the plan of faults does to frames and to the exchange's life. Nothing here runs without one.

extension ExchangeHouse {
    // MARK: - Frames

    func sendFaulty(_ frame: [UInt8], _ channel: Channel?, _ i: Int, _ faults: FaultInjector) {
        // Every frame is JSON: it was made here.
        let json = try? JSON(parsing: frame)
        var occasion = FaultMachine.Occasion(frame: "", account: sessions[i].socket.reader.account)
        if case .text(let type)? = json?["type"] { occasion.frame = type }
        if case .text(let market)? = json?["msg"]?["market_ticker"] ?? json?["msg"]?["ticker"] { occasion.market = market }
        let strikes = faults.strikes(occasion)
        for case .endSubscription(let code) in strikes {
            guard let channel, let error = SocketError(rawValue: code), let last = sessions[i].socket.end(channel, error, at: time) else { continue }
            return pass(last, nil, i, [], faults)
        }
        pass(frame, channel, i, strikes, faults)
    }

    private func pass(_ frame: [UInt8], _ channel: Channel?, _ i: Int, _ strikes: [Fault], _ faults: FaultInjector) {
        guard let (frames, ending) = sessions[i].line?.pass(frame, strikes, now: faults.time) else { return }
        for frame in frames { put(frame, channel, i) }
        end(i, ending)
    }

    private func end(_ i: Int, _ ending: FaultyLine.Ending?) {
        switch ending {
        case nil: break
        case .mutes: sessions[i].outbox.mute()
        case .breaks:
            sessions[i].outbox.abort()
            gone.append(sessions[i].id)
        case .closes(let code):
            sessions[i].outbox.close(code: code, reason: "a planned fault")
            gone.append(sessions[i].id)
        }
    }

    /// Frames that were held back and whose time has come.
    func releaseFrames(_ faults: FaultInjector) {
        for i in sessions.indices {
            guard let frames = sessions[i].line?.release(now: faults.time) else { continue }
            for frame in frames { put(frame, nil, i) }
            if sessions[i].line?.waiting ?? 0 > Outbox.limit {
                sessions[i].outbox.close(code: 1008, reason: "too slow")
                gone.append(sessions[i].id)
            }
        }
        afterTelling()
    }

    // MARK: - Life

    /// Ends what is over, and begins what is due.
    func live(under faults: FaultInjector, into events: inout [VenueEvent]) {
        let now = faults.time
        for ending in faultEndings where ending.at <= now { finish(ending.fault, ending.market, into: &events) }
        faultEndings.removeAll { $0.at <= now }
        for (fault, market) in faults.lifeStrikes(candidates: { self.candidates($0) }) { begin(fault, market, now, into: &events) }
    }

    private func candidates(_ fault: Fault) -> [Ticker] {
        // Only what was paid can be reversed.
        let wanted: MarketStatus = fault == .settlementReversal ? .finalized : .active
        return venue.allMarkets.filter { $0.status == wanted }.map(\.market.ticker).sorted()
    }

    private func begin(_ fault: Fault, _ market: Ticker?, _ now: Timestamp, into events: inout [VenueEvent]) {
        switch fault {
        case .tradingPause(let seconds):
            venue.setTrading(active: false, at: time, into: &events)
            faultEndings.append(FaultEnding(at: now + .seconds(seconds), fault: fault, market: nil))
        case .exchangePause(let seconds):
            venue.setExchange(active: false, at: time, into: &events)
            faultEndings.append(FaultEnding(at: now + .seconds(seconds), fault: fault, market: nil))
        case .marketPause(let seconds):
            guard let market, venue.pause(market, at: time, into: &events) else { return }
            faultEndings.append(FaultEnding(at: now + .seconds(seconds), fault: fault, market: market))
        case .earlyClose: if let market { venue.reschedule(market, close: time, at: time, into: &events) }
        case .feeChange(let multiplier): if let event = market.flatMap({ venue.market($0)?.market.event }) { changeFees(of: event, to: multiplier, into: &events) }
        case .tickChange: if let market { changeTick(market, into: &events) }
        case .settlementReversal: if let market { reverse(market, into: &events) }
        default: break
        }
    }

    private func changeTick(_ market: Ticker, into events: inout [VenueEvent]) {
        guard let grid = venue.market(market)?.market.grid else { return }
        venue.regrid(market, to: grid == .cents ? .taperedTenths : .cents, at: time, into: &events)
    }

    /// Taken back, and paid again the other way: what a client must not believe impossible.
    private func reverse(_ market: Ticker, into events: inout [VenueEvent]) {
        guard let result = venue.market(market)?.result, venue.reverse(market, at: time, into: &events) else { return }
        let other: MarketResult = result == .yes ? .no : .yes
        venue.determine(market, other, at: time, into: &events)
        venue.settle(market, at: time, into: &events)
    }

    private func changeFees(of event: EventTicker, to multiplier: Int64, into events: inout [VenueEvent]) {
        for market in venue.allMarkets.map(\.market) where market.event == event {
            let changed = Market(
                ticker: market.ticker, event: market.event, series: market.series, title: market.title, strike: market.strike, openTime: market.openTime,
                closeTime: market.closeTime, grid: market.grid, fees: FeeTerms(kind: market.fees.kind, multiplierThousandths: multiplier),
                mutuallyExclusive: market.mutuallyExclusive, underlying: market.underlying)
            venue.list(changed, at: time, into: &events)
        }
    }

    private func finish(_ fault: Fault, _ market: Ticker?, into events: inout [VenueEvent]) {
        switch fault {
        case .tradingPause: venue.setTrading(active: true, at: time, into: &events)
        case .exchangePause: venue.setExchange(active: true, at: time, into: &events)
        case .marketPause: if let market { venue.activate(market, at: time, into: &events) }
        default: break
        }
    }
}

/// When a fault that lasts is over.
struct FaultEnding {
    let at: Timestamp
    let fault: Fault
    let market: Ticker?
}
