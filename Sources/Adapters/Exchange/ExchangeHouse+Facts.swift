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

    /// Nil for a market that the subaccount never held anything of.
    func position(_ key: StakeKey) -> PositionFacts? { venue.stake(key).flatMap(facts) }

    /// Of one subaccount, in ascending order of ticker.
    func positions(_ account: AccountID, _ subaccount: Int) -> [PositionFacts] { venue.stakes(account, subaccount: subaccount).compactMap(facts) }

    private func facts(_ stake: StakeRecord) -> PositionFacts? {
        guard stake.isTouched else { return nil }
        return PositionFacts(
            market: stake.key.market, event: venue.market(stake.key.market)?.market.event ?? EventTicker(""), position: stake.position, traded: stake.traded,
            volume: stake.volume, updated: stake.updated)
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
