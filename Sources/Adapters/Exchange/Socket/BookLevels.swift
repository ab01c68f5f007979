import Model
import Notation

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
