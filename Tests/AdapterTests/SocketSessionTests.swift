import Foundation
import Matching
import Model
import Notation
import Testing
import Transport

@testable import Exchange

/// One client's session without a socket: commands in, frames out.
@Suite struct SocketSessionTests {
    static let moment = Timestamp.milliseconds(1_790_175_720_000)

    static func board(now: Timestamp = moment) -> Board {
        let level = Level(price: .cents(40), quantity: .contracts(3))
        return Board(
            time: moment, now: now, book: { $0.text == "GONE" ? nil : BookLevels(yes: [level], no: [level]) },
            ticker: { $0.text == "GONE" ? nil : .object(["market_ticker": .text($0.text)]) },
            market: { id in ["A", "B"].first { StableUUID.of("market", $0) == id }.map { Ticker($0) } }, indices: ["BRTI", "ETHUSD_RTI"],
            underlyings: ["Metal.XAU/USD"])
    }

    /// A session and what it says, without the moment of sending.
    struct Talk {
        var session = SocketSession(SocketSession.Reader(account: "a"))

        mutating func send(_ text: String, board: Board = board()) -> [String] {
            session.receive(Array(text.utf8), board: board).map(Talk.plain)
        }

        mutating func tell(_ bulletin: Bulletin) -> String? { session.frame(for: bulletin, at: moment).map(Talk.plain) }

        static func plain(_ frame: [UInt8]) -> String {
            let text = String(decoding: frame, as: UTF8.self)
            #expect(text.hasSuffix(#","sending_ts_ms":1790175720000}"# + "\n"))
            return text.replacingOccurrences(of: #","sending_ts_ms":1790175720000}"# + "\n", with: "}")
        }
    }

    static func subscribe(_ channels: String, _ more: String = "", id: Int = 1) -> String {
        #"{"id":\#(id),"cmd":"subscribe","params":{"channels":[\#(channels)]\#(more)}}"#
    }

    static func update(_ action: String, _ more: String = "", sid: Int = 1) -> String {
        #"{"id":2,"cmd":"update_subscription","params":{"sid":\#(sid),"action":"\#(action)"\#(more)}}"#
    }

    static let noMarkets = subscribe(#""orderbook_delta""#)
    static let errors: [(command: String, code: Int64)] = [
        ("not json", 1), ("[1]", 1), (#"{"id":1}"#, 5), (#"{"id":1,"cmd":"dance"}"#, 5), (#"{"id":1,"cmd":"subscribe"}"#, 2),
        (#"{"id":1,"cmd":"unsubscribe"}"#, 2), (#"{"id":1,"cmd":"subscribe","params":{}}"#, 3), (#"{"id":1,"cmd":"subscribe","params":{"channels":[]}}"#, 3),
        (#"{"id":1,"cmd":"unsubscribe","params":{}}"#, 4), (#"{"id":1,"cmd":"unsubscribe","params":{"sids":[9]}}"#, 7),
        (update("add_markets", #","market_tickers":["A"]"#), 7), (subscribe(#""ticker_v2""#), 8), (subscribe(#""multivariate""#), 8),
        (subscribe(#""trade""#, #","market_tickers":[7]"#), 11), (subscribe(#""trade""#, #","market_tickers":"A""#), 11),
        (subscribe(#""trade""#, #","market_ticker":"A","market_tickers":["B"]"#), 11), (subscribe(#""trade""#, #","market_ids":["x"]"#), 11),
        (subscribe(#""ticker""#, #","market_ids":["x"],"market_tickers":["A"]"#), 11), (subscribe(#""communications""#, #","user_filter":"others""#), 11),
        (subscribe(#""orderbook_delta""#, #","market_tickers":["A"],"use_yes_price":"yes""#), 11),
        (#"{"id":1,"cmd":"update_subscription","params":{"sids":[1,2],"action":"add_markets"}}"#, 12),
        (#"{"id":1,"cmd":"update_subscription","params":{"sid":1,"sids":[1],"action":"add_markets"}}"#, 12),
        (#"{"id":1,"cmd":"update_subscription","params":{"action":"add_markets"}}"#, 12), (update("explode"), 13), (noMarkets, 14),
        (#"{"id":1,"cmd":"update_subscription","params":{"sid":1}}"#, 15), (subscribe(#""communications""#, #","shard_factor":0"#), 19),
        (subscribe(#""communications""#, #","shard_key":1"#), 20), (subscribe(#""communications""#, #","shard_factor":4,"shard_key":4"#), 21),
        (subscribe(#""communications""#, #","shard_factor":101"#), 22),
    ]

    @Test func `wrong commands get the numbered errors, and change nothing`() {
        for (command, code) in Self.errors {
            var session = SocketSession(SocketSession.Reader(account: "a"))
            let frames = session.receive(Array(command.utf8), board: Self.board())
            let frame = frames.first.flatMap { try? JSON(parsing: $0) }
            #expect(frames.count == 1 && frame?["type"] == "error" && frame?["msg"]?["code"]?.integer == code, "\(command)")
            #expect(session.channels == 0)
        }
    }

    static let laterErrors: [(channel: String, command: String, code: Int)] = [
        ("trade", update("get_snapshot", #","market_tickers":["A"]"#), 13), ("trade", update("indexlist"), 13), ("market_lifecycle_v2", update("add_markets", #","market_tickers":["A"]"#), 13),
        ("trade", update("add_markets"), 14), ("trade", update("add_markets", #","market_ids":["x"]"#), 11), ("cfbenchmarks_value", update("subscribe_indices"), 24),
        ("cfbenchmarks_value", update("unsubscribe_indices", #","index_ids":[]"#), 24), ("cfbenchmarks_value", update("underlying_list"), 13),
        ("pyth_value", update("subscribe_underlyings"), 28), ("pyth_value", update("indexlist"), 13),
    ]

    @Test func `what a channel cannot do is refused on it`() {
        for (channel, command, code) in Self.laterErrors {
            var talk = Talk()
            _ = talk.send(Self.subscribe("\"\(channel)\""))
            #expect(talk.send(command).first?.hasPrefix(#"{"type":"error","id":2,"msg":{"code":\#(code),"#) == true, "\(channel): \(command)")
        }
    }

    @Test func `more than ten thousand commands in a second are too many, and the next second is a new one`() {
        var session = SocketSession(SocketSession.Reader(account: "a"))
        let command = Array(#"{"id":3,"cmd":"list_subscriptions"}"#.utf8)
        func code(at now: Timestamp) -> JSON? {
            session.receive(command, board: Self.board(now: now)).first.flatMap { try? JSON(parsing: $0) }?["msg"]?["code"]
        }
        for _ in 0..<SocketSession.commandLimit { #expect(code(at: Self.moment) == nil) }
        let refused = code(at: Self.moment)
        let later = code(at: Self.moment + .seconds(1))
        #expect(refused == 27 && later == nil)
    }

    @Test func `a session names at most half a million markets`() {
        var talk = Talk()
        let names = (0..<10_000).map { "\"M\($0)\"" }.joined(separator: ",")
        let other = (0..<10_000).map { "\"N\($0)\"" }.joined(separator: ",")
        // Six channels at a time take ten thousand each.
        let all = #""ticker","trade","fill","user_orders","market_positions""#
        for round in 0..<10 {
            let markets = (0..<10_000).map { "\"R\(round)-\($0)\"" }.joined(separator: ",")
            #expect(talk.send(Self.subscribe(all, #","market_tickers":[\#(markets)]"#)).count == 5)
        }
        for list in [names, other] {
            #expect(talk.send(Self.subscribe(#""trade""#, #","market_tickers":[\#(list)]"#, id: 9)) == [#"{"type":"error","id":9,"msg":{"code":26,"msg":"Subscription market limit exceeded"}}"#])
        }
        #expect(talk.session.subscriptions.reduce(0) { $0 + ($1?.marketCount ?? 0) } == 500_000)
    }

    // MARK: - Subscriptions

    @Test func `a second subscription merges, updates answer with the whole list, and every reply takes a number`() {
        var talk = Talk()
        let snapshot = { (seq: Int, market: String, id: String) in
            #"{"type":"orderbook_snapshot",\#(id)"sid":1,"seq":\#(seq),"msg":{"market_ticker":"\#(market)","market_id":"\#(StableUUID.of("market", market))","yes_dollars_fp":[["0.4000","3.00"]],"no_dollars_fp":[["0.4000","3.00"]]}}"#
        }
        #expect(
            talk.send(Self.subscribe(#""orderbook_delta""#, #","market_tickers":["A","GONE"]"#)) == [
                #"{"type":"subscribed","id":1,"msg":{"channel":"orderbook_delta","sid":1}}"#, snapshot(1, "A", ""),
            ])
        #expect(
            talk.send(Self.subscribe(#""orderbook_delta""#, #","market_tickers":["A","B"]"#, id: 2)) == [
                #"{"type":"ok","id":2,"sid":1,"seq":2,"msg":{"market_tickers":["A","B","GONE"]}}"#, snapshot(3, "B", ""),
            ])
        #expect(talk.send(Self.update("delete_markets", #","market_tickers":["B"]"#)) == [#"{"type":"ok","id":2,"sid":1,"seq":4,"msg":{"market_tickers":["A","GONE"]}}"#])
        #expect(talk.send(Self.update("get_snapshot", #","market_tickers":["A"]"#)) == [snapshot(5, "A", #""id":2,"#)])
        #expect(talk.send(Self.update("get_snapshot", #","market_tickers":["GONE"]"#)).first?.contains(#""code":11"#) == true, "an answer, not silence")
        #expect(talk.send(Self.subscribe(#""trade","fill""#)) == [
            #"{"type":"subscribed","id":1,"msg":{"channel":"trade","sid":2}}"#, #"{"type":"subscribed","id":1,"msg":{"channel":"fill","sid":3}}"#,
        ])
        #expect(talk.send(#"{"id":5,"cmd":"list_subscriptions"}"#) == [
            #"{"type":"ok","id":5,"msg":[{"channel":"orderbook_delta","sid":1},{"channel":"trade","sid":2},{"channel":"fill","sid":3}]}"#
        ])
        #expect(talk.send(#"{"id":6,"cmd":"unsubscribe","params":{"sids":[1]}}"#) == [#"{"type":"unsubscribed","id":6,"sid":1,"seq":6}"#])
        #expect(talk.send(#"{"id":0,"cmd":"unsubscribe","params":{"sids":[2,1]}}"#) == [
            #"{"type":"unsubscribed","sid":2,"seq":1}"#, #"{"type":"error","msg":{"code":7,"msg":"Unknown subscription ID"}}"#,
        ])
        let again = talk.send(Self.subscribe(#""orderbook_delta""#, #","market_ticker":"GONE""#))
        #expect(again == [#"{"type":"subscribed","id":1,"msg":{"channel":"orderbook_delta","sid":4}}"#], "a new sid, whose numbers begin anew")
    }

    @Test func `the ticker channel takes ids, gives first values on request, and keeps its lists to itself on request`() {
        var talk = Talk()
        let id = StableUUID.of("market", "A")
        #expect(talk.send(Self.subscribe(#""ticker""#, #","market_id":"\#(id)","send_initial_snapshot":true"#)) == [
            #"{"type":"subscribed","id":1,"msg":{"channel":"ticker","sid":1}}"#, #"{"type":"ticker","sid":1,"msg":{"market_ticker":"A"}}"#,
        ])
        #expect(talk.tell(.ticker(Ticker("A"), id: id, message: Array("{}".utf8))) == #"{"type":"ticker","sid":1,"msg":{}}"#)
        #expect(talk.tell(.ticker(Ticker("B"), id: StableUUID.of("market", "B"), message: [])) == nil)
        #expect(talk.send(Self.update("add_markets", #","market_tickers":["B"],"send_initial_snapshot":true"#)) == [
            #"{"type":"ok","id":2,"sid":1,"seq":1,"msg":{"market_tickers":["B"],"market_ids":["\#(id)"]}}"#, #"{"type":"ticker","sid":1,"msg":{"market_ticker":"B"}}"#,
        ])
        #expect(talk.send(Self.update("delete_markets", #","market_ids":["\#(id)"]"#)) == [#"{"type":"ok","id":2,"sid":1,"seq":2,"msg":{"market_tickers":["B"]}}"#])
        #expect(talk.send(Self.subscribe(#""ticker""#)) == [#"{"type":"ok","id":1,"sid":1,"seq":3,"msg":{}}"#])
        #expect(talk.tell(.ticker(Ticker("C"), id: "c", message: Array("{}".utf8))) != nil, "no filter is all markets")

        var quiet = Talk()
        _ = quiet.send(Self.subscribe(#""ticker""#, #","market_tickers":["A"],"skip_ticker_ack":true"#))
        #expect(quiet.send(Self.update("add_markets", #","market_tickers":["B"]"#)) == [#"{"type":"ok","id":2,"sid":1,"seq":1,"msg":{}}"#])
    }

    @Test func `price feeds are narrowed by their ids, and list what there is`() {
        var talk = Talk()
        _ = talk.send(Self.subscribe(#""cfbenchmarks_value","cfbenchmarks_value_5hz","pyth_value""#, #","index_ids":["BRTI"]"#))
        #expect(talk.tell(.index(.index, id: "BRTI", message: Array("{}".utf8))) == #"{"type":"cfbenchmarks_value","sid":1,"seq":1,"msg":{}}"#)
        #expect(talk.tell(.index(.index, id: "ETHUSD_RTI", message: [])) == nil)
        #expect(talk.tell(.index(.fastIndex, id: "BRTI", message: Array("{}".utf8))) == #"{"type":"cfbenchmarks_value_5hz","sid":2,"seq":1,"msg":{}}"#)
        #expect(talk.tell(.index(.pyth, id: "Metal.XAU/USD", message: [])) == nil, "nothing was named yet")
        #expect(talk.send(Self.update("indexlist")) == [#"{"type":"cfbenchmarks_value_indexlist","id":2,"sid":1,"seq":2,"msg":{"index_ids":["BRTI","ETHUSD_RTI"]}}"#])
        #expect(talk.send(Self.update("indexlist", sid: 2)) == [#"{"type":"cfbenchmarks_value_5hz_indexlist","id":2,"sid":2,"seq":2,"msg":{"index_ids":["BRTI","ETHUSD_RTI"]}}"#])
        #expect(talk.send(Self.update("underlying_list", sid: 3)) == [#"{"type":"pyth_value_underlying_list","id":2,"sid":3,"seq":1,"msg":{"underlying_tickers":["Metal.XAU/USD"]}}"#])
        #expect(talk.send(Self.update("subscribe_indices", #","index_ids":["all"]"#)) == [#"{"type":"ok","id":2,"sid":1,"seq":3,"msg":{"index_ids":["BRTI","all"]}}"#])
        #expect(talk.tell(.index(.index, id: "ETHUSD_RTI", message: Array("{}".utf8))) != nil)
        #expect(talk.send(Self.update("unsubscribe_indices", #","index_ids":["all"]"#)) == [#"{"type":"ok","id":2,"sid":1,"seq":5,"msg":{"index_ids":["BRTI"]}}"#])
        #expect(talk.send(Self.update("subscribe_underlyings", #","underlying_tickers":["Metal.XAU/USD"]"#, sid: 3)) == [#"{"type":"ok","id":2,"sid":3,"seq":2,"msg":{"underlying_tickers":["Metal.XAU/USD"]}}"#])
        #expect(talk.tell(.index(.pyth, id: "Metal.XAU/USD", message: Array("{}".utf8))) == #"{"type":"pyth_value","sid":3,"seq":3,"msg":{}}"#)
    }

    // MARK: - Telling

    private func change(_ side: Side, owner: String? = nil, subaccount: Int = 0) -> Bulletin {
        var parts = MessageParts()
        return .book(
            BookChange(
                market: Ticker("A"), marketText: parts.market(Ticker("A")).text, side: side, price: .cents(48), change: .contracts(-2), timeText: parts.time(Self.moment),
                owner: owner.map { Owner(AccountID($0), subaccount) }, clientOrder: owner.map { _ in ClientOrderID("mine \"1\"") }))
    }

    @Test func `a delta is written in the leg's price or in YES dollars, and names an order to its owner alone`() {
        var own = Talk()
        var yes = Talk()
        _ = own.send(Self.subscribe(#""orderbook_delta""#, #","market_tickers":["A"]"#))
        _ = yes.send(Self.subscribe(#""orderbook_delta""#, #","market_tickers":["A"],"use_yes_price":true"#))
        let head = #"{"type":"orderbook_delta","sid":1,"seq":2,"msg":{"market_ticker":"A","market_id":"\#(StableUUID.of("market", "A"))","#
        let tail = #""ts":"2026-09-23T15:02:00.000000Z","ts_ms":1790175720000}}"#
        let bulletin = change(.no)
        #expect(own.tell(bulletin) == head + #""price_dollars":"0.4800","delta_fp":"-2.00","side":"no","# + tail)
        #expect(yes.tell(bulletin) == head + #""price_dollars":"0.5200","delta_fp":"-2.00","side":"no","# + tail)
        #expect(own.tell(change(.yes, owner: "a"))?.contains(#""side":"yes","client_order_id":"mine \"1\"","ts""#) == true)
        #expect(yes.tell(change(.yes, owner: "b"))?.contains("client_order_id") == false)
    }

    @Test func `numbers written without a tree are those of the tree`() {
        var random = SeededRandom(seed: 5)
        for _ in 0..<2000 {
            let value = Int64(bitPattern: random.next()) >> Int64(random.next() % 60)
            for decimals in [2, 4, 6] {
                var bytes: [UInt8] = []
                bytes.append(value, decimals: decimals)
                #expect(String(decoding: bytes, as: UTF8.self) == FixedPoint.text(value, decimals: decimals))
            }
            var bytes: [UInt8] = []
            bytes.append(number: value)
            #expect(String(decoding: bytes, as: UTF8.self) == String(value))
        }
    }

    @Test func `what is private goes to its account, and quotes go to their parties`() {
        var talk = Talk()
        _ = talk.send(Self.subscribe(#""fill","user_orders","order_group_updates","communications""#))
        let text = Array("{}".utf8)
        let own = Owner(AccountID("a"), 0)
        #expect(talk.tell(.own(Owner(AccountID("b"), 0), .fill, Ticker("A"), message: text)) == nil)
        #expect(talk.tell(.own(own, .fill, Ticker("A"), message: text)) == #"{"type":"fill","sid":1,"msg":{}}"#)
        #expect(talk.tell(.own(own, .order, Ticker("A"), message: text)) == #"{"type":"user_order","sid":2,"msg":{}}"#)
        #expect(talk.tell(.own(own, .group, nil, message: text)) == #"{"type":"order_group_updates","sid":3,"seq":1,"msg":{}}"#)
        let (y, z) = (Owner(AccountID("y"), 0), Owner(AccountID("z"), 0))
        func news(_ audience: Communication.Audience, rfq: String = "r") -> Bulletin {
            .communication(Communication(type: "rfq_created", audience: audience, rfq: rfq, message: text))
        }
        #expect(talk.tell(news(.everyone(creator: z))) == #"{"type":"rfq_created","sid":4,"seq":1,"msg":{}}"#)
        #expect(talk.tell(news(.parties([y, z]))) == nil)
        #expect(talk.tell(news(.parties([y, own]))) != nil)

        var selfish = Talk()
        _ = selfish.send(Self.subscribe(#""communications""#, #","user_filter":"self""#))
        #expect(selfish.tell(news(.everyone(creator: z))) == nil && selfish.tell(news(.everyone(creator: own))) != nil)

        // Three shards: each RFQ is in exactly one of them.
        var shards = [Talk(), Talk(), Talk()]
        for key in shards.indices { _ = shards[key].send(Self.subscribe(#""communications""#, #","shard_factor":3,"shard_key":\#(key)"#)) }
        for i in 0..<50 {
            let told = shards.indices.filter { shards[$0].tell(news(.everyone(creator: z), rfq: "rfq-\(i)")) != nil }
            #expect(told.count == 1)
        }
    }

    @Test func `a key that is locked to a subaccount hears what concerns that one, and each message of a subaccount's names it`() {
        var locked = Talk(session: SocketSession(SocketSession.Reader(account: "a", subaccount: 3)))
        var whole = Talk()
        for command in [
            Self.subscribe(#""fill","user_orders","market_positions","order_group_updates","communications""#),
            Self.subscribe(#""orderbook_delta""#, #","market_tickers":["A"]"#),
        ] {
            _ = locked.send(command)
            _ = whole.send(command)
        }
        let text = Array("{}".utf8)
        for (subaccount, hears) in [(0, false), (3, true)] {
            let owner = Owner(AccountID("a"), subaccount)
            for bulletin in [
                Bulletin.own(owner, .fill, Ticker("A"), message: text), .own(owner, .order, Ticker("A"), message: text),
                .own(owner, .position, Ticker("A"), message: text), .own(owner, .group, nil, message: text),
                .communication(Communication(type: "quote_created", audience: .parties([owner]), rfq: "r", message: text)),
            ] {
                #expect((locked.tell(bulletin) != nil) == hears && whole.tell(bulletin) != nil)
            }
            let delta = change(.yes, owner: "a", subaccount: subaccount)
            #expect(locked.tell(delta)?.contains("client_order_id") == hears && whole.tell(delta)?.contains("client_order_id") == true)
            #expect(whole.tell(delta)?.contains(#","subaccount":3,"#) == (subaccount == 3))
        }
        #expect(locked.tell(.own(Owner(AccountID("b"), 3), .fill, Ticker("A"), message: text)) == nil)
    }

    @Test func `lives of combos have a channel of their own`() {
        var talk = Talk()
        _ = talk.send(Self.subscribe(#""market_lifecycle_v2","multivariate_market_lifecycle""#))
        let text = Array("{}".utf8)
        #expect(talk.tell(.lifecycle(.market, isCombo: false, message: text)) == #"{"type":"market_lifecycle_v2","sid":1,"seq":1,"msg":{}}"#)
        #expect(talk.tell(.lifecycle(.market, isCombo: true, message: text)) == #"{"type":"multivariate_market_lifecycle","sid":2,"seq":1,"msg":{}}"#)
        #expect(talk.tell(.lifecycle(.event, isCombo: true, message: text)) == #"{"type":"event_lifecycle","sid":2,"seq":2,"msg":{}}"#)
        #expect(talk.tell(.lifecycle(.fees, isCombo: false, message: text)) == #"{"type":"event_fee_update","sid":1,"seq":2,"msg":{}}"#)
        #expect(Ticker("KXMVESPORTS-1").isCombo && !Ticker("KXBTC15M-1").isCombo)
    }

    @Test func `a client that does not read loses its subscription with error 25`() throws {
        var session = SocketSession(SocketSession.Reader(account: "a"))
        _ = session.receive(Array(Self.subscribe(#""trade""#).utf8), board: Self.board())
        let outbox = Outbox()
        let trade = PublicTrade(market: Ticker("A"), id: TradeID("t"), yesPrice: .cents(50), quantity: .contracts(1), takerSide: .yes, time: .zero)
        var sent = 0
        var room = WebSocketOutlet.Room.plenty
        while room == .plenty {
            let frame = session.frame(for: .trade(trade.market, message: trade.message.bytes), at: Self.moment)
            room = outbox.put(try #require(frame))
            sent += 1
        }
        #expect(sent == Outbox.limit - Outbox.reserve)
        let goodbye = session.end(.trade, .bufferOverflow, at: Self.moment)
        let last = try JSON(parsing: try #require(goodbye))
        #expect(last["msg"]?["code"] == 25 && last["seq"]?.integer == Int64(sent + 1))
        let after = session.frame(for: .trade(trade.market, message: []), at: Self.moment)
        #expect(after == nil && session.channels == 0)
        let waiting = outbox.takeFrames()
        #expect(waiting.count == sent && waiting.first?.last == UInt8(ascii: "\n"))
    }
}
