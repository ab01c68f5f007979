import Foundation
import Model
import TestSupport
import Testing
import Wire

/// Lines from all over a packed file; nil when it is not here.
private func lines(_ name: String, _ count: Int) throws -> [Data]? {
    guard let data = try Shared.data("data/" + name) else { return nil }
    let all = data.split(separator: 10).map { Data($0) }
    // So that openings, closings and the crowded minutes are among them.
    let step = max(1, all.count / count)
    return all.enumerated().filter { $0.offset % step == 0 || $0.element.range(of: Data("snapshot".utf8)) != nil }.map(\.element)
}

/// The slow twin: Foundation's JSON and the model's own text initialisers, written from the contract alone.
private func slow(_ frame: [String: Any]) -> DecodedFrame? {
    guard let type = frame["type"] as? String else { return nil }
    let msg = frame["msg"] as? [String: Any] ?? [:]
    let id = (frame["sid"] as? Int).map { SubscriptionID(connection: 5, sid: UInt32($0)) }
    let sequence = (frame["seq"] as? Int).map { UInt64($0) }
    func text(_ key: String) -> String { msg[key] as? String ?? "" }
    func levels(_ key: String) -> [Level] {
        (msg[key] as? [[String]] ?? []).compactMap { pair in
            guard let price = Price(pair[0]), let quantity = Quantity(pair[1]) else { return nil }
            return Level(price: price, quantity: quantity)
        }.sorted { $0.price < $1.price }
    }
    let market = Ticker(text("market_ticker"))
    switch type {
    case "orderbook_snapshot":
        guard let id, let sequence else { return nil }
        return .market(.snapshot(BookSnapshot(
            market: market, subscription: id, sequence: sequence, yes: levels("yes_dollars_fp"), no: levels("no_dollars_fp"))))
    case "orderbook_delta":
        guard let id, let sequence, let side = Side(rawValue: text("side")), let price = Price(text("price_dollars")), let change = Quantity(text("delta_fp"))
        else { return nil }
        return .market(.delta(BookDelta(market: market, subscription: id, sequence: sequence, side: side, price: price, change: change)))
    case "trade":
        guard let id, let sequence, let side = Side(rawValue: text("taker_side")), let price = Price(text("yes_price_dollars")),
            let quantity = Quantity(text("count_fp")), let time = msg["ts_ms"] as? Int64
        else { return nil }
        return .market(.trade(
            PublicTrade(market: market, id: TradeID(text("trade_id")), yesPrice: price, quantity: quantity, takerSide: side, time: .milliseconds(time)), id,
            sequence))
    case "ticker":
        guard let last = Price(text("price_dollars")), let bid = Price(text("yes_bid_dollars")), let ask = Price(text("yes_ask_dollars")),
            let volume = Quantity(text("volume_fp"))
        else { return nil }
        return .market(.ticker(TickerUpdate(market: market, lastPrice: last, yesBid: bid, yesAsk: ask, volume: volume)))
    case "subscribed":
        guard let sid = msg["sid"] as? Int else { return nil }
        return .market(.subscribed(SubscriptionID(connection: 5, sid: UInt32(sid)), channel: text("channel"), complete: true))
    default:
        guard let id, let sequence else { return .other(type: type) }
        return .market(.sequenced(id, sequence))
    }
}

private func compare(_ frames: [Data]) throws {
    var decoder = MarketFrameDecoder()
    for frame in frames {
        let object = try #require(JSONSerialization.jsonObject(with: frame) as? [String: Any])
        let bytes = [UInt8](frame)
        let fast = try bytes.withUnsafeBufferPointer { try decoder.decode($0, connection: 5) }
        #expect(fast == slow(object), "\(String(decoding: frame.prefix(300), as: UTF8.self))")
    }
}

@Suite struct WireTwinTests {
    @Test func `real frames of a gold window mean what the slow twin reads in them`() throws {
        guard let lines = try lines("kalshi-ws-gold15m/KXGOLD15M-26AUG101830-30.ndjson.gz", 3000) else { return }
        // The frame stands verbatim after `"event":`, up to the line's last brace.
        try compare(lines.map { line in
            let start = try #require(line.range(of: Data(#""event":"#.utf8))).upperBound
            return line[start..<line.index(before: line.endIndex)]
        })
    }

    @Test func `real messages of a BTC session mean what the slow twin reads in them`() throws {
        guard let lines = try lines("kalshi-ws-btc15m/20260514T122254Z.events.jsonl.gz", 3000) else { return }
        try compare(lines.compactMap { line in
            let object = try #require(JSONSerialization.jsonObject(with: line) as? [String: Any])
            guard let type = object["type"] as? String, ["orderbook_delta", "orderbook_snapshot", "ticker"].contains(type) else { return nil }
            let start = try #require(line.range(of: Data(#""msg":"#.utf8))).upperBound
            let sequence = (object["seq"] as? Int).map { #","seq":\#($0)"# } ?? ""
            return Data(#"{"type":"\#(type)","sid":2\#(sequence),"msg":"#.utf8) + line[start...]
        })
    }

    @Test func `real frames with replies and errors among them mean what the slow twin reads in them`() throws {
        guard let lines = try lines("kalshi-rest-fixtures/ws_frames_mixed.jsonl", 1000) else { return }
        try compare(lines.map { line in
            let object = try #require(JSONSerialization.jsonObject(with: line) as? [String: Any])
            return Data((try #require(object["raw"] as? String)).utf8)
        })
    }
}
