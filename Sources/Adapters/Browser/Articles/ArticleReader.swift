import Foundation
import Transport

/// Fetches single documents without a browser, under the browser's own rules, and politely: what a site's `robots.txt` forbids is left alone, and a host is
/// asked once in a while.
public actor ArticleReader {
    static let agent = "aura"
    static let redirects = 5
    /// Seconds between two requests to one host.
    static let distance = 1.0
    /// Sites whose rules are remembered; beyond that all are forgotten.
    static let sites = 64

    public struct Fetched: Sendable {
        public let url: String
        public let article: Article
    }

    private let browser: Browser
    private let pacer = HostPacer(distance: ArticleReader.distance)
    private var web: WebClient?
    private var robots: [String: RobotsRules] = [:]

    public init(_ browser: Browser) { self.browser = browser }

    public func fetch(_ text: String, within limit: Duration = .seconds(15)) async throws(BrowserError) -> Fetched {
        var target = try allowed(text)
        for _ in 0...Self.redirects {
            guard await rules(of: target, limit).allow(Self.path(target)) else { throw .unfit("\(target.origin) asks programs not to read this (robots.txt)") }
            let answer = try await get(target, limit)
            switch answer.status {
            case 200:
                let kind = answer.headers["content-type"]?.lowercased() ?? ""
                guard kind.isEmpty || kind.contains("html") || kind.hasPrefix("text/") else { throw .unfit("\(target.origin) answered with \(kind.prefix(60)), not with a page of text") }
                return Fetched(url: target.text, article: Article(html: String(decoding: answer.body.prefix(Article.bound), as: UTF8.self)))
            case 301, 302, 303, 307, 308:
                guard let next = answer.headers["location"].flatMap({ URL(string: $0, relativeTo: URL(string: target.text))?.absoluteString }) else {
                    throw .unfit("\(target.origin) redirects to nowhere")
                }
                target = try allowed(next)
            default: throw .unfit("\(target.origin) answered with HTTP status \(answer.status)")
            }
        }
        throw .unfit("more than \(Self.redirects) redirects")
    }

    private func allowed(_ text: String) throws(BrowserError) -> WebAddress {
        switch browser.settings.rules.judge(text) {
        case .success(let address): return address
        case .failure(let refusal): throw .notAllowed(refusal)
        }
    }

    private func get(_ address: WebAddress, _ limit: Duration) async throws(BrowserError) -> HTTPResponse {
        let wait = await pacer.turn(address.host, at: Date().timeIntervalSince1970)
        if wait > 0 { do { try await Task.sleep(for: .seconds(min(wait, 10))) } catch { throw .cancelled } }
        let client = try await client()
        do {
            return try await client.request("GET", address.text, headers: ["user-agent": "aura (self-hosted trading desk; article reader)", "accept": "text/html,*/*;q=0.1", "accept-encoding": "identity"], timeout: limit)
        } catch {
            if Task.isCancelled { throw .cancelled }
            if let refusal = browser.refusal(of: address) { throw .notAllowed(refusal) }
            switch error {
            case .timedOut: throw .unfit("\(address.origin) did not answer in time")
            case .answerTooLarge(let limit): throw .unfit("\(address.origin) answered with more than \(limit) bytes")
            default: throw .unfit("\(address.origin) could not be reached")
            }
        }
    }

    private func client() async throws(BrowserError) -> WebClient {
        if let web { return web }
        let made = WebClient(answerLimit: 4 << 20, proxyPort: try await browser.policyPort())
        web = made
        return made
    }

    /// Without an answer nobody was asked to stay away (RFC 9309, 2.3.1.3); a server in trouble is left alone (2.3.1.4).
    private func rules(of address: WebAddress, _ limit: Duration) async -> RobotsRules {
        if let known = robots[address.origin] { return known }
        var found = RobotsRules.open
        if let place = WebAddress("\(address.origin)/robots.txt") {
            do {
                let answer = try await get(place, limit)
                if answer.status == 200 { found = RobotsRules(String(decoding: answer.body.prefix(500_000), as: UTF8.self), agent: Self.agent) }
                if answer.status >= 500 { found = .closed }
            } catch { return .open }  // Unreachable: the page itself will say so.
        }
        if robots.count >= Self.sites { robots = [:] }
        robots[address.origin] = found
        return found
    }

    static func path(_ address: WebAddress) -> String {
        let rest = address.text.drop { $0 != ":" }.dropFirst(3)
        let path = rest.drop { !"/?#".contains($0) }.prefix { $0 != "#" }
        return path.hasPrefix("/") ? String(path) : "/" + path
    }
}
