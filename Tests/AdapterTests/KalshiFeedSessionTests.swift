import Foundation
@testable import Kalshi
import Model
import TestSupport
import Testing

@Suite struct KalshiFeedSessionTests {
    private let time = Timestamp.seconds(1_000)
    private let ours = Ticker("KXBTC15M-A")

    private func session(_ markets: [Ticker] = [], indices: [String] = []) -> (FeedSession, [FeedSession.Action]) {
        var session = FeedSession(settings: KalshiFeedSettings(series: [SeriesTicker("KXBTC15M")], indices: indices))
        var actions: [FeedSession.Action] = []
        session.found(markets.map { finding($0) }, at: time, into: &actions)
        actions = []
        session.opened(7, at: time, into: &actions)
        return (session, actions)
    }
    private func finding(_ ticker: Ticker, _ status: MarketStatus = .active, _ result: MarketResult? = nil) -> Finding {
        Finding(
            market: Market(
                ticker: ticker, event: EventTicker("E"), series: SeriesTicker("KXBTC15M"), title: "t", strike: .greater(1), openTime: .zero, closeTime: .seconds(2_000),
                grid: .cents, fees: .ordinary, mutuallyExclusive: false, underlying: nil), status: status, result: result)
    }
    private func sent(_ actions: [FeedSession.Action]) -> [String] { actions.compactMap { if case .send(let text) = $0 { text } else { nil } } }
    private func events(_ actions: [FeedSession.Action]) -> [Event] { actions.compactMap { if case .deliver(let event, _) = $0 { event } else { nil } } }
    private func reconnects(_ actions: [FeedSession.Action]) -> Bool { actions.contains { if case .reconnect = $0 { true } else { false } } }
    private func sweeps(_ actions: [FeedSession.Action]) -> Bool { actions.contains { if case .sweep = $0 { true } else { false } } }
    private func feed(_ session: inout FeedSession, _ text: String, at: Timestamp? = nil) -> [FeedSession.Action] {
        var actions: [FeedSession.Action] = []
        session.frame(Array(text.utf8), 7, at: at ?? time, into: &actions)
        return actions
    }
    private func acknowledge(_ session: inout FeedSession) {
        for (sid, channel) in ["market_lifecycle_v2", "fill", "user_orders", "market_positions", "order_group_updates"].enumerated() {
            _ = feed(&session, #"{"type":"subscribed","id":1,"msg":{"channel":"\#(channel)","sid":\#(sid + 1)}}"#)
        }
        for (sid, channel) in FeedSession.bookChannels.enumerated() {
            _ = feed(&session, #"{"type":"subscribed","id":3,"msg":{"channel":"\#(channel)","sid":\#(sid + 11)}}"#)
        }
    }

    @Test func `a connection begins with every subscription, and says in which dollars NO is meant`() {
        let (_, actions) = session([ours, Ticker("KXBTC15M-B")], indices: ["BRTI"])
        #expect(events(actions) == [.market(.connected(connection: 7))])
        #expect(
            sent(actions) == [
                #"{"id":1,"cmd":"subscribe","params":{"channels":["market_lifecycle_v2"]}}"#,
                #"{"id":2,"cmd":"subscribe","params":{"channels":["fill","user_orders","market_positions"]}}"#,
                #"{"id":3,"cmd":"subscribe","params":{"channels":["cfbenchmarks_value"],"index_ids":["BRTI"]}}"#,
                #"{"id":4,"cmd":"subscribe","params":{"channels":["orderbook_delta","trade","ticker"],"market_tickers":["KXBTC15M-A","KXBTC15M-B"],"use_yes_price":false}}"#,
                #"{"id":5,"cmd":"subscribe","params":{"channels":["order_group_updates"]}}"#,
            ])
        #expect(sweeps(actions))
    }

    @Test func `what becomes of an order group is told, and a change that nobody knows stops nothing`() {
        var (session, _) = session([ours])
        acknowledge(&session)
        func told(_ message: String, seq: Int) -> [FeedSession.Action] {
            feed(&session, #"{"type":"order_group_updates","sid":5,"seq":\#(seq),"msg":{\#(message),"order_group_id":"og_1","ts_ms":1}}"#)
        }
        let group = OrderGroupID("og_1")
        #expect(events(told(#""event_type":"created","contracts_limit_fp":"150.00""#, seq: 1)) == [.groupNews(GroupNews(group, .created, limit: .contracts(150)))])
        #expect(events(told(#""event_type":"triggered""#, seq: 2)) == [.groupNews(GroupNews(group, .triggered, limit: nil))])
        let drift = ContractDrift(.noted, place: "the stream's order_group_updates", problem: #"order_group_updates has the unknown event_type "frozen""#)
        #expect(events(told(#""event_type":"frozen""#, seq: 3)) == [.drift(drift)])
        let cut = told(#""event_type":"limit_updated","contracts_limit_fp":"many""#, seq: 4)
        guard case .drift(let broken)? = events(cut).first else {
            Issue.record("\(cut)")
            return
        }
        #expect(broken.severity == .broken && !reconnects(cut))
    }

    @Test func `order groups that cannot be listened to are told, and missed no more`() {
        var (session, _) = session([ours])
        let actions = feed(&session, #"{"type":"error","id":4,"msg":{"code":8,"msg":"Unknown channel name"}}"#)
        guard actions.count == 1, case .trouble(let sentence) = actions[0] else {
            Issue.record("\(actions)")
            return
        }
        #expect(sentence.hasPrefix("the subscription of order_group_updates was refused"))
    }

    @Test func `a new market is listed, and added to the books once they are acknowledged`() {
        var (session, _) = session([ours])
        var actions: [FeedSession.Action] = []
        session.found([finding(ours), finding(Ticker("KXBTC15M-B"))], at: time, into: &actions)
        #expect(events(actions) == [.market(.listed(finding(Ticker("KXBTC15M-B")).market)), .market(.status(Ticker("KXBTC15M-B"), .active))])
        #expect(sent(actions).isEmpty)
        for channel in ["orderbook_delta", "trade"] { _ = feed(&session, #"{"type":"subscribed","id":3,"msg":{"channel":"\#(channel)","sid":\#(channel.count)}}"#) }
        let last = feed(&session, #"{"type":"subscribed","id":3,"msg":{"channel":"ticker","sid":6}}"#)
        #expect(sent(last).first == #"{"id":5,"cmd":"update_subscription","params":{"sids":[15],"action":"add_markets","market_tickers":["KXBTC15M-B"]}}"#)
        #expect(sent(last).count == 3)
        actions = []
        session.found([finding(ours), finding(Ticker("KXBTC15M-B"))], at: time, into: &actions)
        #expect(actions.isEmpty)
    }

    @Test func `of all the lives of the exchange only ours are told, and each end once`() {
        var (session, _) = session([ours])
        acknowledge(&session)
        let other = #"{"type":"market_lifecycle_v2","sid":1,"seq":1,"msg":{"market_ticker":"KXOTHER-1","event_type":"determined","result":"yes"}}"#
        #expect(feed(&session, other).isEmpty)
        #expect(sweeps(feed(&session, #"{"type":"market_lifecycle_v2","sid":1,"seq":2,"msg":{"market_ticker":"KXBTC15M-C","event_type":"created","open_ts":1}}"#)))
        #expect(!sweeps(feed(&session, #"{"type":"market_lifecycle_v2","sid":1,"seq":2,"msg":{"market_ticker":"KXNBA-C","event_type":"created","open_ts":1}}"#)))
        let determined = feed(&session, #"{"type":"market_lifecycle_v2","sid":1,"seq":3,"msg":{"market_ticker":"KXBTC15M-A","event_type":"determined","result":"no"}}"#)
        #expect(events(determined) == [.market(.determined(ours, .no))])
        let settled = #"{"type":"market_lifecycle_v2","sid":1,"seq":4,"msg":{"market_ticker":"KXBTC15M-A","event_type":"settled","settled_ts":1}}"#
        let end = feed(&session, settled)
        #expect(events(end) == [.market(.settled(ours))])
        #expect(sent(end).count == 3 && sent(end)[0].contains("delete_markets"))
        #expect(feed(&session, settled).isEmpty)
        var actions: [FeedSession.Action] = []
        session.found([finding(ours, .finalized, .no)], at: time, into: &actions)
        #expect(actions.isEmpty && session.unsettled.isEmpty)
    }

    @Test func `a change of fees makes the sweep ask for them anew`() {
        var (session, _) = session([ours])
        let actions = feed(&session, #"{"type":"event_fee_update","sid":1,"seq":9,"msg":{"event_ticker":"E","fee_type_override":"quadratic","fee_multiplier_override":1}}"#)
        guard actions.count == 1, case .feesChanged = actions[0] else {
            Issue.record("\(actions)")
            return
        }
    }

    @Test func `what happened while nobody listened is told by the sweep`() {
        var (session, _) = session([ours])
        var actions: [FeedSession.Action] = []
        session.found([finding(ours, .finalized, .yes)], at: time, into: &actions)
        #expect(events(actions) == [.market(.status(ours, .finalized)), .market(.determined(ours, .yes)), .market(.settled(ours))])
    }

    @Test func `after a gap snapshots are asked for, and when they do not come the stream is opened anew`() {
        var (session, _) = session([ours])
        acknowledge(&session)
        var actions: [FeedSession.Action] = []
        session.requestSnapshots(of: SubscriptionID(connection: 6, sid: 11), at: time, into: &actions)
        session.requestSnapshots(of: SubscriptionID(connection: 7, sid: 12), at: time, into: &actions)
        #expect(actions.isEmpty)
        session.requestSnapshots(of: SubscriptionID(connection: 7, sid: 11), at: time, into: &actions)
        #expect(sent(actions) == [#"{"id":5,"cmd":"update_subscription","params":{"sids":[11],"action":"get_snapshot","market_tickers":["KXBTC15M-A"]}}"#])
        var healed = session
        actions = []
        _ = feed(&healed, #"{"type":"orderbook_snapshot","id":4,"sid":11,"seq":9,"msg":{"market_ticker":"KXBTC15M-A"}}"#)
        for _ in 0...10 { healed.pulse(at: time, into: &actions) }
        #expect(actions.isEmpty)
        // A recording's clock may leap; what counts is how often the pulse beat.
        session.pulse(at: time + .seconds(3600), into: &actions)
        #expect(actions.isEmpty)
        for _ in 0..<10 { session.pulse(at: time, into: &actions) }
        #expect(reconnects(actions))
    }

    @Test(arguments: [
        #"{"type":"error","sid":11,"seq":77,"msg":{"code":25,"msg":"Subscription buffer overflow"}}"#, #"{"type":"error","id":9,"msg":{"code":10,"msg":"Channel error"}}"#,
        #"{"type":"error","id":3,"msg":{"code":17,"msg":"Internal error"}}"#,
    ]) func `an error that ends the books opens the stream anew`(frame: String) {
        var (session, _) = session([ours])
        #expect(reconnects(feed(&session, frame)))
    }

    @Test func `what ends a connection freezes its books at once, and what still comes from it is not heard`() {
        var (session, _) = session([ours])
        acknowledge(&session)
        let actions = feed(&session, #"{"type":"error","sid":11,"seq":77,"msg":{"code":25,"msg":"Subscription buffer overflow"}}"#)
        #expect(events(actions) == [.market(.disconnected(connection: 7))])
        #expect(feed(&session, #"{"type":"orderbook_snapshot","sid":11,"seq":78,"msg":{"market_ticker":"KXBTC15M-A"}}"#).isEmpty)
        var late: [FeedSession.Action] = []
        session.lost(7, at: time, into: &late)
        #expect(late.isEmpty)
    }

    @Test(arguments: ["orderbook_delta", "fill", "market_lifecycle_v2"]) func `a subscription that is not acknowledged opens the stream anew`(silent: String) {
        var (session, _) = session([ours])
        let channels = ["market_lifecycle_v2", "fill", "user_orders", "market_positions", "order_group_updates"] + FeedSession.bookChannels
        for (sid, channel) in channels.enumerated() where channel != silent {
            _ = feed(&session, #"{"type":"subscribed","id":1,"msg":{"channel":"\#(channel)","sid":\#(sid + 1)}}"#)
        }
        var actions: [FeedSession.Action] = []
        for _ in 0..<FeedSession.patience { session.pulse(at: time, into: &actions) }
        #expect(actions.isEmpty)
        session.pulse(at: time, into: &actions)
        #expect(reconnects(actions) && events(actions) == [.market(.disconnected(connection: 7))])
    }

    @Test func `indices that are refused are told, and missed no more`() {
        var (session, _) = session([ours], indices: ["BRTI"])
        let actions = feed(&session, #"{"type":"error","id":3,"msg":{"code":8,"msg":"Unknown channel name"}}"#)
        guard actions.count == 1, case .trouble(let sentence) = actions[0] else {
            Issue.record("\(actions)")
            return
        }
        #expect(sentence == "the subscription of cfbenchmarks_value was refused by the exchange with error 8, Unknown channel name")
        acknowledge(&session)
        var later: [FeedSession.Action] = []
        for _ in 0...2 * FeedSession.patience { session.pulse(at: time, into: &later) }
        #expect(later.isEmpty)
    }

    @Test(arguments: [(1, "market_lifecycle_v2"), (2, "fill, user_orders, market_positions")])
    func `what the desk cannot be without and is refused opens the stream anew at once, with the exchange's reason`(id: Int, channels: String) {
        var (session, _) = session([ours])
        let actions = feed(&session, #"{"type":"error","id":\#(id),"msg":{"code":9,"msg":"Authentication required"}}"#)
        guard case .reconnect(let reason)? = actions.first else {
            Issue.record("\(actions)")
            return
        }
        #expect(reason == "the subscription of \(channels) was refused with error 9, Authentication required")
        #expect(events(actions) == [.market(.disconnected(connection: 7))])
    }

    @Test func `a market that is paid without a word of how it ended is asked for until somebody says`() {
        var (session, _) = session([ours])
        acknowledge(&session)
        let paid = feed(&session, #"{"type":"market_lifecycle_v2","sid":1,"seq":4,"msg":{"market_ticker":"KXBTC15M-A","event_type":"settled","settled_ts":1}}"#)
        #expect(events(paid).isEmpty && sweeps(paid) && session.unsettled == [ours])
        var actions: [FeedSession.Action] = []
        session.found([finding(ours, .finalized)], at: time, into: &actions)
        #expect(events(actions) == [.market(.status(ours, .finalized))] && session.unsettled == [ours])
        actions = []
        session.found([finding(ours, .finalized, .yes)], at: time, into: &actions)
        #expect(events(actions) == [.market(.determined(ours, .yes)), .market(.settled(ours))] && session.unsettled.isEmpty)
    }

    @Test func `a paid market whose result is never told is left to the account in the end`() {
        var (session, _) = session([ours])
        var actions: [FeedSession.Action] = []
        for _ in 1..<FeedSession.mostEndsUntold { session.found([finding(ours, .finalized)], at: time, into: &actions) }
        #expect(session.unsettled == [ours])
        session.found([finding(ours, .finalized)], at: time, into: &actions)
        #expect(events(actions).last == .market(.settled(ours)) && session.unsettled.isEmpty)
    }

    @Test(arguments: [(#""result":"scalar","settlement_value":"0.333333""#), #""result":"maybe""#])
    func `a strange end of a market that is not ours is told and stops nothing, of ours it is a break`(end: String) {
        var (session, _) = session([ours])
        acknowledge(&session)
        func severity(_ ticker: String) -> ContractDrift.Severity? {
            let told = events(feed(&session, #"{"type":"market_lifecycle_v2","sid":1,"seq":4,"msg":{"market_ticker":"\#(ticker)","event_type":"determined",\#(end)}}"#))
            guard told.count == 1, case .drift(let drift) = told[0] else { return nil }
            return drift.severity
        }
        #expect(severity("KXOTHER-1") == .noted)
        #expect(severity("KXBTC15M-A") == .broken)
    }

    @Test(arguments: [
        ("{", "the stream's frame"), (#"{"type":"orderbook_delta","sid":1,"seq":1,"msg":{}}"#, "the stream's orderbook_delta"),
        (#"{"type":"fill","sid":1,"msg":{}}"#, "the stream's fill"),
        (#"{"type":"user_order","sid":1,"msg":{"order_id":"o","ticker":"T","outcome_side":"both"}}"#, "the stream's user_order"),
    ]) func `a frame that cannot be read is a break of the contract, told once in a while`(frame: String, place: String) {
        var (session, _) = session([ours])
        let told = events(feed(&session, frame)).compactMap { if case .drift(let drift) = $0 { drift } else { nil } }
        #expect(told.map(\.severity) == [.broken] && told.map(\.place) == [place])
        #expect(feed(&session, frame).isEmpty)
        var actions: [FeedSession.Action] = []
        acknowledge(&session)
        for _ in 0...FeedSession.patience { session.pulse(at: time, into: &actions) }
        #expect(events(feed(&session, frame)).count == 1)
    }

    @Test func `a new field, a new type of message and a new event of a market's life are told once and harm nothing`() {
        var (session, _) = session([ours])
        acknowledge(&session)
        let delta = #"{"type":"orderbook_delta","sid":11,"seq":2,"msg":{"market_ticker":"KXBTC15M-A","price_dollars":"0.4700","delta_fp":"1.00","side":"yes","mood":"good"},"shard":3}"#
        let first = events(feed(&session, delta))
        #expect(first.count == 3)
        #expect(first.contains(.drift(ContractDrift(.noted, place: "the stream's orderbook_delta", problem: "orderbook_delta has the unknown field mood"))))
        #expect(first.contains(.drift(ContractDrift(.noted, place: "the stream's orderbook_delta", problem: "frame has the unknown field shard"))))
        #expect(events(feed(&session, delta.replacing("2,", with: "3,"))).count == 1)
        #expect(events(feed(&session, #"{"type":"weather","sid":9,"msg":{}}"#)) == [.drift(ContractDrift(.noted, place: "the stream", problem: "an unknown type of message, weather"))])
        let life = #"{"type":"market_lifecycle_v2","sid":1,"seq":1,"msg":{"market_ticker":"KXOTHER-1","event_type":"reincarnated"}}"#
        #expect(events(feed(&session, life)).contains { if case .drift(let drift) = $0 { drift.problem.contains("reincarnated") } else { false } })
    }

    @Test func `our own fills and orders are read with their side, price and fee`() throws {
        var (session, _) = session()
        let fill = #"{"type":"fill","sid":13,"msg":{"trade_id":"d91b","order_id":"ee58","client_order_id":"my-order-1","market_ticker":"KXA-26-T1","exchange_index":0,"is_taker":true,"side":"yes","yes_price_dollars":"0.7500","count_fp":"278.00","fee_cost":"3.648800","action":"buy","ts":1671899397,"ts_ms":1671899397000,"post_position_fp":"500.00","purchased_side":"yes","outcome_side":"yes","book_side":"bid","subaccount":0}}"#
        #expect(
            events(feed(&session, fill)) == [
                .fill(
                    Fill(
                        trade: TradeID("d91b"), order: OrderID("ee58"), clientOrder: ClientOrderID("my-order-1"), market: Ticker("KXA-26-T1"), side: .yes,
                        price: .cents(75), quantity: .contracts(278), liquidity: .taker, fee: Money(millionths: 3_648_800), time: .milliseconds(1_671_899_397_000)))
            ])
        let sold = fill.replacing(#""outcome_side":"yes","book_side":"bid""#, with: #""outcome_side":"no","book_side":"ask""#)
        guard case .fill(let no)? = events(feed(&session, sold)).first else {
            Issue.record("no fill")
            return
        }
        #expect(no.side == .no && no.price == .cents(25))
        let order = #"{"type":"user_order","sid":22,"msg":{"order_id":"ee58","user_id":"u","ticker":"KXA-26-T1","exchange_index":0,"status":"resting","side":"yes","is_yes":true,"outcome_side":"yes","book_side":"bid","yes_price_dollars":"0.3500","fill_count_fp":"0.00","remaining_count_fp":"10.00","initial_count_fp":"10.00","client_order_id":"my-order-1","created_time":"2024-12-01T10:00:00Z","created_ts_ms":1733047200000,"subaccount_number":0}}"#
        guard case .order(.state(let state))? = events(feed(&session, order)).first else {
            Issue.record("no order")
            return
        }
        #expect(state.status == .resting && state.limit == .cents(35) && state.remaining == .contracts(10) && state.created == .seconds(1_733_047_200))
    }

    @Test func `what another subaccount trades is not this desk's: it is told once and left aside`() {
        var (session, _) = session()
        let fill = #"{"type":"fill","sid":13,"msg":{"trade_id":"d91b","order_id":"ee58","market_ticker":"KXA-26-T1","is_taker":true,"side":"yes","yes_price_dollars":"0.7500","count_fp":"1.00","fee_cost":"0.01","ts":1,"subaccount":3}}"#
        let first = feed(&session, fill)
        guard first.count == 1, case .trouble = first[0] else {
            Issue.record("\(first)")
            return
        }
        #expect(feed(&session, fill).isEmpty)
        let order = #"{"type":"user_order","sid":22,"msg":{"order_id":"ee58","ticker":"KXA-26-T1","status":"resting","side":"yes","yes_price_dollars":"0.3500","fill_count_fp":"0.00","remaining_count_fp":"10.00","initial_count_fp":"10.00","subaccount_number":3}}"#
        #expect(feed(&session, order).isEmpty && session.messagesOfOthers == 3)
        #expect(events(feed(&session, order.replacing("3}}", with: "0}}"))).count == 1)
    }

    @Test func `kinds of frames without an end are counted together`() {
        var sampler = FrameSampler()
        var told = 0
        for number in 0..<10_000 { told += sampler.news("kind\(number)", Array(#"{"type":"kind\#(number)","sid":1,"msg":{}}"#.utf8)).count }
        // The first hundred, of those beyond the first 64, and then a sample.
        #expect(told < FrameSampler.mostKinds + FrameSampler.first + 10_000 / FrameSampler.then + 1)
    }

    @Test func `every recorded frame becomes the event it is, NO in NO dollars`() throws {
        guard let data = try Shared.data("kalshi-api/wire-samples.json") else { return }
        let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let sample = try #require((root["ws"] as? [[String: Any]])?.first { $0["case"] as? String == "ws__orderbook_trade_noleg" })
        let frames = try #require(sample["frames"] as? [[String: Any]])
        var (session, _) = session()
        var told: [Event] = []
        for frame in frames { told += events(feed(&session, String(decoding: try JSONSerialization.data(withJSONObject: frame), as: UTF8.self))) }
        #expect(told.count == frames.count)
        guard case .market(.snapshot(let book)) = told[2], case .market(.delta(let change)) = told[4] else {
            Issue.record("not a snapshot and a delta")
            return
        }
        #expect(book.no == [Level(price: .cents(48), quantity: .contracts(2))] && book.yes == [Level(price: .cents(47), quantity: .contracts(3))])
        #expect(change.side == .no && change.price == .cents(48) && change.change == .contracts(-2) && change.sequence == 3)
    }
}
