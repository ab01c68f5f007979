import Matching
import Model
import Synchronization

/// The request budgets of all accounts, beside the house: who asks too much never reaches it.
///
/// Requests without a key are not counted: this exchange stands on the loopback, where every client is one address.
final class RateGate: Sendable {
    private struct Buckets {
        var tier: UsageTier
        var read: TokenBucket
        var write: TokenBucket

        init(_ tier: UsageTier, at time: Timestamp) {
            self.tier = tier
            read = TokenBucket(tier.read, at: time)
            write = TokenBucket(tier.write, at: time)
        }
    }

    private let standard: UsageTier
    private let buckets = Mutex<[AccountID: Buckets]>([:])

    /// - Parameter standard: what an account has until it is given another tier.
    init(standard: UsageTier) { self.standard = standard }

    /// Takes what the request costs; false when the account has spent its budget.
    func admit(_ account: AccountID, cost: Int, isWrite: Bool, at now: Timestamp) -> Bool {
        buckets.withLock { all in
            var own = all[account] ?? Buckets(standard, at: now)
            let isAdmitted = isWrite ? own.write.take(cost, at: now) : own.read.take(cost, at: now)
            all[account] = own
            return isAdmitted
        }
    }

    func tier(of account: AccountID) -> UsageTier { buckets.withLock { $0[account]?.tier } ?? standard }

    /// The new budgets begin full.
    func grant(_ tier: UsageTier, to account: AccountID, at now: Timestamp) { buckets.withLock { $0[account] = Buckets(tier, at: now) } }
}
