import MCP
public import MCPHosting
public import Notation
import Synchronization

/// A client of the modern era that sends what it is told, also what no honest client would: answers nobody gave, states that are forged, used or somebody else's.
public final class BluntCaller: Sendable {
    /// What came back.
    public enum Reply: Sendable {
        /// A question, and the state that has to come back with its answer.
        case asked(String, state: String)
        case done(JSON)
        /// By the tool, in its words.
        case failed(String)
        /// By the protocol.
        case refused(Int64)

        public var isDone: Bool { if case .done = self { true } else { false } }
    }

    private let link: InProcessLink
    private let waiting = Mutex<(next: Int64, callers: [RequestID: CheckedContinuation<Envelope, Never>])>((0, [:]))

    public init(_ host: ServiceHost, principal: String = "in-process") async throws {
        link = InProcessLink(host, principal: principal)
        try await link.start { [weak self] event in
            guard case .message(let message) = event else { return }
            let id: RequestID?
            switch message {
            case .result(let number, _): id = number
            case .error(let number, _): id = number
            case .request, .notification: id = nil
            }
            if let id { self?.waiting.withLock { $0.callers.removeValue(forKey: id) }?.resume(returning: message) }
        }
    }

    public func close() async { await link.close() }

    /// - Parameters:
    ///   - answer: accept, decline or cancel, as if a person had been asked; nil: nobody was.
    public func call(_ tool: String, _ arguments: JSON, state: String? = nil, answer: String? = nil) async -> Reply {
        let response = answer.map { JSON.object(["confirmation": .object(["action": .text($0), "content": $0 == "accept" ? .object([]) : nil])]) }
        let params = JSON.object([
            "name": .text(tool), "arguments": arguments, "requestState": state.map { .text($0) }, "inputResponses": response,
            "_meta": .object([
                "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientInfo": .object(["name": "blunt", "version": "1"]),
                "io.modelcontextprotocol/clientCapabilities": .object(["elicitation": .object(["form": .object([])])]),
            ]),
        ])
        let message = await withCheckedContinuation { (continuation: CheckedContinuation<Envelope, Never>) in
            let id = waiting.withLock { waiting in
                waiting.next += 1
                let id = RequestID.integer(waiting.next)
                waiting.callers[id] = continuation
                return id
            }
            link.send(.request(id, method: "tools/call", params: params), LinkContext(revision: .july2026, tool: nil))
        }
        return Self.read(message)
    }

    private static func read(_ message: Envelope) -> Reply {
        switch message {
        case .error(_, let error): return .refused(Int64(error.code))
        case .result(_, let result):
            if result["resultType"]?.asText == "input_required" {
                return .asked(result["inputRequests"]?["confirmation"]?["params"]?["message"]?.asText ?? "", state: result["requestState"]?.asText ?? "")
            }
            if result["isError"] == true { return .failed(result["content"]?.asArray?.first?["text"]?.asText ?? "") }
            return .done(result["structuredContent"] ?? .null)
        case .request, .notification: return .failed("no answer")
        }
    }
}
