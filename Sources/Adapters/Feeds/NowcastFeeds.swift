import Foundation
public import Model
public import Ports
public import Transport

/// Nowcasts and published figures that the operator chose to follow: a page, or a file of this machine.
public struct NowcastSource: Hashable, Sendable {
    enum Place: Hashable, Sendable {
        case page(FeedAddress)
        /// By its whole path.
        case file(String)
    }

    /// Its name in forecasts; its errors are learned by it.
    public let name: String
    let place: Place

    /// - Parameter location: an http or https address, or the path of a file from the root ("/...").
    /// - Returns: nil without a name, and for any other location; also for an address with a user's name.
    public init?(name: String, location: String) {
        guard !name.isEmpty else { return nil }
        self.name = name
        if location.hasPrefix("/") {
            place = .file(location)
        } else {
            guard let address = FeedAddress(location) else { return nil }
            place = .page(address)
        }
    }
}

/// Reads nowcasts again and again, and hands on what has changed as facts. A fact counts from the moment at which it was read, as in a backtest.
///
/// Pages are read as news feeds are (`PoliteReader`); a file is looked at as often.
public final class NowcastFeeds: NewsFeed {
    private let sources: [NowcastSource]
    private let reader: PoliteReader

    /// - Parameters:
    ///   - web: with an answer limit of `FeedLimits.bytes`, so that a larger document is never in memory.
    ///   - pause: waits for some seconds; a test gives its own.
    public init(
        _ sources: [NowcastSource], settings: ReadingSettings = ReadingSettings(), clock: any Ports.Clock, web: WebClient,
        pause: @escaping @Sendable (Double) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }, onTrouble: @escaping @Sendable (String) -> Void
    ) {
        self.sources = sources
        reader = PoliteReader(
            settings: settings, clock: clock, web: web, accepts: "application/json, text/csv;q=0.9", pause: pause, onTrouble: { onTrouble("nowcasts \($0): \($1)") })
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

    private func follow(_ source: NowcastSource, seed: UInt64, _ deliver: @Sendable (Stamped) async -> Void) async {
        var told = ToldFacts()
        let clock = reader.clock
        let parse = { (bytes: [UInt8]) throws -> [Fact] in try NowcastPage.facts(bytes, source: source.name, at: clock.now()) }
        func take(_ facts: [Fact]) async {
            for fact in told.news(facts) { await deliver(Stamped(.fact(fact), at: clock.now())) }
        }
        switch source.place {
        case .page(let address): await reader.follow(source.name, address, seed: seed, parse: parse, take: take)
        case .file(let path): await follow(path, source.name, parse, take)
        }
    }

    /// Trouble is told when it is new, not at every look.
    private func follow(_ path: String, _ name: String, _ parse: ([UInt8]) throws -> [Fact], _ take: ([Fact]) async -> Void) async {
        var known: String?
        while !Task.isCancelled {
            var trouble: String?
            do { await take(try parse(try Self.read(path))) } catch { trouble = "\(error)" }
            if let trouble, trouble != known { reader.onTrouble(name, trouble) }
            known = trouble
            // Cancellation ends the wait and the loop.
            do { try await reader.pause(reader.settings.interval) } catch { return }
        }
    }

    /// No more of it than a page may have.
    private static func read(_ path: String) throws(FeedError) -> [UInt8] {
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            // What was opened to be read is closed unread if that fails: nothing is lost.
            defer { try? file.close() }
            return [UInt8](try file.read(upToCount: FeedLimits.bytes + 1) ?? Data())
        } catch { throw .unusable("the file cannot be read") }
    }
}
