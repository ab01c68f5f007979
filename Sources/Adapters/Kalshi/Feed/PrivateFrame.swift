import Foundation
import Model

/// The account's own messages on the stream: few, so read the simple way, with the same fields as their REST twins.
enum PrivateFrame {
    private struct Frame<Message: Decodable>: Decodable { let msg: Message }

    static func event(_ type: String, _ bytes: [UInt8]) throws -> Event {
        let data = Data(bytes)
        if type == "fill" { return .fill(try JSONDecoder().decode(Frame<FillRow>.self, from: data).msg.fill) }
        return .order(.state(try JSONDecoder().decode(Frame<OrderRow>.self, from: data).msg.order))
    }
}

/// What matters of a frame that answers a command or speaks of a market's life.
struct FeedControl: Decodable {
    struct Message: Decodable {
        let code: Int?
        let msg: String?
        let market: String?
        enum CodingKeys: String, CodingKey {
            case code, msg
            case market = "market_ticker"
        }
    }

    let type: String
    let id: UInt64?
    private let message: Message?

    enum CodingKeys: String, CodingKey {
        case type, id
        case message = "msg"
    }

    /// Nil when it is not even this much.
    init?(_ bytes: [UInt8]) {
        // try?: the decoder of market data has read this frame's envelope before and would have told.
        guard let control = try? JSONDecoder().decode(FeedControl.self, from: Data(bytes)) else { return nil }
        self = control
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        type = try fields.decode(String.self, forKey: .type)
        id = try fields.decodeIfPresent(UInt64.self, forKey: .id)
        // try?: the message of a list reply is an array, which says nothing here.
        message = try? fields.decodeIfPresent(Message.self, forKey: .message)
    }

    var code: Int? { message?.code }
    var text: String? { message?.msg }
    var market: String? { message?.market }
}
