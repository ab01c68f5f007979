import Foundation
import Keys
import Model
import Notation
import Testing
import Transport

@testable import Exchange

@Suite struct ExchangeSocketTests {
    /// The simplest book there can be: levels by price, as text, from a snapshot and deltas.
    struct NaiveBook {
        var yes: [String: Quantity] = [:]
        var no: [String: Quantity] = [:]

        mutating func apply(_ frame: JSON) throws {
            let message = try #require(frame["msg"])
            if frame["type"] == "orderbook_snapshot" {
                yes = try levels(message["yes_dollars_fp"])
                no = try levels(message["no_dollars_fp"])
                return
            }
            let price = try #require(message["price_dollars"]?.text)
            let change = try #require(message["delta_fp"]?.text.flatMap { Quantity($0) })
            if message["side"] == "yes" { try add(change, price, &yes) } else { try add(change, price, &no) }
        }

        private func add(_ change: Quantity, _ price: String, _ side: inout [String: Quantity]) throws {
            let left = (side[price] ?? .zero) + change
            try #require(left >= .zero, "no level is ever negative")
            side[price] = left.isZero ? nil : left
        }

        private func levels(_ json: JSON?) throws -> [String: Quantity] {
            var levels: [String: Quantity] = [:]
            for pair in json?.array ?? [] {
                let texts = (pair.array ?? []).compactMap(\.text)
                guard texts.count == 2, let quantity = Quantity(texts[1]) else { throw ExchangeRigError.noLevel }
                levels[texts[0]] = quantity
            }
            return levels
        }

        static func rest(_ json: JSON?) -> NaiveBook? {
            guard let json, let yes = try? NaiveBook().levels(json["yes_dollars"]), let no = try? NaiveBook().levels(json["no_dollars"]) else { return nil }
            return NaiveBook(yes: yes, no: no)
        }
    }

    @Test func `the handshake must be signed`() async throws {
        let rig = try await ExchangeRig.start()
        await #expect(throws: TransportError.refused(url: rig.address.webSocketURL, status: 401)) {
            _ = try await WebSocketClient.connect(url: rig.address.webSocketURL)
        }
        try await rig.stop()
    }

    @Test func `frames replayed by a naive book equal the order book that REST shows`() async throws {
        let rig = try await ExchangeRig.start()
        let market = try await rig.quotedMarket()
        let reader = FrameReader(try await rig.socket())
        try await reader.send(#"{"id":1,"cmd":"subscribe","params":{"channels":["orderbook_delta"],"market_tickers":["\#(market.ticker)"]}}"#)
        let acknowledged = try await reader.next()
        #expect(acknowledged["type"] == "subscribed" && acknowledged["msg"]?["sid"] == 1)
        var book = NaiveBook()
        var sequence: Int64 = 0
        func read() async throws -> JSON {
            let frame = try await reader.next()
            sequence += 1
            #expect(frame["seq"]?.integer == sequence)
            return frame
        }
        for _ in 0..<150 { try book.apply(try await read()) }
        // Compare at moments when the stream stands still: a snapshot asked for lies at one place in it.
        for round in 0..<6 {
            try await reader.send(
                #"{"id":\#(round + 10),"cmd":"update_subscription","params":{"sid":1,"action":"get_snapshot","market_tickers":["\#(market.ticker)"]}}"#)
            while true {
                let frame = try await read()
                if frame["type"] == "orderbook_snapshot" {
                    #expect(frame["id"]?.integer == Int64(round + 10))
                    var fresh = NaiveBook()
                    try fresh.apply(frame)
                    #expect(fresh.yes == book.yes && fresh.no == book.no)
                    break
                }
                try book.apply(frame)
            }
        }
        // And against REST: whatever it shows must be a book that the stream passes through.
        let shown = NaiveBook.rest(try await rig.get("/markets/\(market.ticker)/orderbook")["orderbook_fp"])
        var met = shown.map { $0.yes == book.yes && $0.no == book.no } ?? false
        for _ in 0..<400 where !met {
            try book.apply(try await read())
            met = shown.map { $0.yes == book.yes && $0.no == book.no } ?? false
        }
        #expect(met)
        try await rig.stop()
    }

    @Test func `own orders come back on the private channels, and only their owner learns which delta was his`() async throws {
        let rig = try await ExchangeRig.start()
        let other = try await rig.server.registerGeneratedKey(keyID: "desk-2")
        let market = try await rig.quotedMarket()
        let reader = FrameReader(try await rig.socket())
        let stranger = FrameReader(
            try await WebSocketClient.connect(
                url: rig.address.webSocketURL, headers: try rig.headers("GET", "/trade-api/ws/v2", keyID: "desk-2", key: other)))
        let channels = #"["orderbook_delta","fill","user_orders","market_positions","trade","ticker"]"#
        for each in [reader, stranger] {
            try await each.send(
                #"{"id":1,"cmd":"subscribe","params":{"channels":\#(channels),"market_tickers":["\#(market.ticker)"],"use_yes_price":true}}"#)
            for _ in 0..<6 { #expect(try await each.next()["type"] == "subscribed") }
        }
        _ = try await rig.send("POST", "/portfolio/events/orders", body: rig.order(market.ticker, "ask", .cents(98), client: "own-1", postOnly: true))
        func delta(_ reader: FrameReader) async throws -> JSON {
            while true {
                let frame = try await reader.next("orderbook_delta")
                if frame["msg"]?["price_dollars"] == "0.9800", frame["msg"]?["delta_fp"] == "1.00" { return frame }
            }
        }
        let own = try await delta(reader)
        #expect(own["msg"]?["client_order_id"] == "own-1")
        #expect(own["msg"]?["side"] == "no", "a NO level in YES dollars")
        #expect(try await delta(stranger)["msg"]?["client_order_id"] == nil)
        let order = try await reader.next("user_order")
        #expect(order["msg"]?["client_order_id"] == "own-1" && order["seq"] == nil)

        _ = try await rig.send(
            "POST", "/portfolio/events/orders", body: rig.order(market.ticker, "bid", .cents(97), client: "own-2", timeInForce: "immediate_or_cancel"))
        let fill = try await reader.next("fill")
        #expect(fill["msg"]?["client_order_id"] == "own-2" && fill["msg"]?["is_taker"] == true)
        let position = try await reader.next("market_position")
        #expect(position["msg"]?["position_fp"] == "1.00")
        try await rig.stop()
    }

    @Test func `the living spot is on the index channel, and lists are given`() async throws {
        let rig = try await ExchangeRig.start()
        let reader = FrameReader(try await rig.socket())
        try await reader.send(#"{"id":1,"cmd":"subscribe","params":{"channels":["cfbenchmarks_value"],"index_ids":["BRTI"]}}"#)
        #expect(try await reader.next()["type"] == "subscribed")
        try await reader.send(#"{"id":2,"cmd":"update_subscription","params":{"sid":1,"action":"indexlist"}}"#)
        #expect(try await reader.next("cfbenchmarks_value_indexlist")["msg"]?["index_ids"] == ["BRTI", "ETHUSD_RTI"])
        let value = try await reader.next("cfbenchmarks_value")
        let message = try #require(value["msg"])
        #expect(message["index_id"] == "BRTI")
        #expect(try #require(message["value_usd"]?.text.flatMap(Double.init)) > 1000)
        #expect(message["avg_60s_data"]?["window_size"] != nil)
        let data = try #require(message["data"]?.text)
        let inner = try JSON(parsing: Array(data.utf8))
        #expect(inner["value"] == message["value_usd"])
        try await rig.stop()
    }

    static let errors: [(command: String, code: Int64)] = [
        ("not json", 1), (#"{"id":1}"#, 5), (#"{"id":1,"cmd":"dance"}"#, 5), (#"{"id":1,"cmd":"subscribe"}"#, 2),
        (#"{"id":1,"cmd":"subscribe","params":{}}"#, 3), (#"{"id":1,"cmd":"subscribe","params":{"channels":["ticker_v2"]}}"#, 8),
        (#"{"id":1,"cmd":"subscribe","params":{"channels":["orderbook_delta"]}}"#, 14), (#"{"id":1,"cmd":"unsubscribe","params":{}}"#, 4),
        (#"{"id":1,"cmd":"unsubscribe","params":{"sids":[9]}}"#, 7),
        (#"{"id":1,"cmd":"update_subscription","params":{"sids":[1,2],"action":"add_markets"}}"#, 12),
        (#"{"id":1,"cmd":"update_subscription","params":{"sid":1}}"#, 15),
        (#"{"id":1,"cmd":"update_subscription","params":{"sid":1,"action":"explode"}}"#, 13),
        (#"{"id":1,"cmd":"update_subscription","params":{"sid":1,"action":"add_markets","market_tickers":["A"]}}"#, 7),
        (#"{"id":1,"cmd":"subscribe","params":{"channels":["trade"],"market_tickers":[7]}}"#, 11),
    ]

    @Test func `wrong commands get the numbered errors`() {
        var session = SocketSession(account: "a")
        let board = Board(book: { _ in BookLevels(yes: [], no: []) }, ticker: { _ in nil }, indices: [])
        for (command, code) in Self.errors {
            let frames = session.receive(Array(command.utf8), board: board)
            let frame = frames.first.flatMap { try? JSON(parsing: $0) }
            #expect(frame?["type"] == "error" && frame?["msg"]?["code"]?.integer == code, "\(command)")
        }
    }

    @Test func `a second subscription merges, updates answer with the whole list, and every reply takes a number`() throws {
        var session = SocketSession(account: "a")
        let level = Level(price: .cents(40), quantity: .contracts(3))
        let board = Board(book: { $0.text == "GONE" ? nil : BookLevels(yes: [level], no: []) }, ticker: { _ in nil }, indices: [])
        func send(_ text: String) throws -> [String] {
            session.receive(Array(text.utf8), board: board).map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .newlines) }
        }
        let snapshot = { (seq: Int, market: String, id: String) in
            #"{"type":"orderbook_snapshot",\#(id)"sid":1,"seq":\#(seq),"msg":{"market_ticker":"\#(market)","market_id":"\#(StableUUID.of("market", market))","yes_dollars_fp":[["0.4000","3.00"]]}}"#
        }
        #expect(
            try send(#"{"id":1,"cmd":"subscribe","params":{"channels":["orderbook_delta"],"market_tickers":["A","GONE"]}}"#) == [
                #"{"type":"subscribed","id":1,"msg":{"channel":"orderbook_delta","sid":1}}"#, snapshot(1, "A", ""),
            ])
        #expect(
            try send(#"{"id":2,"cmd":"subscribe","params":{"channels":["orderbook_delta"],"market_tickers":["A","B"]}}"#) == [
                #"{"type":"ok","id":2,"sid":1,"seq":2,"msg":{"market_tickers":["A","B","GONE"]}}"#, snapshot(3, "B", ""),
            ])
        #expect(
            try send(#"{"id":3,"cmd":"update_subscription","params":{"sids":[1],"action":"delete_markets","market_tickers":["B"]}}"#) == [
                #"{"type":"ok","id":3,"sid":1,"seq":4,"msg":{"market_tickers":["A","GONE"]}}"#
            ])
        #expect(
            try send(#"{"id":4,"cmd":"update_subscription","params":{"sid":1,"action":"get_snapshot","market_tickers":["A"]}}"#) == [
                snapshot(5, "A", #""id":4,"#)
            ])
        #expect(try send(#"{"id":5,"cmd":"list_subscriptions"}"#) == [#"{"type":"ok","id":5,"msg":[{"channel":"orderbook_delta","sid":1}]}"#])
        #expect(try send(#"{"id":6,"cmd":"unsubscribe","params":{"sids":[1]}}"#) == [#"{"type":"unsubscribed","id":6,"sid":1,"seq":6}"#])
        let overflow = session.end(.book, .bufferOverflow)
        #expect(overflow == nil)
    }

    @Test func `a client that does not read loses its subscription with error 25`() throws {
        var session = SocketSession(account: "a")
        let board = Board(book: { _ in nil }, ticker: { _ in nil }, indices: [])
        _ = session.receive(Array(#"{"id":1,"cmd":"subscribe","params":{"channels":["trade"]}}"#.utf8), board: board)
        let outbox = Outbox()
        let trade = PublicTrade(market: Ticker("A"), id: TradeID("t"), yesPrice: .cents(50), quantity: .contracts(1), takerSide: .yes, time: .zero)
        var sent = 0
        var room = WebSocketOutlet.Room.plenty
        while room == .plenty {
            let frame = session.frame(for: .trade(trade.market, message: trade.message))
            let bytes = try #require(frame?.bytes)
            room = outbox.put(bytes)
            sent += 1
        }
        #expect(sent == Outbox.limit - Outbox.reserve)
        let overflow = session.end(.trade, .bufferOverflow)
        let goodbye = try #require(overflow)
        let last = try JSON(parsing: goodbye)
        #expect(last["msg"]?["code"] == 25 && last["seq"]?.integer == Int64(sent + 1))
        let after = session.frame(for: .trade(trade.market, message: trade.message))
        #expect(after == nil)
    }
}
