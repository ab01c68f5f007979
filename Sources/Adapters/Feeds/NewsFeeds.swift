public import Model
public import Ports
public import Transport

/// One feed that the operator chose.
public struct FeedSource: Hashable, Sendable {
    /// Its name in headlines; reliability is earned by it.
    public let name: String
    let address: FeedAddress

    /// Nil without a name, and for what is no absolute http or https address or carries a user's name: a password there would be shown wherever the address is.
    public init?(name: String, url: String) {
        guard !name.isEmpty, let address = FeedAddress(url) else { return nil }
        self.name = name
        self.address = address
    }
}

/// Asks the operator's feeds for news, politely, and hands every item on once as a headline.
///
/// Each feed has a loop of its own: conditional requests, a pause with jitter, backoff after trouble, a distance between requests to one host, redirects followed
/// where they may lead. What was in a feed before the desk started is news only when it is dated within the last day.
public final class NewsFeeds: NewsFeed {
    /// Ids remembered of one feed; the oldest go first.
    static let remembered = 4096
    /// What is older when the desk first sees it is history.
    static let firstLook = Interval.seconds(24 * 3600)
    /// Undated items taken at the first look.
    static let firstUndated = 20
    /// Items handed on from one answer: a feed that gives every item a new name each time is not heard a thousand times.
    static let freshEachTime = 100

    private let sources: [FeedSource]
    private let reader: PoliteReader

    /// - Parameters:
    ///   - web: with an answer limit of `FeedLimits.bytes`, so that a larger document is never in memory.
    ///   - pause: waits for some seconds; a test gives its own.
    public init(
        _ sources: [FeedSource], settings: ReadingSettings = ReadingSettings(), clock: any Clock, web: WebClient,
        pause: @escaping @Sendable (Double) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }, onTrouble: @escaping @Sendable (String) -> Void
    ) {
        self.sources = sources
        reader = PoliteReader(
            settings: settings, clock: clock, web: web,
            accepts: "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, application/json;q=0.8, */*;q=0.1", pause: pause,
            onTrouble: { onTrouble("feed \($0): \($1)") })
    }

    public func run(deliver: @escaping @Sendable (Stamped) async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            for (number, source) in sources.enumerated() {
                group.addTask { await self.follow(source, seed: self.reader.settings.seed &+ UInt64(number), deliver) }
            }
        }
        // Every feed may be gone for good; the desk goes on without. Cancellation ends the wait.
        while !Task.isCancelled { do { try await Task.sleep(for: .seconds(3600)) } catch { return } }
    }

    /// Asks one feed for as long as the task lives and the feed exists.
    private func follow(_ source: FeedSource, seed: UInt64, _ deliver: @Sendable (Stamped) async -> Void) async {
        var seen = SeenItems(bound: Self.remembered)
        await reader.follow(source.name, source.address, seed: seed, parse: FeedDocument.items) { items in
            for headline in news(items, source, &seen) { await deliver(Stamped(.headline(headline), at: reader.clock.now())) }
        }
    }

    /// What is new, oldest first.
    private func news(_ items: [FeedItem], _ source: FeedSource, _ seen: inout SeenItems) -> [Headline] {
        let isFirst = seen.isEmpty
        let now = reader.clock.now()
        var undated = 0
        var fresh: [Headline] = []
        for item in items {
            let headline = Headline(source: source.name, id: item.id, title: item.title, summary: item.summary, published: item.published)
            guard seen.insert(headline.id) else { continue }
            if isFirst {
                if let published = item.published { if now - published > Self.firstLook { continue } } else { undated += 1; if undated > Self.firstUndated { continue } }
            }
            fresh.append(headline)
        }
        if fresh.count > Self.freshEachTime { reader.onTrouble(source.name, "\(fresh.count) new items at once; the first \(Self.freshEachTime) are taken") }
        return fresh.prefix(Self.freshEachTime).reversed()
    }
}
