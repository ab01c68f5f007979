public import Model
public import Ports
public import Transport

/// One page of a weather service that the operator chose.
public struct WeatherSource: Hashable, Sendable {
    /// Its name in forecasts; each source's errors are learned by it.
    public let name: String
    public let place: WeatherPlace
    let address: FeedAddress

    /// - Parameter place: by any name that `WeatherPlace` knows: "KXHIGHNY", "NYC-HIGH", "KNYC".
    /// - Returns: nil without a name, for an unknown place, and for what is no absolute http or https address or carries a user's name.
    public init?(name: String, place: String, url: String) {
        guard !name.isEmpty, let place = WeatherPlace.named(place), let address = FeedAddress(url) else { return nil }
        self.name = name
        self.place = place
        self.address = address
    }
}

/// Asks weather services for forecasts, observations and climate reports, politely, and hands on what has changed as facts.
///
/// A fact counts from the moment at which it was read, as in a backtest; the strategy sees no difference between the two. Pages are read as news feeds are
/// (`PoliteReader`); a forecast that is asked for every five minutes and made every hour costs an empty answer in between where the service knows tags.
public final class WeatherFeeds: NewsFeed {
    private let sources: [WeatherSource]
    private let reader: PoliteReader

    /// - Parameters:
    ///   - web: with an answer limit of `FeedLimits.bytes`, so that a larger document is never in memory.
    ///   - pause: waits for some seconds; a test gives its own.
    public init(
        _ sources: [WeatherSource], settings: ReadingSettings = ReadingSettings(), clock: any Clock, web: WebClient,
        pause: @escaping @Sendable (Double) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }, onTrouble: @escaping @Sendable (String) -> Void
    ) {
        self.sources = sources
        reader = PoliteReader(
            settings: settings, clock: clock, web: web, accepts: "application/geo+json, application/json;q=0.9", pause: pause,
            onTrouble: { onTrouble("weather \($0): \($1)") })
    }

    public func run(deliver: @escaping @Sendable (Stamped) async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            for (number, source) in sources.enumerated() {
                group.addTask { await self.follow(source, seed: self.reader.settings.seed &+ UInt64(number), deliver) }
            }
        }
        // Every page may be gone for good; the desk goes on without. Cancellation ends the wait.
        while !Task.isCancelled { do { try await Task.sleep(for: .seconds(3600)) } catch { return } }
    }

    private func follow(_ source: WeatherSource, seed: UInt64, _ deliver: @Sendable (Stamped) async -> Void) async {
        var told = ToldFacts()
        let clock = reader.clock
        let parse = { (bytes: [UInt8]) throws -> [Fact] in try WeatherPage.facts(bytes, name: source.name, place: source.place, at: clock.now()) }
        await reader.follow("\(source.name) of \(source.place.city)", source.address, seed: seed, parse: parse) { facts in
            for fact in told.news(facts) { await deliver(Stamped(.fact(fact), at: clock.now())) }
        }
    }
}

/// Several streams as one.
public struct FeedsTogether: NewsFeed {
    private let feeds: [any NewsFeed]

    /// - Returns: nil for none.
    public init?(_ feeds: [any NewsFeed]) {
        guard !feeds.isEmpty else { return nil }
        self.feeds = feeds
    }

    public func run(deliver: @escaping @Sendable (Stamped) async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            for feed in feeds { group.addTask { await feed.run(deliver: deliver) } }
        }
    }
}
