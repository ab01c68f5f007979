import Accounting
import Foundation
import Glibc
import Matching
import Model
import Testing

@Suite struct VenueRestoreTests {
    @Test func `after a restart accounts, history and resting orders are there, at the back of their queues`() throws {
        var bench = VenueBench()
        bench.house(.no, 5, at: 60)
        let taken = try bench.order(.yes, 8, at: 40)
        let behind = try bench.order(.yes, 2, at: 40, for: VenueBench.other)
        try bench.order(.no, 4, at: 50, for: VenueBench.other)
        let before = bench.venue.state

        // Through JSON, as a store would keep it.
        let state = try JSONDecoder().decode(VenueState.self, from: JSONEncoder().encode(before))
        #expect(state == before)
        var venue = Venue(seed: 7, restoring: state)
        #expect(venue.state == before)
        #expect(venue.book(VenueBench.market)?.yes == [Level(price: .cents(40), quantity: .contracts(5))])
        #expect(venue.queuePosition(behind.id, of: VenueBench.other) == .contracts(3))

        // Ids are permanent, new ones are new, and the rounding of an old order's fees goes on.
        var events: [VenueEvent] = []
        let again = OrderRequest(market: VenueBench.market, client: taken.client, side: .yes, limit: .cents(40), quantity: .contracts(1))
        #expect(refusal(venue.create(again, for: VenueBench.me, at: bench.now, into: &events)) == .orderAlreadyExists)
        venue.houseTake(VenueBench.market, .no, at: .cents(60), .contracts(4), time: bench.now, into: &events)
        #expect(venue.order(taken.id, of: VenueBench.me)?.status == .executed)
        #expect(venue.order(behind.id, of: VenueBench.other)?.remaining == .contracts(1))
        let ids = venue.fills(VenueBench.me).map(\.fill.trade)
        #expect(Set(ids).count == ids.count)
        #expect(venue.cancelAll(VenueBench.other, at: bench.now, into: &events) == 2)
        #expect(venue.account(VenueBench.other)?.portfolio.reserved == .zero)
    }

    @Test func `a restart with twice the markets takes about twice the time`() throws {
        /// Of this thread: what else the machine does is not counted.
        func seconds(_ act: () -> Void) -> Double {
            func now() -> Double {
                var time = timespec()
                clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
                return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
            }
            let start = now()
            act()
            return now() - start
        }
        func restart(_ count: Int) -> Double {
            let tickers = (0..<count).map { Ticker("KX-\($0)") }
            var position = Position()
            _ = position.buy(.yes, price: .cents(40), quantity: .contracts(1), fee: .zero)
            let portfolio = Portfolio(cash: .dollars(100), reserved: .zero, positions: tickers.map { ($0, position) })
            var venue = Venue(seed: 7)
            var events: [VenueEvent] = []
            for ticker in tickers { venue.list(VenueBench.definition(ticker), status: .active, recorded: true, at: .zero, into: &events) }
            let state = VenueState(accounts: [AccountRecord(id: VenueBench.me, portfolio: portfolio)], markets: venue.allMarkets)
            return seconds { #expect(Venue(seed: 7, restoring: state).house.position(tickers[0]).net == .contracts(-1)) }
        }
        _ = restart(100)
        // Quadratic would be sixteen times; chance and memory have room below.
        #expect(restart(8000) < 9 * restart(2000))
    }

    @Test func `totals of what was traded are there after a restart`() throws {
        var bench = VenueBench()
        bench.house(.no, 5, at: 60)
        try bench.order(.yes, 3, at: 40)
        bench.house(.yes, 5, at: 30)
        bench.now = bench.now + .seconds(5)
        try bench.order(.no, 3, at: 70)
        let key = StakeKey(account: VenueBench.me, subaccount: 0, market: VenueBench.market)
        let stake = try #require(bench.venue.stake(key))
        #expect(stake.traded == .cents(330) && stake.volume == .contracts(6) && stake.position.net == .zero && stake.updated == bench.now)
        #expect(Venue(seed: 7, restoring: bench.venue.state).stake(key) == stake)
        #expect(bench.venue.stakes(VenueBench.me, subaccount: 0) == [stake] && bench.venue.stakes(VenueBench.me, subaccount: 1) == [])
        #expect(bench.venue.funds(VenueBench.me)?.portfolio.positions.isEmpty == true && bench.venue.funds(VenueBench.me)?.portfolio.cash == bench.cash())
    }

    @Test func `expirations are remembered`() throws {
        var bench = VenueBench()
        var request = OrderRequest(market: VenueBench.market, side: .yes, limit: .cents(40), quantity: .contracts(1))
        request.expiration = bench.now + .seconds(10)
        let order = try bench.request(request).get()
        var venue = Venue(seed: 7, restoring: bench.venue.state)
        venue.advance(to: bench.now + .seconds(11), into: &bench.events)
        #expect(venue.order(order.id, of: VenueBench.me)?.ending == .expired)
    }

    @Test func `positions are paid after a restart, and the other side's books close too`() throws {
        var bench = VenueBench()
        bench.house(.no, 5, at: 60)
        let order = try bench.order(.yes, 5, at: 40)
        var venue = Venue(seed: 7, restoring: bench.venue.state)
        venue.determine(VenueBench.market, .yes, at: bench.now, into: &bench.events)
        venue.settle(VenueBench.market, at: bench.now, into: &bench.events)
        #expect(venue.account(VenueBench.me)?.portfolio.cash == .dollars(1000) - order.cost - order.fees + .dollars(5))
        #expect(venue.house.position(VenueBench.market).net == .zero)
    }

    @Test func `a market already paid is not paid again after a restart`() throws {
        var bench = VenueBench()
        bench.house(.no, 5, at: 60)
        try bench.order(.yes, 5, at: 40)
        bench.venue.determine(VenueBench.market, .yes, at: bench.now, into: &bench.events)
        bench.venue.settle(VenueBench.market, at: bench.now, into: &bench.events)
        var venue = Venue(seed: 7, restoring: bench.venue.state)
        #expect(!venue.settle(VenueBench.market, at: bench.now, into: &bench.events))
        #expect(venue.account(VenueBench.me)?.portfolio.cash == bench.cash())
    }

    @Test func `what was stored before there were subaccounts is the primary one's`() throws {
        var bench = VenueBench()
        bench.house(.no, 5, at: 60)
        try bench.order(.yes, 8, at: 40)
        bench.venue.determine(VenueBench.market, .yes, at: bench.now, into: &bench.events)
        bench.venue.settle(VenueBench.market, at: bench.now, into: &bench.events)
        let state = bench.venue.state
        var stored = try #require(JSONSerialization.jsonObject(with: JSONEncoder().encode(state)) as? [String: Any])
        let accounts = try #require(stored["accounts"] as? [[String: Any]])
        stored["accounts"] = accounts.map { account in
            ["id": account["id"] as Any, "portfolio": (account["subaccounts"] as? [[String: Any]])?.first?["portfolio"] as Any]
        }
        let older = try JSONSerialization.data(withJSONObject: without(["subaccount", "cancelOnPause"], stored))
        #expect(try JSONDecoder().decode(VenueState.self, from: older) == state)
    }

    private func without(_ keys: Set<String>, _ value: Any) -> Any {
        if let object = value as? [String: Any] { return object.filter { !keys.contains($0.key) }.mapValues { without(keys, $0) } }
        if let array = value as? [Any] { return array.map { without(keys, $0) } }
        return value
    }
}
