/// The bounds of the bridge, and what happens at each.
public struct BridgeLimits: Hashable, Sendable {
    /// One more is refused with 503.
    public var clients = 64
    /// A client with more waiting loses what waits and gets one snapshot when it drains; answers to requests are kept.
    public var queuedMessages = 256
    public var queuedBytes = 4 << 20
    /// More are answered with `rate_limited` and not carried out.
    public var requestsPerSecond = 20
    /// A client that has not said hello by then is closed with 4401.
    public var helloLimit: Duration = .seconds(5)
    /// How often the desk is looked at.
    public var pollInterval: Duration = .milliseconds(200)
    /// How often the research is looked at: at most four times a second.
    public var researchInterval: Duration = .milliseconds(250)
    /// Levels of the watched market's book, each side.
    public var bookDepth = 20

    public init() {}
}
