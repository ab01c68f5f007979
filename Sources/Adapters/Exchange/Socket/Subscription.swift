import Model
import Notation

/// One channel of one client: what of it the client wants, and how many numbered messages it was sent.
struct Subscription {
    let sid: Int
    let channel: Channel
    /// Nil for all markets.
    var markets: Set<Ticker>?
    /// Markets named by id, beside `markets`; the ticker channel alone.
    var marketIDs: Set<String> = []
    /// Ids of price feeds; "all" stands for every one.
    var things: Set<String> = []
    var useYesPrice = false
    var skipsList = false
    var shard: SubscribeOptions.Shard?
    var ownOnly = false
    private(set) var sequence: Int64 = 0

    init(sid: Int, channel: Channel, _ options: SubscribeOptions) {
        self.sid = sid
        self.channel = channel
        if channel.takesMarkets {
            markets = options.markets.map { Set($0.map { Ticker($0) }) }
            if let ids = options.marketIDs {
                markets = []
                marketIDs = Set(ids)
            }
        }
        if let named = channel.things { things = Set(options.ids(named) ?? []) }
        useYesPrice = options.useYesPrice
        skipsList = options.skipTickerList
        shard = options.shard
        ownOnly = options.ownOnly
    }

    /// How many markets it counts for; none when it takes all.
    var marketCount: Int { (markets?.count ?? 0) + marketIDs.count }

    func wants(_ market: Ticker) -> Bool { markets?.contains(market) ?? true }
    func wants(_ market: Ticker, id: String) -> Bool { wants(market) || (!marketIDs.isEmpty && marketIDs.contains(id)) }
    func wantsThing(_ id: String) -> Bool { things.contains("all") || things.contains(id) }

    /// The number of its next message.
    mutating func next() -> Int64 {
        sequence += 1
        return sequence
    }

    /// What an `ok` lists: everything it is narrowed to now.
    var listed: JSON {
        if let named = channel.things { return .object([named.rawValue: Subscription.list(things)]) }
        guard !skipsList, let markets else { return .object([:]) }
        if !marketIDs.isEmpty, markets.isEmpty { return .object(["market_ids": Subscription.list(marketIDs)]) }
        return .object([
            "market_tickers": Subscription.list(Set(markets.map(\.text))), "market_ids": marketIDs.isEmpty ? nil : Subscription.list(marketIDs),
        ])
    }

    private static func list(_ names: Set<String>) -> JSON { .array(names.sorted().map(JSON.text)) }
}
