public import Model

/// What the stream is to bring.
public struct KalshiFeedSettings: Sendable {
    /// Every market of these is followed from the moment it is known until it is paid.
    public var series: [SeriesTicker]
    /// Markets that are followed whatever their series: those that a desk has something in, from before this process began.
    public var watched: [Ticker]
    /// CF Benchmarks indices; none asks for none.
    public var indices: [String]
    /// Whether to hear of our own orders and fills; needs a key.
    public var ownMessages: Bool
    /// How long at most until REST is asked again which markets there are. Openings, closings and life cycle messages ask at once.
    public var sweepInterval: Duration
    /// How long at least.
    public var sweepPause: Duration
    /// A connection on which nothing at all was heard for so long, not even a ping, is dead: the server pings every 10 s (Kalshi reference, section 11).
    public var silence: Duration
    /// Bound: the markets that close soonest are taken.
    public var mostMarkets: Int

    public init(
        series: [SeriesTicker], watched: [Ticker] = [], indices: [String] = ["BRTI", "ETHUSD_RTI"], ownMessages: Bool = true,
        sweepInterval: Duration = .seconds(15), sweepPause: Duration = .seconds(1), silence: Duration = .seconds(30),
        mostMarkets: Int = 500
    ) {
        self.series = series
        self.watched = watched
        self.indices = indices
        self.ownMessages = ownMessages
        self.sweepInterval = sweepInterval
        self.sweepPause = sweepPause
        self.silence = silence
        self.mostMarkets = mostMarkets
    }
}
