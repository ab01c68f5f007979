import Foundation
import Transport

/// A client of the bridge that keeps what it was told, as the dashboard does.
final class BridgeClient: Sendable {
    struct Answer: Sendable {
        let ok: Bool
        let text: String
    }

    struct View: Sendable {
        var sequence = 0
        var isGapFree = true
        var snapshots = 0
        var increments = 0
        var mode = ""
        var state = ""
        var blocked: String?
        var events = 0
        var cash: String?
        var equity: String?
        var openOrders = 0
        /// Market to what is held there: "yes 10.00".
        var positions: [String: String] = [:]
        var markets: Set<String> = []
        /// Markets with both quotes.
        var quoted: Set<String> = []
        var notices: [String] = []
        /// As JSON; empty before the first word of it.
        var research = ""
        var answers: [String: Answer] = [:]
        var closed: Int?

        /// Trading, and in agreement with the exchange.
        var isTrading: Bool { state == "running" && blocked == nil }
    }

    let seen = Watched(View())
    private let connection: WebSocketConnection

    private init(_ connection: WebSocketConnection) { self.connection = connection }

    /// Connects, and stays for as long as `body` takes.
    @discardableResult
    static func with<Result>(
        port: Int, token: String, headers: HeaderFields = [:], _ body: (BridgeClient) async throws -> Result
    ) async throws -> Result {
        let connection = try await WebSocketClient.connect(url: "ws://127.0.0.1:\(port)/", headers: headers)
        let client = BridgeClient(connection)
        let seen = client.seen
        let reading = Task { for await message in connection.incoming { seen.update { $0.take(message) } } }
        defer { reading.cancel() }
        try await connection.send(text: #"{"v":1,"type":"hello","id":"hello","payload":{"token":"\#(token)"}}"#)
        return try await body(client)
    }

    /// Sends a command and returns what the desk made of it.
    func command(_ payload: String, id: String) async throws -> Answer {
        try await connection.send(text: #"{"v":1,"type":"command","id":"\#(id)","payload":\#(payload)}"#)
        guard let answer = try await seen.wait("the answer to \(payload)", until: { $0.answers[id] != nil }).answers[id] else { throw Missed(description: id) }
        return answer
    }
}

extension BridgeClient.View {
    mutating func take(_ message: WebSocketMessage) {
        switch message {
        case .text(let bytes):
            guard let top = Self.object(bytes), let type = top["type"] as? String, let sequence = top["seq"] as? Int else {
                isGapFree = false
                return
            }
            if sequence != self.sequence + 1 { isGapFree = false }
            self.sequence = sequence
            take(type, top["payload"] as Any)
        case .binary: isGapFree = false
        case .closed(let code, _): closed = code
        }
    }

    private static func object(_ bytes: [UInt8]) -> [String: Any]? {
        // What is no JSON object shows as a gap.
        (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any]
    }

    private mutating func take(_ type: String, _ payload: Any) {
        let list = payload as? [[String: Any]] ?? []
        let object = payload as? [String: Any] ?? [:]
        switch type {
        case "snapshot":
            snapshots += 1
            (markets, quoted, notices) = ([], [], [])
            for (part, inner) in object { take(part, inner) }
            increments = 0
            return
        case "status":
            mode = object["mode"] as? String ?? ""
            state = object["state"] as? String ?? ""
            blocked = object["blocked"] as? String
            events = object["events"] as? Int ?? 0
        case "account":
            cash = object["cash"] as? String
            equity = object["equity"] as? String
        case "orders": openOrders = list.count
        case "positions": positions = list.reduce(into: [:]) { $0[$1["market"] as? String ?? ""] = "\($1["side"] ?? "") \($1["quantity"] ?? "")" }
        case "markets": for market in list { takeMarket(market) }
        // What came as JSON has a JSON form.
        case "research": research = (try? JSONSerialization.data(withJSONObject: object, options: .sortedKeys)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        case "log": notices += list.compactMap { $0["text"] as? String }
        case "answer":
            let error = object["error"] as? [String: Any]
            let text = object["result"] as? String ?? error.map { "\($0["code"] ?? ""): \($0["message"] ?? "")" } ?? ""
            answers[object["id"] as? String ?? ""] = .init(ok: object["ok"] as? Bool ?? false, text: text)
        default: break
        }
        increments += 1
    }

    private mutating func takeMarket(_ market: [String: Any]) {
        guard let ticker = market["ticker"] as? String else { return }
        if market["gone"] as? Bool == true {
            markets.remove(ticker)
            quoted.remove(ticker)
        } else {
            markets.insert(ticker)
            if market["yesBid"] is String, market["yesAsk"] is String { quoted.insert(ticker) } else { quoted.remove(ticker) }
        }
    }
}
