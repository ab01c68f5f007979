import Model
import Risk
import Testing

struct BreakerCauseTests {
    private let settings = DeskSettings()

    private func state(_ breaker: CircuitBreaker, _ around: CircuitBreaker.Surroundings = .init(), equity: Money? = nil) -> CircuitBreaker.State {
        var breaker = breaker
        _ = breaker.observe(equity: equity, around, at: .seconds(1), settings: settings)
        return breaker.state
    }

    @Test(arguments: [(449, CircuitBreaker.State.normal), (450, .warning), (675, .critical), (900, .halted)] as [(Int64, CircuitBreaker.State)])
    func `silence takes size away, then halts, also before any equity is known`(seconds: Int64, expected: CircuitBreaker.State) {
        #expect(state(CircuitBreaker(), .init(silence: .seconds(seconds))) == expected)
    }

    @Test(arguments: [(299, CircuitBreaker.State.normal), (300, .warning), (450, .critical), (600, .halted)] as [(Int64, CircuitBreaker.State)])
    func `an unexplained difference does the same`(seconds: Int64, expected: CircuitBreaker.State) {
        #expect(state(CircuitBreaker(), .init(differing: .seconds(seconds))) == expected)
    }

    @Test func `silence that ends loosens it again, a halt does not`() {
        var breaker = CircuitBreaker()
        _ = breaker.observe(equity: nil, .init(silence: .seconds(700)), at: .seconds(1), settings: settings)
        #expect(breaker.state == .critical)
        #expect(breaker.observe(equity: nil, at: .seconds(2), settings: settings) == .normal)
        _ = breaker.observe(equity: nil, .init(silence: .seconds(901)), at: .seconds(3), settings: settings)
        #expect(breaker.observe(equity: nil, at: .seconds(4), settings: settings) == nil)
        #expect(breaker.state == .halted)
        breaker.reset(equity: nil)
        #expect(breaker.state == .normal)
    }

    @Test(arguments: [(4, CircuitBreaker.State.normal), (5, .warning), (8, .critical), (10, .halted)])
    func `failed requests count by their share of the last twenty`(failures: Int, expected: CircuitBreaker.State) {
        var breaker = CircuitBreaker()
        for i in 0..<20 { breaker.answered(well: i >= failures) }
        #expect(state(breaker) == expected)
    }

    @Test func `a few answers say nothing, and old failures are forgotten`() {
        var breaker = CircuitBreaker()
        for _ in 0..<9 { breaker.answered(well: false) }
        #expect(state(breaker) == .normal)
        for _ in 0..<20 { breaker.answered(well: true) }
        #expect(breaker.answers.errorRate == 0)
    }

    static let reports: [(String, OrderReport, Int)] = [
        ("an unknown outcome", .unknown(ClientOrderID("d-1"), reason: "timeout"), 10),
        ("a wrong order", .rejected(ClientOrderID("d-1"), code: "invalid_price", message: "off grid"), 10),
        ("a post-only order that would cross", .rejected(ClientOrderID("d-1"), code: "invalid_order", message: "post only cross"), 0),
        ("no match for an immediate order", .rejected(ClientOrderID("d-1"), code: "fill_or_kill_insufficient_resting_volume", message: ""), 0),
        ("an order that our own limit kept back", .rejected(ClientOrderID("d-1"), code: "own_rate_limit", message: ""), 0),
        ("an accepted order", .accepted(ClientOrderID("d-1"), OrderID("o"), remaining: .zero), 0),
    ]

    @Test(arguments: reports)
    func `what is an error and what is being late`(name: String, report: OrderReport, errors: Int) {
        var breaker = CircuitBreaker()
        for _ in 0..<10 { breaker.hear(report) }
        #expect((breaker.answers.errorRate ?? 0) == (errors == 0 ? 0 : 1))
    }

    private func streak(_ losses: Int, chance: Double) -> CircuitBreaker {
        var breaker = CircuitBreaker()
        for i in 0..<losses {
            breaker.settled(EventTicker("E\(i)"), realized: .dollars(-1), chanceOfLoss: chance)
            breaker.eventOver(EventTicker("E\(i)"))
        }
        return breaker
    }

    @Test func `a streak counts by how unlikely it is: three lost favourites halt, thirty lost long shots do not`() {
        #expect(state(streak(3, chance: 0.09)) == .halted)
        #expect(state(streak(9, chance: 0.5)) == .critical)
        #expect(state(streak(10, chance: 0.5)) == .halted)
        #expect(state(streak(30, chance: 0.9)) == .normal)
    }

    @Test func `a gain ends the streak`() {
        var breaker = streak(9, chance: 0.5)
        breaker.settled(EventTicker("W"), realized: .dollars(1), chanceOfLoss: 0.5)
        #expect(state(breaker) == .critical)
        breaker.eventOver(EventTicker("W"))
        #expect(state(breaker) == .normal && breaker.streak.events == 0)
        breaker.settled(EventTicker("X"), realized: .dollars(-1), chanceOfLoss: 0.5)
        #expect(state(breaker) == .normal && breaker.streak.events == 1)
    }

    @Test func `the legs of one event are one result: four lost brackets beside one that paid more are no loss`() {
        var breaker = CircuitBreaker()
        for _ in 0..<30 {
            for _ in 0..<4 { breaker.settled(EventTicker("E"), realized: .dollars(-1), chanceOfLoss: 0.5) }
            breaker.settled(EventTicker("E"), realized: .dollars(5), chanceOfLoss: 0.5)
        }
        #expect(state(breaker) == .normal)
    }

    @Test func `events that are paid at the same time are still one result each: their legs do not end each other`() {
        var breaker = CircuitBreaker()
        let events = ["A", "B", "C", "D"].map { EventTicker($0) }
        for event in events { breaker.settled(event, realized: .dollars(6), chanceOfLoss: 0.09) }
        for event in events { breaker.settled(event, realized: .dollars(-5), chanceOfLoss: 0.09) }
        #expect(state(breaker) == .normal && breaker.streak.events == 0)
        for event in events { breaker.eventOver(event) }
        #expect(state(breaker) == .normal)
    }

    @Test func `of more events at once than can be, the oldest is taken for over`() {
        var breaker = CircuitBreaker()
        for i in 0..<1000 { breaker.settled(EventTicker("E\(i)"), realized: .dollars(-1), chanceOfLoss: 0.5) }
        #expect(breaker.streak.events == 1000)
        breaker.settled(EventTicker("E0"), realized: .dollars(2), chanceOfLoss: 0.5)
        breaker.eventOver(EventTicker("E0"))
        #expect(breaker.streak.events < 100)
    }

    @Test func `the worst cause decides and is named, and a limit of zero is none`() {
        var breaker = streak(8, chance: 0.5)
        _ = breaker.observe(equity: .dollars(100), .init(silence: .seconds(700)), at: .seconds(1), settings: settings)
        #expect(breaker.state == .critical)
        #expect(breaker.reason?.contains("lost in a row") == true)
        var open = settings
        open.silenceLimit = .zero
        var quiet = CircuitBreaker()
        #expect(quiet.observe(equity: nil, .init(silence: .seconds(100_000)), at: .seconds(1), settings: open) == nil)
    }
}
