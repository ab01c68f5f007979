import Books
import Model
import Testing

/// The obvious book: a dictionary a side, and a flag. What the clever one must equal.
private struct NaiveBook {
    var levels: [Side: [Int32: Int64]] = [.yes: [:], .no: [:]]
    var live = false
}

private let market = Ticker("KXA-1")
private let other = Ticker("KXB-1")
private let subscription = SubscriptionID(connection: 1, sid: 2)

private func snapshot(_ sequence: UInt64, of ticker: Ticker = market, yes: [(Int32, Int64)] = [], no: [(Int32, Int64)] = []) -> MarketEvent {
    func levels(_ pairs: [(Int32, Int64)]) -> [Level] { pairs.map { Level(price: .cents($0.0), quantity: .contracts($0.1)) } }
    return .snapshot(BookSnapshot(market: ticker, subscription: subscription, sequence: sequence, yes: levels(yes), no: levels(no)))
}

private func delta(_ sequence: UInt64, of ticker: Ticker = market, _ side: Side, _ cents: Int32, _ contracts: Int64) -> MarketEvent {
    .delta(BookDelta(market: ticker, subscription: subscription, sequence: sequence, side: side, price: .cents(cents), change: .contracts(contracts)))
}

private func keeper(_ events: MarketEvent...) -> BookKeeper {
    var keeper = BookKeeper()
    for event in [.subscribed(subscription, channel: "orderbook_delta", complete: true)] + events { _ = keeper.apply(event, at: .zero) }
    return keeper
}

struct BookTests {
    @Test func `the YES ask is one dollar less the best NO bid`() throws {
        let book = try #require(keeper(snapshot(1, yes: [(40, 5), (41, 7)], no: [(50, 3), (55, 9)])).book(market))
        #expect(book.bid(.yes) == Level(price: .cents(41), quantity: .contracts(7)))
        #expect(book.ask(.yes) == Level(price: .cents(45), quantity: .contracts(9)))
        #expect(book.ask(.no) == Level(price: .cents(59), quantity: .contracts(7)))
        #expect(book.mid == 0.43)
    }

    @Test func `a gap in the sequence freezes every book of the subscription until each gets a snapshot`() {
        var keeper = keeper(snapshot(1, yes: [(40, 5)]), snapshot(2, of: other, no: [(30, 1)]))
        #expect(keeper.apply(delta(4, .yes, 40, 1), at: .zero) == .froze([market, other], subscription))
        #expect(keeper.apply(delta(5, .yes, 40, 1), at: .zero) == .none)
        #expect(keeper.book(market)?.yes.quantity(at: .cents(40)) == .contracts(5))
        #expect(keeper.apply(snapshot(6, yes: [(42, 2)]), at: .zero) == .updated(market))
        #expect(keeper.book(market)?.state == .live)
        #expect(keeper.book(other)?.state == .frozen(.gap(expected: 3, got: 4)))
        #expect(keeper.apply(delta(7, .yes, 42, 1), at: .zero) == .updated(market))
    }

    @Test func `a snapshot that arrives after a gap does not hide the loss from its neighbours`() {
        var keeper = keeper(snapshot(1), snapshot(2, of: other, no: [(30, 1)]))
        #expect(keeper.apply(snapshot(9, yes: [(42, 2)]), at: .zero) == .froze([other], subscription))
        #expect(keeper.book(market)?.state == .live)
    }

    @Test func `a repeated message changes nothing`() {
        var keeper = keeper(snapshot(1, yes: [(40, 5)]), delta(2, .yes, 40, 1))
        #expect(keeper.apply(delta(2, .yes, 40, 1), at: .zero) == .none)
        #expect(keeper.book(market)?.yes.quantity(at: .cents(40)) == .contracts(6))
        #expect(keeper.book(market)?.state == .live)
    }

    @Test func `control replies take their place in the sequence`() {
        var keeper = keeper(snapshot(1, yes: [(40, 5)]))
        #expect(keeper.apply(.sequenced(subscription, 2), at: .zero) == .none)
        #expect(keeper.apply(delta(3, .yes, 40, 1), at: .zero) == .updated(market))
    }

    @Test func `a capture that kept only some markets of a subscription may jump but not go back`() {
        var keeper = BookKeeper()
        _ = keeper.apply(.subscribed(subscription, channel: "orderbook_delta", complete: false), at: .zero)
        _ = keeper.apply(snapshot(100, yes: [(40, 5)]), at: .zero)
        #expect(keeper.apply(delta(170, .yes, 40, 1), at: .zero) == .updated(market))
        #expect(keeper.apply(delta(160, .yes, 40, 1), at: .zero) == .none)
    }

    @Test func `a level that would go below zero freezes the book`() {
        var keeper = keeper(snapshot(1, yes: [(40, 5)]))
        #expect(keeper.apply(delta(2, .yes, 40, -6), at: .zero) == .froze([market], subscription))
        #expect(keeper.book(market)?.state == .frozen(.negativeLevel(.yes, .cents(40))))
    }

    @Test func `a new connection freezes what the old one fed, and starts its own count`() {
        var keeper = keeper(snapshot(1, yes: [(40, 5)]))
        #expect(keeper.apply(.connected(connection: 2), at: .zero) == .froze([market], nil))
        #expect(keeper.apply(delta(2, .yes, 40, 1), at: .zero) == .none)
        let next = SubscriptionID(connection: 2, sid: 2)
        _ = keeper.apply(.subscribed(next, channel: "orderbook_delta", complete: true), at: .zero)
        _ = keeper.apply(.snapshot(BookSnapshot(market: market, subscription: next, sequence: 1, yes: [], no: [])), at: .zero)
        #expect(keeper.book(market)?.state == .live)
        #expect(keeper.book(market)?.isEmpty == true)
    }

    @Test func `the age of a quiet market is that of its subscription`() {
        var keeper = keeper(snapshot(1, yes: [(40, 5)]), snapshot(2, of: other))
        _ = keeper.apply(delta(3, of: other, .no, 20, 1), at: .seconds(50))
        #expect(keeper.heard(market) == .seconds(50))
        #expect(keeper.book(market)?.changed == .zero)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `any flow of changes, gaps and snapshots leaves the levels that a naive book has`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var keeper = keeper()
        var naive: [Ticker: NaiveBook] = [market: NaiveBook(), other: NaiveBook()]
        var sequence: UInt64 = 0
        for _ in 0..<3000 {
            sequence += 1
            if random.uniform() < 0.01 {
                sequence += 1
                for ticker in naive.keys { naive[ticker]?.live = false }
            }
            let ticker = random.uniform() < 0.5 ? market : other
            if random.uniform() < 0.03 {
                var fresh = NaiveBook(live: true)
                for side in Side.allCases { for _ in 0..<5 { fresh.levels[side]?[Int32.random(in: 1...99, using: &random)] = Int64.random(in: 1...9, using: &random) } }
                naive[ticker] = fresh
                func pairs(_ side: Side) -> [(Int32, Int64)] { (fresh.levels[side] ?? [:]).map { ($0.key, $0.value) } }
                _ = keeper.apply(snapshot(sequence, of: ticker, yes: pairs(.yes), no: pairs(.no)), at: .zero)
            } else {
                let side: Side = random.uniform() < 0.5 ? .yes : .no
                let cents = Int32.random(in: 1...99, using: &random)
                let have = naive[ticker]?.levels[side]?[cents] ?? 0
                let change = random.uniform() < 0.5 ? -have : Int64.random(in: 1...9, using: &random)
                _ = keeper.apply(delta(sequence, of: ticker, side, cents, change), at: .zero)
                if naive[ticker]?.live == true { naive[ticker]?.levels[side]?[cents] = have + change == 0 ? nil : have + change }
            }
        }
        for (ticker, expected) in naive {
            for side in Side.allCases {
                let levels = (keeper.book(ticker) ?? OrderBook())[side].levels
                #expect(levels == levels.sorted { $0.price < $1.price })
                #expect(Dictionary(uniqueKeysWithValues: levels.map { ($0.price.tenThousandths / 100, $0.quantity.hundredths / 100) }) == expected.levels[side])
            }
        }
    }
}
