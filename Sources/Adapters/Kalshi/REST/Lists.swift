/// A page of a list. The last one has an empty cursor, or none.
struct Page<Row: Answered>: Sendable {
    let rows: [Row]
    let cursor: String?
}

/// How a list is wrapped: under which name its rows stand, and what else stands beside them.
struct ListShape<Row: Answered>: Sendable {
    let key: String
    let cursor: String
    let contract: Contract

    /// - Parameter cursor: what the cursor is called; one list has a word of its own for it.
    init(_ key: String, _ type: Row.Type, beside: String = "", cursor: String = "cursor") {
        self.key = key
        self.cursor = cursor
        contract = Contract("the list of \(key)", "\(key) \(cursor) \(beside)")
    }

    func page(_ value: AnswerValue, _ notes: ContractNotes) throws(ContractBreak) -> Page<Row> {
        let fields = try Fields(value, contract, notes)
        return Page(rows: try fields.many(key, Row.self), cursor: try fields.text(ifPresent: cursor))
    }
}

/// One thing in a wrapper of its own: `{"market":{...}}`.
struct WrappedShape<Part: Answered>: Sendable {
    let key: String
    let contract: Contract

    init(_ key: String, _ type: Part.Type, beside: String = "") {
        self.key = key
        contract = Contract("the answer with \(key)", "\(key) \(beside)")
    }

    func part(_ value: AnswerValue, _ notes: ContractNotes) throws(ContractBreak) -> Part { try Fields(value, contract, notes).one(key, Part.self) }
}

extension ListShape where Row == KalshiMarket {
    static var markets: Self { Self("markets", KalshiMarket.self) }
}
extension ListShape where Row == KalshiEvent {
    static var events: Self { Self("events", KalshiEvent.self, beside: "milestones") }
}
extension ListShape where Row == KalshiSeries {
    static var series: Self { Self("series", KalshiSeries.self) }
}
extension ListShape where Row == OrderRow {
    static var orders: Self { Self("orders", OrderRow.self) }
}
extension ListShape where Row == FillRow {
    static var fills: Self { Self("fills", FillRow.self) }
}
extension ListShape where Row == PositionRow {
    static var positions: Self { Self("market_positions", PositionRow.self, beside: "event_positions") }
}
extension ListShape where Row == KalshiSettlement {
    static var settlements: Self { Self("settlements", KalshiSettlement.self) }
}
extension ListShape where Row == KalshiTrade {
    static var trades: Self { Self("trades", KalshiTrade.self) }
}
