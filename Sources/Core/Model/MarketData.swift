/// What rests at one price.
public struct Level: Hashable, Sendable, Codable {
    public let price: Price
    public let quantity: Quantity

    public init(price: Price, quantity: Quantity) {
        self.price = price
        self.quantity = quantity
    }
}

/// The whole book of a market: bids for YES and bids for NO, each in its own leg's dollars, ascending. It replaces whatever was known.
public struct BookSnapshot: Hashable, Sendable, Codable {
    public let market: Ticker
    public let subscription: SubscriptionID
    public let sequence: UInt64
    public let yes: [Level]
    public let no: [Level]

    public init(market: Ticker, subscription: SubscriptionID, sequence: UInt64, yes: [Level], no: [Level]) {
        self.market = market
        self.subscription = subscription
        self.sequence = sequence
        self.yes = yes
        self.no = no
    }
}

/// A change of one level. `price` is in the dollars of `side`'s leg.
public struct BookDelta: Hashable, Sendable, Codable {
    public let market: Ticker
    public let subscription: SubscriptionID
    public let sequence: UInt64
    public let side: Side
    public let price: Price
    public let change: Quantity

    public init(market: Ticker, subscription: SubscriptionID, sequence: UInt64, side: Side, price: Price, change: Quantity) {
        self.market = market
        self.subscription = subscription
        self.sequence = sequence
        self.side = side
        self.price = price
        self.change = change
    }
}

/// A match between two strangers (or with us), as the public tape shows it.
public struct PublicTrade: Hashable, Sendable, Codable {
    public let market: Ticker
    public let id: TradeID
    public let yesPrice: Price
    public let quantity: Quantity
    /// The leg that the taker bought.
    public let takerSide: Side
    public let time: Timestamp

    public init(market: Ticker, id: TradeID, yesPrice: Price, quantity: Quantity, takerSide: Side, time: Timestamp) {
        self.market = market
        self.id = id
        self.yesPrice = yesPrice
        self.quantity = quantity
        self.takerSide = takerSide
        self.time = time
    }
}

/// The exchange's own summary of a market. Not synchronised with the book channel: never used in place of the book.
public struct TickerUpdate: Hashable, Sendable, Codable {
    public let market: Ticker
    public let lastPrice: Price
    public let yesBid: Price
    public let yesAsk: Price
    public let volume: Quantity

    public init(market: Ticker, lastPrice: Price, yesBid: Price, yesAsk: Price, volume: Quantity) {
        self.market = market
        self.lastPrice = lastPrice
        self.yesBid = yesBid
        self.yesAsk = yesAsk
        self.volume = volume
    }
}

/// A price of an underlying, in its own units (dollars for BTC).
public struct SpotTick: Hashable, Sendable, Codable {
    public let underlying: Underlying
    public let price: Double

    public init(underlying: Underlying, price: Double) {
        self.underlying = underlying
        self.price = price
    }
}

/// What the gates of market data let in: everything the books, the strategies and the simulated fills live on.
public enum MarketEvent: Hashable, Sendable, Codable {
    /// A connection stands. Its number is greater than that of any before.
    case connected(connection: UInt32)
    /// A connection is gone: what its subscriptions fed is frozen.
    case disconnected(connection: UInt32)
    /// A subscription began. `complete` says that every message of it will be seen, so that a jump of its sequence is a loss;
    /// a capture that kept only some of a subscription's markets is not complete.
    case subscribed(SubscriptionID, channel: String, complete: Bool)
    /// A message that only moves a subscription's sequence on (a control reply, a channel this desk does not read).
    case sequenced(SubscriptionID, UInt64)
    case snapshot(BookSnapshot)
    case delta(BookDelta)
    /// A public trade; the trade channel has a sequence of its own.
    // The rare large cases live behind a reference, so that the common ones are moved about in 49 bytes, not 152.
    indirect case trade(PublicTrade, SubscriptionID, UInt64)
    case ticker(TickerUpdate)
    case spot(SpotTick)
    /// A market became known, or its definition changed.
    indirect case listed(Market)
    case status(Ticker, MarketStatus)
    /// The exchange says how a market ended. It may be said again with another result (amended) until the market is paid.
    case determined(Ticker, MarketResult)
    /// The market is paid out.
    case settled(Ticker)
}
