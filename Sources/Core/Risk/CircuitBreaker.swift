public import Model

/// Takes size away as losses grow, and stops at the limit. It loosens again when equity recovers, all but the halt, which a person must clear.
public struct CircuitBreaker: Hashable, Sendable {
    public enum State: String, Hashable, Sendable, Codable {
        /// Full size; then warning, critical or halted.
        case normal
        /// Half size, from half of a limit; then any other.
        case warning
        /// A quarter, from three quarters of a limit; then any other.
        case critical
        /// Nothing is opened. Then normal, by `reset` alone.
        case halted
    }

    public private(set) var state: State = .normal
    public private(set) var reason: String?
    /// The highest equity ever seen: it never looks back only a day.
    public private(set) var highWaterMark: Money?
    /// Equity when the UTC day began, or when the first figure of it came.
    public private(set) var dayStart: Money?
    private var day: Int64?
    /// What a reset accepted: losses before it no longer count against the limits.
    private var acceptedHigh: Money?

    public init() {}

    /// The share of full size that is left.
    public var sizeShare: Double {
        switch state {
        case .normal: 1
        case .warning: 0.5
        case .critical: 0.25
        case .halted: 0
        }
    }

    /// Looks at the newest equity. Returns the new state if it changed. A gain never trips it.
    public mutating func observe(equity: Money, at time: Timestamp, settings: DeskSettings) -> State? {
        if day != time.utcDay {
            day = time.utcDay
            dayStart = equity
        }
        highWaterMark = max(highWaterMark ?? equity, equity)
        acceptedHigh = max(acceptedHigh ?? equity, equity)
        guard state != .halted else { return nil }
        let lost = dayLoss(equity)
        let dailyUse = settings.dailyLossLimit > .zero ? lost.approximateDollars / settings.dailyLossLimit.approximateDollars : 0
        let drawdownUse = settings.drawdownLimit > 0 ? limitedDrawdown(equity) / settings.drawdownLimit : 0
        let before = state
        state = level(max(dailyUse, drawdownUse))
        reason = state == .normal ? nil : dailyUse >= drawdownUse ? "loss of the day \(lost)" : "drawdown \(percent(limitedDrawdown(equity)))"
        return state == before ? nil : state
    }

    /// A halt for another cause than equity.
    public mutating func halt(_ reason: String) {
        state = .halted
        self.reason = reason
    }

    /// Clears a halt. The loss so far is accepted: both limits count anew from `equity`, the high-water mark stays for show.
    public mutating func reset(equity: Money?) {
        state = .normal
        reason = nil
        acceptedHigh = equity
        dayStart = equity
    }

    /// Money came or went that was no trade: the limits count anew from the next equity; a halt stays.
    public mutating func rebase() {
        acceptedHigh = nil
        dayStart = nil
        day = nil
    }

    /// The share of the highest equity ever that is gone now.
    public func drawdown(_ equity: Money) -> Double { share(equity, below: highWaterMark) }

    private func limitedDrawdown(_ equity: Money) -> Double { share(equity, below: acceptedHigh) }

    private func share(_ equity: Money, below high: Money?) -> Double {
        guard let high, high > .zero, equity < high else { return 0 }
        return (high - equity).approximateDollars / high.approximateDollars
    }

    private func dayLoss(_ equity: Money) -> Money { dayStart.map { max($0 - equity, .zero) } ?? .zero }

    private func level(_ use: Double) -> State {
        if use >= 1 { return .halted }
        if use >= 0.75 { return .critical }
        return use >= 0.5 ? .warning : .normal
    }

    private func percent(_ share: Double) -> String { FixedPoint.text(Int64((share * 1000).rounded()), decimals: 1) + " %" }

    public func feed(into digest: inout Digest) {
        digest.feed(state.rawValue)
        digest.feed(highWaterMark ?? .zero)
        digest.feed(dayStart ?? .zero)
        digest.feed(acceptedHigh ?? .zero)
        digest.feed(day ?? 0)
    }
}
