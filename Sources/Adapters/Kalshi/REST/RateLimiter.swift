/// A token bucket with continuous refill, as the exchange keeps one for reads and one for writes (Kalshi reference, section 14).
///
/// Ours is asked first, so that theirs is never empty. Waiting has a bound: beyond it the request is refused unsent.
actor RateLimiter {
    struct Rate: Sendable, Equatable {
        let tokensPerSecond: Double
        let capacity: Double
    }

    private var rate: Rate
    private var tokens: Double
    private var updated: ContinuousClock.Instant
    private let longestWait: Duration

    init(_ rate: Rate, longestWait: Duration = .seconds(5)) {
        self.rate = rate
        tokens = rate.capacity
        updated = .now
        self.longestWait = longestWait
    }

    func use(_ rate: Rate) {
        refill()
        self.rate = rate
        tokens = min(tokens, rate.capacity)
    }

    /// Takes `cost` tokens at once and returns how long to wait before sending; nil, and takes nothing, when that is longer than the bound.
    /// Requests that wait are served in the order they came: each owes to the bucket what it took. An urgent one goes at once and owes like the others.
    func reserve(_ cost: Double, urgent: Bool = false) -> Duration? {
        refill()
        if urgent {
            tokens -= cost
            return .zero
        }
        // A batch must fit into the bucket whole: waiting does not help it.
        guard cost <= rate.capacity else { return nil }
        let missing = cost - tokens
        let wait = missing > 0 ? Duration.seconds(missing / rate.tokensPerSecond) : .zero
        guard wait <= longestWait else { return nil }
        tokens -= cost
        return wait
    }

    /// The exchange said 429: its bucket is empty, so ours is.
    func drain() {
        refill()
        tokens = min(tokens, 0)
    }

    private func refill() {
        let now = ContinuousClock.now
        tokens = min(rate.capacity, tokens + (now - updated) / .seconds(1) * rate.tokensPerSecond)
        updated = now
    }
}
