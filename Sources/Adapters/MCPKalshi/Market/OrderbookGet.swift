import MCP
import MCPHosting
import MCPServing
import Model
import Notation
import Ports

/// A book as it is told.
struct BookRow: Shaped {
    let ticker: String
    let yes: [[String]]
    let no: [[String]]
    let mid: Double?
    let microprice: Double?
    let imbalance: Double?
    let source: String
    let stale_ms: Int64
    static let notes: [String: Note] = [
        "ticker": .plain, "yes": "Bids for YES, best first: [price, count].", "no": "Bids for NO.",
        "mid": .plain, "microprice": .plain, "imbalance": "1 bids, -1 offers.", "source": .plain,
        "stale_ms": .plain,
    ]

    init(_ ticker: Ticker, _ figures: BookFigures, depth: Int, now: Timestamp) {
        func rows(_ levels: [Level]) -> [[String]] { levels.prefix(depth).map { [$0.price.description, $0.quantity.description] } }
        self.ticker = ticker.text
        yes = rows(figures.yes)
        no = rows(figures.no)
        mid = figures.yes.first.flatMap { bid in figures.offers(.yes).first.map { rounded((bid.price.probability + $0.price.probability) / 2) } }
        microprice = figures.microprice.map(rounded)
        imbalance = figures.imbalance.map(rounded)
        source = figures.isStreamed ? "stream" : "rest"
        stale_ms = max(0, (now - figures.heard).nanoseconds / 1_000_000)
    }
}

/// `orderbook_get`.
struct OrderbookGet: Tool {
    struct Arguments: Shaped {
        let tickers: [String]
        let depth: Int
        static let notes: [String: Note] = ["tickers": Note("Markets.", items: 1...25), "depth": Note("Levels of each leg.", range: 1...100, default: 10)]
    }
    struct Output: Shaped {
        let environment: String
        let as_of: String
        let books: [BookRow]
        let missing: [String]
        static let notes: [String: Note] = ["environment": .plain, "as_of": .plain, "books": .plain, "missing": .plain]
    }
    static let name = "orderbook_get"
    static let summary = "Live books of up to 25 markets."
    static let hints = ToolHints.readsElsewhere
    let door: KalshiDoor

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let tickers: [Ticker] = try arguments.tickers.map { try Given.name($0) }
        let figures = try await door.figures(tickers)
        let now = door.clock.now()
        return Output(
            environment: door.environment.rawValue, as_of: now.told,
            books: tickers.compactMap { ticker in figures[ticker].map { BookRow(ticker, $0, depth: arguments.depth, now: now) } },
            missing: tickers.filter { figures[$0] == nil }.map(\.text))
    }
}
