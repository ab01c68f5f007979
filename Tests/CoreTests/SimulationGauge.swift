import Matching
import Model
import Simulation

/// Watches a living market from outside, through its events alone, and keeps the figures that docs/calibration.md compares.
struct SimulationGauge {
    /// What is kept for one kind of moment: a series, a time to the close.
    struct Figures {
        var seconds = 0
        var deltas = 0
        var adds = 0
        var addedContracts = 0.0
        var removedContracts = 0.0
        var trades = 0
        var tradedContracts = 0.0
        var twoSided = 0
        /// At mids of 0.10 to 0.90, in dollars; the other in the tails.
        var spreads: [Double] = []
        var tailSpreads: [Double] = []
        /// Contracts at the best and in five levels of each side, at mids of 0.10 to 0.90.
        var best: [Double] = []
        var five: [Double] = []
        var levels: [Double] = []
        var distances: [Double] = []

        var deltasPerSecond: Double { Double(deltas) / Double(max(seconds, 1)) }
        var tradesPerSecond: Double { Double(trades) / Double(max(seconds, 1)) }
        /// Share of removals that were cancels: a trade removes once.
        var cancelRatio: Double { 1 - Double(trades) / Double(max(deltas - adds, 1)) }
        /// The same by contracts.
        var canceledShare: Double { 1 - tradedContracts / max(removedContracts, 1) }
        var addShare: Double { Double(adds) / Double(max(deltas, 1)) }
        var twoSidedShare: Double { Double(twoSided) / Double(max(seconds, 1)) }

        static func quantile(_ values: [Double], _ share: Double) -> Double {
            let sorted = values.sorted()
            return sorted.isEmpty ? .nan : sorted[min(Int(share * Double(sorted.count)), sorted.count - 1)]
        }
    }

    private(set) var books: [Ticker: [Side: [Int32: Int64]]] = [:]
    private(set) var open: [Ticker: Market] = [:]
    private(set) var changes: [Ticker: [MarketChange]] = [:]
    private(set) var results: [Ticker: MarketResult] = [:]
    private(set) var markets: [Ticker: Market] = [:]
    private(set) var figures: [String: Figures] = [:]
    private(set) var tradeSizes: [Double] = []
    private(set) var addSizes: [Double] = []
    private(set) var spots: [Underlying: [(time: Timestamp, price: Double)]] = [:]
    private(set) var faults: [String] = []
    private(set) var bookEvents = 0
    var digest = Digest()

    static func bucket(_ market: Market, at time: Timestamp) -> String {
        let left = (market.closeTime - time).seconds
        let part = left > 600 ? "over 600" : left > 300 ? "300-600" : left > 120 ? "120-300" : left > 60 ? "60-120" : "0-60"
        return market.closeTime - market.openTime > .seconds(900) ? market.series.text : "\(market.series) \(part)"
    }

    mutating func take(_ events: [VenueEvent], at time: Timestamp) {
        for event in events {
            switch event {
            case .bookDelta(let ticker, let side, let price, let change, _): delta(ticker, side, price, change, at: time)
            case .trade(let trade): traded(trade)
            case .market(let record, let change): lifeChanged(record, change)
            case .fill, .order, .settled, .group, .transfer, .account: break
            }
        }
    }

    mutating func take(_ ticks: [LivingMarket.TimedSpot]) {
        for spot in ticks {
            spots[spot.tick.underlying, default: []].append((spot.time, spot.tick.price))
            digest.feed(spot.time)
            digest.feed(spot.tick.price)
        }
    }

    /// Once a second: what the open books look like.
    mutating func sample(at time: Timestamp) {
        for market in open.values where market.closeTime > time {
            var f = figures[Self.bucket(market, at: time)] ?? Figures()
            f.seconds += 1
            let yes = (books[market.ticker]?[.yes] ?? [:]).sorted { $0.key > $1.key }
            let no = (books[market.ticker]?[.no] ?? [:]).sorted { $0.key > $1.key }
            f.levels.append(Double(yes.count + no.count))
            if let bid = yes.first, let counter = no.first {
                if bid.key + counter.key >= 10_000 { faults.append("\(market.ticker) is crossed: \(bid.key) and \(counter.key)") }
                f.twoSided += 1
                let spread = Double(10_000 - bid.key - counter.key) / 10_000
                let middle = Double(bid.key + 10_000 - counter.key) / 20_000
                if middle >= 0.1, middle <= 0.9 {
                    f.spreads.append(spread)
                    f.best += [Double(bid.value) / 100, Double(counter.value) / 100]
                    f.five += [yes, no].map { Double($0.prefix(5).reduce(0) { $0 + $1.value }) / 100 }
                } else {
                    f.tailSpreads.append(spread)
                }
            }
            figures[Self.bucket(market, at: time)] = f
        }
    }

    func middle(_ ticker: Ticker) -> Double? {
        guard let bid = books[ticker]?[.yes]?.keys.max(), let counter = books[ticker]?[.no]?.keys.max() else { return nil }
        return Double(bid + 10_000 - counter) / 20_000
    }

    func bestBid(_ ticker: Ticker, _ side: Side) -> Double? { (books[ticker]?[side]?.keys.max()).map { Double($0) / 10_000 } }

    private mutating func delta(_ ticker: Ticker, _ side: Side, _ price: Price, _ change: Quantity, at time: Timestamp) {
        bookEvents += 1
        digest.feed(side == .yes)
        digest.feed(price)
        digest.feed(change)
        let left = (books[ticker]?[side]?[price.tenThousandths] ?? 0) + change.hundredths
        if left < 0 { faults.append("\(ticker) has \(left) at \(price)") }
        books[ticker, default: [:]][side, default: [:]][price.tenThousandths] = left == 0 ? nil : left
        guard let market = open[ticker], time < market.closeTime else { return }
        let key = Self.bucket(market, at: time)
        figures[key, default: Figures()].deltas += 1
        if change > .zero {
            figures[key, default: Figures()].adds += 1
            figures[key, default: Figures()].addedContracts += change.approximateContracts
            if addSizes.count < 200_000 { addSizes.append(change.approximateContracts) }
        } else {
            figures[key, default: Figures()].removedContracts -= change.approximateContracts
        }
    }

    private mutating func traded(_ trade: PublicTrade) {
        digest.feed(trade.yesPrice)
        digest.feed(trade.quantity)
        guard let market = open[trade.market] else { return }
        let key = Self.bucket(market, at: trade.time)
        figures[key, default: Figures()].trades += 1
        figures[key, default: Figures()].tradedContracts += trade.quantity.approximateContracts
        if market.series == SeriesTicker("KXBTC15M") { tradeSizes.append(trade.quantity.approximateContracts) }
    }

    private mutating func lifeChanged(_ record: MarketRecord, _ change: MarketChange) {
        let ticker = record.market.ticker
        digest.feed(ticker.text)
        digest.feed(change.rawValue)
        markets[ticker] = record.market
        changes[ticker, default: []].append(change)
        switch change {
        case .activated: open[ticker] = record.market
        case .closed: open[ticker] = nil
        case .determined: results[ticker] = record.result
        case .listed, .redefined, .paused, .settled, .rescheduled, .regridded, .disputed, .reversed: break
        }
    }
}

/// A venue with its living market and a gauge on both.
struct SimulatedDay {
    var market: LivingMarket
    var venue = Venue(seed: 7)
    var gauge = SimulationGauge()

    init(seed: UInt64, start: Timestamp, options: LivingMarket.Options = LivingMarket.Options()) {
        market = LivingMarket(seed: seed, start: start, options: options)
    }

    /// Lives `seconds`, a second at a time; `each` sees every second.
    mutating func run(seconds: Int, sampling: Bool = true, each: (inout SimulatedDay) -> Void = { _ in }) {
        for _ in 0..<seconds {
            var events: [VenueEvent] = []
            var spots: [LivingMarket.TimedSpot] = []
            let next = Timestamp.seconds(market.time.wholeSeconds + 1)
            market.advance(to: next, venue: &venue, into: &events, spots: &spots)
            gauge.take(events, at: next)
            gauge.take(spots)
            if sampling { gauge.sample(at: next) }
            each(&self)
        }
    }
}
