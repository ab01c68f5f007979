import Accounting
import Matching
import Model
import Testing

/// A recorded market under a script: each step is something the recording says, or something we do.
private struct Tape {
    var bench: VenueBench
    var sequence: UInt64 = 0
    var tradeSequence: UInt64 = 0
    let books = SubscriptionID(connection: 1, sid: 1)
    let tape = SubscriptionID(connection: 1, sid: 2)

    /// YES bids 40:100, NO bids 55:100 (a YES ask of 45), unless told otherwise.
    init(yes: [(Int32, Int64)] = [(40, 100)], no: [(Int32, Int64)] = [(55, 100)], live: Bool = true) {
        bench = VenueBench(recorded: true)
        play(.connected(connection: 1))
        play(.subscribed(books, channel: "orderbook_delta", complete: true))
        play(.subscribed(tape, channel: "trade", complete: true))
        if live { snapshot(yes, no) }
    }

    mutating func play(_ event: MarketEvent) {
        bench.events = []
        bench.venue.replay(event, at: bench.now, into: &bench.events)
    }

    mutating func snapshot(_ yes: [(Int32, Int64)], _ no: [(Int32, Int64)]) {
        sequence += 1
        let levels = { (side: [(Int32, Int64)]) in side.map { Level(price: .cents($0.0), quantity: .contracts($0.1)) } }
        play(.snapshot(BookSnapshot(market: VenueBench.market, subscription: books, sequence: sequence, yes: levels(yes), no: levels(no))))
    }

    mutating func delta(_ side: Side, _ cents: Int32, _ change: Int64, skipping lost: UInt64 = 0) {
        sequence += 1 + lost
        play(.delta(BookDelta(
            market: VenueBench.market, subscription: books, sequence: sequence, side: side, price: .cents(cents), change: .contracts(change))))
    }

    /// A taker of `taker` trades at a YES price.
    mutating func trade(_ taker: Side, _ yesCents: Int32, _ contracts: Int64, at time: Timestamp? = nil) {
        tradeSequence += 1
        let trade = PublicTrade(
            market: VenueBench.market, id: TradeID("x\(tradeSequence)"), yesPrice: .cents(yesCents), quantity: .contracts(contracts), takerSide: taker,
            time: time ?? bench.now)
        play(.trade(trade, tape, tradeSequence))
    }

    mutating func wait(_ seconds: Int64) { bench.now = bench.now + .seconds(seconds) }

    func filled(_ order: OrderRecord) -> Int64 { (bench.state(order)?.filled.hundredths ?? -100) / 100 }
    func ahead(_ order: OrderRecord) -> Int64? { bench.venue.queuePosition(order.id, of: VenueBench.me).map { $0.hundredths / 100 } }
}

@Suite struct RecordedVenueTests {
    @Test func `our order queues behind what stood there, and only a trade's excess fills it`() throws {
        var tape = Tape()
        let order = try tape.bench.order(.yes, 10, at: 40)
        #expect(tape.ahead(order) == 100)
        tape.trade(.no, 40, 60)
        #expect(tape.ahead(order) == 40)
        #expect(tape.filled(order) == 0)
        tape.delta(.yes, 40, -60)
        #expect(tape.ahead(order) == 40)
        tape.trade(.no, 40, 43)
        #expect(tape.filled(order) == 3)
        tape.trade(.no, 40, 50)
        #expect(tape.bench.state(order)?.status == .executed)
        #expect(tape.bench.venue.fills(VenueBench.me).allSatisfy { $0.fill.liquidity == .maker && $0.fill.price == .cents(40) && $0.fill.fee == .zero })
        #expect(tape.bench.cash() == .dollars(996))
    }

    @Test func `a mere touch, a cancel before us, or an empty level never fills`() throws {
        var tape = Tape()
        let order = try tape.bench.order(.yes, 10, at: 40)
        tape.delta(.yes, 40, -70)
        #expect(tape.ahead(order) == 30)
        tape.delta(.yes, 40, -30)
        #expect(tape.ahead(order) == 0)
        tape.delta(.no, 59, 50)
        tape.trade(.yes, 41, 50)
        tape.delta(.yes, 39, 20)
        #expect(tape.filled(order) == 0)
    }

    @Test func `growth behind us does not move us back`() throws {
        var tape = Tape()
        let order = try tape.bench.order(.yes, 10, at: 40)
        tape.delta(.yes, 40, 500)
        tape.delta(.yes, 40, -450)
        #expect(tape.ahead(order) == 100)
        tape.delta(.yes, 40, -80)
        #expect(tape.ahead(order) == 70)
    }

    @Test func `a level that shrinks just before its trade is told counts once`() throws {
        var tape = Tape()
        let order = try tape.bench.order(.yes, 10, at: 40)
        tape.delta(.yes, 40, -30)
        tape.trade(.no, 40, 30)
        #expect(tape.ahead(order) == 70)
        tape.delta(.yes, 40, -70)
        tape.trade(.no, 40, 70)
        #expect(tape.filled(order) == 0)
        tape.trade(.no, 40, 4)
        #expect(tape.filled(order) == 4)
    }

    @Test func `a shrinking long ago does not explain a trade of now`() throws {
        var tape = Tape()
        let order = try tape.bench.order(.yes, 10, at: 40)
        tape.delta(.yes, 40, -100)
        tape.wait(5)
        tape.trade(.no, 40, 6)
        #expect(tape.filled(order) == 6)
    }

    @Test func `a trade through our price fills us up to its size, whatever stood before us`() throws {
        var tape = Tape(yes: [(40, 100), (38, 100)])
        let order = try tape.bench.order(.yes, 10, at: 40)
        tape.trade(.no, 38, 4)
        #expect(tape.filled(order) == 4)
        tape.trade(.no, 39, 100)
        #expect(tape.filled(order) == 10)
    }

    @Test func `a trade by a taker of our own leg never fills us`() throws {
        var tape = Tape()
        let order = try tape.bench.order(.yes, 10, at: 40)
        tape.trade(.yes, 38, 500)
        tape.trade(.yes, 40, 500)
        #expect(tape.filled(order) == 0)
    }

    @Test func `a trade from before our order came was never ours`() throws {
        var tape = Tape()
        let order = try tape.bench.order(.yes, 10, at: 42)
        tape.trade(.no, 40, 50, at: tape.bench.now - .milliseconds(1))
        #expect(tape.filled(order) == 0)
    }

    @Test func `liquidity that arrives across our price fills us once`() throws {
        var tape = Tape()
        let order = try tape.bench.order(.yes, 10, at: 42)
        tape.delta(.no, 57, 50)
        #expect(tape.filled(order) == 0)
        tape.delta(.no, 58, 6)
        #expect(tape.filled(order) == 6)
        #expect(tape.bench.venue.book(VenueBench.market)?.no.last?.price == .cents(57))
        let taker = try tape.bench.order(.yes, 3, at: 42, .immediateOrCancel, selfTrade: .maker)
        #expect(taker.filled == .zero)
    }

    @Test func `liquidity that arrives across our price meets the queue before us first`() throws {
        var tape = Tape()
        let order = try tape.bench.order(.yes, 10, at: 40)
        tape.delta(.no, 60, 104)
        #expect(tape.filled(order) == 4)
    }

    @Test func `without a trade channel the book alone fills us when it crosses`() throws {
        var tape = Tape()
        let order = try tape.bench.order(.yes, 10, at: 42)
        tape.snapshot([(38, 10)], [(60, 7)])
        #expect(tape.filled(order) == 7)
    }

    @Test func `what our taker took is not there a second time until the level shrinks`() throws {
        var tape = Tape()
        let first = try tape.bench.order(.yes, 60, at: 45, .immediateOrCancel)
        #expect(first.filled == .contracts(60))
        #expect(first.takerCost == .dollars(27))
        let second = try tape.bench.order(.yes, 60, at: 45, .immediateOrCancel)
        #expect(second.filled == .contracts(40))
        #expect(try tape.bench.order(.yes, 1, at: 45, .immediateOrCancel).filled == .zero)
        tape.delta(.no, 55, 10)
        #expect(try tape.bench.order(.yes, 60, at: 45, .immediateOrCancel).filled == .contracts(10))
        tape.delta(.no, 55, -110)
        tape.delta(.no, 55, 20)
        #expect(try tape.bench.order(.yes, 60, at: 45, .immediateOrCancel).filled == .contracts(20))
    }

    @Test func `a snapshot does not bring back what we took`() throws {
        var tape = Tape()
        try tape.bench.order(.yes, 60, at: 45, .immediateOrCancel)
        tape.snapshot([(40, 100)], [(55, 80)])
        #expect(try tape.bench.order(.yes, 100, at: 45, .immediateOrCancel).filled == .contracts(20))
    }

    @Test func `an order larger than what is offered takes it all and rests`() throws {
        var tape = Tape(no: [(55, 30), (54, 20)])
        let order = try tape.bench.order(.yes, 100, at: 46)
        #expect(order.filled == .contracts(50))
        #expect(order.status == .resting)
        #expect(tape.ahead(order) == 0)
        #expect(tape.bench.book(.yes) == "40:100 46:50")
        #expect(tape.bench.book(.no).isEmpty)
    }

    @Test func `fill or kill and post only look at what is really left`() throws {
        var tape = Tape()
        try tape.bench.order(.yes, 60, at: 45, .immediateOrCancel)
        var request = OrderRequest(market: VenueBench.market, side: .yes, limit: .cents(45), quantity: .contracts(50), timeInForce: .fillOrKill)
        #expect(refusal(tape.bench.request(request)) == .fillOrKillInsufficientVolume)
        request.timeInForce = .goodTillCanceled
        request.postOnly = true
        #expect(refusal(tape.bench.request(request)) == .postOnlyCross)
        try tape.bench.order(.yes, 40, at: 45, .immediateOrCancel)
        #expect(refusal(tape.bench.request(request)) == nil)
    }

    @Test func `a lost message blinds the book until its snapshot, which sets the queue`() throws {
        var tape = Tape()
        let order = try tape.bench.order(.yes, 10, at: 40)
        tape.delta(.yes, 40, -10, skipping: 1)
        tape.trade(.no, 38, 500)
        tape.delta(.no, 62, 500)
        #expect(tape.filled(order) == 0)
        #expect(try tape.bench.order(.yes, 5, at: 45, .immediateOrCancel).filled == .zero)
        let blind = try tape.bench.order(.yes, 10, at: 39)
        tape.snapshot([(39, 30), (40, 50)], [(55, 100)])
        #expect(tape.ahead(order) == 50)
        #expect(tape.ahead(blind) == 30)
        tape.snapshot([(39, 30), (40, 80)], [(55, 100)])
        #expect(tape.ahead(order) == 50)
        tape.wait(5)
        tape.trade(.no, 40, 55)
        #expect(tape.filled(order) == 5)
    }

    @Test func `a lost connection or a contradiction blinds too, and before any snapshot nothing fills`() throws {
        for spoil in 0..<3 {
            var tape = Tape(live: spoil < 2)
            let order = try tape.bench.order(.yes, 10, at: 40)
            if spoil == 0 { tape.play(.disconnected(connection: 1)) }
            if spoil == 1 { tape.delta(.yes, 40, -101) }
            tape.trade(.no, 38, 500)
            tape.delta(.no, 62, 500)
            #expect(tape.filled(order) == 0)
            #expect(try tape.bench.order(.yes, 5, at: 45, .immediateOrCancel).filled == .zero)
        }
    }

    @Test func `after an empty snapshot, as at a close, nothing fills before liquidity is seen again`() throws {
        var tape = Tape()
        let order = try tape.bench.order(.yes, 10, at: 40)
        tape.snapshot([], [])
        tape.wait(5)
        tape.trade(.no, 38, 500)
        #expect(tape.filled(order) == 0)
        #expect(tape.ahead(order) == 100)
        tape.snapshot([(40, 30)], [(55, 10)])
        tape.wait(5)
        tape.trade(.no, 40, 35)
        #expect(tape.filled(order) == 5)
    }

    @Test func `a tape dated by another clock still trades`() throws {
        var tape = Tape()
        let order = try tape.bench.order(.yes, 10, at: 42)
        tape.trade(.no, 40, 50, at: .seconds(1))
        #expect(tape.filled(order) == 10)
    }

    @Test func `a repeated message changes nothing`() throws {
        var tape = Tape()
        let order = try tape.bench.order(.yes, 10, at: 40)
        tape.delta(.yes, 40, -30)
        tape.sequence -= 1
        tape.delta(.yes, 40, -30)
        #expect(tape.ahead(order) == 70)
        tape.wait(5)
        tape.trade(.no, 40, 70)
        tape.tradeSequence -= 1
        tape.trade(.no, 40, 70)
        #expect(tape.filled(order) == 0)
    }

    @Test func `the end of a recorded market cancels our orders and pays our position`() throws {
        var tape = Tape()
        let taken = try tape.bench.order(.yes, 10, at: 45, .immediateOrCancel)
        let order = try tape.bench.order(.yes, 10, at: 40)
        tape.play(.status(VenueBench.market, .closed))
        #expect(tape.bench.state(order)?.ending == .marketClosed)
        tape.play(.determined(VenueBench.market, .yes))
        #expect(tape.bench.net() == .contracts(10))
        tape.play(.settled(VenueBench.market))
        #expect(tape.bench.net() == .zero)
        #expect(tape.bench.cash() == .dollars(1000) - taken.cost - taken.fees + .dollars(10))
        #expect(tape.bench.cash() + tape.bench.venue.house.cash + taken.fees == .dollars(1000))
    }

    @Test func `a market becomes known by the recording itself, with prices finer than its grid`() throws {
        var tape = Tape()
        let market = Ticker("KX-B")
        tape.play(.listed(VenueBench.definition(market)))
        tape.sequence += 1
        tape.play(.snapshot(BookSnapshot(
            market: market, subscription: tape.books, sequence: tape.sequence, yes: [Level(price: Price(tenThousandths: 4005), quantity: .contracts(7))],
            no: [Level(price: .cents(55), quantity: .contracts(3))])))
        #expect(tape.bench.venue.book(market)?.yes == [Level(price: Price(tenThousandths: 4005), quantity: .contracts(7))])
        #expect(tape.bench.venue.book(market)?.no == [Level(price: .cents(55), quantity: .contracts(3))])
    }

    @Test func `a server may have the recording published as changes of the book it shows`() throws {
        var tape = Tape()
        tape.bench.venue.publishesRecorded = true
        tape.delta(.yes, 40, -10)
        #expect(tape.bench.events == [.bookDelta(VenueBench.market, .yes, .cents(40), change: .contracts(-10), owner: nil)])
        tape.snapshot([(41, 5)], [(55, 100)])
        #expect(tape.bench.events == [
            .bookDelta(VenueBench.market, .yes, .cents(40), change: .contracts(-90), owner: nil),
            .bookDelta(VenueBench.market, .yes, .cents(41), change: .contracts(5), owner: nil),
        ])
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `over random tapes we never trade more than the tape traded or offered across us`(seed: UInt64) throws {
        var tape = Tape()
        var random = SeededRandom(seed: seed)
        var bookYes: [Int32: Int64] = [40: 100]
        var offeredAcross: Int64 = 0
        var traded: Int64 = 0
        var orders: [OrderRecord] = []
        for _ in 0..<1500 {
            tape.bench.now = tape.bench.now + .milliseconds(.random(in: 0...800, using: &random))
            let cents = Int32.random(in: 36...44, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0:
                guard orders.count < 60 else { continue }
                orders.append(try tape.bench.order(.yes, .random(in: 1...20, using: &random), at: cents))
            case 1...2:
                let size = Int64.random(in: 1...40, using: &random)
                traded += size
                tape.trade(.no, cents, size)
            case 3:
                let size = Int64.random(in: 1...30, using: &random)
                offeredAcross += size
                tape.delta(.no, 100 - cents, size)
                tape.delta(.no, 100 - cents, -size)
            case 4...5:
                let size = Int64.random(in: 1...60, using: &random)
                bookYes[cents, default: 0] += size
                tape.delta(.yes, cents, size)
            default:
                let size = bookYes[cents, default: 0]
                guard size > 0 else { continue }
                let less = Int64.random(in: 1...size, using: &random)
                bookYes[cents] = size - less
                tape.delta(.yes, cents, -less)
            }
            for order in orders { if let ahead = tape.ahead(order) { #expect(ahead >= 0 && ahead <= bookYes[order.limit.tenThousandths / 100, default: 0]) } }
        }
        let mine = orders.reduce(0) { $0 + tape.filled($1) }
        #expect(mine > 0)
        #expect(mine <= traded + offeredAcross)
        #expect(tape.bench.cash() + tape.bench.venue.house.cash + Price.one * tape.bench.net() == .dollars(1000))
    }
}
