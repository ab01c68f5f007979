/// Requests to one cluster a second: a bucket that refills evenly. A loop in an assistant must not become a load on a cluster.
public actor RequestBudget {
    private let perSecond: Double
    private let burst: Double
    private var tokens: Double
    private var updated = ContinuousClock.now
    /// Waiting for a turn takes so long at most; beyond it nothing is sent.
    private static let longestWait = 5.0

    /// kubectl's own defaults are 50 a second and 300 at once; half of it leaves room for the person beside us.
    public init(perSecond: Double = 25, burst: Double = 150) {
        precondition(perSecond > 0 && burst >= 1, "a budget lets something through")
        self.perSecond = perSecond
        self.burst = burst
        tokens = burst
    }

    /// Returns when it is this request's turn; a cancelled wait ends at once.
    func take() async throws(KubernetesError) {
        let now = ContinuousClock.now
        tokens = min(burst, tokens + (now - updated) / .seconds(1) * perSecond)
        updated = now
        let wait = tokens >= 1 ? 0 : (1 - tokens) / perSecond
        guard wait <= Self.longestWait else { throw .tooFast(retryAfterMilliseconds: Int((wait - Self.longestWait) * 1000) + 1) }
        tokens -= 1
        guard wait > 0 else { return }
        do { try await Task.sleep(for: .seconds(wait)) } catch {
            // Nothing will be sent: the turn is the next one's.
            tokens += 1
            throw .cancelled
        }
    }
}
