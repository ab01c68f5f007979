import Model
public import Notation

/// The answer of GET `/status`.
public struct HealerReport: Shaped, Equatable {
    public let status: HealerStatus
    /// The newest first.
    public let history: [HealingEntry]
    public static let notes: [String: Note] = ["status": "", "history": ""]
}

/// What the healer knows of its desk and of itself.
public struct HealerStatus: Shaped, Equatable {
    public struct Probe: Shaped, Equatable {
        public let at: String
        /// ready, recovering or none.
        public let answer: String
        public static let notes: [String: Note] = ["at": "", "answer": ""]
    }

    /// starting, ready, unready, waiting, ending, stopped, escalated, closed.
    public let state: String
    public let since: String
    public let desk: Int32?
    public let port: Int?
    public let probe: Probe?
    /// Of this healer's desk, after the first start.
    public let restarts: Int
    public let repairs: Int
    public let repairsAllowed: Int
    /// When the next start by the healer's own decision is due.
    public let planned: String?
    public let paused: Bool
    public let pausedFor: String?
    /// Why a person has to look.
    public let why: String?
    public let lastError: String?

    public static let notes: [String: Note] = [
        "state": "", "since": "", "desk": "Its process.", "port": "", "probe": "", "restarts": "", "repairs": "Within the last hour.", "repairs_allowed": "", "planned": "The next start.",
        "paused": "", "paused_for": "", "why": "A person must look.", "last_error": "",
    ]
    enum CodingKeys: String, CodingKey {
        case state, since, desk, port, probe, restarts, repairs, planned, paused, why
        case repairsAllowed = "repairs_allowed"
        case pausedFor = "paused_for"
        case lastError = "last_error"
    }

    init(_ machine: HealingMachine, port: Int?) {
        let text = { (time: Timestamp) in CivilTime.text(time, decimals: 3) }
        state = machine.stateName
        since = text(machine.phaseSince)
        desk = machine.process
        self.port = port
        probe = machine.lastProbe.map { Probe(at: text($0.at), answer: $0.answer.rawValue) }
        restarts = machine.restarts
        repairs = machine.repairs.count
        repairsAllowed = machine.policy.repairsAnHour
        if case .waiting(let due) = machine.phase, machine.paused == nil { planned = text(due) } else { planned = nil }
        paused = machine.paused != nil
        pausedFor = machine.paused.flatMap { $0.isEmpty ? nil : $0 }
        if case .escalated(let reason) = machine.phase { why = reason } else { why = nil }
        lastError = machine.lastError
    }
}

extension HealingMachine {
    /// The phase in a word; a desk that was ready and says or shows that it is not is `unready`.
    var stateName: String {
        switch phase {
        case .idle, .starting: "starting"
        case .ready: lastProbe?.answer == .ready ? "ready" : "unready"
        case .waiting: "waiting"
        case .ending: "ending"
        case .stopped: "stopped"
        case .escalated: "escalated"
        case .closed: "closed"
        }
    }
}
