import Model
import Notation

/// One thing that the exchange tells those of its subscribers whom it concerns.
enum Bulletin {
    case book(BookChange)
    case trade(Ticker, message: JSON)
    case ticker(Ticker, message: JSON)
    case lifecycle(message: JSON)
    case index(id: String, message: JSON)
    case fill(account: String, Ticker, message: JSON)
    case order(account: String, Ticker, message: JSON)
    case position(account: String, Ticker, message: JSON)

    var channel: Channel {
        switch self {
        case .book: .book
        case .trade: .trade
        case .ticker: .ticker
        case .lifecycle: .lifecycle
        case .index: .index
        case .fill: .fill
        case .order: .order
        case .position: .position
        }
    }
}

/// A change of one level, and whose order caused it: only that account learns which of its orders it was.
struct BookChange {
    let market: Ticker
    let side: Side
    /// In `side`'s own dollars.
    let price: Price
    let change: Quantity
    let time: Timestamp
    let account: String?
    let clientOrder: ClientOrderID?

    func message(for reader: String, useYesPrice: Bool) -> JSON {
        .object([
            "market_ticker": .text(market.text),
            "market_id": .text(StableUUID.of("market", market.text)),
            "price_dollars": .text((useYesPrice && side == .no ? price.complement : price).description),
            "delta_fp": .text(change.description),
            "side": .text(side.rawValue),
            "client_order_id": account == reader ? clientOrder.map { .text($0.text) } : nil,
            "ts": .text(CivilTime.text(time)),
            "ts_ms": .integer(time.wholeMilliseconds),
        ])
    }
}

/// A book at one moment, for a snapshot: each leg in its own dollars, ascending.
struct BookLevels {
    let yes: [Level]
    let no: [Level]

    /// An empty side's key does not exist, as at the exchange.
    func message(market: Ticker, useYesPrice: Bool) -> JSON {
        let noShown = useYesPrice ? no.map { Level(price: $0.price.complement, quantity: $0.quantity) } : no
        return .object([
            "market_ticker": .text(market.text),
            "market_id": .text(StableUUID.of("market", market.text)),
            "yes_dollars_fp": yes.isEmpty ? nil : BookLevels.pairs(yes),
            "no_dollars_fp": no.isEmpty ? nil : BookLevels.pairs(noShown),
        ])
    }

    /// `orderbook_fp` of the REST answers: both keys, best last, at most `depth` levels a side (0 for all).
    func restMessage(depth: Int) -> JSON {
        func best(_ levels: [Level]) -> JSON { BookLevels.pairs(depth == 0 ? levels : Array(levels.suffix(depth))) }
        return .object(["yes_dollars": best(yes), "no_dollars": best(no)])
    }

    private static func pairs(_ levels: [Level]) -> JSON {
        .array(levels.map { .array([.text($0.price.description), .text($0.quantity.description)]) })
    }
}

/// A name in the shape of a UUID that is the same whenever it is made from the same words (FNV-1a, twice). No secret, and no proof of anything.
enum StableUUID {
    static func of(_ words: String...) -> String {
        var first = Digest()
        var second = Digest()
        second.feed("second half")
        for word in words {
            first.feed(word)
            second.feed(word)
        }
        return format(first.value, second.value)
    }

    static func format(_ high: UInt64, _ low: UInt64) -> String {
        // Version 8 ("custom") and the variant of RFC 9562.
        let high = high & 0xFFFF_FFFF_FFFF_0FFF | 0x8000
        let low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        let digits = PageCursor.pad(high) + PageCursor.pad(low)
        var out = ""
        for (i, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(i) { out.append("-") }
            out.append(digit)
        }
        return out
    }
}
