import Model

/// A budget that refills continuously: what a request costs is taken, or nothing is.
struct TokenBucket: Sendable {
    let budget: UsageTier.Budget
    /// In billionths of a token, so that every nanosecond counts.
    private var left: Int64
    private var time: Timestamp

    /// Begins full.
    init(_ budget: UsageTier.Budget, at time: Timestamp) {
        self.budget = budget
        left = budget.capacity * 1_000_000_000
        self.time = time
    }

    /// False when there is not enough: then nothing is taken. A cost above the capacity is never met.
    mutating func take(_ cost: Int, at now: Timestamp) -> Bool {
        refill(now)
        let price = Int64(cost) * 1_000_000_000
        guard price <= left else { return false }
        left -= price
        return true
    }

    private mutating func refill(_ now: Timestamp) {
        guard now > time else { return }
        // So long it takes to fill an empty bucket; more would only overflow.
        let longest = budget.capacity * 1_000_000_000 / budget.refillRate + 1
        left = min(budget.capacity * 1_000_000_000, left + min((now - time).nanoseconds, longest) * budget.refillRate)
        time = now
    }
}
