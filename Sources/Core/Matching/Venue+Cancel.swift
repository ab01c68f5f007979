public import Model

extension Venue {
    /// Takes an order off the book; the record tells how much was left by `initial - filled`.
    public mutating func cancel(
        _ order: OrderID, for account: AccountID, at time: Timestamp, into events: inout [VenueEvent]
    ) -> Result<OrderRecord, OrderRefusal> {
        guard exchangeActive else { return .failure(.exchangePaused) }
        guard let a = accountPlaces[account] else { return .failure(.unknownAccount) }
        guard let o = accounts[a].orderPlaces[order], let m = marketPlaces[accounts[a].orders[o].market] else { return .failure(.notFound) }
        guard markets[m].record.status == .active || markets[m].record.status == .inactive else { return .failure(.marketInactive) }
        guard isResting(a, o, m) else { return .failure(.notFound) }
        cancelResting(a, o, m, .byRequest, at: time, into: &events)
        return .success(accounts[a].orders[o])
    }

    /// Takes everything of an account off the books; returns how many orders that were.
    @discardableResult
    public mutating func cancelAll(_ account: AccountID, at time: Timestamp, into events: inout [VenueEvent]) -> Int {
        guard exchangeActive, let a = accountPlaces[account] else { return 0 }
        var count = 0
        for m in accounts[a].open.keys.sorted() {
            for o in accounts[a].open[m] ?? [] {
                cancelResting(a, o, m, .byRequest, at: time, into: &events)
                count += 1
            }
        }
        return count
    }

    /// Lets orders lapse whose time is over. Call it before anything else that happens at `time`.
    public mutating func advance(to time: Timestamp, into events: inout [VenueEvent]) {
        guard let next = nextExpiration, next <= time else { return }
        for expiration in expirations where expiration.time <= time {
            let a = expiration.account
            guard let m = marketPlaces[accounts[a].orders[expiration.order].market], isResting(a, expiration.order, m),
                let lapses = accounts[a].orders[expiration.order].request.expiration, lapses <= time
            else { continue }
            cancelResting(a, expiration.order, m, .expired, at: time, into: &events)
        }
        expirations.removeAll { $0.time <= time }
        nextExpiration = expirations.map(\.time).min()
    }

    func isResting(_ a: Int, _ o: Int, _ m: Int) -> Bool { accounts[a].open[m]?.contains(o) == true }

    mutating func cancelResting(_ a: Int, _ o: Int, _ m: Int, _ ending: OrderRecord.Ending, at time: Timestamp, into events: inout [VenueEvent]) {
        let order = accounts[a].orders[o]
        if markets[m].record.isRecorded {
            markets[m].tape.leave(account: Int32(a), order: Int32(o))
        } else {
            markets[m].book.reduce(accounts[a].handles[o], by: order.remaining.hundredths)
        }
        events.append(
            .bookDelta(order.market, order.side, order.limit, change: -order.remaining, owner: BookOwner(account: order.account, client: order.client)))
        end(a, o, ending, at: time)
        forgetOpen(a, o, m)
        reserve(a, m)
        events.append(.order(accounts[a].orders[o]))
        events.append(.account(order.account))
    }
}
