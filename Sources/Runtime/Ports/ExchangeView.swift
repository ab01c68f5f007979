/// The exchange's own hours, as the desk knows them.
public struct ExchangeView: Encodable, Sendable, Equatable {
    /// trading, paused (cancels are taken) or closed (nothing is); nil while nobody knows.
    public var state: String?
    /// The announced end of the pause that is on.
    public var until: Int64?
    /// The next announced maintenance that has not begun.
    public var nextStart: Int64?
    public var nextEnd: Int64?

    public init(state: String?, until: Int64? = nil, nextStart: Int64? = nil, nextEnd: Int64? = nil) {
        self.state = state
        self.until = until
        self.nextStart = nextStart
        self.nextEnd = nextEnd
    }
}
