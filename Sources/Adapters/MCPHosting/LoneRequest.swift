import MCP
import Notation
import Transport

/// A request of 2026-07-28 over HTTP: one dialogue that lives as long as its response.
enum LoneRequest {
    static func answer(_ message: Envelope, host: ServiceHost, principal: String) async -> HTTPResponse {
        let choice = ResponseChoice()
        let queue = EventQueue()
        let conversation = Conversation(host: host, principal: principal) { message in
            switch message {
            case .reply(_, let json, let status):
                if choice.choose(.json(json, status: status)) { return }
                queue.put(json.event)
                queue.finish()
            case .tell(_, let json):
                choice.choose(.stream(queue, number: 0))
                queue.put(json.event)
            case .drop: queue.finish()
            case .pause: break
            }
        }
        conversation.receive(message)
        guard message.requestID != nil else { return HTTPResponse(status: 202) }
        switch await choice.wait(onImpatience: { choice.choose(.stream(queue, number: 0)) }) {
        case .json(let json, let status): return jsonResponse(json, status: status)
        // Whoever closes the stream has cancelled the request. The stream holds the conversation.
        case .stream(let queue, _): return eventStream(queue, ended: { conversation.close() })
        }
    }
}
