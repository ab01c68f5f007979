import Matching
import Model
import Notation

// Order groups (Kalshi reference, section 9.3).

extension ExchangeHouse {
    func orderGroups(_ caller: Caller, _ query: Query) throws(APIError) -> Answer {
        let groups = venue.groups(caller.account, subaccount: try subaccount(query, caller))
        return .ok(["order_groups": .array(groups.map(\.json))])
    }

    func orderGroup(_ caller: Caller, _ id: String, _ query: Query) throws(APIError) -> Answer {
        let group = try find(id, caller, query)
        let orders = venue.orders(inGroup: group.id, of: caller.account)
        return .ok([
            "is_auto_cancel_enabled": true, "contracts_limit_fp": .text(group.limit.description), "orders": .array(orders.map { .text($0.id.text) }),
            "exchange_index": 0,
        ])
    }

    func createGroup(_ caller: Caller, _ bytes: [UInt8]) throws(APIError) -> Answer {
        let body = try Body(bytes, as: "CreateOrderGroupRequest")
        try body.checkShard()
        let subaccount = try subaccount(try body.integer("subaccount"), caller) ?? 0
        let limit = try contractsLimit(body)
        let group = try act { venue.createGroup(limit: limit, subaccount: subaccount, for: caller.account, at: time, into: &$0) }
        return .created(["order_group_id": .text(group.id.text), "subaccount": .integer(Int64(subaccount)), "exchange_index": 0])
    }

    func deleteGroup(_ caller: Caller, _ id: String, _ query: Query) throws(APIError) -> Answer {
        let group = try find(id, caller, query).id
        return try change { venue.deleteGroup(group, for: caller.account, at: time, into: &$0) }
    }

    func resetGroup(_ caller: Caller, _ id: String, _ query: Query) throws(APIError) -> Answer {
        let group = try find(id, caller, query).id
        return try change { venue.resetGroup(group, for: caller.account, at: time, into: &$0) }
    }

    func triggerGroup(_ caller: Caller, _ id: String, _ query: Query) throws(APIError) -> Answer {
        let group = try find(id, caller, query).id
        return try change { venue.triggerGroup(group, for: caller.account, at: time, into: &$0) }
    }

    func limitGroup(_ caller: Caller, _ id: String, _ bytes: [UInt8], _ query: Query) throws(APIError) -> Answer {
        let limit = try contractsLimit(try Body(bytes, as: "UpdateOrderGroupLimitRequest"))
        let group = try find(id, caller, query).id
        return try change { venue.setGroupLimit(group, to: limit, for: caller.account, at: time, into: &$0) }
    }

    // MARK: Steps

    private func find(_ id: String, _ caller: Caller, _ query: Query) throws(APIError) -> OrderGroupRecord {
        let subaccount = try subaccount(query, caller)
        guard try query.isOurShard(), let group = venue.group(OrderGroupID(id), of: caller.account), subaccount == nil || group.subaccount == subaccount else {
            throw .refused(OrderRefusal.groupNotFound)
        }
        return group
    }

    private func change(_ deed: (inout [VenueEvent]) -> OrderRefusal?) throws(APIError) -> Answer {
        try act { events -> Result<Void, OrderRefusal> in
            if let refusal = deed(&events) { .failure(refusal) } else { .success(()) }
        }
        return .ok([:])
    }

    /// Whole or with two decimals; when both are given they must be the same.
    private func contractsLimit(_ body: Body) throws(APIError) -> Quantity {
        let whole = try body.integer("contracts_limit")
        guard whole.map({ (1...1_000_000).contains($0) }) ?? true else { throw .invalidParameters("contracts_limit") }
        guard let text = try body.text("contracts_limit_fp") else {
            guard let whole else { throw .invalidParameters("contracts_limit is required") }
            return .contracts(whole)
        }
        guard let limit = Quantity(text), whole == nil || .contracts(whole ?? 0) == limit else { throw .invalidParameters("contracts_limit_fp") }
        return limit
    }
}

extension OrderGroupRecord {
    /// `OrderGroup` of the contract.
    fileprivate var json: JSON {
        .object(["id": .text(id.text), "contracts_limit_fp": .text(limit.description), "is_auto_cancel_enabled": true, "exchange_index": 0])
    }
}
