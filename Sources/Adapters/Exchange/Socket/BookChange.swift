import Model
import Notation

/// A change of one level, and whose order caused it: only that account learns which of its orders it was.
///
/// A class, because the two ways of writing it are each written once and remembered, whoever asks first.
final class BookChange {
    let market: Ticker
    /// `"market_ticker":"...","market_id":"..."` of the market.
    private let marketText: [UInt8]
    private let side: Side
    /// In `side`'s own dollars.
    private let price: Price
    private let change: Quantity
    /// `"ts":"...","ts_ms":...` of the time.
    private let timeText: [UInt8]
    private let owner: Owner?
    private let clientOrder: ClientOrderID?

    private var ownPrice: [UInt8]?
    private var yesPrice: [UInt8]?

    init(
        market: Ticker, marketText: [UInt8], side: Side, price: Price, change: Quantity, timeText: [UInt8], owner: Owner?,
        clientOrder: ClientOrderID?
    ) {
        self.market = market
        self.marketText = marketText
        self.side = side
        self.price = price
        self.change = change
        self.timeText = timeText
        self.owner = owner
        self.clientOrder = clientOrder
    }

    func message(for reader: SocketSession.Reader, useYesPrice: Bool) -> [UInt8] {
        if let owner, reader.speaks(for: owner) { return written(useYesPrice, owner) }
        if useYesPrice, side == .no {
            if let yesPrice { return yesPrice }
            let text = written(true, nil)
            yesPrice = text
            return text
        }
        if let ownPrice { return ownPrice }
        let text = written(false, nil)
        ownPrice = text
        return text
    }

    private func written(_ useYesPrice: Bool, _ owner: Owner?) -> [UInt8] {
        let shown = useYesPrice && side == .no ? price.complement : price
        var out: [UInt8] = []
        out.reserveCapacity(marketText.count + timeText.count + 120)
        out.append(UInt8(ascii: "{"))
        out.append(contentsOf: marketText)
        out.append(literal: #","price_dollars":""#)
        out.append(Int64(shown.tenThousandths), decimals: 4)
        out.append(literal: #"","delta_fp":""#)
        out.append(change.hundredths, decimals: 2)
        out.append(literal: side == .yes ? #"","side":"yes""# : #"","side":"no""#)
        if let owner, let clientOrder {
            out.append(literal: #","client_order_id":"#)
            JSON.text(clientOrder.text).write(to: &out)
            if owner.subaccount != 0 {
                out.append(literal: #","subaccount":"#)
                out.append(number: Int64(owner.subaccount))
            }
        }
        out.append(UInt8(ascii: ","))
        out.append(contentsOf: timeText)
        out.append(UInt8(ascii: "}"))
        return out
    }
}

/// What every message about a market or a moment repeats, written once.
struct MessageParts {
    /// Bounded by the number of markets that were ever listed.
    private var markets: [Ticker: (id: String, text: [UInt8])] = [:]
    private var time: (time: Timestamp, text: [UInt8])?

    mutating func market(_ ticker: Ticker) -> (id: String, text: [UInt8]) {
        if let known = markets[ticker] { return known }
        let id = StableUUID.of("market", ticker.text)
        var text: [UInt8] = []
        text.append(literal: #""market_ticker":"#)
        JSON.text(ticker.text).write(to: &text)
        text.append(literal: #","market_id":"#)
        JSON.text(id).write(to: &text)
        markets[ticker] = (id, text)
        return (id, text)
    }

    mutating func time(_ moment: Timestamp) -> [UInt8] {
        if let time, time.time == moment { return time.text }
        var text: [UInt8] = []
        text.append(literal: #""ts":"#)
        JSON.text(CivilTime.text(moment)).write(to: &text)
        text.append(literal: #","ts_ms":"#)
        text.append(number: moment.wholeMilliseconds)
        time = (moment, text)
        return text
    }
}
