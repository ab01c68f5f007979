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

    @Test func `an account has only so many sockets, and a closed one makes room`() async throws {
        let rig = try await ExchangeRig.start(socketLimit: 2)
        let first = try await rig.socket()
        let second = FrameReader(try await rig.socket())
        await #expect(throws: TransportError.refused(url: rig.address.webSocketURL, status: 429)) { _ = try await rig.socket() }
        await first.close()
        var third: WebSocketConnection?
        // The exchange learns of the end when it reads it.
        for _ in 0..<1000 where third == nil { third = try? await rig.socket() }
        #expect(third != nil)
        try await second.send(#"{"id":1,"cmd":"list_subscriptions"}"#)
        #expect(try await second.next()["msg"] == [])
        try await rig.stop()
    }

    @Test func `compression is not agreed on, and a compressed frame ends the connection`() async throws {
        let rig = try await ExchangeRig.start()
        let socket = RawSocket(port: rig.address.port)
        let headers = try rig.headers("GET", "/trade-api/ws/v2").fields.map { "\($0.name): \($0.value)\r\n" }.joined()
        socket.write(
            "GET /trade-api/ws/v2 HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\(headers)\r\n")
        let answer = await socket.read(until: "\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 101"))
        #expect(!answer.lowercased().contains("sec-websocket-extensions"), "an offer that is not taken is not answered (RFC 6455, 9.1)")
        var frame = RawSocket.frame(0x1, "squeezed")
        frame[0] |= 0x40
        socket.write(frame)
        #expect(await socket.read(until: "agreed").contains("an extension that was not agreed on"))
        socket.end()
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
        try await reader.send(#"{"id":3,"cmd":"subscribe","params":{"channels":["cfbenchmarks_value_5hz","pyth_value"],"index_ids":["all"],"underlying_tickers":["Crypto.ETH/USD"]}}"#)
        #expect(try await reader.next("cfbenchmarks_value_5hz")["msg"]?["value_usd"] != nil)
        #expect(try await reader.next("pyth_value")["msg"]?["underlying_ticker"] == "Crypto.ETH/USD")
        let value = try await reader.next("cfbenchmarks_value")
        let message = try #require(value["msg"])
        #expect(message["index_id"] == "BRTI")
        #expect(message["avg_60s_data"]?["window_size"] != nil)
        let data = try #require(message["data"]?.text)
        let inner = try JSON(parsing: Array(data.utf8))
        #expect(try #require(inner["value"]?.text.flatMap(Double.init)) > 1000)
        try await rig.stop()
    }
}
