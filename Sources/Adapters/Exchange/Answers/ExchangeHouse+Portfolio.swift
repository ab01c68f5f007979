import Accounting
import Matching
import Model
import Notation

// What belongs to one account: money, positions, fills, settlements.

extension ExchangeHouse {
    // MARK: Money

    /// The balance is what new orders may use, cut to four decimals.
    func balance(_ caller: Caller, _ query: Query) throws(APIError) -> Answer {
        let portfolio = try portfolio(query, caller).portfolio
        let free = portfolio.free.floored(to: Money(millionths: 100))
        return .ok([
            "balance": .integer(free.wholeCents),
            "balance_dollars": .text(free.fourDecimals),
            "portfolio_value": .integer(portfolioValue(portfolio).wholeCents),
            "updated_ts": .integer(time.wholeSeconds),
            "balance_breakdown": caller.subaccount == nil ? [.object(["exchange_index": 0, "balance": .text(free.fourDecimals)])] : nil,
        ])
    }

    // MARK: Positions

    func positions(_ caller: Caller, _ query: Query, isHistorical: Bool) throws(APIError) -> Answer {
        let own = try portfolio(query, caller)
        let limit = try query.limit(default: 100, maximum: 1000)
        let settled = isHistorical ? "all" : try query.choice("settlement_status", of: ["unsettled", "settled", "all"]) ?? "unsettled"
        let (ticker, event) = (query.text("ticker"), query.list("event_ticker").map(Set.init))
        let nonZero = query.list("count_filter") ?? []
        guard nonZero.allSatisfy(["position", "total_traded"].contains) else { throw .query("GetPositions", "CountFilter", tag: "oneof") }
        let isOurs = try query.isOurShard()
        let wanted = positions(caller.account, own.number).filter { facts in
            let record = venue.market(facts.market)
            let isPaid = record?.status == .finalized
            return isOurs && (ticker == nil || facts.market.text == ticker) && (event?.contains(facts.event.text) ?? true)
                && (settled == "all" || (settled == "settled") == isPaid) && (record.map(self.isHistorical) ?? false) == isHistorical
                && (!nonZero.contains("position") || !facts.position.net.isZero) && (!nonZero.contains("total_traded") || facts.traded > .zero)
        }
        let page = Page(of: wanted, key: \.market.text, after: query.text("cursor"), limit: limit)
        let events = Dictionary(grouping: page.rows, by: \.event)
        return .ok([
            "cursor": .text(page.cursor),
            "market_positions": .array(page.rows.map(\.json)),
            "event_positions": .array(events.keys.sorted().map { PositionFacts.eventJSON($0, events[$0] ?? []) }),
        ])
    }

    // MARK: History

    func fills(_ caller: Caller, _ query: Query, isHistorical: Bool) throws(APIError) -> Answer {
        let subaccount = try subaccount(query, caller)
        let (ticker, order) = (query.text("ticker"), query.text("order_id"))
        let isOurs = try query.isOurShard()
        let cutoff = cutoff
        let page = try history(venue.fills(caller.account), query, time: \.fill.time) { fill in
            isOurs && (subaccount == nil || fill.subaccount == subaccount) && (ticker == nil || fill.fill.market.text == ticker) && (order == nil || fill.fill.order.text == order)
                && (fill.fill.time < cutoff) == isHistorical
        }
        return .ok(["fills": .array(page.rows.map(\.element.json)), "cursor": .text(page.cursor)])
    }

    func settlements(_ caller: Caller, _ query: Query) throws(APIError) -> Answer {
        let subaccount = try subaccount(query, caller)
        let (ticker, event) = (query.text("ticker"), query.text("event_ticker"))
        let page = try history(venue.settlements(caller.account), query, time: \.time) { paid in
            (subaccount == nil || paid.subaccount == subaccount) && (ticker == nil || paid.settlement.market.text == ticker) && (event == nil || paid.event.text == event)
        }
        return .ok(["settlements": .array(page.rows.map(\.element.json)), "cursor": .text(page.cursor)])
    }

    /// A page of an account's history, newest first. A row's place in the history never changes, so a cursor stays good.
    func history<Row>(
        _ rows: [Row], _ query: Query, time: (Row) -> Timestamp, where wanted: (Row) -> Bool
    ) throws(APIError) -> Page<(offset: Int, element: Row)> {
        let limit = try query.limit(default: 100, maximum: 1000)
        let times = (try query.seconds("min_ts"), try query.seconds("max_ts"))
        let kept = rows.enumerated().reversed().filter { row in
            wanted(row.element) && (times.0.map { time(row.element) >= $0 } ?? true) && (times.1.map { time(row.element) <= $0 } ?? true)
        }
        return Page(of: kept, key: { PageCursor.newestFirst(UInt64($0.offset)) }, after: query.text("cursor"), limit: limit)
    }

    // MARK: Subaccounts

    /// The subaccount that a request names, or that the key is locked to; nil for all.
    func subaccount(_ query: Query, _ caller: Caller) throws(APIError) -> Int? { try subaccount(try query.integer("subaccount"), caller) }

    func subaccount(_ asked: Int64?, _ caller: Caller) throws(APIError) -> Int? {
        guard let asked else { return caller.subaccount }
        guard (0..<Int64(venue.subaccountCount(caller.account))).contains(asked) else {
            throw .refused(OrderRefusal.unknownSubaccount)
        }
        if let locked = caller.subaccount, locked != asked { throw .lockedKey }
        return Int(asked)
    }

    /// The portfolio of the subaccount that a request names; the primary one when it names none.
    private func portfolio(_ query: Query, _ caller: Caller) throws(APIError) -> SubaccountRecord {
        let number = try subaccount(query, caller) ?? 0
        guard let account = venue.account(caller.account), account.subaccounts.indices.contains(number) else { throw .keyUnknown }
        return account.subaccounts[number]
    }
}
