/// What the other side of a WebSocket said.
public enum WebSocketMessage: Hashable, Sendable {
    /// One whole text message, put together from its fragments. The bytes are not checked to be UTF-8.
    case text([UInt8])
    case binary([UInt8])
    /// The last message of every connection. 1006 means that it broke without a goodbye, and the reason says how.
    case closed(code: Int, reason: String)
}

/// The limits of a WebSocket. Every one has a bound; what happens at it is written beside it.
public struct WebSocketLimits: Hashable, Sendable {
    /// A larger message closes the connection with 1009.
    public var messageBytes: Int
    /// How often this side pings, with payload "heartbeat" (as Kalshi's servers do); nil for never.
    public var pingInterval: Duration?
    /// The connection is dead when nothing at all was heard for so long; nil for never.
    public var silence: Duration?
    /// When so many messages wait to be read, the socket is not read any further until half of them are gone: the peer feels it.
    public var unreadMessages: Int

    public init(messageBytes: Int, pingInterval: Duration?, silence: Duration?, unreadMessages: Int = 4096) {
        self.messageBytes = messageBytes
        self.pingInterval = pingInterval
        self.silence = silence
        self.unreadMessages = unreadMessages
    }

    /// Requests are small; pings every 10 s; three unanswered pings are a dead peer.
    public static let server = WebSocketLimits(messageBytes: 1 << 20, pingInterval: .seconds(10), silence: .seconds(30))
    /// Snapshots may be large; the server pings every 10 s, so 30 s of silence are a dead connection.
    public static let client = WebSocketLimits(messageBytes: 16 << 20, pingInterval: nil, silence: .seconds(30))
}
