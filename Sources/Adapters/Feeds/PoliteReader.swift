import Model
import Ports
import Transport

/// How politely pages are read.
public struct ReadingSettings: Sendable {
    /// Seconds between two requests for one page, within `intervals`.
    public var interval = 300.0
    /// Seconds between two requests to one host.
    public var hostDistance = 5.0
    public var timeout = Duration.seconds(15)
    /// Who asks, so that a publisher can say something.
    public var agent = "aura (self-hosted trading desk; feed reader)"
    public var seed: UInt64 = 1

    public init() {}

    /// What `interval` may be, in seconds.
    public static let intervals = FeedSchedule.shortestInterval...FeedSchedule.longestInterval
}

/// Reads pages again and again, politely: conditional requests, a pause with jitter, backoff after trouble, a distance between requests to one host, redirects
/// followed where they may lead.
struct PoliteReader: Sendable {
    /// Redirects in a row that are followed.
    static let redirects = 5

    let settings: ReadingSettings
    let clock: any Clock
    let web: WebClient
    /// The media types that are asked for.
    let accepts: String
    let pause: @Sendable (Double) async throws -> Void
    /// What went wrong with which page.
    let onTrouble: @Sendable (_ name: String, _ what: String) -> Void
    private let pacer: HostPacer

    init(
        settings: ReadingSettings, clock: any Clock, web: WebClient, accepts: String, pause: @escaping @Sendable (Double) async throws -> Void,
        onTrouble: @escaping @Sendable (String, String) -> Void
    ) {
        self.settings = settings
        self.clock = clock
        self.web = web
        self.accepts = accepts
        self.pause = pause
        self.onTrouble = onTrouble
        pacer = HostPacer(distance: settings.hostDistance)
    }

    /// Reads one page for as long as the task lives and the page exists.
    /// - Parameters:
    ///   - parse: a new body; what it throws is trouble, and waited on like any other.
    ///   - take: what was read, in order.
    func follow<Content>(_ name: String, _ start: FeedAddress, seed: UInt64, parse: ([UInt8]) throws -> Content, take: (Content) async -> Void) async {
        var address = start
        var schedule = FeedSchedule(interval: settings.interval, seed: seed)
        while !Task.isCancelled {
            let (outcome, content) = await ask(name, &address, schedule, parse)
            if let content { await take(content) }
            guard let seconds = schedule.next(after: outcome) else { return onTrouble(name, "it is gone for good (410)") }
            // Cancellation ends the wait and the loop.
            do { try await pause(seconds) } catch { return }
        }
    }

    /// One request, with the redirects it leads through.
    private func ask<Content>(
        _ name: String, _ address: inout FeedAddress, _ schedule: FeedSchedule, _ parse: ([UInt8]) throws -> Content
    ) async -> (FeedSchedule.Outcome, Content?) {
        var target = address
        for _ in 0...Self.redirects {
            do {
                let wait = await pacer.turn(target.host, at: Double(clock.now().nanoseconds) / 1e9)
                if wait > 0 { try await pause(wait) }
                let answer = try await web.request("GET", target.text, headers: headers(schedule), timeout: settings.timeout)
                switch answer.status {
                case 200: return try (.fresh(etag: answer.headers["etag"], lastModified: answer.headers["last-modified"]), parse(answer.body))
                case 304: return (.notModified, nil)
                case 410: return (.gone, nil)
                case 301, 302, 303, 307, 308:
                    guard let next = answer.headers["location"].flatMap({ target.redirected(to: $0) }) else {
                        return trouble(name, "\(target.host) redirects to where it may not", nil)
                    }
                    // Moved for good is remembered for as long as the desk runs.
                    if (answer.status == 301 || answer.status == 308) && target == address { address = next }
                    target = next
                default: return trouble(name, "HTTP status \(answer.status)", RetryAfter.seconds(answer.headers["retry-after"], at: clock.now()))
                }
            } catch is CancellationError {
                return (.failed(retryAfter: nil), nil)
            } catch let error as TransportError {
                return Task.isCancelled ? (.failed(retryAfter: nil), nil) : trouble(name, Self.told(error, of: target.host), nil)
            } catch {
                return Task.isCancelled ? (.failed(retryAfter: nil), nil) : trouble(name, "\(error)", nil)
            }
        }
        return trouble(name, "more than \(Self.redirects) redirects", nil)
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
        var fields: HeaderFields = ["user-agent": settings.agent, "accept": accepts, "accept-encoding": "identity"]
        for (name, value) in schedule.conditions { fields.add(name, value) }
        return fields
    }

    private func trouble<Content>(_ name: String, _ what: String, _ retryAfter: Double?) -> (FeedSchedule.Outcome, Content?) {
        onTrouble(name, what)
        return (.failed(retryAfter: retryAfter), nil)
    }
}
