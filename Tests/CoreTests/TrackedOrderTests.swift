import Accounting
import Model
import Testing

private let market = Ticker("KX-A")
private let name = ClientOrderID("c1")
private let venueName = OrderID("o1")

private func order(_ timeInForce: TimeInForce = .goodTillCanceled) -> TrackedOrder {
    TrackedOrder(
        id: name,
        intent: OrderIntent(market: market, side: .yes, limit: .cents(40), quantity: .contracts(10), timeInForce: timeInForce, postOnly: false),
        created: .zero)
}

private func fill(_ contracts: Int64, at cents: Int32 = 40) -> Fill {
    Fill(
        trade: TradeID("t"), order: venueName, clientOrder: name, market: market, side: .yes, price: .cents(cents), quantity: .contracts(contracts),
        liquidity: .taker, fee: .cents(1), time: .zero)
}

private func shown(_ status: VenueOrder.Status, filled: Int64) -> OrderReport {
    .state(
        VenueOrder(
            order: venueName, clientOrder: name, market: market, side: .yes, limit: .cents(40), status: status, initial: .contracts(10),
            filled: .contracts(filled), remaining: status == .resting ? .contracts(10 - filled) : .zero, created: .zero))
}

/// An order brought into a state the ordinary way, with nothing filled except where it must be.
private func order(in state: TrackedOrder.State) -> TrackedOrder {
    var order = order()
    switch state {
    case .pending: break
    case .unknown: _ = order.apply(.unknown(name, reason: "time-out"))
    case .resting: _ = order.apply(.accepted(name, venueName, remaining: .contracts(10)))
    case .executed:
        _ = order.apply(.accepted(name, venueName, remaining: .contracts(10)))
        _ = order.apply(fill(10))
    case .canceled:
        _ = order.apply(.accepted(name, venueName, remaining: .contracts(10)))
        _ = order.apply(.canceled(name, remaining: .contracts(10)))
    case .rejected: _ = order.apply(.rejected(name, code: "insufficient_balance", message: ""))
    }
    return order
}

private enum Told: String, CaseIterable {
    case accepted, acceptedFilled, rejected, unknown, absent, canceled, notResting, fillPart, fillAll, showsResting, showsExecuted, showsCanceled, showsUnknown

    func tell(_ order: inout TrackedOrder) -> OrderTransition {
        switch self {
        case .accepted: order.apply(.accepted(name, venueName, remaining: .contracts(10)))
        case .acceptedFilled: order.apply(.accepted(name, venueName, remaining: .zero))
        case .rejected: order.apply(.rejected(name, code: "invalid_price", message: ""))
        case .unknown: order.apply(.unknown(name, reason: "503"))
        case .absent: order.apply(.absent(name))
        case .canceled: order.apply(.canceled(name, remaining: .contracts(10)))
        case .notResting: order.apply(.notResting(name))
        case .fillPart: order.apply(fill(4))
        case .fillAll: order.apply(fill(10))
        case .showsResting: order.apply(shown(.resting, filled: 0))
        case .showsExecuted: order.apply(shown(.executed, filled: 10))
        case .showsCanceled: order.apply(shown(.canceled, filled: 0))
        case .showsUnknown: order.apply(shown(.unknown, filled: 0))
        }
    }
}

/// One letter: the new state (P U R E C J), `=` told nothing new, `!` refused. Columns are pending, unknown, resting, executed, canceled, rejected.
private let table: [(Told, String)] = [
    (.accepted, "RR===!"),
    (.acceptedFilled, "EEE==!"),
    (.rejected, "JJ!!!="),
    (.unknown, "U====="),
    (.absent, "!J!!!="),
    (.canceled, "CCC!=!"),
    (.notResting, "!!C==="),
    (.fillPart, "PRR!!!"),
    (.fillAll, "EEE!!!"),
    (.showsResting, "RR===!"),
    (.showsExecuted, "EEE=!!"),
    (.showsCanceled, "CCC!=!"),
    (.showsUnknown, "=====!"),
]

@Suite struct TrackedOrderTests {
    @Test func `every state answers every report as the table says`() {
        let letters: [TrackedOrder.State: Character] = [.pending: "P", .unknown: "U", .resting: "R", .executed: "E", .canceled: "C", .rejected: "J"]
        #expect(Set(table.map(\.0)).count == Told.allCases.count)
        for (told, row) in table {
            for (state, expected) in zip(TrackedOrder.State.allCases, row) {
                var tracked = order(in: state)
                let before = tracked
                let transition = told.tell(&tracked)
                let answer: Character
                switch transition {
                case .applied: answer = letters[tracked.state] ?? "?"
                case .repeated: answer = "="
                case .refused: answer = "!"
                }
                #expect(answer == expected, "\(told.rawValue) in \(state.rawValue)")
                if case .refused = transition { #expect(tracked == before, "a refusal changes nothing: \(told.rawValue) in \(state.rawValue)") }
            }
        }
    }

    @Test func `fills may come before the acceptance`() {
        var tracked = order()
        #expect(tracked.apply(fill(4, at: 39)) == .applied)
        #expect(tracked.state == .pending)
        #expect(tracked.apply(.accepted(name, venueName, remaining: .contracts(6))) == .applied)
        #expect(tracked.apply(fill(6)) == .applied)
        #expect(tracked.state == .executed)
        #expect(tracked.averagePrice == Money(millionths: 396_000))
        #expect(tracked.fees == .cents(2))
        #expect(!tracked.mayStillFill)
    }

    @Test func `a canceled order takes the fills that were on their way, and no more`() {
        var tracked = order(in: .resting)
        tracked.requestCancel()
        #expect(tracked.cancelRequested)
        #expect(tracked.apply(.canceled(name, remaining: .contracts(7))) == .applied)
        #expect(tracked.mayStillFill)
        #expect(tracked.apply(fill(3)) == .applied)
        #expect(!tracked.mayStillFill)
        #expect(tracked.apply(fill(1)) == .refused(.overfilled(by: .contracts(1))))
        #expect(tracked.filled == .contracts(3))
        #expect(!tracked.cancelRequested)
    }

    @Test func `an immediate order answered with nothing left waits for its fills or its state`() {
        var tracked = order(.immediateOrCancel)
        #expect(tracked.apply(.accepted(name, venueName, remaining: .zero)) == .applied)
        #expect(tracked.state == .canceled)
        #expect(tracked.mayStillFill)
        #expect(tracked.apply(shown(.canceled, filled: 2)) == .applied)
        #expect(tracked.apply(fill(2)) == .applied)
        #expect(!tracked.mayStillFill)
    }

    @Test func `an order said to be executed is corrected to canceled while its fills are missing`() {
        var tracked = order()
        #expect(tracked.apply(.accepted(name, venueName, remaining: .zero)) == .applied)
        #expect(tracked.state == .executed)
        #expect(tracked.apply(shown(.canceled, filled: 0)) == .applied)
        #expect(tracked.state == .canceled)
        #expect(!tracked.mayStillFill)
    }

    @Test func `reports and fills about another order are refused`() {
        var tracked = order(in: .resting)
        #expect(tracked.apply(.accepted(ClientOrderID("c2"), venueName, remaining: .zero)) == .refused(.notThisOrder))
        #expect(tracked.apply(.accepted(name, OrderID("o2"), remaining: .zero)) == .refused(.notThisOrder))
        let stranger = Fill(
            trade: TradeID("t"), order: OrderID("o2"), clientOrder: nil, market: market, side: .yes, price: .cents(40), quantity: .contracts(1),
            liquidity: .maker, fee: .zero, time: .zero)
        #expect(tracked.apply(stranger) == .refused(.notThisOrder))
    }

    @Test func `a fill proves that an order of unknown fate arrived`() {
        var tracked = order(in: .unknown)
        #expect(tracked.apply(fill(1)) == .applied)
        #expect(tracked.apply(.absent(name)) == .refused(.contradicts(.resting)))
        #expect(tracked.apply(.rejected(name, code: "x", message: "")) == .refused(.contradicts(.resting)))
    }
}
