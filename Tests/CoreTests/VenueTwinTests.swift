import Accounting
import Matching
import Model
import Testing

extension TwinRun {
    func check() {
        guard let book = venue.book(VenueBench.market) else { return }
        #expect(book.yes == twin.book(.yes))
        #expect(book.no == twin.book(.no))
        if let bid = book.yes.last, let offer = book.no.last { #expect(bid.price.tenThousandths + offer.price.tenThousandths < 10_000) }
        for (side, levels) in [(Side.yes, book.yes), (.no, book.no)] {
            let told = (published[side] ?? [:]).filter { $0.value != 0 }.sorted { $0.key < $1.key }
            #expect(told.map { Level(price: $0.key, quantity: Quantity(hundredths: $0.value)) } == levels)
        }
        for order in orders {
            let left = twin.resting.first { $0.tag == order.tag }
            #expect((venue.order(order.id, of: accounts[order.account])?.remaining.hundredths ?? -1) == left?.quantity ?? 0)
            #expect(venue.queuePosition(order.id, of: accounts[order.account])?.hundredths == twin.ahead(order.tag))
        }
        for (g, group) in twin.groups.enumerated() where !group.isDeleted {
            let account = accounts[group.owner]
            #expect(venue.group(groups[g], of: account)?.isTriggered == group.isTriggered)
            let lately = group.fills.filter { now - $0.time < .seconds(15) }.reduce(0) { $0 + $1.quantity }
            #expect(venue.filled(inGroup: groups[g], of: account, at: now)?.hundredths == lately)
            #expect(group.isTriggered || lately <= group.limit)
        }
    }

    /// Everything the accounts and the house have is what they had, less fees, with a dollar in every open pair.
    func checkMoney() {
        var total = venue.house.cash
        var net = venue.house.position(VenueBench.market).net
        var held = net.magnitude
        for (owner, id) in accounts.enumerated() {
            guard let account = venue.account(id) else { continue }
            var fees = Money.zero
            for subaccount in account.subaccounts {
                let portfolio = subaccount.portfolio
                let position = portfolio.position(VenueBench.market)
                let began: Money = subaccount.number == 0 ? .dollars(6_000_000) : .dollars(4_000_000)
                total += portfolio.cash + portfolio.fees
                fees += portfolio.fees
                net += position.net
                held += position.net.magnitude
                #expect(position.net.hundredths == twin.net["\(owner)/\(subaccount.number)"] ?? 0)
                #expect(portfolio.cash + portfolio.totalExposure == began + portfolio.realized - portfolio.fees)
                let resting = venue.orders(id, status: .resting).filter { $0.subaccount == subaccount.number }
                #expect(resting.isEmpty ? portfolio.reserved == .zero : portfolio.reserved >= .zero)
            }
            #expect(fees == venue.fills(id).reduce(.zero) { $0 + $1.fill.fee })
            #expect(fees == venue.orders(id).reduce(.zero) { $0 + $1.fees })
        }
        #expect(net == .zero)
        #expect(total + Price.one * Quantity(hundredths: held.hundredths / 2) == Money(millionths: 3 * start.millionths))
    }
}

@Suite struct VenueTwinTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func `the venue does exactly what a naive twin does, and no cash appears or vanishes`(seed: UInt64) {
        var run = TwinRun(seed: seed)
        for step in 0..<3000 {
            run.step()
            if step % 25 == 0 {
                run.check()
                run.checkMoney()
            }
        }
        run.check()
        run.checkMoney()
        #expect(run.twin.trades.count > 500)
        for kind in ["good_till_canceled", "immediate_or_cancel", "fill_or_kill", "reduce only", "refused", "cancel", "amend", "decrease", "cancel all", "group", "regrid"] {
            #expect(run.done[kind] ?? 0 > 5, "\(kind)")
        }

        run.venue.determine(VenueBench.market, .yes, at: run.now, into: &run.events)
        run.venue.settle(VenueBench.market, at: run.now, into: &run.events)
        for account in run.accounts {
            // Independent of positions: what every fill was worth in the end.
            let expected = run.venue.fills(account).reduce(run.start) { cash, record in
                cash + (record.fill.side == .yes ? Price.one : .zero) * record.fill.quantity - record.fill.price * record.fill.quantity - record.fill.fee
            }
            let all = run.venue.account(account)?.subaccounts ?? []
            #expect(all.reduce(.zero) { $0 + $1.portfolio.cash } == expected)
            #expect(all.allSatisfy { $0.portfolio.reserved == .zero })
        }
    }

    @Test(arguments: [7, 8] as [UInt64])
    func `one seed gives one history, ids included`(seed: UInt64) {
        var a = TwinRun(seed: seed)
        var b = TwinRun(seed: seed)
        for _ in 0..<500 {
            a.step()
            b.step()
            #expect(a.events == b.events)
        }
        #expect(a.venue.state == b.venue.state)
    }

    @Test(arguments: [9, 10, 11] as [UInt64])
    func `a small account never spends what it does not have`(seed: UInt64) throws {
        var bench = VenueBench(fees: FeeTerms(kind: .quadraticWithMakerFees), cash: .dollars(20))
        var random = SeededRandom(seed: seed)
        var refused = 0
        for _ in 0..<2000 {
            bench.now = bench.now + .milliseconds(1)
            let side: Side = Bool.random(using: &random) ? .yes : .no
            if Bool.random(using: &random) {
                bench.house(side, .random(in: 1...10, using: &random), at: .random(in: 35...65, using: &random))
            } else {
                let request = OrderRequest(
                    market: VenueBench.market, side: side, limit: .cents(.random(in: 35...65, using: &random)),
                    quantity: Quantity(hundredths: .random(in: 1...1500, using: &random)), selfTrade: .maker)
                if refusal(bench.request(request)) == .insufficientBalance { refused += 1 }
            }
            #expect(bench.cash() >= .zero)
            #expect(bench.free() >= .zero)
        }
        #expect(refused > 10)
    }
}
