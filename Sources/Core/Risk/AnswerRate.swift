public import Model

/// How many of the last requests failed.
public struct AnswerRate: Hashable, Sendable, Codable {
    /// Answers that are remembered.
    static let memory = 20
    /// Fewer answers say nothing.
    static let needed = 10

    /// Newest last.
    private var well: [Bool] = []

    public init() {}

    public mutating func add(well answer: Bool) {
        well.append(answer)
        if well.count > Self.memory { well.removeFirst() }
    }

    /// Nil before there are enough answers.
    public var errorRate: Double? {
        well.count < Self.needed ? nil : Double(well.count { !$0 }) / Double(well.count)
    }

    func feed(into digest: inout Digest) {
        for answer in well { digest.feed(answer) }
    }
}

extension CircuitBreaker {
    /// Counts an answer as good, as an error, or not at all.
    ///
    /// Being too late for a price is a part of trading (a post-only order that would cross, an immediate order without a match), and an order that our own
    /// rate limit kept back was never asked of the exchange; an order that it calls wrong, or an answer that does not come, is an error. Only answers to
    /// places and cancels belong here: of a question, which is asked again and again, the good answers are not reports.
    public mutating func hear(_ report: OrderReport) {
        switch report {
        case .accepted, .canceled: answered(well: true)
        case .rejected(_, let code, let message): if !Self.isOrdinary(code, message) { answered(well: false) }
        case .unknown: answered(well: false)
        case .change(_, .amended), .change(_, .decreased): answered(well: true)
        case .change(_, .refused(let code, let message)): if !Self.isOrdinary(code, message), code != Self.gone { answered(well: false) }
        case .change(_, .unknown): answered(well: false)
        case .absent, .notResting, .state: break
        }
    }

    /// What the exchange says of an order into a group whose limit is reached, and into one that it does not have: its asker's own limit, no fault of the desk.
    public static let groupIsFull = "exceeded_order_group_risk_limit"
    public static let groupIsGone = "order_group_not_found"

    /// It had filled, or was taken back, before the change came.
    private static let gone = "not_found"

    private static func isOrdinary(_ code: String, _ message: String) -> Bool {
        let ordinary = ["own_rate_limit", "fill_or_kill_insufficient_resting_volume", "market_inactive", "trading_is_paused", "exchange_is_paused", groupIsFull, groupIsGone]
        // The exchange has no code of its own for a post-only order that would cross.
        return ordinary.contains(code) || message.contains("post only cross")
    }
}
