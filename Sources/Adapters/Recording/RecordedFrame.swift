public import Model

/// What a frame of a recording is.
public enum FrameKind: UInt8, Sendable, CaseIterable {
    /// A WebSocket frame of the exchange, byte for byte.
    case exchange = 1
    /// A price of an underlying, in our JSON.
    case spot = 2
    /// A connection, a subscription, a market's definition or result, a note: our JSON (`ControlFrame`).
    case control = 3
}

/// One frame as it was received. Its bytes belong to the reader and are good until the reader's next call.
public struct RecordedFrame {
    public let time: Timestamp
    public let kind: FrameKind
    /// The connection it came in on, counted from 1; 0 where it came from none.
    public let connection: UInt32
    public let bytes: UnsafeBufferPointer<UInt8>
}
