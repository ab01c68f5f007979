public import Model

/// What the healer does, as a function: what is seen and asked goes in, what is to be done comes out. No clock, no process, no file.
///
/// What it holds to: at most `repairsAnHour` repairs in any hour, longer waits from failure to failure, none at all while a person has paused it, and none of a desk
/// that ended on purpose. Only a process's end and its silence are causes for a repair; what the desk does with orders, limits and halts is none of its business.
public struct HealingMachine: Sendable {
    /// How a process ended.
    public enum Ending: Sendable, Equatable {
        case exited(Int32)
        case signaled(Int32)

        /// In order, or by a signal that asks for it: SIGINT is 2, SIGTERM 15, and 130 the code of a desk that was asked twice.
        var isOnPurpose: Bool {
            switch self {
            case .exited(let code): code == 0 || code == 130
            case .signaled(let number): number == 2 || number == 15
            }
        }
        /// The command line was refused (EX_USAGE), or the configuration (EX_CONFIG): it will be refused again.
        var isHopeless: Bool { self == .exited(64) || self == .exited(78) }
        var text: String {
            switch self {
            case .exited(let code): "exit code \(code)"
            case .signaled(let number): "signal \(number)"
            }
        }
    }

    /// What a probe heard.
    public enum Answer: String, Sendable {
        /// Recovered, and its account agrees with the exchange.
        case ready
        /// It answers, and is still recovering.
        case recovering
        case none
    }

    public enum Input: Sendable {
        case begin
        case spawned(Int32)
        case notSpawned(String)
        case ended(Int32, Ending, lastError: String?)
        case probed(Int32, Answer)
        case tick
        case pause(String?)
        case resume
        case restart(String?)
        case close
    }

    public enum Action: Sendable, Equatable {
        case start
        /// Ask it to end.
        case terminate(Int32)
        case kill(Int32)
        case note(HealingEntry)
    }

    /// What comes after the end of a process that is being ended.
    public enum Next: Sendable, Equatable {
        case repair
        /// A person asked for it.
        case restart
        case close

        var isAsked: Bool { self != .repair }
    }

    public enum Phase: Sendable, Equatable {
        case idle
        /// On its way to its first "ready": to `ready`, or to a repair when that takes too long.
        case starting(since: Timestamp)
        case ready(since: Timestamp)
        /// It died; the repair is due then.
        case waiting(until: Timestamp)
        case ending(since: Timestamp, killed: Bool, then: Next)
        /// It ended on purpose. Only a person starts it again.
        case stopped
        /// The bound is spent, or trying again cannot help. Only a person goes on from here, or the desk by answering after all.
        case escalated(why: String)
        case closed
    }

    public let policy: HealingPolicy
    public internal(set) var phase = Phase.idle
    /// When the phase began.
    public internal(set) var phaseSince: Timestamp
    /// The process, while there is one.
    public internal(set) var process: Int32?
    /// Why a person paused it; an empty text without a reason.
    public internal(set) var paused: String?
    /// Starts after the first one.
    public internal(set) var restarts = 0
    public internal(set) var lastError: String?
    public internal(set) var lastProbe: (at: Timestamp, answer: Answer)?
    /// When repairs were made, within the last hour.
    public internal(set) var repairs: [Timestamp]

    var streak = 0
    var lastAnswer: Timestamp
    /// The repair that a pause holds back was told.
    var isHeldTold = false
    /// The start under way is a repair's.
    var isRepairing = false
    var hasStarted = false

    /// - Parameters:
    ///   - repairs: those of an earlier healer of this desk: ending it does not renew the bound.
    ///   - paused: a pause that an earlier healer was told.
    public init(_ policy: HealingPolicy, at now: Timestamp, repairs: [Timestamp] = [], paused: String? = nil) {
        precondition(policy.repairsAnHour >= 0 && policy.firstWait > .zero, "a healer waits, and counts from nought")
        self.policy = policy
        self.repairs = repairs
        self.paused = paused
        (phaseSince, lastAnswer) = (now, now)
    }

    public mutating func take(_ input: Input, at now: Timestamp) -> [Action] {
        repairs.removeAll { now - $0 >= Self.hour }
        switch input {
        case .begin: return phase == .idle ? start(at: now) : []
        case .spawned(let pid): return spawned(pid, at: now)
        case .notSpawned(let why):
            lastError = why
            return failed("cannot be started: \(why)", isHopeless: false, at: now)
        case .ended(let pid, let ending, let error): return pid == process ? ended(ending, error, at: now) : []
        case .probed(let pid, let answer): return pid == process ? probed(answer, at: now) : []
        case .tick: return ticked(at: now)
        case .pause(let reason):
            paused = reason ?? ""
            return [note(.paused, "Repairs are paused" + (reason.map { ": \($0)" } ?? "."), at: now)]
        case .resume:
            guard paused != nil else { return [] }
            (paused, isHeldTold) = (nil, false)
            return [note(.resumed, "Repairs go on.", at: now)]
        case .restart(let reason): return restart(reason, at: now)
        case .close: return close(at: now)
        }
    }

    public static let hour = Interval.seconds(3600)

    /// It has been told to end, and takes no more wishes.
    public var isClosing: Bool {
        if case .ending(_, _, .close) = phase { return true }
        return phase == .closed
    }

    mutating func enter(_ next: Phase, at now: Timestamp) {
        (phase, phaseSince) = (next, now)
    }

    func note(_ kind: HealingEntry.Kind, _ message: String, at now: Timestamp) -> Action {
        .note(HealingEntry(at: CivilTime.text(now, decimals: 3), level: HealingEntry.level(of: kind), kind: kind, message: message, pid: process))
    }
}
