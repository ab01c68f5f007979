import Ports

/// One message to every client, encoded once: its type and its payload.
struct Increment: Sendable, Hashable {
    let type: String
    let payload: [UInt8]
}

/// What has changed between two views of the desk, as the messages that tell it. A pure function.
enum ViewDiff {
    /// - Returns: the increments, and how many could not be written as JSON.
    static func increments(from old: DeskView, to new: DeskView) -> (increments: [Increment], failures: Int) {
        var result: [Increment] = []
        var failures = 0
        func add(_ type: String, _ payload: some Encodable) {
            if let bytes = JSONText.encode(payload) { result.append(Increment(type: type, payload: bytes)) } else { failures += 1 }
        }
        if new.status != old.status { add("status", new.status) }
        if new.account != old.account { add("account", new.account) }
        let markets = changedMarkets(from: old.markets, to: new.markets)
        if !markets.isEmpty { add("markets", markets) }
        if new.orders != old.orders { add("orders", new.orders) }
        if new.positions != old.positions { add("positions", new.positions) }
        let decisions = newer(new.decisions, than: old.decisions, by: \.id)
        if !decisions.isEmpty { add("decisions", decisions) }
        let log = newer(new.log, than: old.log, by: \.id)
        if !log.isEmpty { add("log", log) }
        let equity = newer(new.equity, than: old.equity, by: \.time)
        if !equity.isEmpty { add("equity", equity) }
        if new.refusals != old.refusals { add("refusals", new.refusals) }
        if new.scores != old.scores { add("scores", new.scores) }
        if new.risks != old.risks { add("risks", new.risks) }
        if new.learning != old.learning { add("learning", new.learning) }
        if new.news != old.news { add("news", new.news) }
        if let research = new.research, research != old.research { add("research", research) }
        if new.proposals != old.proposals { add("proposals", new.proposals) }
        if new.groups != old.groups { add("groups", new.groups) }
        return (result, failures)
    }

    private static func changedMarkets(from old: [MarketView], to new: [MarketView]) -> [MarketChange] {
        let before = Dictionary(old.map { ($0.ticker, $0) }, uniquingKeysWith: { _, last in last })
        let present = Set(new.map(\.ticker))
        let changed = new.filter { before[$0.ticker] != $0 }.map(MarketChange.changed)
        let gone = old.map(\.ticker).filter { !present.contains($0) }.map(MarketChange.gone)
        return changed + gone
    }

    /// Lists that only grow at the end, and forget at the start.
    private static func newer<Item>(_ new: [Item], than old: [Item], by key: (Item) -> Int64) -> [Item] {
        guard let last = old.map(key).max() else { return new }
        return new.filter { key($0) > last }
    }
}

private enum MarketChange: Encodable {
    case changed(MarketView)
    case gone(String)

    private enum Key: String, CodingKey { case ticker, gone }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .changed(let view): try view.encode(to: encoder)
        case .gone(let ticker):
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(ticker, forKey: .ticker)
            try container.encode(true, forKey: .gone)
        }
    }
}
