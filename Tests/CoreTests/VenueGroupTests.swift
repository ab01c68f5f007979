import Matching
import Model
import Testing

private typealias Bench = VenueBench

extension VenueBench {
    fileprivate mutating func group(_ contracts: Int64, subaccount: Int = 0, for account: AccountID = me) throws -> OrderGroupRecord {
        try venue.createGroup(limit: .contracts(contracts), subaccount: subaccount, for: account, at: now, into: &events).get()
    }

    fileprivate func request(_ side: Side, _ contracts: Int64, at cents: Int32, _ group: OrderGroupRecord, _ form: TimeInForce = .goodTillCanceled) -> OrderRequest {
        OrderRequest(market: Self.market, side: side, limit: .cents(cents), quantity: .contracts(contracts), timeInForce: form, group: group.id)
    }

    fileprivate mutating func grouped(
        _ side: Side, _ contracts: Int64, at cents: Int32, _ group: OrderGroupRecord, _ form: TimeInForce = .goodTillCanceled
    ) throws -> OrderRecord {
        try request(request(side, contracts, at: cents, group, form), for: group.account).get()
    }

    fileprivate func filled(_ group: OrderGroupRecord) -> Quantity? { venue.filled(inGroup: group.id, of: group.account, at: now) }
    fileprivate func isTriggered(_ group: OrderGroupRecord) -> Bool? { venue.group(group.id, of: group.account)?.isTriggered }
    fileprivate var groupChanges: [OrderGroupChange] { events.compactMap { if case .group(_, let change) = $0 { change } else { nil } } }
    /// Strangers buy `side` with what rests.
    @discardableResult
    fileprivate mutating func strangers(_ side: Side, _ contracts: Int64, at cents: Int32) -> Quantity {
        venue.houseTake(Self.market, side, at: .cents(cents), .contracts(contracts), time: now, into: &events)
    }
}

@Suite struct VenueGroupTests {
    @Test func `a match that would go above the limit is cut to it, and the group triggers`() throws {
        var bench = Bench()
        let group = try bench.group(10)
        let first = try bench.grouped(.yes, 8, at: 40, group)
        let second = try bench.grouped(.yes, 8, at: 39, group)
        bench.events = []
        #expect(bench.strangers(.no, 20, at: 61) == .contracts(10))
        #expect(bench.state(first)?.status == .executed)
        #expect(bench.state(second)?.filled == .contracts(2))
        #expect(bench.state(second)?.ending == .orderGroup)
        #expect(bench.groupChanges == [.triggered])
        #expect(bench.isTriggered(group) == true)
        #expect(bench.book(.yes).isEmpty)
        #expect(bench.free() == bench.cash())
    }

    @Test func `a match that reaches the limit exactly does not trigger, the next one does and trades nothing`() throws {
        var bench = Bench()
        let group = try bench.group(10)
        let order = try bench.grouped(.yes, 12, at: 40, group)
        #expect(bench.strangers(.no, 10, at: 60) == .contracts(10))
        #expect(bench.isTriggered(group) == false)
        #expect(bench.strangers(.no, 1, at: 60) == .zero)
        #expect(bench.isTriggered(group) == true)
        #expect(bench.state(order)?.remaining == .zero)
    }

    @Test func `a taker is cut too, and its rest is canceled with the group`() throws {
        var bench = Bench()
        bench.house(.no, 50, at: 60)
        let group = try bench.group(10)
        let resting = try bench.grouped(.yes, 5, at: 30, group)
        let taker = try bench.grouped(.yes, 15, at: 40, group)
        #expect(taker.filled == .contracts(10))
        #expect(taker.status == .canceled)
        #expect(taker.ending == .orderGroup)
        #expect(bench.state(resting)?.ending == .orderGroup)
        #expect(bench.book(.no) == "60:40")
    }

    @Test func `the window rolls: what was filled 15 seconds ago counts no more`() throws {
        var bench = Bench()
        bench.house(.no, 50, at: 60)
        let group = try bench.group(10)
        _ = try bench.grouped(.yes, 6, at: 40, group)
        bench.now = bench.now + .seconds(14)
        _ = try bench.grouped(.yes, 4, at: 40, group)
        #expect(bench.filled(group) == .contracts(10))
        bench.now = bench.now + .seconds(1)
        #expect(bench.filled(group) == .contracts(4))
        #expect(try bench.grouped(.yes, 6, at: 40, group).status == .executed)
        #expect(bench.isTriggered(group) == false)
    }

    @Test func `a triggered group refuses orders until it is reset, and then starts from nothing`() throws {
        var bench = Bench()
        bench.house(.no, 50, at: 60)
        let group = try bench.group(10)
        _ = try bench.grouped(.yes, 10, at: 40, group)
        #expect(bench.venue.triggerGroup(group.id, for: Bench.me, at: bench.now, into: &bench.events) == nil)
        #expect(refusal(bench.request(bench.request(.yes, 1, at: 30, group))) == .groupTriggered)
        #expect(bench.venue.resetGroup(group.id, for: Bench.me, at: bench.now, into: &bench.events) == nil)
        #expect(bench.groupChanges == [.reset])
        #expect(bench.filled(group) == .zero)
        #expect(try bench.grouped(.yes, 10, at: 40, group).status == .executed)
    }

    @Test func `a limit lowered below what the window holds triggers, at it or above it does not`() throws {
        var bench = Bench()
        bench.house(.no, 50, at: 60)
        let group = try bench.group(10)
        _ = try bench.grouped(.yes, 6, at: 40, group)
        let resting = try bench.grouped(.yes, 5, at: 30, group)
        bench.events = []
        #expect(bench.venue.setGroupLimit(group.id, to: .contracts(6), for: Bench.me, at: bench.now, into: &bench.events) == nil)
        #expect(bench.groupChanges == [.limitUpdated])
        #expect(bench.venue.setGroupLimit(group.id, to: .contracts(5), for: Bench.me, at: bench.now, into: &bench.events) == nil)
        #expect(bench.groupChanges == [.limitUpdated, .limitUpdated, .triggered])
        #expect(bench.state(resting)?.ending == .orderGroup)
    }

    @Test func `a deleted group takes its orders along and is not found any more`() throws {
        var bench = Bench()
        let group = try bench.group(10)
        let order = try bench.grouped(.yes, 5, at: 30, group)
        let free = try bench.order(.yes, 5, at: 31)
        #expect(bench.venue.orders(inGroup: group.id, of: Bench.me).map(\.id) == [order.id])
        #expect(bench.venue.deleteGroup(group.id, for: Bench.me, at: bench.now, into: &bench.events) == nil)
        #expect(bench.groupChanges == [.deleted])
        #expect(bench.state(order)?.status == .canceled)
        #expect(bench.state(free)?.status == .resting)
        #expect(bench.venue.groups(Bench.me).isEmpty)
        #expect(refusal(bench.request(bench.request(.yes, 1, at: 30, group))) == .groupNotFound)
        #expect(bench.venue.deleteGroup(group.id, for: Bench.me, at: bench.now, into: &bench.events) == .groupNotFound)
    }

    @Test func `a group belongs to one subaccount of one account`() throws {
        var bench = Bench()
        _ = bench.venue.openSubaccount(Bench.me, into: &bench.events)
        let group = try bench.group(10, subaccount: 1)
        #expect(refusal(bench.request(bench.request(.yes, 1, at: 30, group))) == .groupNotFound)
        #expect(refusal(bench.request(bench.request(.yes, 1, at: 30, group), for: Bench.other)) == .groupNotFound)
        #expect(bench.venue.groups(Bench.me, subaccount: 0).isEmpty)
        #expect(bench.venue.groups(Bench.me, subaccount: 1).map(\.id) == [group.id])
        #expect(bench.venue.triggerGroup(group.id, for: Bench.other, at: bench.now, into: &bench.events) == .groupNotFound)
    }

    @Test(arguments: [Int64(0), 99, 100_000_100])
    func `a limit is between one contract and a million`(hundredths: Int64) throws {
        var bench = Bench()
        let group = try bench.group(1)
        let limit = Quantity(hundredths: hundredths)
        guard case .failure(let refusal) = bench.venue.createGroup(limit: limit, for: Bench.me, at: bench.now, into: &bench.events) else {
            Issue.record("taken")
            return
        }
        #expect(refusal == .invalidParameters("contracts_limit"))
        #expect(bench.venue.setGroupLimit(group.id, to: limit, for: Bench.me, at: bench.now, into: &bench.events) == .invalidParameters("contracts_limit"))
    }

    @Test func `fill or kill counts what a group may still trade, on both sides`() throws {
        var bench = Bench()
        let group = try bench.group(10)
        _ = try bench.grouped(.no, 20, at: 60, group)
        let all = OrderRequest(market: Bench.market, side: .yes, limit: .cents(40), quantity: .contracts(11), timeInForce: .fillOrKill)
        #expect(refusal(bench.request(all, for: Bench.other)) == .fillOrKillInsufficientVolume)
        #expect(bench.isTriggered(group) == false)
        bench.house(.no, 1, at: 60)
        #expect(try bench.request(all, for: Bench.other).get().status == .executed)
        bench.house(.yes, 20, at: 50)
        let own = try bench.group(5)
        #expect(refusal(bench.request(bench.request(.no, 6, at: 50, own, .fillOrKill))) == .fillOrKillInsufficientVolume)
    }

    @Test func `in a recorded market the same rule holds`() throws {
        var bench = Bench(recorded: true)
        let id = SubscriptionID(connection: 1, sid: 1)
        bench.venue.replay(
            .snapshot(BookSnapshot(market: Bench.market, subscription: id, sequence: 1, yes: [], no: [Level(price: .cents(60), quantity: .contracts(30))])),
            at: bench.now, into: &bench.events)
        let group = try bench.group(10)
        let order = try bench.grouped(.yes, 15, at: 40, group)
        #expect(order.filled == .contracts(10))
        #expect(order.ending == .orderGroup)
        #expect(bench.isTriggered(group) == true)
    }

    @Test func `after a restart a group knows what it filled, its state and its reset`() throws {
        var bench = Bench()
        bench.house(.no, 50, at: 60)
        let (group, forgetful) = (try bench.group(10), try bench.group(10))
        _ = try bench.grouped(.yes, 6, at: 40, group)
        _ = try bench.grouped(.yes, 6, at: 40, forgetful)
        _ = bench.venue.resetGroup(forgetful.id, for: Bench.me, at: bench.now, into: &bench.events)
        _ = try bench.grouped(.yes, 1, at: 40, forgetful)
        let resting = try bench.grouped(.yes, 6, at: 30, group)
        let gone = try bench.group(7)
        _ = bench.venue.deleteGroup(gone.id, for: Bench.me, at: bench.now, into: &bench.events)
        let before = bench.venue.state
        bench.venue = Venue(seed: 7, restoring: before)
        #expect(bench.venue.state == before)
        #expect(bench.filled(group) == .contracts(6))
        #expect(bench.filled(forgetful) == .contracts(1))
        #expect(bench.venue.groups(Bench.me).map(\.id) == [group.id, forgetful.id])
        #expect(bench.strangers(.no, 6, at: 70) == .contracts(4))
        #expect(bench.state(resting)?.ending == .orderGroup)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `in no 15 seconds without a reset does a group trade more than its limit`(seed: UInt64) throws {
        var bench = Bench(cash: .dollars(1_000_000))
        var random = SeededRandom(seed: seed)
        let groups = try [bench.group(5), bench.group(20), bench.group(3, for: Bench.other)]
        var fills: [OrderGroupID: [(time: Timestamp, hundredths: Int64)]] = [:]
        var triggered = 0
        for _ in 0..<4000 {
            bench.now = bench.now + .milliseconds(.random(in: 0...900, using: &random))
            let (side, cents) = (Bool.random(using: &random) ? Side.yes : .no, Int32.random(in: 42...58, using: &random))
            let group = groups[Int.random(in: 0..<3, using: &random)]
            switch Int.random(in: 0..<8, using: &random) {
            case 0...3:
                var wanted = bench.request(side, .random(in: 1...6, using: &random), at: cents, group, [.goodTillCanceled, .immediateOrCancel, .fillOrKill][Int.random(in: 0..<3, using: &random)])
                wanted.selfTrade = .maker
                _ = bench.request(wanted, for: group.account)
            case 4, 5:
                bench.events = []
                bench.house(side, .random(in: 1...8, using: &random), at: cents)
            case 6:
                bench.events = []
                bench.strangers(side, .random(in: 1...30, using: &random), at: cents)
            default:
                guard bench.isTriggered(group) == true else { continue }
                triggered += 1
                _ = bench.venue.resetGroup(group.id, for: group.account, at: bench.now, into: &bench.events)
                fills[group.id] = []
                continue
            }
            for case .fill(let record) in bench.events {
                guard let order = bench.venue.order(record.fill.order, of: record.account), let id = order.group else { continue }
                fills[id, default: []].append((bench.now, record.fill.quantity.hundredths))
            }
            for group in groups {
                let lately = (fills[group.id] ?? []).filter { bench.now - $0.time < .seconds(15) }.reduce(0) { $0 + $1.hundredths }
                #expect(lately <= group.limit.hundredths)
                #expect(bench.filled(group)?.hundredths == lately)
                if bench.isTriggered(group) == true { #expect(bench.venue.orders(inGroup: group.id, of: group.account).isEmpty) }
            }
        }
        #expect(triggered > 20)
    }
}
