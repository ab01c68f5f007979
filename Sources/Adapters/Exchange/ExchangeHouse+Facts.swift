import Accounting
import Matching
import Model

// What the venue, the tape and the world know, put together in the shape that answers are made of.

extension ExchangeHouse {
    func levels(_ market: Ticker) -> BookLevels? { venue.book(market).map { BookLevels(yes: $0.yes, no: $0.no) } }

    /// - Parameter record: the market at an earlier moment, where an event told of it.
    func facts(_ market: Ticker, as record: MarketRecord? = nil) -> MarketFacts? {
        guard let record = record ?? venue.market(market), let book = levels(market) else { return nil }
        let expiration = record.result == nil ? "" : expirationValue(market)
        return MarketFacts(record: record, book: book, activity: tape.activity[market] ?? PublicTape.Activity(), expirationValue: expiration)
    }

    /// In ascending order of ticker.
    func allFacts(where wanted: (MarketRecord) -> Bool = { _ in true }) -> [MarketFacts] {
        venue.allMarkets.filter(wanted).map(\.market.ticker).sorted().compactMap { facts($0) }
    }

    func eventFacts(where wanted: (MarketRecord) -> Bool = { _ in true }) -> [EventFacts] {
        let byEvent = Dictionary(grouping: allFacts(where: wanted), by: \.market.event)
        return byEvent.keys.sorted().map { EventFacts(ticker: $0, markets: byEvent[$0] ?? []) }
    }

    /// Nil for a market that the account never touched.
    func position(_ account: AccountID, _ market: Ticker, subaccount: Int = 0) -> PositionFacts? {
        guard let all = venue.account(account)?.subaccounts, all.indices.contains(subaccount) else { return nil }
        return positions(account, all[subaccount]).first { $0.market == market }
    }

    /// Of one subaccount, in ascending order of ticker.
    func positions(_ account: AccountID, _ subaccount: SubaccountRecord) -> [PositionFacts] {
        let number = subaccount.number
        let fills = Dictionary(grouping: venue.fills(account).filter { $0.subaccount == number }, by: \.fill.market)
        let paid = Dictionary(
            venue.settlements(account).filter { $0.subaccount == number }.map { ($0.settlement.market, $0.time) }, uniquingKeysWith: max)
        return subaccount.portfolio.positions.map { market, position in
            let own = fills[market] ?? []
            return PositionFacts(
                market: market, event: venue.market(market)?.market.event ?? EventTicker(""), position: position,
                traded: own.reduce(.zero) { $0 + $1.fill.price * $1.fill.quantity }, volume: own.reduce(.zero) { $0 + $1.fill.quantity },
                updated: max(own.last?.fill.time ?? .zero, paid[market] ?? .zero))
        }
    }

    /// What the positions would bring at the best bids of their legs; nothing where nobody bids.
    func portfolioValue(_ portfolio: Portfolio) -> Money {
        portfolio.positions.reduce(.zero) { sum, held in
            guard let side = held.position.side, let book = levels(held.market) else { return sum }
            let bid = (side == .yes ? book.yes : book.no).last?.price ?? .zero
            return sum + bid * held.position.net.magnitude
        }
    }
}
