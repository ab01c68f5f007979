import Matching
import Model

/// One thing that the exchange tells those of its subscribers whom it concerns. Its message is written once, for however many read it.
enum Bulletin {
    case book(BookChange)
    case trade(Ticker, message: [UInt8])
    case ticker(Ticker, id: String, message: [UInt8])
    /// Of markets and events: those of combos have a channel of their own.
    case lifecycle(Life, isCombo: Bool, message: [UInt8])
    /// A price feed's value.
    case index(Feed, id: String, message: [UInt8])
    /// What concerns one account alone.
    case own(Owner, Private, Ticker?, message: [UInt8])
    case communication(Communication)

    enum Life: String {
        case market = "market_lifecycle_v2"
        case event = "event_lifecycle"
        case fees = "event_fee_update"
    }

    enum Feed: String {
        case index = "cfbenchmarks_value"
        case fastIndex = "cfbenchmarks_value_5hz"
        case pyth = "pyth_value"
    }

    enum Private: String {
        case fill
        case order = "user_order"
        case position = "market_position"
        case group = "order_group_updates"
    }

    /// The frame's type.
    var type: String {
        switch self {
        case .book: "orderbook_delta"
        case .trade: "trade"
        case .ticker: "ticker"
        case .lifecycle(.market, isCombo: true, _): "multivariate_market_lifecycle"
        case .lifecycle(let life, _, _): life.rawValue
        case .index(let feed, _, _): feed.rawValue
        case .own(_, let what, _, _): what.rawValue
        case .communication(let talk): talk.type
        }
    }

    var channel: Channel {
        switch self {
        case .book: .book
        case .trade: .trade
        case .ticker: .ticker
        case .lifecycle(_, let isCombo, _): isCombo ? .comboLifecycle : .lifecycle
        case .index(.index, _, _): .index
        case .index(.fastIndex, _, _): .fastIndex
        case .index(.pyth, _, _): .pyth
        case .own(_, .fill, _, _): .fill
        case .own(_, .order, _, _): .order
        case .own(_, .position, _, _): .position
        case .own(_, .group, _, _): .group
        case .communication: .communications
        }
    }
}

/// Whose something is: a subaccount of an account.
struct Owner: Hashable {
    /// Named by its first key's id.
    let account: String
    let subaccount: Int

    init(_ account: AccountID, _ subaccount: Int) {
        self.account = account.text
        self.subaccount = subaccount
    }
}

/// News of a request for quotes, or of a quote (Kalshi reference, section 9.4).
struct Communication {
    enum Audience {
        /// An RFQ is told to all; some clients want only their own.
        case everyone(creator: Owner)
        /// A quote is told to who made it and to who asked for it.
        case parties([Owner])
    }

    /// "rfq_created", "rfq_deleted", "quote_created", "quote_accepted", "quote_executed".
    let type: String
    let audience: Audience
    /// The same for all that concerns one RFQ, so that a shard sees the whole of it.
    let rfq: String
    let message: [UInt8]

    var shardHash: UInt64 {
        var digest = Digest()
        digest.feed(rfq)
        return digest.value
    }
}
