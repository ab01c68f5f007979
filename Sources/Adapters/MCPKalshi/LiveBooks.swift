import Books
import Kalshi
import Model
import Ports

/// Books that are kept by the exchange's stream: those that somebody asked to hear of. Everything else is asked for when it is wanted.
actor LiveBooks {
    /// The most that are followed at once.
    static let most = 100

    private let line: VenueLine
    private let clock: any Ports.Clock
    private var followed: Set<Ticker> = []
    private var keeper = BookKeeper()
    private var changed: Set<Ticker> = []
    private var accountMoved = false
    private var stream: Task<Void, Never>?

    init(line: VenueLine, clock: any Ports.Clock) {
        self.line = line
        self.clock = clock
    }

    /// Follows these and no others; no stream stands while there are none.
    func follow(_ tickers: Set<Ticker>, ownMessages: Bool) {
        let wanted = Set(tickers.sorted().prefix(Self.most))
        guard wanted != followed else { return }
        followed = wanted
        stream?.cancel()
        stream = nil
        keeper = BookKeeper()
        guard !wanted.isEmpty else { return }
        stream = Task { [line, clock] in
            // Without a client there is no stream; the next change of what is wanted tries again.
            guard let client = try? await line.client() else { return }
            let settings = KalshiFeedSettings(series: [], watched: wanted.sorted(), indices: [], ownMessages: ownMessages)
            let feed = KalshiFeed(client: client, clock: clock, settings: settings)
            await feed.run { [weak self] stamped in await self?.take(stamped, feed) }
        }
    }

    func stop() { follow([], ownMessages: false) }

    /// The book and when its stream was last heard of; nil when it is not followed, or not in step.
    func book(_ ticker: Ticker) -> (book: OrderBook, heard: Timestamp)? {
        guard let book = keeper.book(ticker), book.state == .live, let heard = keeper.heard(ticker) else { return nil }
        return (book, heard)
    }

    /// What has changed since this was last asked, and whether the account's orders or fills did.
    func takeChanges() -> (books: Set<Ticker>, account: Bool) {
        defer {
            changed = []
            accountMoved = false
        }
        return (changed, accountMoved)
    }

    private func take(_ stamped: Stamped, _ feed: KalshiFeed) async {
        switch stamped.event {
        case .market(let event):
            switch keeper.apply(event, at: stamped.time) {
            case .none: break
            case .updated(let ticker): changed.insert(ticker)
            case .froze(let tickers, let subscription):
                changed.formUnion(tickers)
                if let subscription { await feed.requestSnapshots(of: subscription) }
            }
        case .fill, .order: accountMoved = true
        case .opened, .restarted, .closing, .fact, .account, .accountUnavailable, .drift, .command, .tick, .headline: break
        }
    }
}
