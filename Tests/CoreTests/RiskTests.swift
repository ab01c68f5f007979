import Accounting
import Books
import Model
import Risk
import Testing

private func fees(_ kind: FeeTerms.Kind = .quadratic) throws -> FeeSchedule { try #require(FeeSchedule(FeeTerms(kind: kind))) }

private let market = Market(
    ticker: Ticker("KXA-1"), event: EventTicker("KXA"), series: SeriesTicker("KX"), title: "A", strike: .greaterOrEqual(100), openTime: .zero,
    closeTime: .seconds(1000), grid: .taperedTenths, fees: .ordinary, mutuallyExclusive: false, underlying: Underlying("BTC"))

private let unknownFee = Market(
    ticker: market.ticker, event: market.event, series: market.series, title: "A", strike: market.strike, openTime: .zero, closeTime: market.closeTime,
    grid: market.grid, fees: FeeTerms(kind: .unknown), mutuallyExclusive: false, underlying: market.underlying)

private func liveBook(_ event: MarketEvent? = nil) -> OrderBook {
    var keeper = BookKeeper()
    let id = SubscriptionID(connection: 1, sid: 1)
    _ = keeper.apply(
        .snapshot(
            BookSnapshot(
                market: market.ticker, subscription: id, sequence: 1, yes: [Level(price: .cents(40), quantity: .contracts(100))],
                no: [Level(price: .cents(55), quantity: .contracts(100))])), at: .zero)
    if let event { _ = keeper.apply(event, at: .zero) }
    return keeper.book(market.ticker) ?? OrderBook()
}

/// Facts in which everything is allowed; a test changes the one it is about.
private func context(_ change: (inout OrderContext) -> Void = { _ in }) -> OrderContext {
    var context = OrderContext(
        now: .seconds(100), market: market, status: .active, book: liveBook(), heard: .seconds(99), notTrading: nil, blocked: nil, outcomeUnknown: false,
        orderOpen: false, position: .zero, free: .dollars(10_000), marketExposure: .zero, event: EventExposure(), wins: [],
        seriesExposure: .zero, group: GroupExposure(group: CorrelationGroup("crypto"), used: .zero), totalExposure: .zero,
        eventBet: EventBet(gains: [0], probabilities: [1], group: nil, underlying: nil), otherBets: [])
    change(&context)
    return context
}

/// An event that can only lose.
private func lost(_ group: String?, _ dollars: Double) -> EventBet {
    EventBet(gains: [-dollars], probabilities: [1], group: group.map { CorrelationGroup($0) }, underlying: nil)
}

private func intent(_ side: Side = .yes, _ contracts: Int64 = 10, at cents: Int32 = 45, postOnly: Bool = false) -> OrderIntent {
    OrderIntent(
        market: market.ticker, side: side, limit: .cents(cents), quantity: .contracts(contracts), timeInForce: postOnly ? .goodTillCanceled : .immediateOrCancel,
        postOnly: postOnly)
}

struct RiskGateTests {
    /// Every check, the fact that trips it, and the reason it must give. Without the check the order passes: each row fails alone.
    static let refusals: [(String, @Sendable (inout OrderContext) -> Void)] = [
        ("not_trading", { $0.notTrading = "paused" }),
        ("blocked", { $0.blocked = "cash differs" }),
        ("market_not_active", { $0.status = .closed }),
        ("closes_soon", { $0.now = .seconds(985); $0.heard = .seconds(985) }),
        ("book_not_live", { $0.book = OrderBook() }),
        ("book_not_live", { $0.book = liveBook(.disconnected(connection: 1)) }),
        ("book_stale", { $0.heard = .seconds(60) }),
        ("book_stale", { $0.heard = nil }),
        ("outcome_unknown", { $0.outcomeUnknown = true }),
        ("order_open", { $0.orderOpen = true }),
        ("fee_unknown", { $0.market = unknownFee }),
        ("cash_unknown", { $0.free = nil }),
        ("cash_reserve", { $0.free = .dollars(104) }),
        ("market_limit", { $0.marketExposure = .dollars(96) }),
        ("event_limit", { $0.event.hold(.zero, cost: .dollars(196), wins: []) }),
        ("series_limit", { $0.seriesExposure = .dollars(396) }),
        ("group_limit", { $0.group?.used = .dollars(496) }),
        ("group_unknown", { $0.group = nil }),
        ("total_limit", { $0.totalExposure = .dollars(996) }),
        ("group_tail_limit", { $0.otherBets = [lost("crypto", 298)] }),
        ("group_tail_limit", { $0.otherBets = [lost(nil, 298)] }),
        ("tail_limit", { $0.otherBets = [lost("crypto", 200), lost("metals", 398)] }),
    ]

    @Test(arguments: refusals)
    func `each fact that forbids an order is named`(code: String, change: @Sendable (inout OrderContext) -> Void) throws {
        var risk = RiskManager(settings: DeskSettings())
        let result = risk.approve(intent(), id: ClientOrderID("d-1"), probability: 0.6, fees: try fees(), context(change))
        guard case .failure(let refusal) = result else { return #expect(Bool(false), "\(code) did not refuse") }
        #expect(refusal.code == code)
        #expect(refusal.sentence.hasSuffix("."))
    }

    @Test func `an order with nothing against it is approved and its whole cost is set aside`() throws {
        var risk = RiskManager(settings: DeskSettings())
        let approved = try risk.approve(intent(), id: ClientOrderID("d-1"), probability: 0.6, fees: try fees(), context()).get()
        #expect(approved.id == ClientOrderID("d-1"))
        #expect(approved.reserved == Price.cents(45) * .contracts(10) + (try fees()).upperBound(price: .cents(45), quantity: .contracts(10)))
    }

    @Test func `an order that costs more than the order limit, or lies off the grid, or is less than a contract, is refused`() throws {
        var risk = RiskManager(settings: DeskSettings())
        func code(_ intent: OrderIntent) throws -> String? {
            guard case .failure(let refusal) = risk.approve(intent, id: ClientOrderID("d-1"), probability: 0.6, fees: try fees(), context()) else { return nil }
            return refusal.code
        }
        #expect(try code(intent(.yes, 112)) == "order_limit")
        #expect(try code(OrderIntent(market: market.ticker, side: .yes, limit: Price(tenThousandths: 4550), quantity: .contracts(1), timeInForce: .immediateOrCancel, postOnly: false)) == "off_grid")
        #expect(try code(OrderIntent(market: market.ticker, side: .yes, limit: .cents(45), quantity: Quantity(hundredths: 50), timeInForce: .immediateOrCancel, postOnly: false)) == "below_one_contract")
    }

    @Test func `the edge is counted after the fee and on the side that is bought`() throws {
        var risk = RiskManager(settings: DeskSettings())
        // 0.48 - 0.45 is three cents; the taker fee of 1.7 cents and its rounding leave less than two.
        let thin = risk.approve(intent(), id: ClientOrderID("d-1"), probability: 0.48, fees: try fees(), context())
        guard case .failure(let refusal) = thin else { return #expect(Bool(false)) }
        #expect(refusal.code == "edge_below_minimum")
        // The probability that is passed belongs to NO here: 0.6 against a NO price of 0.45.
        #expect(throws: Never.self) { try risk.approve(intent(.no), id: ClientOrderID("d-2"), probability: 0.6, fees: try fees(), context()).get() }
    }

    @Test func `more orders than a minute may hold are refused, and the next minute is free again`() throws {
        var settings = DeskSettings()
        settings.maximumOrdersPerMinute = 2
        var risk = RiskManager(settings: settings)
        func approve(at seconds: Int64) throws -> Bool {
            let result = risk.approve(intent(), id: ClientOrderID("d-1"), probability: 0.6, fees: try fees(), context { $0.now = .seconds(seconds); $0.heard = .seconds(seconds) })
            if case .success = result { return true }
            return false
        }
        #expect(try approve(at: 100))
        #expect(try approve(at: 101))
        #expect(try !approve(at: 102))
        #expect(try approve(at: 161))
    }

    @Test func `a closing order passes the exposure limits, an opening part of it does not`() throws {
        var risk = RiskManager(settings: DeskSettings())
        let full = context {
            $0.position = .contracts(50)
            $0.marketExposure = .dollars(100)
        }
        #expect(throws: Never.self) { try risk.approve(intent(.no, 50), id: ClientOrderID("d-1"), probability: 0.6, fees: try fees(), full).get() }
        guard case .failure(let refusal) = risk.approve(intent(.no, 51), id: ClientOrderID("d-2"), probability: 0.6, fees: try fees(), full) else { return #expect(Bool(false)) }
        #expect(refusal.code == "market_limit")
    }

    @Test func `a halt refuses every order of the desk's own, and says why`() throws {
        var risk = RiskManager(settings: DeskSettings())
        risk.breaker.halt("the day's loss reached its limit")
        for side in [Side.yes, .no] {
            let refused = risk.approve(intent(side), id: ClientOrderID("d-1"), probability: 0.6, fees: try fees(), context { $0.position = .contracts(10) })
            #expect(throws: Refusal.breakerHalted(reason: "the day's loss reached its limit")) { try refused.get() }
        }
        risk.breaker.reset(equity: .dollars(10_000))
        #expect(throws: Never.self) { try risk.approve(intent(), id: ClientOrderID("d-2"), probability: 0.6, fees: try fees(), context()).get() }
    }

    @Test func `flattening passes a halt but never opens anything`() throws {
        var risk = RiskManager(settings: DeskSettings())
        risk.breaker.halt("test")
        let held = context {
            $0.position = .contracts(10)
            $0.notTrading = "killed"
        }
        #expect(throws: Never.self) { try risk.approve(intent(.no, 10), id: ClientOrderID("d-1"), probability: 1, fees: try fees(), flattening: true, held).get() }
        #expect(throws: Refusal.self) { try risk.approve(intent(.no, 11), id: ClientOrderID("d-2"), probability: 1, fees: try fees(), flattening: true, held).get() }
        #expect(throws: Refusal.self) { try risk.approve(intent(.yes, 1), id: ClientOrderID("d-3"), probability: 1, fees: try fees(), flattening: true, held).get() }
    }

    @Test func `a size is cut to what every limit leaves, and the cut size is approved`() throws {
        var risk = RiskManager(settings: DeskSettings())
        let tight = context { $0.marketExposure = .dollars(90) }
        let fitted = risk.fitted(.contracts(500), side: .yes, price: .cents(45), fees: try fees(), tight)
        #expect(fitted > .contracts(15) && fitted < .contracts(23))
        #expect(throws: Never.self) { try risk.approve(intent(.yes, fitted.hundredths / 100), id: ClientOrderID("d-1"), probability: 0.6, fees: try fees(), tight).get() }
    }

    @Test func `a size is cut to what bad times leave of the group's limit, and where nothing is left the gate says why`() throws {
        var risk = RiskManager(settings: DeskSettings())
        func sized(_ dollars: Double) throws -> Result<ApprovedOrder, Refusal> {
            let facts = context { $0.otherBets = [lost("crypto", dollars), lost("metals", 50)] }
            let fitted = risk.fitted(.contracts(500), side: .yes, price: .cents(45), fees: try fees(), facts)
            return risk.approve(intent(.yes, fitted.hundredths / 100), id: ClientOrderID("d-1"), probability: 0.6, fees: try fees(), facts)
        }
        #expect(try sized(0).get().intent.quantity > .contracts(90))
        #expect(try sized(290).get().intent.quantity == .contracts(20))
        #expect(throws: Refusal.groupTailLimit(group: "crypto", loss: .cents(300_49), limit: .dollars(300))) { try sized(300).get() }
    }
}

struct CircuitBreakerTests {
    private func states(_ equities: [(day: Int64, dollars: Int64)]) -> [CircuitBreaker.State] {
        var breaker = CircuitBreaker()
        return equities.map {
            _ = breaker.observe(equity: .dollars($0.dollars), at: .seconds($0.day * 86_400 + 60), settings: DeskSettings())
            return breaker.state
        }
    }

    @Test func `size falls by half, by three quarters, then to nothing as the day's loss nears its limit`() {
        #expect(states([(0, 10_000), (0, 9_901), (0, 9_900), (0, 9_850), (0, 9_800)]) == [.normal, .normal, .warning, .critical, .halted])
    }

    @Test func `a gain never trips it, and a recovery loosens it`() {
        #expect(states([(0, 10_000), (0, 12_000), (0, 50_000)]) == [.normal, .normal, .normal])
        #expect(states([(0, 10_000), (0, 9_850), (0, 9_950)]) == [.normal, .critical, .normal])
    }

    @Test func `the high-water mark is that of all time, not of the day`() {
        // 70 dollars a day are below the daily limit, but in the end 15 % of the highest equity ever are gone.
        let days = (0...25).map { (day: Int64($0), dollars: 10_000 - Int64($0) * 70) }
        let seen = states(days)
        #expect(seen.last == .halted)
        #expect(seen[21] != .halted)
    }

    @Test func `a halt stays until a person resets it, and the reset accepts the loss so far`() {
        var breaker = CircuitBreaker()
        for dollars in [10_000, 9_700, 10_500] as [Int64] { _ = breaker.observe(equity: .dollars(dollars), at: .seconds(1), settings: DeskSettings()) }
        #expect(breaker.state == .halted)
        breaker.reset(equity: .dollars(9_700))
        #expect(breaker.observe(equity: .dollars(9_690), at: .seconds(2), settings: DeskSettings()) == nil)
        #expect(breaker.state == .normal)
        #expect(breaker.highWaterMark == .dollars(10_500))
    }
}
