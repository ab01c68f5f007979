public import Model

extension Venue {
    /// Groups of one account (Kalshi reference, section 9.3).
    static let groupLimit = 100_000

    public mutating func createGroup(
        limit: Quantity, subaccount: Int = 0, for account: AccountID, at time: Timestamp, into events: inout [VenueEvent]
    ) -> Result<OrderGroupRecord, OrderRefusal> {
        guard exchangeActive else { return .failure(.exchangePaused) }
        guard let a = place(account) else { return .failure(.unknownAccount) }
        guard accounts[a].subaccounts.indices.contains(subaccount) else { return .failure(.unknownSubaccount) }
        guard OrderGroupRule.limits.contains(limit) else { return .failure(.invalidParameters("contracts_limit")) }
        guard accounts[a].groups.count < Self.groupLimit else { return .failure(.invalidParameters("too many order groups")) }
        let record = OrderGroupRecord(account: account, subaccount: subaccount, id: OrderGroupID(ids.next()), created: time, limit: limit)
        accounts[a].groupPlaces[record.id] = accounts[a].groups.count
        accounts[a].groups.append(GroupState(record: record))
        events.append(.group(record, .created))
        return .success(record)
    }

    /// In the order of their creation.
    public func groups(_ account: AccountID, subaccount: Int? = nil) -> [OrderGroupRecord] {
        guard let a = place(account) else { return [] }
        return accounts[a].groups.map(\.record).filter { !$0.isDeleted && (subaccount == nil || $0.subaccount == subaccount) }
    }

    public func group(_ id: OrderGroupID, of account: AccountID) -> OrderGroupRecord? {
        find(id, of: account).map { accounts[$0.a].groups[$0.g].record }
    }

    /// Its resting orders.
    public func orders(inGroup id: OrderGroupID, of account: AccountID) -> [OrderRecord] {
        guard let (a, g) = find(id, of: account) else { return [] }
        return restingOrders(a, inGroup: g).map { accounts[a].orders[$0].record }
    }

    /// What of a group traded in the 15 seconds before `time`; nil for a group that is not there.
    public func filled(inGroup id: OrderGroupID, of account: AccountID, at time: Timestamp) -> Quantity? {
        guard let (a, g) = find(id, of: account) else { return nil }
        var window = accounts[a].groups[g].window
        return Quantity(hundredths: window.total(at: time))
    }

    /// Takes the group away, and its orders off the books.
    public mutating func deleteGroup(_ id: OrderGroupID, for account: AccountID, at time: Timestamp, into events: inout [VenueEvent]) -> OrderRefusal? {
        change(id, of: account) { venue, a, g in
            venue.cancelGroup(a, g, at: time, into: &events)
            venue.accounts[a].groups[g].record.isDeleted = true
            venue.accounts[a].groupPlaces[id] = nil
            events.append(.group(venue.accounts[a].groups[g].record, .deleted))
        }
    }

    /// Lets a group trade again: what it filled before counts no more.
    public mutating func resetGroup(_ id: OrderGroupID, for account: AccountID, at time: Timestamp, into events: inout [VenueEvent]) -> OrderRefusal? {
        change(id, of: account) { venue, a, g in
            venue.accounts[a].groups[g].window.clear()
            venue.accounts[a].groups[g].record.countsAfter = venue.ids.issued
            venue.accounts[a].groups[g].record.isTriggered = false
            events.append(.group(venue.accounts[a].groups[g].record, .reset))
        }
    }

    public mutating func triggerGroup(_ id: OrderGroupID, for account: AccountID, at time: Timestamp, into events: inout [VenueEvent]) -> OrderRefusal? {
        change(id, of: account) { venue, a, g in venue.trigger(a, g, at: time, into: &events) }
    }

    /// A limit below what the window holds already triggers the group.
    public mutating func setGroupLimit(
        _ id: OrderGroupID, to limit: Quantity, for account: AccountID, at time: Timestamp, into events: inout [VenueEvent]
    ) -> OrderRefusal? {
        guard OrderGroupRule.limits.contains(limit) else { return .invalidParameters("contracts_limit") }
        return change(id, of: account) { venue, a, g in
            venue.accounts[a].groups[g].record.limit = limit
            events.append(.group(venue.accounts[a].groups[g].record, .limitUpdated))
            if venue.accounts[a].groups[g].window.total(at: time) > limit.hundredths { venue.trigger(a, g, at: time, into: &events) }
        }
    }

    // MARK: - Steps

    private func find(_ id: OrderGroupID, of account: AccountID) -> (a: Int, g: Int)? {
        guard let a = place(account), let g = accounts[a].groupPlaces[id] else { return nil }
        return (a, g)
    }

    private mutating func change(_ id: OrderGroupID, of account: AccountID, _ act: (inout Venue, Int, Int) -> Void) -> OrderRefusal? {
        guard exchangeActive else { return .exchangePaused }
        guard let (a, g) = find(id, of: account) else { return .groupNotFound }
        act(&self, a, g)
        return nil
    }

    /// Cancels what rests of a group and takes no more orders into it. A group that was triggered before stays so, silently.
    mutating func trigger(_ a: Int, _ g: Int, at time: Timestamp, into events: inout [VenueEvent]) {
        guard !accounts[a].groups[g].record.isTriggered else { return }
        accounts[a].groups[g].record.isTriggered = true
        events.append(.group(accounts[a].groups[g].record, .triggered))
        cancelGroup(a, g, at: time, into: &events)
    }

    private mutating func cancelGroup(_ a: Int, _ g: Int, at time: Timestamp, into events: inout [VenueEvent]) {
        for o in restingOrders(a, inGroup: g) { cancelResting(a, o, .orderGroup, at: time, into: &events) }
    }

    private func restingOrders(_ a: Int, inGroup g: Int) -> [Int] {
        let s = accounts[a].groups[g].record.subaccount
        return restingOrders(a, where: { $0.subaccount == s }).filter { accounts[a].orders[$0].group == Int32(g) }
    }
}
