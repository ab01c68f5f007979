import Books
import Kalshi
import Model
import Ports

/// What the exchange's stream tells: the books that somebody asked to hear of, and that the account has moved. Everything else is asked for when it is wanted.
actor LiveBooks {
    /// The most that are followed at once.
    static let most = 100

    private let line: VenueLine
    private let clock: any Ports.Clock
    private var followed: Set<Ticker> = []
    private var keeper = BookKeeper()
    private var changed: Set<Ticker> = []
    private var hearsAccount = false
    private var account = AccountNews()
    private var stream: Task<Void, Never>?

    init(line: VenueLine, clock: any Ports.Clock) {
        self.line = line
        self.clock = clock
    }

    /// What the stream said of the account since it was last asked.
    struct AccountNews {
        /// Its orders, or what has filled of them.
        var moved = false
        /// A stream began: what was said before it is not known.
        var began = false
    }

    /// Follows these and no others, and the account if told to; no stream stands while there is nothing to follow.
    func follow(_ tickers: Set<Ticker>, account: Bool) {
        let wanted = Set(tickers.sorted().prefix(Self.most))
        guard wanted != followed || account != hearsAccount else { return }
        followed = wanted
        hearsAccount = account
        stream?.cancel()
        stream = nil
        keeper = BookKeeper()
        guard !wanted.isEmpty || account else { return }
        stream = Task { [line, clock] in
            // Without a client there is no stream; the next change of what is wanted tries again.
            guard let client = try? await line.client() else { return }
            let settings = KalshiFeedSettings(series: [], watched: wanted.sorted(), indices: [], ownMessages: account)
            let feed = KalshiFeed(client: client, clock: clock, settings: settings)
            await feed.run { [weak self] stamped in await self?.take(stamped, feed) }
        }
    }

    func stop() { follow([], account: false) }

    /// The book and when its stream was last heard of; nil when it is not followed, or not in step.
    func book(_ ticker: Ticker) -> (book: OrderBook, heard: Timestamp)? {
        guard let book = keeper.book(ticker), book.state == .live, let heard = keeper.heard(ticker) else { return nil }
        return (book, heard)
    }

    /// What has changed since this was last asked, and whether the account's orders or fills did.
    func takeChanges() -> (books: Set<Ticker>, account: AccountNews) {
        defer {
            changed = []
            account = AccountNews()
        }
        return (changed, account)
    }

    private func take(_ stamped: Stamped, _ feed: KalshiFeed) async {
        switch stamped.event {
        case .market(let event):
            if case .connected = event { account.began = true }
            switch keeper.apply(event, at: stamped.time) {
            case .none: break
            case .updated(let ticker): changed.insert(ticker)
            case .froze(let tickers, let subscription):
                changed.formUnion(tickers)
                if let subscription { await feed.requestSnapshots(of: subscription) }
            }
        case .fill, .order: account.moved = true
        case .opened, .restarted, .closing, .fact, .account, .accountUnavailable, .drift, .command, .tick, .headline, .group, .groupNews, .exchange: break
        }
    }
}
