public import Model

/// Takes size away as things go wrong, and stops at the limit. It loosens again when they recover, all but the halt, which a person must clear.
///
/// Six things can go wrong, each measured against its own limit; the worst decides. None of them waits for another: before the first look at equity, errors
/// and silence already count.
public struct CircuitBreaker: Hashable, Sendable, Codable {
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

    /// What is known besides equity, at one look.
    public struct Surroundings: Hashable, Sendable {
        /// How long nothing has been heard from the exchange; nil where nothing is expected.
        public var silence: Interval?
        /// How long the account has differed from the exchange's without an explanation; nil while the two agree.
        public var differing: Interval?

        public init(silence: Interval? = nil, differing: Interval? = nil) {
            self.silence = silence
            self.differing = differing
        }
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
    public private(set) var streak = LossStreak()
    public private(set) var answers = AnswerRate()

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

    /// Looks at everything that can go wrong. Returns the new state if it changed. A gain never trips it.
    /// - Parameter equity: nil while the account is unknown; the other causes count all the same.
    public mutating func observe(
        equity: Money?, _ surroundings: Surroundings = Surroundings(), at time: Timestamp, settings: DeskSettings
    ) -> State? {
        if let equity { remember(equity, at: time) }
        guard state != .halted else { return nil }
        let uses = equity.map { equityUses($0, settings) } ?? []
        let worst = (uses + otherUses(surroundings, settings)).max { $0.use < $1.use }
        let before = state
        state = level(worst?.use ?? 0)
        reason = state == .normal ? nil : worst?.cause.sentence
        return state == before ? nil : state
    }

    /// A position was paid out.
    /// - Parameter chance: that it would lose, by what was paid for it.
    public mutating func settled(_ event: EventTicker, realized: Money, chanceOfLoss chance: Double) {
        streak.add(event, realized: realized, chanceOfLoss: chance)
    }

    /// Nothing more of the event will be paid.
    /// A payout was taken back: the streak forgets what it said.
    public mutating func takenBack(_ event: EventTicker, realized: Money) { streak.takenBack(event, realized: realized) }

    public mutating func eventOver(_ event: EventTicker) { streak.over(event) }

    /// The exchange answered a request, or failed to.
    public mutating func answered(well: Bool) { answers.add(well: well) }

    /// A halt for another cause.
    public mutating func halt(_ reason: String) {
        state = .halted
        self.reason = reason
    }

    /// Clears a halt. What went wrong so far is accepted: the limits count anew from `equity`, the high-water mark stays for show.
    public mutating func reset(equity: Money?) {
        state = .normal
        reason = nil
        acceptedHigh = equity
        dayStart = equity
        streak = LossStreak()
        answers = AnswerRate()
    }

    /// Money came or went that was no trade: the limits count anew from the next equity; a halt stays.
    public mutating func rebase() {
        acceptedHigh = nil
        dayStart = nil
        day = nil
    }

    /// The share of the highest equity ever that is gone now.
    public func drawdown(_ equity: Money) -> Double { share(equity, below: highWaterMark) }

    // MARK: - Steps

    private typealias Use = (use: Double, cause: Cause)

    /// It is put into words only when it says something: the breaker looks twice a second.
    private enum Cause {
        case dayLoss(Money), drawdown(Double), streak(Int), errors(Double), silence(Interval), difference(Interval)

        var sentence: String {
            switch self {
            case .dayLoss(let lost): "loss of the day \(lost)"
            case .drawdown(let share): "drawdown \(percent(share))"
            case .streak(let events): "\(events) events lost in a row, against the odds paid"
            case .errors(let rate): "errors in \(percent(rate)) of the last requests"
            case .silence(let time): "nothing heard for \(Int64(time.seconds)) s"
            case .difference(let time): "an unexplained difference for \(Int64(time.seconds)) s"
            }
        }

        private func percent(_ share: Double) -> String { FixedPoint.text(Int64((share * 1000).rounded()), decimals: 1) + " %" }
    }

    private mutating func remember(_ equity: Money, at time: Timestamp) {
        if day != time.utcDay {
            day = time.utcDay
            dayStart = equity
        }
        highWaterMark = max(highWaterMark ?? equity, equity)
        acceptedHigh = max(acceptedHigh ?? equity, equity)
    }

    /// Each as a share of its limit; a limit of zero is none.
    private func equityUses(_ equity: Money, _ settings: DeskSettings) -> [Use] {
        let lost = dayLoss(equity)
        let fallen = limitedDrawdown(equity)
        return [
            (settings.dailyLossLimit > .zero ? lost.approximateDollars / settings.dailyLossLimit.approximateDollars : 0, .dayLoss(lost)),
            (settings.drawdownLimit > 0 ? fallen / settings.drawdownLimit : 0, .drawdown(fallen)),
        ]
    }

    private func otherUses(_ surroundings: Surroundings, _ settings: DeskSettings) -> [Use] {
        let silence = surroundings.silence ?? .zero
        let differing = surroundings.differing ?? .zero
        return [
            (streak.use(limit: settings.lossStreakChance), .streak(streak.events)),
            (settings.errorRateLimit > 0 ? (answers.errorRate ?? 0) / settings.errorRateLimit : 0, .errors(answers.errorRate ?? 0)),
            (settings.silenceLimit > .zero ? silence.seconds / settings.silenceLimit.seconds : 0, .silence(silence)),
            (settings.differenceLimit > .zero ? differing.seconds / settings.differenceLimit.seconds : 0, .difference(differing)),
        ]
    }

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

    public func feed(into digest: inout Digest) {
        digest.feed(state.rawValue)
        digest.feed(highWaterMark ?? .zero)
        digest.feed(dayStart ?? .zero)
        digest.feed(acceptedHigh ?? .zero)
        digest.feed(day ?? 0)
        streak.feed(into: &digest)
        answers.feed(into: &digest)
    }
}
