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
    public struct Settings: Sendable {
        /// Seconds between two requests to one feed, within `NewsFeeds.intervals`.
        public var interval = 300.0
        /// Seconds between two requests to one host.
        public var hostDistance = 5.0
        public var timeout = Duration.seconds(15)
        /// Who asks, so that a publisher can say something.
        public var agent = "aura (self-hosted trading desk; feed reader)"
        public var seed: UInt64 = 1

        public init() {}
    }

    /// What `Settings.interval` may be, in seconds.
    public static let intervals = FeedSchedule.shortestInterval...FeedSchedule.longestInterval

    /// Redirects in a row that are followed.
    static let redirects = 5
    /// Ids remembered of one feed; the oldest go first.
    static let remembered = 4096
    /// What is older when the desk first sees it is history.
    static let firstLook = Interval.seconds(24 * 3600)
    /// Undated items taken at the first look.
    static let firstUndated = 20
    /// Items handed on from one answer: a feed that gives every item a new name each time is not heard a thousand times.
    static let freshEachTime = 100

    private let sources: [FeedSource]
    private let settings: Settings
    private let clock: any Clock
    private let web: WebClient
    private let pacer: HostPacer
    private let onTrouble: @Sendable (String) -> Void
    private let pause: @Sendable (Double) async throws -> Void

    /// - Parameters:
    ///   - web: with an answer limit of `FeedLimits.bytes`, so that a larger document is never in memory.
    ///   - pause: waits for some seconds; a test gives its own.
    public init(
        _ sources: [FeedSource], settings: Settings = Settings(), clock: any Clock, web: WebClient,
        pause: @escaping @Sendable (Double) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }, onTrouble: @escaping @Sendable (String) -> Void
    ) {
        self.sources = sources
        self.settings = settings
        self.clock = clock
        self.web = web
        self.pause = pause
        self.onTrouble = onTrouble
        pacer = HostPacer(distance: settings.hostDistance)
    }

    public func run(deliver: @escaping @Sendable (Stamped) async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            for (number, source) in sources.enumerated() {
                group.addTask { await self.follow(source, seed: self.settings.seed &+ UInt64(number), deliver) }
            }
        }
        // Every feed may be gone for good; the desk goes on without. Cancellation ends the wait.
        while !Task.isCancelled { do { try await Task.sleep(for: .seconds(3600)) } catch { return } }
    }

    /// Asks one feed for as long as the task lives and the feed exists.
    private func follow(_ source: FeedSource, seed: UInt64, _ deliver: @Sendable (Stamped) async -> Void) async {
        var address = source.address
        var schedule = FeedSchedule(interval: settings.interval, seed: seed)
        var seen = SeenItems(bound: Self.remembered)
        while !Task.isCancelled {
            let (outcome, items) = await ask(source, &address, schedule)
            for headline in news(items, source, &seen) { await deliver(Stamped(.headline(headline), at: clock.now())) }
            guard let seconds = schedule.next(after: outcome) else { return onTrouble("feed \(source.name): it is gone for good (410)") }
            // Cancellation ends the wait and the loop.
            do { try await pause(seconds) } catch { return }
        }
    }

    /// One request, with the redirects it leads through.
    private func ask(_ source: FeedSource, _ address: inout FeedAddress, _ schedule: FeedSchedule) async -> (FeedSchedule.Outcome, [FeedItem]) {
        var target = address
        for _ in 0...Self.redirects {
            do {
                let wait = await pacer.turn(target.host, at: Double(clock.now().nanoseconds) / 1e9)
                if wait > 0 { try await pause(wait) }
                let answer = try await web.request("GET", target.text, headers: headers(schedule), timeout: settings.timeout)
                switch answer.status {
                case 200: return try (.fresh(etag: answer.headers["etag"], lastModified: answer.headers["last-modified"]), FeedDocument.items(answer.body))
                case 304: return (.notModified, [])
                case 410: return (.gone, [])
                case 301, 302, 303, 307, 308:
                    guard let next = answer.headers["location"].flatMap({ target.redirected(to: $0) }) else {
                        return trouble(source, "\(target.host) redirects to where it may not", nil)
                    }
                    // Moved for good is remembered for as long as the desk runs.
                    if (answer.status == 301 || answer.status == 308) && target == address { address = next }
                    target = next
                default: return trouble(source, "HTTP status \(answer.status)", RetryAfter.seconds(answer.headers["retry-after"], at: clock.now()))
                }
            } catch is CancellationError {
                return (.failed(retryAfter: nil), [])
            } catch let error as TransportError {
                return Task.isCancelled ? (.failed(retryAfter: nil), []) : trouble(source, Self.told(error, of: target.host), nil)
            } catch {
                return Task.isCancelled ? (.failed(retryAfter: nil), []) : trouble(source, "\(error)", nil)
            }
        }
        return trouble(source, "more than \(Self.redirects) redirects", nil)
    }

    /// Names the host and no more of the address: a key may stand in its query.
    private static func told(_ error: TransportError, of host: String) -> String {
        switch error {
        case .couldNotConnect(_, let why): "could not connect to \(host): \(why)"
        case .tls(_, let why): "no secure connection to \(host): \(why)"
        case .timedOut: "\(host) did not answer in time"
        case .connectionLost: "the connection to \(host) was lost"
        case .badURL: "an address at \(host) cannot be used"
        case .refused(_, let status): "\(host) refused with HTTP status \(status)"
        case .badCertificate, .answerTooLarge, .portInUse, .cannotListen, .closed: "\(error)"
        }
    }

    private func headers(_ schedule: FeedSchedule) -> HeaderFields {
        var fields: HeaderFields = [
            "user-agent": settings.agent, "accept": "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, application/json;q=0.8, */*;q=0.1",
            "accept-encoding": "identity",
        ]
        for (name, value) in schedule.conditions { fields.add(name, value) }
        return fields
    }

    private func trouble(_ source: FeedSource, _ what: String, _ retryAfter: Double?) -> (FeedSchedule.Outcome, [FeedItem]) {
        onTrouble("feed \(source.name): \(what)")
        return (.failed(retryAfter: retryAfter), [])
    }

    /// What is new, oldest first.
    private func news(_ items: [FeedItem], _ source: FeedSource, _ seen: inout SeenItems) -> [Headline] {
        let isFirst = seen.isEmpty
        let now = clock.now()
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
        if fresh.count > Self.freshEachTime { onTrouble("feed \(source.name): \(fresh.count) new items at once; the first \(Self.freshEachTime) are taken") }
        return fresh.prefix(Self.freshEachTime).reversed()
    }
}
