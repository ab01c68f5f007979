import Accounting
import Engine
import Model
import Risk

/// A desk with one 15-minute market, driven by hand: each step is an event, and what the engine wants is collected.
struct Desk {
    static let market = Market(
        ticker: Ticker("KXBTC15M-A"), event: EventTicker("KXBTC15M"), series: SeriesTicker("KXBTC15M"), title: "BTC up?", strike: .greaterOrEqual(60_000),
        openTime: .zero, closeTime: .seconds(900), grid: .taperedTenths, fees: .ordinary, mutuallyExclusive: false, underlying: Underlying("BTC"))
    static let subscription = SubscriptionID(connection: 1, sid: 2)

    var engine = TradingEngine()
    var effects: [Effect] = []
    var sequence: UInt64 = 0
    var milliseconds: Int64 = 0

    /// Running, reconciled, with a live book of 40/45 and two minutes of spot well above the strike: it wants YES.
    init(mode: TradingMode = .simulated, spot: Double = 60_200) {
        give(.opened(desk: "d", mode: mode, settings: DeskSettings()))
        give(.account(AccountReport(cash: .dollars(10_000), positions: [], orders: [], fills: [])))
        give(.market(.connected(connection: 1)))
        give(.market(.subscribed(Self.subscription, channel: "orderbook_delta", complete: true)))
        give(.market(.listed(Self.market)))
        give(.market(.status(Self.market.ticker, .active)))
        for second in 1...120 as ClosedRange<Int64> {
            milliseconds = second * 1000
            give(.market(.spot(SpotTick(underlying: Underlying("BTC"), price: spot + (second % 2 == 0 ? 3 : -3)))))
        }
        snapshot(yes: [(40, 100)], no: [(55, 100)])
        report()
    }

    mutating func give(_ event: Event) { effects += Restoring.process(&engine, Stamped(event, at: .milliseconds(milliseconds))) }

    mutating func snapshot(yes: [(Int32, Int64)], no: [(Int32, Int64)]) {
        sequence += 1
        func levels(_ pairs: [(Int32, Int64)]) -> [Level] { pairs.map { Level(price: .cents($0.0), quantity: .contracts($0.1)) } }
        give(.market(.snapshot(BookSnapshot(market: Self.market.ticker, subscription: Self.subscription, sequence: sequence, yes: levels(yes), no: levels(no)))))
    }

    /// The clock moves on by half a second, with a fresh spot price.
    mutating func tick(spot: Double = 60_200) {
        milliseconds += 500
        give(.market(.spot(SpotTick(underlying: Underlying("BTC"), price: spot))))
        give(.tick)
    }

    /// Ticks without new data.
    mutating func wait(seconds: Int64) {
        for _ in 0..<seconds * 2 {
            milliseconds += 500
            give(.tick)
        }
    }

    var placed: [ApprovedOrder] { effects.compactMap { if case .place(let order) = $0 { order } else { nil } } }
    var cancels: [ClientOrderID] { effects.compactMap { if case .cancel(_, let id, _) = $0 { id } else { nil } } }
    var cancelAlls: Int { effects.reduce(0) { if case .cancelAll = $1 { $0 + 1 } else { $0 } } }
    var resolves: Int { effects.reduce(0) { if case .resolve = $1 { $0 + 1 } else { $0 } } }
    var notices: [String] { effects.compactMap { if case .notice(let notice) = $0 { notice.text } else { nil } } }

    /// Whether a cancel-all is asked for again and again until a report has shown that nothing rests, and then no more.
    mutating func cancelsUntilProven() -> Bool {
        wait(seconds: 5)
        guard cancelAlls >= 2 else { return false }
        report()
        let before = cancelAlls
        wait(seconds: 5)
        return cancelAlls == before
    }

    mutating func fill(_ order: ApprovedOrder, _ contracts: Int64, trade: String, name: String = "o1") {
        give(
            .fill(
                Fill(
                    trade: TradeID(trade), order: OrderID(name), clientOrder: order.id, market: order.intent.market, side: order.intent.side,
                    price: order.intent.limit, quantity: .contracts(contracts), liquidity: .taker, fee: .cents(10), time: .milliseconds(milliseconds))))
    }

    mutating func report(cash: Money? = nil, positions: [VenuePosition]? = nil, orders: [VenueOrder] = [], fills: [Fill] = [], settlements: [VenueSettlement] = []) {
        let held = engine.portfolio.positions.filter { !$0.position.net.isZero }.map { VenuePosition(market: $0.market, net: $0.position.net) }
        give(.account(AccountReport(cash: cash ?? engine.portfolio.cash, positions: positions ?? held, orders: orders, fills: fills, settlements: settlements)))
    }
}
