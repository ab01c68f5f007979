public import Model

extension Venue {
    /// The best bid of a leg, strangers' and accounts' together, without building the book. Nil for an empty side, an unknown market and a recorded one.
    public mutating func best(_ market: Ticker, _ side: Side) -> Price? {
        guard let m = place(market), !markets[m].record.isRecorded else { return nil }
        return markets[m].book.best(side).map(markets[m].book.price)
    }
}
