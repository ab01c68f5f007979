import Accounting
import Books
import Engine
import Model
@testable import Node
import Ports
import Risk
import Testing

/// A night of maintenance, as the exchange keeps it every Thursday: the whole desk goes through it and on by itself.
@Suite(.serialized, .timeLimit(.minutes(3))) struct PauseTests {
    /// Thursday, 24 September 2026, 03:00 and 05:00 in New York.
    private static let begin = Timestamp.seconds(1_790_233_200)
    private static let end = Timestamp.seconds(1_790_240_400)

    @Test func `a desk that trades goes through the weekly maintenance without an order, an error or a person, and takes its orders back in it`() async throws {
        var settings = DeskUnderTest.eager
        settings.silenceLimit = .seconds(120)
        settings.errorRateLimit = 0.25
        let desk = try await DeskUnderTest(seed: 11, settings: settings, from: Self.begin - .seconds(150), also: ["KXHIGHNY"])
        try await desk.wait("the announcement") { $0.exchange?.reading.maintenance.first?.start == Self.begin && $0.exchange?.reading.takesOrders == true }
        let announced = try #require(await desk.node.view().status.exchange)
        #expect(announced == ExchangeView(state: "trading", nextStart: Self.begin.nanoseconds, nextEnd: Self.end.nanoseconds))
        // One that rests far from the market, which nothing but its owner takes back.
        let far = try await Self.rest(desk)

        // In small steps: a market that moves minutes in a moment overruns its readers.
        while await desk.node.state.now < Self.begin {
            let step = await desk.node.state.now + .seconds(20)
            desk.leap(to: step)
            try await desk.wait("the next step") { $0.now >= step }
        }
        try await desk.wait("the pause by the exchange's own word") { $0.pause != nil && $0.exchange?.reading.takesOrders == false }
        let shown = try #require(await desk.node.view().status.exchange)
        #expect(shown.state == "paused" && shown.until == Self.end.nanoseconds && shown.nextStart == (Self.begin + .seconds(7 * 86_400)).nanoseconds)
        let placed = Self.placed(desk)
        #expect(try await desk.node.answer(to: .order(Self.wish("late", await desk.node.state.orders[far]?.intent.market))) == .refused(.exchangePaused(until: Self.end)))
        #expect(await desk.node.state.orders[far]?.state == .resting, "it rests through the pause, as the exchange keeps it")
        _ = try await desk.node.command(.cancel(.order(far)))
        try await desk.wait("the cancel in the pause") { $0.orders[far]?.state == .canceled }

        // Most of the night at once, and its last seconds.
        desk.leap(to: Self.end - .seconds(40))
        try await desk.wait("the last moments") { $0.now > Self.end - .seconds(20) && $0.connected }
        let before = await desk.node.state
        #expect(before.pause?.until == Self.end && Self.placed(desk) == placed && before.blocked == nil)
        #expect(before.risk.breaker.state == .normal && before.state == .running)

        try await desk.wait("the end of the pause") { $0.pause == nil && $0.exchange?.reading.takesOrders == true }
        try await desk.wait("orders after it", within: .seconds(90)) { _ in Self.placed(desk) > placed }
        let after = await desk.node.state
        #expect(after.risk.breaker.state == .normal && after.now >= Self.end)
        #expect(await desk.node.view().status.exchange?.state == "trading")
        let told = await desk.node.view().log.map(\.text)
        #expect(told.contains { $0.hasPrefix("The exchange is paused until 2026-09-24 09:00 UTC") } && told.contains("The exchange is not paused any more."))
        let past = try DeskNode.past(of: desk.journal)
        #expect(past.difference == nil, "\(past.difference ?? "")")
        try await desk.stop()
    }

    private static func placed(_ desk: DeskUnderTest) -> Int { desk.acts.all.count { $0.hasPrefix("place ") } }

    private static func wish(_ key: String, _ market: Ticker?) throws -> OrderWish {
        let intent = OrderIntent(market: try #require(market), side: .yes, limit: .cents(1), quantity: .contracts(1), timeInForce: .goodTillCanceled, postOnly: true)
        return OrderWish(key: key, asker: "the test", intent: intent, probability: 0.9, reduceOnly: false)
    }

    /// In a market that outlasts the pause: those of the coins end with the hour.
    private static func rest(_ desk: DeskUnderTest) async throws -> ClientOrderID {
        var last = "no market was free"
        for attempt in 0..<400 {
            let engine = await desk.node.state
            let free = engine.markets.first { market in
                let book = engine.books.book(market.market.ticker)
                return market.status == .active && market.openOrder == nil && market.market.closeTime > end && book?.state == .live && book?.bid(.yes)?.price ?? .zero > .cents(15)
            }
            if let free {
                let answer = try await desk.node.answer(to: .order(wish("far\(attempt)", free.market.ticker)))
                if case .ordered(let id)? = answer {
                    try await desk.wait("the order to rest") { $0.orders[id]?.state == .resting }
                    return id
                }
                last = answer?.sentence ?? "no answer"
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Missed(description: "no market took an order far from its prices: \(last)")
    }
}
