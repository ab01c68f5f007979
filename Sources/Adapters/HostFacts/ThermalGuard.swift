/// Decides from a temperature whether work has to be held back, with hysteresis: it does not flutter at a limit.
///
/// A value: readings in, decisions out. It tightens at once and relaxes one step at a time, only after the temperature has stayed below the limit less the
/// margin for the whole hold time. Losing the sensor never relaxes anything: what is not known is not cool.
public struct ThermalGuard: Sendable, Equatable {
    public enum Stage: Int, Sendable, Comparable, CaseIterable {
        case normal, warm, hot, critical
        public static func < (a: Stage, b: Stage) -> Bool { a.rawValue < b.rawValue }
    }

    /// Degrees Celsius, rising.
    public struct Limits: Sendable, Equatable {
        public let warm: Double
        public let hot: Double
        public let critical: Double
        /// How far below a limit the temperature must fall to leave its stage.
        public let margin: Double
        /// How long it must stay there, in seconds.
        public let hold: Double

        public init(warm: Double, hot: Double, critical: Double, margin: Double = 5, hold: Double = 30) {
            precondition(warm < hot && hot < critical, "the limits of heat rise")
            precondition(margin >= 0 && hold >= 0, "margin and hold time are not negative")
            self.warm = warm
            self.hot = hot
            self.critical = critical
            self.margin = margin
            self.hold = hold
        }

        /// From what the device itself says: it slows down at `slowdown` and switches itself off at `shutdown`. Twenty, ten and two degrees before it slows.
        public init?(slowdown: Double, shutdown: Double?) {
            guard slowdown > 30, slowdown < 150, shutdown.map({ $0 >= slowdown }) ?? true else { return nil }
            self.init(warm: slowdown - 20, hot: slowdown - 10, critical: slowdown - 2)
        }

        /// For a device that does not tell its own: common to data-centre and desktop cards, which slow down from 83 degrees on.
        public static let standard = Limits(warm: 70, hot: 80, critical: 88)

        func entry(_ stage: Stage) -> Double {
            switch stage {
            case .normal: -.infinity
            case .warm: warm
            case .hot: hot
            case .critical: critical
            }
        }
    }

    public let limits: Limits
    public private(set) var stage: Stage = .normal
    /// Since when the temperature has allowed the next cooler stage; seconds on the caller's steady clock.
    private var coolSince: Double?
    /// When the last reading was taken.
    private var lastAt: Double?

    public init(_ limits: Limits) { self.limits = limits }

    /// Share of the work that may run, in percent, for whoever schedules it.
    public var allowance: Int {
        switch stage {
        case .normal: 100
        case .warm: 75
        case .hot: 25
        case .critical: 0
        }
    }

    /// Takes one reading and returns the stage that holds from now on.
    /// - Parameters:
    ///   - celsius: nil when the sensor did not answer.
    ///   - seconds: on any clock. Where it goes back, the time to wait begins anew; heat is taken seriously all the same.
    public mutating func take(_ celsius: Double?, at seconds: Double) -> Stage {
        if let lastAt, seconds < lastAt { coolSince = nil }
        lastAt = seconds
        guard let celsius, celsius.isFinite else {
            coolSince = nil
            return stage
        }
        let reached = Stage.allCases.last { celsius >= limits.entry($0) } ?? .normal
        if reached > stage {
            stage = reached
            coolSince = nil
        } else if stage > .normal, celsius < limits.entry(stage) - limits.margin {
            cool(seconds)
        } else {
            coolSince = nil
        }
        return stage
    }

    private mutating func cool(_ seconds: Double) {
        let since = coolSince ?? seconds
        coolSince = since
        guard seconds - since >= limits.hold, let next = Stage(rawValue: stage.rawValue - 1) else { return }
        stage = next
        // The next step has its own time to wait.
        coolSince = nil
    }
}
