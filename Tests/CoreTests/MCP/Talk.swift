import MCP
import Notation
import Testing

/// A dialogue with a scribe: what is said to it, and what it does.
struct Talk {
    var dialogue: ServerDialogue
    private(set) var actions: [ServerDialogue.Action] = []

    init(_ offer: Offer = .everything, limits: ServerDialogue.Limits = .init()) { dialogue = ServerDialogue(offer: offer, limits: limits) }

    static let meta: JSON = .object([
        .init(key: MetaKey.protocolVersion, value: "2026-07-28"), .init(key: MetaKey.clientCapabilities, value: .object([])),
        .init(key: MetaKey.clientInfo, value: .object(["name": "tester", "version": "1"])),
    ])

    @discardableResult mutating func say(_ text: String) -> [ServerDialogue.Action] { note(dialogue.receive(Array(text.utf8)[...])) }

    @discardableResult mutating func note(_ new: [ServerDialogue.Action]) -> [ServerDialogue.Action] {
        actions += new
        return new
    }

    /// A request of 2026-07-28.
    @discardableResult mutating func ask(_ method: String, _ params: JSON = .object([]), id: JSON = 1, meta: JSON = Talk.meta) -> [ServerDialogue.Action] {
        say(JSON.object(["jsonrpc": "2.0", "id": id, "method": .text(method), "params": params.setting("_meta", meta)]).rendered)
    }

    /// A request of a session.
    @discardableResult mutating func send(_ method: String, _ params: JSON = .object([]), id: JSON = 1) -> [ServerDialogue.Action] {
        say(JSON.object(["jsonrpc": "2.0", "id": id, "method": .text(method), "params": params]).rendered)
    }

    mutating func initialize(_ revision: String = "2025-11-25", capabilities: JSON = .object([])) {
        send(
            "initialize",
            .object(["protocolVersion": .text(revision), "capabilities": capabilities, "clientInfo": .object(["name": "tester", "version": "1"])]), id: "init")
        say(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
    }

    var replies: [JSON] { actions.compactMap { if case .reply(_, let json, _) = $0 { json } else { nil } } }
    var told: [JSON] { actions.compactMap { if case .tell(_, let json) = $0 { json } else { nil } } }
    var calls: [Call] { actions.compactMap { if case .run(let call) = $0 { call } else { nil } } }
    var stopped: [Int] { actions.compactMap { if case .stop(let call) = $0 { call } else { nil } } }
    var result: JSON? { replies.last?["result"] }
    var error: JSON? { replies.last?["error"] }
    var code: Int64? { error?["code"]?.asInteger }
    var status: Int? { actions.reversed().lazy.compactMap { if case .reply(_, _, let status) = $0 { status } else { nil } }.first }
}
