import Model
import Testing
import Wire

private func decode(_ text: String, connection: UInt32 = 1, yesDollars: Bool = false) throws -> DecodedFrame {
    var decoder = MarketFrameDecoder(noLevelsInYesDollars: yesDollars)
    return try decode(Array(text.utf8), with: &decoder, connection: connection)
}

private func decode(_ bytes: [UInt8], with decoder: inout MarketFrameDecoder, connection: UInt32 = 1) throws -> DecodedFrame {
    // A copy of exactly the frame's size, so that a read past its end is one past an allocation.
    let exact = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
    defer { exact.deallocate() }
    _ = exact.initialize(from: bytes)
    return try decoder.decode(UnsafeBufferPointer(exact), connection: connection)
}

private func failure(_ text: String) -> String? {
    do {
        _ = try decode(text)
        return nil
    } catch {
        return "\(error)"
    }
}

private let market = Ticker("KXA-26-T1")
private let deltaFrame = """
    {"type":"orderbook_delta","sid":1,"seq":2,"msg":{"market_ticker":"KXA-26-T1","market_id":"9b0f6b43-5b68-4f9f-9f02-9a2d1b8ac1a1",\
    "price_dollars":"0.4700","delta_fp":"-3.00","side":"yes","ts":"2026-06-11T06:31:29.957081Z","ts_ms":1781159489957}}

    """
private let snapshotFrame = """
    {"type":"orderbook_snapshot","sid":1,"seq":1,"msg":{"market_ticker":"KXA-26-T1","yes_dollars_fp":[["0.4700","3.00"],["0.4600","1.50"]],\
    "no_dollars_fp":[["0.4800","2.00"]]}}
    """
private let tradeFrame = """
    {"type":"trade","sid":2,"seq":7,"msg":{"trade_id":"d91bc706-ee49","market_ticker":"KXA-26-T1","yes_price_dollars":"0.3600",\
    "no_price_dollars":"0.6400","count_fp":"136.00","taker_side":"no","is_block_trade":false,"ts":1669149841,"ts_ms":1669149841123}}
    """

@Suite struct WireTests {
    @Test func `a delta is read whatever the order of its keys`() throws {
        let expected = DecodedFrame.market(.delta(BookDelta(
            market: market, subscription: SubscriptionID(connection: 3, sid: 1), sequence: 2, side: .yes, price: .cents(47), change: .contracts(-3))))
        #expect(try decode(deltaFrame, connection: 3) == expected)
        let turned = """
             { "msg" : {"side":"yes", "delta_fp":-3.00, "new":{"a":[1,{"b":null}]}, "price_dollars":0.47,"market_ticker":"KXA-26-T1"},\
            "seq":"2","future":[true,false,null,-1.5e-3],"sid":1 , "type":"orderbook_delta"}
            """
        #expect(try decode(turned, connection: 3) == expected)
    }

    @Test func `a delta of the generation of whole cents is read`() throws {
        let old = #"{"type":"orderbook_delta","sid":1,"seq":2,"msg":{"market_ticker":"KXA-26-T1","price":47,"delta":-3,"side":"no"}}"#
        #expect(try decode(old) == .market(.delta(BookDelta(
            market: market, subscription: SubscriptionID(connection: 1, sid: 1), sequence: 2, side: .no, price: .cents(47), change: .contracts(-3)))))
    }

    @Test func `a layout learnt from one delta misleads no other`() throws {
        var decoder = MarketFrameDecoder()
        let one = #"{"type":"orderbook_delta","sid":1,"seq":2,"msg":{"market_ticker":"KXA-26-T1","price_dollars":"0.4700","delta_fp":"-3.00","side":"yes","n":1}}"#
        let forms = [
            one, #"{"type":"orderbook_delta","sid":1,"seq":2,"msg":{"delta_fp":"-3.00","market_ticker":"KXA-26-T1","side":"yes","price_dollars":"0.4700"}}"#,
            #"{"type":"orderbook_delta","sid":1,"seq":2,"msg":{"market_ticker":"KXA-26-T1","price_dollars":"0.47","delta_fp":"-3","side":"yes","client_order_id":"x"}}"#,
            #"{"type":"orderbook_delta","sid":1,"seq":2,"msg":{"market_ticker":"KXA-26-T1", "price_dollars":"0.4700","delta_fp":"-3.00","side":"yes"},"sending_ts_ms":17}"#,
            #"{"type":"orderbook_delta","sid":1,"seq":2,"msg":{"market_ticker":"KXA-26-T1","price_dollars":"0.4700","delta_fp":"-3.00","side":"yes"},"more":{}}"#,
            #"{"type":"orderbook_delta","sid":1,"seq":2,"msg":{"n1":1,"n2":2,"n3":3,"n4":4,"n5":5,"n6":6,"n7":7,"n8":8,"n9":9,"n10":1,"n11":1,"n12":1,"n13":1,"n14":1,"n15":1,"market_ticker":"KXA-26-T1","price_dollars":"0.4700","delta_fp":"-3.00","side":"yes"}}"#,
        ]
        let expected = try decode(one)
        var random = SeededRandom(seed: 1)
        for _ in 0..<2000 {
            let form = forms[Int(random.next() % UInt64(forms.count))]
            #expect(try decode(Array(form.utf8), with: &decoder) == expected)
        }
        #expect(throws: WireError.self) { try decode(Array(one.replacing("}}", with: "}").utf8), with: &decoder) }
        #expect(throws: WireError.self) { try decode(Array(one.replacing("\"seq\":2", with: "\"seq\":02").utf8), with: &decoder) }
    }

    @Test func `a ticker that quotes nothing yet is left aside`() throws {
        #expect(try decode(#"{"type":"ticker","sid":11,"msg":{"market_ticker":"KXA-26-T1","price_dollars":null,"yes_bid_dollars":"0.4500"}}"#) == .other(type: "ticker"))
    }

    @Test func `a snapshot comes out ascending, an absent and an empty side are both empty`() throws {
        let subscription = SubscriptionID(connection: 1, sid: 1)
        #expect(try decode(snapshotFrame) == .market(.snapshot(BookSnapshot(
            market: market, subscription: subscription, sequence: 1,
            yes: [Level(price: .cents(46), quantity: Quantity(hundredths: 150)), Level(price: .cents(47), quantity: .contracts(3))],
            no: [Level(price: .cents(48), quantity: .contracts(2))]))))
        let empty = DecodedFrame.market(.snapshot(BookSnapshot(market: market, subscription: subscription, sequence: 9, yes: [], no: [])))
        #expect(try decode(#"{"type":"orderbook_snapshot","sid":1,"seq":9,"msg":{"market_ticker":"KXA-26-T1"}}"#) == empty)
        #expect(try decode(
            #"{"type":"orderbook_snapshot","sid":1,"seq":9,"msg":{"market_ticker":"KXA-26-T1","yes_dollars_fp":[],"no_dollars_fp":null}}"#) == empty)
    }

    @Test func `NO levels in YES dollars are turned into NO dollars`() throws {
        guard case .market(.snapshot(let book)) = try decode(
            #"{"type":"orderbook_snapshot","sid":1,"seq":1,"msg":{"market_ticker":"A","no_dollars_fp":[["0.5200","2.00"],["0.6000","1.00"]]}}"#, yesDollars: true)
        else { return #expect(Bool(false), "no snapshot") }
        #expect(book.no == [Level(price: .cents(40), quantity: .contracts(1)), Level(price: .cents(48), quantity: .contracts(2))])
        guard case .market(.delta(let delta)) = try decode(
            #"{"type":"orderbook_delta","sid":1,"seq":2,"msg":{"market_ticker":"A","price_dollars":"0.5200","delta_fp":"1.00","side":"no"}}"#, yesDollars: true)
        else { return #expect(Bool(false), "no delta") }
        #expect(delta.price == .cents(48))
    }

    @Test func `trades, tickers, results and indices are read`() throws {
        #expect(try decode(tradeFrame) == .market(.trade(
            PublicTrade(market: market, id: TradeID("d91bc706-ee49"), yesPrice: .cents(36), quantity: .contracts(136), takerSide: .no,
                time: .milliseconds(1_669_149_841_123)),
            SubscriptionID(connection: 1, sid: 2), 7)))
        #expect(try decode(
            #"{"type":"ticker","sid":11,"msg":{"market_ticker":"KXA-26-T1","price_dollars":"0.4800","yes_bid_dollars":"0.4500","yes_ask_dollars":"0.5300","volume_fp":"33896.00","dollar_volume":16948}}"#)
            == .market(.ticker(TickerUpdate(market: market, lastPrice: .cents(48), yesBid: .cents(45), yesAsk: .cents(53), volume: .contracts(33_896)))))
        func lifecycle(_ rest: String) throws -> DecodedFrame {
            try decode(#"{"type":"market_lifecycle_v2","sid":13,"seq":4,"msg":{"market_ticker":"KXA-26-T1",\#(rest)}}"#)
        }
        #expect(try lifecycle(#""event_type":"determined","result":"yes","settlement_value":"1.0000""#) == .market(.determined(market, .yes)))
        #expect(try lifecycle(#""event_type":"determined","result":"scalar","settlement_value":"0.3000""#) == .market(.determined(market, .scalar(.cents(30)))))
        #expect(try lifecycle(#""event_type":"determined","result":"scalar","settlement_value":null"#) == .market(.determined(market, .void)))
        #expect(try lifecycle(#""event_type":"determined","result":"scalar""#) == .market(.determined(market, .void)))
        #expect(try lifecycle(#""event_type":"settled","settled_ts":1774029600"#) == .market(.settled(market)))
        #expect(try lifecycle(#""event_type":"activated""#) == .market(.status(market, .active)))
        #expect(try lifecycle(#""event_type":"deactivated","is_deactivated":true"#) == .market(.status(market, .inactive)))
        #expect(try lifecycle(#""event_type":"created","result":null"#) == .market(.sequenced(SubscriptionID(connection: 1, sid: 13), 4)))
        #expect(try decode(
            #"{"type":"cfbenchmarks_value","sid":1,"seq":42,"msg":{"index_id":"BRTI","received_at":1,"data":"{\"type\":\"value\",\"id\":\"BRTI\",\"value\":\"68000.12\"}"}}"#)
            == .market(.spot(SpotTick(underlying: Underlying("BTC"), price: 68_000.12))))
        #expect(try decode(#"{"type":"cfbenchmarks_value_5hz","sid":1,"seq":42,"msg":{"index_id":"ETHUSD_RTI","value_usd":"2500.5"}}"#)
            == .market(.spot(SpotTick(underlying: Underlying("ETH"), price: 2500.5))))
        #expect(try decode(#"{"type":"cfbenchmarks_value","sid":1,"seq":42,"msg":{"index_id":"SOLUSD_RTI"}}"#)
            == .market(.sequenced(SubscriptionID(connection: 1, sid: 1), 42)))
    }

    @Test func `replies keep the sequence, private frames are left to others`() throws {
        #expect(try decode(#"{"type":"subscribed","id":1,"msg":{"channel":"orderbook_delta","sid":4}}"#, connection: 2)
            == .market(.subscribed(SubscriptionID(connection: 2, sid: 4), channel: "orderbook_delta", complete: true)))
        let moved = DecodedFrame.market(.sequenced(SubscriptionID(connection: 1, sid: 1), 5))
        #expect(try decode(#"{"type":"ok","id":3,"sid":1,"seq":5,"msg":{"market_tickers":["A"]}}"#) == moved)
        #expect(try decode(#"{"type":"unsubscribed","id":2,"sid":1,"seq":5}"#) == moved)
        #expect(try decode(#"{"type":"error","sid":1,"seq":5,"msg":{"code":25,"msg":"Subscription buffer overflow"}}"#) == moved)
        #expect(try decode(#"{"type":"error","id":7,"msg":{"code":7,"msg":"Unknown subscription ID"}}"#) == .other(type: "error"))
        #expect(try decode(#"{"type":"fill","sid":13,"msg":{"trade_id":"d"}}"#) == .other(type: "fill"))
        let bytes = Array(#"{"type":"error","id":7,"sid":1,"seq":77,"msg":{"code":25}}"#.utf8)
        let envelope = try bytes.withUnsafeBufferPointer { try FrameEnvelope($0) }
        #expect(envelope.type == "error" && envelope.id == 7 && envelope.sid == 1 && envelope.sequence == 77)
        #expect(String(decoding: bytes[try #require(envelope.message)], as: UTF8.self) == #"{"code":25}"#)
    }

    @Test func `errors say what is wrong and at which byte`() {
        #expect(failure("") == "the text ends where an object should be at byte 0")
        #expect(failure("[]") == "expected an object at byte 0")
        #expect(failure("{}") == "a frame without a type at byte 2")
        #expect(failure(#"{"type":"trade","sid":1,"seq":1,"msg":{}} x"#) == "more text after the frame at byte 42")
        #expect(failure(deltaFrame.replacing("0.4700", with: "1.4700")) == "a price that is not between $0 and $1 at byte 144")
        #expect(failure(deltaFrame.replacing("0.4700", with: "0.47001")) == "not a number with 4 decimals at byte 145")
        #expect(failure(deltaFrame.replacing("\"yes\"", with: "\"yet\""))?.hasPrefix("a side that is neither yes nor no") == true)
        #expect(failure(deltaFrame.replacing("\"seq\":2,", with: "")) == "a frame without a seq at byte 236")
        #expect(failure(#"{"type":"x","a":"# + String(repeating: "[", count: 100)) == "nested deeper than 32 at byte 47")
        #expect(failure(#"{"type":"x","a":01}"#) == "a number with a leading zero at byte 16")
        #expect(failure("{\"type\":\"x\",\"a\":\"b\n\"}") == "a control character within a string at byte 18")
        #expect(failure(#"{"type":"x","a":"\q"}"#) == "an escape that is none at byte 17")
        #expect(failure(snapshotFrame.replacing("0.4600", with: "0.4700")) == "a snapshot with price 0.4700 twice at byte 97")
        #expect(failure(tradeFrame.replacing("136.00", with: "0.00"))?.hasPrefix("a trade of nothing, or of less at byte") == true)
        #expect(failure(tradeFrame.replacing("136.00", with: "-1.00"))?.hasPrefix("a trade of nothing, or of less at byte") == true)
        #expect(failure(snapshotFrame.replacing("1.50", with: "10000000000000.00"))?.hasPrefix("a count beyond all sense at byte") == true)
        #expect(failure(#"{"type":"pyth_value","sid":1,"seq":1,"msg":{"underlying_ticker":"Metal.XAU/USD","value_usd":"1e11"}}"#)?.hasPrefix("an index value beyond all sense") == true)
        #expect(failure(snapshotFrame.replacing("1.50", with: "-1.50")) == "a level with less than nothing at byte 126")
    }

    @Test(arguments: [[0x80], [0xC0, 0xAF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82]] as [[UInt8]])
    func `bytes that are not UTF-8 are refused`(bad: [UInt8]) {
        var decoder = MarketFrameDecoder()
        let bytes = Array(#"{"type":"x","a":""#.utf8) + bad + Array(#""}"#.utf8)
        #expect(throws: WireError("bytes that are not UTF-8", at: 17)) { try decode(bytes, with: &decoder) }
    }

    @Test func `text beyond ASCII and escapes come out as they were meant`() throws {
        let bytes = Array(#"{"type":"é漢😀\u00e9\ud83d\ude00\n\"\/"}"#.utf8)
        let envelope = try bytes.withUnsafeBufferPointer { try FrameEnvelope($0) }
        #expect(envelope.type == "é漢😀é😀\n\"/")
        #expect(JSONText.quoted("a\"\\\n\t\u{1}é") == #""a\"\\\n\t\u0001é""#)
        var json = JSONText()
        json.beginObject()
        json.field("a", "x")
        json.key("b")
        json.beginArray()
        json.integer(-1)
        json.double(.nan)
        json.endArray()
        json.field("c", true)
        json.endObject()
        #expect(json.text == #"{"a":"x","b":[-1,null],"c":true}"#)
    }

    @Test(arguments: [deltaFrame, snapshotFrame, tradeFrame])
    func `a frame cut anywhere is refused, never crashed on`(frame: String) throws {
        var decoder = MarketFrameDecoder()
        let bytes = Array(frame.utf8)
        let whole = bytes.lastIndex(of: UInt8(ascii: "}")) ?? 0
        for length in 0...whole { #expect(throws: WireError.self) { try decode(Array(bytes[..<length]), with: &decoder) } }
        _ = try decode(bytes, with: &decoder)
    }

    @Test(arguments: [deltaFrame, snapshotFrame, tradeFrame])
    func `flipped bytes never crash, and a frame survives its own decoder afterwards`(frame: String) throws {
        var decoder = MarketFrameDecoder()
        let bytes = Array(frame.utf8)
        let expected = try decode(bytes, with: &decoder)
        var random = SeededRandom(seed: 42)
        for round in 0..<20_000 {
            var broken = bytes
            for _ in 0...(round % 3) {
                let at = Int(random.next() % UInt64(broken.count))
                broken[at] = UInt8(truncatingIfNeeded: random.next())
            }
            do { _ = try decode(broken, with: &decoder) } catch let error as WireError { #expect(error.offset >= 0 && error.offset <= bytes.count) }
        }
        #expect(try decode(bytes, with: &decoder) == expected)
    }

    @Test func `the largest counts that are let in can be paid for`() throws {
        guard case .market(.snapshot(let book)) = try decode(snapshotFrame.replacing("1.50", with: "100000000000.00")) else {
            Issue.record("no snapshot")
            return
        }
        let all = book.yes.reduce(Money.zero) { $0 + Price(tenThousandths: 9_999) * $1.quantity }
        #expect(all > .dollars(99_000_000_000))
    }
}
