import Foundation
import Model

/// One request of a client, parsed: what it wants, or what is wrong with it.
struct ClientRequest: Sendable {
    enum Wish: Sendable, Equatable {
        case hello(token: String)
        case command(Command)
        /// Nil stops watching.
        case watch(Ticker?)
        case resync
        case ping
    }

    /// The client's own name for the request, told back in the answer.
    let id: String?
    let wish: Result<Wish, Complaint>

    init(_ bytes: [UInt8]) {
        // What is wrong with the JSON is of no use to anybody but the client's programmer, who is told that it is wrong.
        guard let frame = try? JSONDecoder().decode(Frame.self, from: Data(bytes)) else {
            id = nil
            wish = .failure(Complaint("bad_json", "a request is one JSON object: {\"v\":1,\"type\":...,\"id\":...,\"payload\":{...}}"))
            return
        }
        id = frame.id?.text
        wish = Result { () throws(Complaint) in try Self.wish(frame) }
    }

    private static func wish(_ frame: Frame) throws(Complaint) -> Wish {
        guard frame.v == 1 else { throw Complaint("wrong_version", "this server speaks version 1") }
        let payload = frame.payload ?? Payload()
        switch frame.type {
        case "hello": return .hello(token: payload.token ?? "")
        case "command": return .command(try command(payload))
        case "watch": return .watch(payload.market.map { Ticker($0) })
        case "resync": return .resync
        case "ping": return .ping
        default: throw Complaint("unknown_type", "there is no request of type \"\(frame.type ?? "")\"")
        }
    }

    private static func command(_ payload: Payload) throws(Complaint) -> Command {
        switch payload.name {
        case "start": return .start
        case "pause": return .pause
        case "stop": return .stop
        case "kill": return .kill(flatten: payload.flatten ?? false)
        case "reset":
            guard let reason = payload.reason, !reason.isEmpty else { throw Complaint("bad_request", "a reset needs the operator's reason") }
            return .reset(reason: String(reason.prefix(500)))
        case "roll_back":
            guard let version = payload.version else { throw Complaint("bad_request", "a roll_back needs the number of a version") }
            guard let reason = payload.reason, !reason.isEmpty else { throw Complaint("bad_request", "a roll_back needs the operator's reason") }
            return .rollBack(version: version, reason: String(reason.prefix(500)))
        case "accept", "decline":
            guard let key = payload.key, OrderWish.isKey(key) else { throw Complaint("bad_request", "a proposal is named by its key") }
            return .decide(key: key, accepted: payload.name == "accept")
        case "group_reset", "group_delete":
            guard let group = payload.group, OrderWish.isKey(group) else { throw Complaint("bad_request", "an order group is named by its name at the desk") }
            return payload.name == "group_reset" ? .resetGroup(name: group, asker: "the operator") : .deleteGroup(name: group, asker: "the operator")
        default: throw Complaint("unknown_command", "there is no command \"\(payload.name ?? "")\"")
        }
    }

    private struct Frame: Decodable {
        var v: Int?
        var type: String?
        var id: RequestID?
        var payload: Payload?
    }

    private struct Payload: Decodable {
        var token: String?
        var name: String?
        var flatten: Bool?
        var reason: String?
        var key: String?
        var group: String?
        var market: String?
        var version: Int?
    }

    /// Text by the protocol; a number is understood too.
    private struct RequestID: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            // Not text: then it has to be a number.
            if let text = try? container.decode(String.self) { self.text = text } else { text = String(try container.decode(Int.self)) }
        }
    }
}

/// What is wrong with a request, for the client.
struct Complaint: Error, Hashable, Sendable, Encodable {
    let code: String
    let message: String

    init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// The payload of an answer.
struct Answer: Encodable, Sendable {
    let id: String?
    let ok: Bool
    let result: String?
    let error: Complaint?

    static func done(_ id: String?, _ result: String) -> Answer { Answer(id: id, ok: true, result: result, error: nil) }
    static func failed(_ id: String?, _ complaint: Complaint) -> Answer { Answer(id: id, ok: false, result: nil, error: complaint) }

    /// Texts are always JSON: encoding cannot fail.
    var payload: [UInt8] { JSONText.encode(self) ?? Array(#"{"ok":false}"#.utf8) }
}
