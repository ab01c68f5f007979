import Accounting
import Books
import Kalshi
import Model
import Ports

/// One book as it is told, whether it came by the stream or was asked for: bids of both legs, best first.
struct BookFigures: Sendable {
    let yes: [Level]
    let no: [Level]
    /// When it was certainly true.
    let heard: Timestamp
    let isStreamed: Bool

    init(_ book: KalshiOrderbook, at time: Timestamp) {
        yes = book.yes.filter { $0.quantity > .zero }.sorted { $0.price > $1.price }
        no = book.no.filter { $0.quantity > .zero }.sorted { $0.price > $1.price }
        heard = time
        isStreamed = false
    }

    init(_ book: OrderBook, heard: Timestamp) {
        yes = book.yes.levels.reversed()
        no = book.no.levels.reversed()
        self.heard = heard
        isStreamed = true
    }

    func bids(_ side: Side) -> [Level] { side == .yes ? yes : no }

    /// What a buyer of the leg meets, in that leg's dollars, cheapest first.
    func offers(_ side: Side) -> [Level] { bids(side.opposite).map { Level(price: $0.price.complement, quantity: $0.quantity) } }

    /// The middle weighted by what stands against it: nearer to the side that has less. Nil unless both are quoted.
    var microprice: Double? {
        guard let bid = yes.first, let ask = offers(.yes).first else { return nil }
        let (b, a) = (bid.quantity.approximateContracts, ask.quantity.approximateContracts)
        return (bid.price.probability * a + ask.price.probability * b) / (a + b)
    }

    /// Of the best levels: 1 is all bids, -1 all offers.
    var imbalance: Double? {
        guard let bid = yes.first, let ask = no.first else { return nil }
        let (b, a) = (bid.quantity.approximateContracts, ask.quantity.approximateContracts)
        return (b - a) / (b + a)
    }
}

extension KalshiDoor {
    /// Books from the stream where they are followed, else asked for together.
    func figures(_ tickers: [Ticker]) async throws -> [Ticker: BookFigures] {
        var found: [Ticker: BookFigures] = [:]
        for ticker in tickers {
            if let live = await books.book(ticker) { found[ticker] = BookFigures(live.book, heard: live.heard) }
        }
        let missing = tickers.filter { found[$0] == nil }
        guard !missing.isEmpty else { return found }
        let client = try await client()
        // One alone has an address of its own that needs no key.
        if missing.count == 1 || !hasAccount {
            for ticker in missing {
                if let book = try await present({ try await client.orderbook(ticker) }) { found[ticker] = BookFigures(book, at: clock.now()) }
            }
        } else {
            for (ticker, book) in try await client.orderbooks(missing) { found[ticker] = BookFigures(book, at: clock.now()) }
        }
        return found
    }
}
