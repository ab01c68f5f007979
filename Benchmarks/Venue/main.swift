import Glibc
import Matching
import Model

// How many requests a second the venue takes on one core, in seconds of its own processor time, so that a busy machine does not count. Two streams of the same
// shape: strangers' orders, which are matching and public events alone, and accounts' orders, which are the whole: gate, money, fees, ids, records and events.

/// One request of a stream, made before the clock starts.
enum Request {
    case create(OrderRequest, account: Int)
    /// Cancels one of the orders that this account left resting; some have traded meanwhile.
    case cancel(account: Int, pick: Int)
}

struct Stream {
    static let accounts = (0..<8).map { AccountID("account-\($0)") }
    static let markets = (0..<4).map { Ticker("KXBENCH-26NOV25\($0)-T\($0)") }

    var requests: [Request] = []

    /// 43% new orders near the top of the book, 45% cancels, 12% orders that cross: so some twenty orders of each account rest, over four markets.
    init(count: Int, seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var middle = Self.markets.map { _ in Int32(50) }
        requests.reserveCapacity(count)
        for i in 0..<count {
            let account = Int.random(in: 0..<Self.accounts.count, using: &random)
            let m = Int.random(in: 0..<Self.markets.count, using: &random)
            if Int.random(in: 0..<64, using: &random) == 0 { middle[m] = min(80, max(20, middle[m] + (Bool.random(using: &random) ? 1 : -1))) }
            let draw = Int.random(in: 0..<100, using: &random)
            if draw >= 55 {
                requests.append(.cancel(account: account, pick: Int.random(in: 0..<1_000_000, using: &random)))
                continue
            }
            let side: Side = Bool.random(using: &random) ? .yes : .no
            let own = side == .yes ? middle[m] : 100 - middle[m]
            let offset = draw < 43 ? -Int32.random(in: 1...8, using: &random) : Int32.random(in: 1...3, using: &random)
            let request = OrderRequest(
                market: Self.markets[m], client: ClientOrderID("0b5e7c1e-4d2a-4e0e-9c3b-\(1_000_000_000_00 + i)"), side: side, limit: .cents(own + offset),
                quantity: .contracts(.random(in: 1...50, using: &random)), timeInForce: draw < 43 ? .goodTillCanceled : .immediateOrCancel, selfTrade: .maker)
            requests.append(.create(request, account: account))
        }
    }
}

struct Outcome {
    var seconds = 0.0
    var requests = 0
    var fills = 0
    var events = 0
    var digest: UInt64 = 0
}

func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func openVenue() -> Venue {
    var venue = Venue(seed: 1)
    var events: [VenueEvent] = []
    for ticker in Stream.markets {
        let market = Market(
            ticker: ticker, event: EventTicker("KXBENCH"), series: SeriesTicker("KXBENCH"), title: "", strike: .other, openTime: .zero,
            closeTime: .seconds(1_000_000), grid: .cents, fees: .ordinary, mutuallyExclusive: false, underlying: nil)
        venue.list(market, status: .active, at: .zero, into: &events)
    }
    return venue
}

/// The stream as strangers would send it: without ids, money and history.
func playStrangers(_ stream: Stream) -> Outcome {
    var venue = openVenue()
    var events: [VenueEvent] = []
    var resting = Stream.accounts.map { _ in [HouseOrder]() }
    var outcome = Outcome()
    let now = Timestamp.seconds(1)
    let began = processorSeconds()
    for request in stream.requests {
        events.removeAll(keepingCapacity: true)
        switch request {
        case .create(let order, let account) where order.timeInForce == .goodTillCanceled:
            let rested = venue.houseQuote(order.market, order.side, at: order.limit, order.quantity, time: now, into: &events)
            if let rested { resting[account].append(rested) }
        case .create(let order, _):
            outcome.digest = outcome.digest &* 31 &+ UInt64(
                truncatingIfNeeded: venue.houseTake(order.market, order.side, at: order.limit, order.quantity, time: now, into: &events).hundredths)
        case .cancel(let account, let pick):
            guard !resting[account].isEmpty else { continue }
            let place = pick % resting[account].count
            resting[account].swapAt(place, resting[account].count - 1)
            venue.houseCancel(resting[account].removeLast(), into: &events)
        }
        outcome.requests += 1
        outcome.events += events.count
        for case .trade in events { outcome.fills += 1 }
    }
    outcome.seconds = processorSeconds() - began
    return outcome
}

func play(_ stream: Stream) -> Outcome {
    var venue = openVenue()
    var events: [VenueEvent] = []
    for account in Stream.accounts { venue.open(account, cash: .dollars(100_000_000)) }
    var resting = Stream.accounts.map { _ in [OrderID]() }
    var outcome = Outcome()
    var now = Timestamp.seconds(1)
    let began = processorSeconds()
    for request in stream.requests {
        now = now + Interval(nanoseconds: 500)
        events.removeAll(keepingCapacity: true)
        switch request {
        case .create(let order, let account):
            if case .success(let record) = venue.create(order, for: Stream.accounts[account], at: now, into: &events) {
                if record.status == .resting { resting[account].append(record.id) }
                outcome.digest = outcome.digest &* 31 &+ UInt64(truncatingIfNeeded: record.filled.hundredths)
            }
        case .cancel(let account, let pick):
            guard !resting[account].isEmpty else { continue }
            let place = pick % resting[account].count
            resting[account].swapAt(place, resting[account].count - 1)
            _ = venue.cancel(resting[account].removeLast(), for: Stream.accounts[account], at: now, into: &events)
        }
        outcome.requests += 1
        outcome.events += events.count
    }
    outcome.seconds = processorSeconds() - began
    outcome.fills = Stream.accounts.reduce(0) { $0 + venue.fills($1).count }
    return outcome
}

let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 500_000
let rounds = CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 5
let stream = Stream(count: count, seed: 1)
func millions(_ rate: Double) -> String { "\(Double(Int(rate / 10_000)) / 100) M" }

func measure(_ name: String, _ play: (Stream) -> Outcome) {
    let outcomes = (0..<max(1, rounds)).map { _ in play(stream) }
    let rates = outcomes.map { Double($0.requests) / $0.seconds }.sorted()
    let last = outcomes[outcomes.count - 1]
    print(
        "\(name): requests a second of processor time: least \(millions(rates[0])), middle \(millions(rates[rates.count / 2])), most \(millions(rates[rates.count - 1]));",
        "\(last.requests) requests, \(last.fills) fills, \(last.events) events, digest \(last.digest)")
}

measure("strangers' orders (matching, public events)", playStrangers)
measure("accounts' orders (gate, matching, money, fees, ids, records, events)", play)
