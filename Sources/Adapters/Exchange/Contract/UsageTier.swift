/// The request budgets of an account by its tier, in tokens a second (Kalshi reference, section 14).
public enum UsageTier: String, Hashable, Sendable, Codable, CaseIterable {
    case basic, advanced, expert, premier, paragon, prime, prestige
    /// Ours, beside the exchange's own: never refused, for load tests.
    case unmetered

    struct Budget: Hashable, Sendable {
        let refillRate: Int64
        let capacity: Int64
    }

    var read: Budget {
        let rate: Int64 =
            switch self {
            case .basic: 200
            case .advanced: 300
            case .expert: 600
            case .premier: 1000
            case .paragon: 2000
            case .prime: 4000
            case .prestige: 10_000
            case .unmetered: 1_000_000_000
            }
        // Two seconds of budget for the lowest tiers' reads, one for the others'.
        return Budget(refillRate: rate, capacity: self == .basic || self == .advanced ? 2 * rate : rate)
    }

    var write: Budget {
        let rate: Int64 =
            switch self {
            case .basic: 100
            case .advanced: 300
            case .expert: 600
            case .premier: 1000
            case .paragon: 2000
            case .prime: 4000
            case .prestige: 8000
            case .unmetered: 1_000_000_000
            }
        return Budget(refillRate: rate, capacity: self == .basic || self == .unmetered ? rate : 2 * rate)
    }

    /// The share of the exchange's volume over 30 days that earns a tier, and that keeps it, in hundred-thousandths; nil where volume earns nothing.
    var volumeShare: (earn: Int64, keep: Int64)? {
        switch self {
        case .basic, .advanced, .unmetered: nil
        case .expert: (75, 50)
        case .premier: (125, 100)
        case .paragon: (250, 200)
        case .prime: (500, 400)
        case .prestige: (1000, 800)
        }
    }
}
