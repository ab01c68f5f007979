public import Model

/// Books that stopped being true and wait for their snapshots: from the loss until the last of them is live again, and how long that took.
public struct Thaw: Hashable, Sendable, Codable {
    /// One loss and its repair.
    public struct Repair: Hashable, Sendable, Codable {
        public let books: Int
        public let took: Interval
    }

    /// The books still frozen.
    public private(set) var waiting: Set<Ticker> = []
    private var began: Timestamp = .zero
    private var books = 0
    /// The newest repair, and the one that took longest.
    public private(set) var last: Repair?
    public private(set) var longest: Repair?
    public private(set) var repairs = 0

    /// These books froze now. Those of an earlier loss that still wait are part of the same repair.
    mutating func froze(_ tickers: [Ticker], at now: Timestamp) {
        if waiting.isEmpty {
            began = now
            books = 0
        }
        for ticker in tickers where waiting.insert(ticker).inserted { books += 1 }
    }

    /// This book is live again. The repair, when it was the last one that waited.
    mutating func thawed(_ ticker: Ticker, at now: Timestamp) -> Repair? {
        guard waiting.remove(ticker) != nil, waiting.isEmpty else { return nil }
        let repair = Repair(books: books, took: now - began)
        last = repair
        repairs += 1
        if repair.took > longest?.took ?? Interval(nanoseconds: -1) { longest = repair }
        return repair
    }

    /// The market is over: nobody waits for its book any more.
    mutating func forget(_ ticker: Ticker) { waiting.remove(ticker) }

    func feed(into digest: inout Digest) {
        digest.feed(waiting.count)
        digest.feed(repairs)
    }
}
