public import Notation

/// One line of the healer's history: what was seen, done, or asked for by a person.
public struct HealingEntry: Shaped, Equatable {
    public enum Kind: String, Choice {
        /// Seen.
        case started, ready, unready, ended, stopped, silent
        /// Done. `repair` counts against the bound of an hour; `verified` says that the desk was ready after it.
        case repair, verified, killed, held, escalated, closed
        /// Asked for by a person.
        case paused, resumed, restart
    }

    /// RFC 3339, UTC.
    public let at: String
    /// info, warning, error or critical.
    public let level: String
    public let kind: Kind
    public let message: String
    public let pid: Int32?

    public static let notes: [String: Note] = ["at": "", "level": "", "kind": "", "message": "", "pid": ""]

    static func level(of kind: Kind) -> String {
        switch kind {
        case .started, .ready, .verified, .stopped, .closed, .paused, .resumed, .restart: "info"
        case .unready, .repair, .held: "warning"
        case .ended, .silent, .killed: "error"
        case .escalated: "critical"
        }
    }
}
