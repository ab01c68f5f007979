public import Model

/// What one frame of the exchange's WebSocket turned out to be.
public enum DecodedFrame: Hashable, Sendable {
    /// Market data, or a frame that only moves a subscription's sequence on. Control replies with a sid (`ok`, `unsubscribed`, `error`) arrive as
    /// `.sequenced`: whoever sent the command looks into them with `FrameEnvelope`.
    case market(MarketEvent)
    /// A frame that is no market data and has no sequence: `fill`, `user_order`, `market_position`, a reply without a sid.
    case other(type: String)
}
