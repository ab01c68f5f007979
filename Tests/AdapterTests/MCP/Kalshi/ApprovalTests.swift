import Accounting
import Books
import MCP
import MCPHosting
import Model
import Notation
import Ports
import Risk
import Testing
@testable import Kalshi
@testable import MCPKalshi

/// The engine's own road to the exchange: an order goes out by a sealed approval, once, or not at all. Our exchange counts the orders that reach it.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ApprovalTests {
    /// What only the gate can make: an order of one cent that rests.
    private static func approved(_ id: String, _ ticker: Ticker, group: OrderGroupID? = nil, now: Timestamp) throws -> ApprovedOrder {
        var risk = RiskManager(settings: DeskSettings())
        let intent = OrderIntent(market: ticker, side: .yes, limit: .cents(1), quantity: .contracts(2), timeInForce: .goodTillCanceled, postOnly: true, group: group)
        return try risk.approve(intent, id: ClientOrderID(id), probability: 0.5, fees: try #require(FeeSchedule(.ordinary)), context(ticker, now)).get()
    }

    /// And another size of it.
    private static func approvedChange(_ order: ApprovedOrder, _ name: OrderID, total: Quantity, now: Timestamp) throws -> ApprovedChange {
        var risk = RiskManager(settings: DeskSettings())
        return try risk.approve(
            change: order.intent.with(limit: order.intent.limit, quantity: total), of: name, filled: .zero, id: order.id, probability: 0.5,
            fees: try #require(FeeSchedule(.ordinary)), context(order.intent.market, now)
        ).get()
    }

    private static func context(_ ticker: Ticker, _ now: Timestamp) -> OrderContext {
        let market = Market(
            ticker: ticker, event: EventTicker("E"), series: SeriesTicker("S"), title: "", strike: .other, openTime: .zero, closeTime: now + .seconds(3600), grid: .cents,
            fees: .ordinary, mutuallyExclusive: false, underlying: nil)
        var keeper = BookKeeper()
        let subscription = SubscriptionID(connection: 1, sid: 1)
        let level = Level(price: .cents(1), quantity: .contracts(1))
        _ = keeper.apply(.snapshot(BookSnapshot(market: ticker, subscription: subscription, sequence: 1, yes: [level], no: [level])), at: now)
        return OrderContext(
            now: now, market: market, status: .active, book: keeper.book(ticker) ?? OrderBook(), heard: now, notTrading: nil, blocked: nil, outcomeUnknown: false,
            orderOpen: false, position: .zero, free: .dollars(10_000), marketExposure: .zero, event: EventExposure(), wins: [], seriesExposure: .zero,
            group: GroupExposure(group: CorrelationGroup("x"), used: .zero), totalExposure: .zero,
            eventBet: EventBet(gains: [0], probabilities: [1], group: nil, underlying: nil), otherBets: [])
    }

    /// The client ids of every order the exchange ever took.
    private static func upstream(_ client: KalshiClient) async throws -> [String] { try await client.orders().map(\.clientOrder.text) }

    @Test func `an approved order reaches the exchange once; whatever else comes as one never does`() async throws {
        try await ExchangeRig.withClient { client, ticker, rig in
            let key = ApprovalKey()
            let approvals = ApprovalDesk(key: key, clock: rig.clock)
            let host = ServiceHost(
                Service(
                    identity: Implementation(name: "execution", version: "1"), tools: [Declared(OrderExecute(gateway: KalshiGateway(client: client), approvals: approvals))]))
            let caller = Client(InProcessLink(host), info: Implementation(name: "engine", version: "1"))
            try await caller.connect()
            func execute(_ approval: SealedApproval) async throws -> JSON {
                try #require(try await caller.call("order_execute", try JSON(encoding: OrderExecute.Arguments(approval))).structured)
            }
            let order = try Self.approved("seal-1", ticker, now: rig.clock.now())
            let sealed = key.seal(order, at: rig.clock.now())
            // Every part of it changed, each alone.
            let changes: [(String, (inout SealedApproval) -> Void)] = [
                ("id", { $0.id = "seal-2" }), ("ticker", { $0.ticker = "KXOTHER" }), ("side", { $0.side = "no" }), ("price", { $0.price = "0.9900" }),
                ("count", { $0.count = "2000.00" }), ("life", { $0.timeInForce = "immediate_or_cancel" }), ("post only", { $0.postOnly = false }),
                ("expiry", { $0.expires += 1 }), ("life's end", { $0.lapses = 2_000_000_000 }), ("a group", { $0.group = "g1" }), ("another order", { $0.amends = "o1" }), ("nonce", { $0.nonce = String(repeating: "0", count: 32) }), ("code", { $0.code = String(repeating: "0", count: 64) }),
                ("no code", { $0.code = "" }), ("a code that is none", { $0.code = String(repeating: "x", count: 64) }),
                // The same bytes cut elsewhere.
                ("boundaries", { $0.id += String($0.ticker.prefix(1)); $0.ticker.removeFirst() }),
            ]
            for (what, change) in changes {
                var forged = sealed
                change(&forged)
                let answer = try await execute(forged)
                #expect(answer["outcome"] == "refused" && answer["code"] == "approval_refused", "\(what)")
            }
            // By another key: another process, or somebody who made one up.
            #expect(try await execute(ApprovalKey().seal(order, at: rig.clock.now()))["outcome"] == "refused")
            // Too late.
            #expect(try await execute(key.seal(order, at: rig.clock.now() - .seconds(11)))["reason"]?.asText?.contains("expired") == true)
            #expect(try await Self.upstream(client).isEmpty, "nothing of it reached the exchange")
            #expect(try await execute(sealed)["outcome"] == "accepted")
            for _ in 0..<3 { #expect(try await execute(sealed)["reason"]?.asText?.contains("used before") == true) }
            #expect(try await Self.upstream(client) == ["seal-1"])
            // Many at once: one of them wins.
            let second = key.seal(try Self.approved("seal-3", ticker, now: rig.clock.now()), at: rig.clock.now())
            let accepted = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 { group.addTask { try await execute(second)["outcome"] == "accepted" } }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(accepted == 1)
            #expect(try await Self.upstream(client).sorted() == ["seal-1", "seal-3"])
            await caller.close()
        }
    }

    @Test func `the engine's gateway sends what the gate approved, and says of it what the exchange said`() async throws {
        try await ExchangeRig.withClient { client, ticker, rig in
            let direct = KalshiGateway(client: client, settling: .zero)
            let gateway = try await SealedGateway(direct, clock: rig.clock)
            let order = try Self.approved("engine-1", ticker, now: rig.clock.now())
            guard case .accepted(let id, let name, let remaining) = await gateway.place(order) else { throw Missing(what: "an acceptance") }
            #expect(id == order.id && remaining == .contracts(2))
            // Asked for again it is the same order, and what is certain about it comes by asking.
            guard case .unknown = await gateway.place(order) else { throw Missing(what: "a question") }
            guard case .state(let seen) = await gateway.find(order.id, market: ticker) else { throw Missing(what: "the order") }
            #expect(seen.order == name)
            guard case .rejected(_, let code, _) = await gateway.place(try Self.approved("engine-2", Ticker("KXNOSUCH-1"), now: rig.clock.now())) else { throw Missing(what: "a rejection") }
            #expect(code != "approval_refused")
            // New terms take the same road, and the exchange changes the order that it has.
            let change = try Self.approvedChange(order, name, total: .contracts(3), now: rig.clock.now())
            #expect(await gateway.amend(change) == .change(order.id, .amended(limit: .cents(1), total: .contracts(3))))
            #expect(await gateway.decrease(name, order.id, market: ticker, to: .contracts(1)) == .change(order.id, .decreased(to: .contracts(1))))
            guard case .state(let changed) = await gateway.find(order.id, market: ticker) else { throw Missing(what: "the order") }
            #expect(changed.order == name && changed.remaining == .contracts(1))
            guard case .change(_, .refused) = await gateway.decrease(name, order.id, market: ticker, to: .contracts(5)) else { throw Missing(what: "a refusal") }
            guard case .change(_, .refused(let gone, _)) = await gateway.amend(try Self.approvedChange(order, OrderID("never"), total: .contracts(3), now: rig.clock.now())) else {
                throw Missing(what: "a refusal")
            }
            #expect(gone == "not_found")
            // A group is made, and an order that the gate put into it is sent into it.
            guard case .set(let group) = await gateway.set(GroupRequest(name: "g", group: nil, limit: .contracts(5))).outcome else { throw Missing(what: "a group") }
            let grouped = try Self.approved("engine-3", ticker, group: group, now: rig.clock.now())
            guard case .accepted(_, let member, _) = await gateway.place(grouped) else { throw Missing(what: "an acceptance") }
            #expect(try await client.orderGroup(group.text).orders == [member])
            let limited = GroupRequest(name: "g", group: group, limit: .contracts(4))
            #expect(await gateway.set(limited) == GroupReport(limited, .set(group)))
            #expect(try await client.orderGroups().map(\.limit) == [.contracts(4)])
            guard case .canceled = await gateway.cancel(member, grouped.id, market: ticker) else { throw Missing(what: "a cancellation") }
            try await client.deleteOrderGroup(group.text)
            #expect(await gateway.set(limited).outcome == .absent)
            guard case .canceled = await gateway.cancel(name, order.id, market: ticker) else { throw Missing(what: "a cancellation") }
            #expect(try await Self.upstream(client) .sorted() == ["engine-1", "engine-3"])
        }
    }

    private struct Missing: Error { let what: String }
}
