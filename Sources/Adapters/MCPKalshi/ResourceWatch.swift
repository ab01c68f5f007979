public import MCPHosting
import Kalshi
import Model
import Ports

/// Tells subscribers that something they asked to hear of has changed: at most four times a second for each, however often it did.
///
/// Books, fills and orders come by the exchange's stream. What it does not tell, a market's and an event's quotes, is asked for once a second, and only while
/// somebody is subscribed. That money came in from a settlement or from outside no message of the stream says: for that the account is looked at twice a minute.
public actor ResourceWatch {
    /// How often changes are told.
    static let beat = Duration.milliseconds(250)
    /// Every so many beats what has no stream is asked for.
    static let beatsPerQuestion = 4
    static let beatsPerAccount = 120
    /// How many markets and events are asked for at once; the first ones by name.
    static let mostAsked = 50

    private let door: KalshiDoor
    private let host: ServiceHost
    private var seen: [String: Int] = [:]
    private var beats = 0

    public init(_ door: KalshiDoor, _ host: ServiceHost) {
        self.door = door
        self.host = host
    }

    /// Runs until it is cancelled.
    public func run() async {
        while !Task.isCancelled {
            await look()
            // The pace at which changes are told; cancellation ends the loop.
            try? await Task.sleep(for: Self.beat)
        }
        await door.books.stop()
    }

    private func look() async {
        let uris = host.subscribedResources
        var books: [Ticker: String] = [:]
        for uri in uris { if case .book(let ticker)? = KalshiResources.Address(uri) { books[ticker] = uri } }
        let ofAccount = door.hasAccount ? uris.intersection(KalshiResources.ofAccount) : []
        await door.books.follow(Set(books.keys), account: !ofAccount.isEmpty)
        let (changed, news) = await door.books.takeChanges()
        for ticker in changed.sorted() { if let uri = books[ticker] { host.resourceChanged(uri) } }
        seen = seen.filter { uris.contains($0.key) }
        beats += 1
        // An order that comes or goes changes what is free, so both are told.
        if news.moved { for uri in ofAccount.sorted() { host.resourceChanged(uri) } }
        // Before the first word of a stream, and between two of them, something may have been missed.
        let new = ofAccount.filter { seen[$0] == nil }
        let due = beats % Self.beatsPerAccount == 0 || news.began || news.moved ? ofAccount : new
        for uri in due.sorted() { await compare(uri, tells: !news.moved) }
        guard beats % Self.beatsPerQuestion == 0 else { return }
        for uri in uris.subtracting(KalshiResources.ofAccount).sorted().prefix(Self.mostAsked) { await compare(uri) }
    }

    /// Looks at a resource, and tells of it if it is not as it was at the last look.
    private func compare(_ uri: String, tells: Bool = true) async {
        // What cannot be read now is looked at again; nobody is told of a change that nobody saw.
        guard let state = try? await state(uri) else { return }
        if let before = seen.updateValue(state, forKey: uri), before != state, tells { host.resourceChanged(uri) }
    }

    /// A fingerprint of what the resource says, its time left aside; nil for what the stream tells.
    private func state(_ uri: String) async throws -> Int? {
        switch KalshiResources.Address(uri) {
        case .market(let ticker):
            return try await door.client().marketDetails([ticker]).first.map { [Self.quotes($0)].hashValue }
        case .event(let ticker):
            return try await door.client().marketDetails(event: ticker).map(Self.quotes).sorted().hashValue
        case .portfolio where door.hasAccount:
            let client = try await door.client()
            let positions = try await client.positions().sorted { $0.market < $1.market }
            return [try await client.balance().available.millionths, Int64(positions.hashValue)].hashValue
        case .openOrders where door.hasAccount:
            return try await door.client().orders(status: .resting).sorted { $0.order < $1.order }.hashValue
        case .book, .portfolio, .openOrders, nil: return nil
        }
    }

    private static func quotes(_ detail: KalshiMarketDetail) -> String {
        let prices = [detail.yesBid, detail.yesAsk, detail.last].map { $0?.description ?? "-" }.joined(separator: " ")
        return "\(detail.market.ticker) \(detail.market.status.rawValue) \(prices) \(detail.volume ?? .zero)"
    }
}
