import Foundation
import JWTKit
import Synchronization
import Testing
@testable import AccessTokens

/// Tokens of an issuer, good ones and every kind of bad one.
@Suite struct TokenJudgeTests {
    private static let issuer = "https://issuer.example"
    private static let audience = "http://127.0.0.1:9000/mcp"
    private static let now = Duration.seconds(1_800_000_000)

    struct Claims: JWTPayload {
        var iss = "https://issuer.example"
        var sub = "ann"
        var aud = ["http://127.0.0.1:9000/mcp"]
        var exp = 1_800_000_600.0
        var nbf: Double?
        var scope: String? = "mcp other"
        func verify(using algorithm: some JWTAlgorithm) throws {}
    }

    /// An issuer as there are many: it signs with its newest key, and publishes the public halves.
    private struct Issuer {
        let key = ES256PrivateKey()
        let id: String

        init(_ id: String) { self.id = id }

        func token(_ claims: Claims, kid: String? = nil) async throws -> String {
            try await JWTKeyCollection().add(ecdsa: key, kid: JWKIdentifier(string: kid ?? id)).sign(claims, kid: JWKIdentifier(string: kid ?? id))
        }

        var published: [String: String] {
            let point = key.publicKey.parameters
            func url(_ text: String) -> String { text.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "") }
            return ["kty": "EC", "crv": "P-256", "kid": id, "use": "sig", "x": url(point?.x ?? ""), "y": url(point?.y ?? "")]
        }
    }

    private static func set(_ keys: [[String: String]]) throws -> [UInt8] { Array(try JSONSerialization.data(withJSONObject: ["keys": keys])) }

    private func judge(_ issuers: [Issuer], now: @escaping @Sendable () -> Duration = { TokenJudgeTests.now }) throws -> TokenJudge {
        let bytes = try Self.set(issuers.map(\.published))
        return TokenJudge(issuer: Self.issuer, audience: Self.audience, load: { bytes }, now: now)
    }

    @Test func `a token of the issuer for us is somebody's, with scopes`() async throws {
        let issuer = Issuer("a")
        let verdict = try await judge([issuer]).judge(try await issuer.token(Claims()))
        #expect(verdict == .valid(subject: "ann", scopes: ["mcp", "other"]))
    }

    enum Wrong: String, CaseIterable, Sendable {
        case issuer, audience, noAudience, expired, notYet, nobody

        var claims: Claims {
            switch self {
            case .issuer: Claims(iss: "https://other.example")
            case .audience: Claims(aud: ["http://127.0.0.1:9001/mcp"])
            case .noAudience: Claims(aud: [])
            case .expired: Claims(exp: 1_799_999_900)
            case .notYet: Claims(nbf: 1_800_000_100)
            case .nobody: Claims(sub: "")
            }
        }
    }

    @Test(arguments: Wrong.allCases) func `a token that says the wrong thing does not do`(wrong: Wrong) async throws {
        let issuer = Issuer("a")
        let verdict = try await judge([issuer]).judge(try await issuer.token(wrong.claims))
        guard case .invalid = verdict else {
            Issue.record("\(wrong): \(verdict)")
            return
        }
    }

    @Test func `clocks may differ by half a minute`() async throws {
        let issuer = Issuer("a")
        let judge = try judge([issuer])
        #expect(try await judge.judge(try await issuer.token(Claims(exp: 1_799_999_975))) == .valid(subject: "ann", scopes: ["mcp", "other"]))
        #expect(try await judge.judge(try await issuer.token(Claims(nbf: 1_800_000_025))) == .valid(subject: "ann", scopes: ["mcp", "other"]))
    }

    @Test func `what was changed, signed by another or not signed at all does not do`() async throws {
        let (issuer, stranger) = (Issuer("a"), Issuer("a"))
        let judge = try judge([issuer])
        let good = try await issuer.token(Claims())
        let parts = good.split(separator: ".").map(String.init)
        func encoded(_ text: String) -> String {
            Data(text.utf8).base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
        }
        let body = encoded(#"{"iss":"\#(Self.issuer)","sub":"eve","aud":"\#(Self.audience)","exp":1800000600,"scope":"mcp"}"#)
        // The public key as a secret: what takes the algorithm from the token believes it.
        let secret = try await JWTKeyCollection().add(hmac: HMACKey(from: Data(issuer.key.publicKey.pemRepresentation.utf8)), digestAlgorithm: .sha256, kid: "a").sign(Claims(), kid: "a")
        let bad = [
            "\(parts[0]).\(body).\(parts[2])", "\(parts[0]).\(parts[1]).", "\(parts[0]).\(parts[1]).AAAA", try await stranger.token(Claims()), secret,
            "\(encoded(#"{"alg":"none","kid":"a"}"#)).\(body).", "\(encoded(#"{"alg":"RS256","kid":"a"}"#)).\(body).\(parts[2])",
            "\(encoded(#"{"alg":"ES256","kid":"a","crit":["x"]}"#)).\(parts[1]).\(parts[2])", try await issuer.token(Claims(), kid: "b"),
            "", ".", "..", "...", "a.b.c", "\(parts[0]).\(parts[1])", String(repeating: "a", count: 20_000) + ".b.c", "\(good)x",
        ]
        for token in bad {
            guard case .invalid = await judge.judge(token) else {
                Issue.record("believed: \(token.prefix(200))")
                continue
            }
        }
        #expect(await judge.judge(good) == .valid(subject: "ann", scopes: ["mcp", "other"]))
    }

    @Test func `a new key of the issuer is found when it is first used, and an unknown one is not looked for all the time`() async throws {
        let (old, new) = (Issuer("old"), Issuer("new"))
        let time = Mutex(Self.now)
        let keys = Mutex((set: try Self.set([old.published]), reads: 0))
        let judge = TokenJudge(
            issuer: Self.issuer, audience: Self.audience,
            load: {
                keys.withLock { keys in
                    keys.reads += 1
                    return keys.set
                }
            }, now: { time.withLock { $0 } })
        try await judge.prepare()
        let both = try Self.set([old.published, new.published])
        keys.withLock { $0.set = both }
        for _ in 0..<5 { #expect(await judge.judge(try await new.token(Claims())) != .valid(subject: "ann", scopes: ["mcp", "other"])) }
        #expect(keys.withLock { $0.reads } == 1)
        time.withLock { $0 += .seconds(31) }
        #expect(await judge.judge(try await new.token(Claims())) == .valid(subject: "ann", scopes: ["mcp", "other"]))
        #expect(await judge.judge(try await old.token(Claims())) == .valid(subject: "ann", scopes: ["mcp", "other"]))
        #expect(keys.withLock { $0.reads } == 2)
    }

    @Test(arguments: ["", "{}", #"{"keys":[]}"#, #"{"keys":[{"kty":"oct","k":"c2VjcmV0","alg":"HS256","kid":"a"}]}"#, #"{"keys":[{"kty":"EC","crv":"P-256","kid":"a","x":"AA","y":"AA"}]}"#])
    func `a key set that lets nobody in is told at the start`(text: String) async throws {
        let judge = TokenJudge(issuer: Self.issuer, audience: Self.audience, load: { Array(text.utf8) }, now: { Self.now })
        await #expect(throws: KeySetError.self) { try await judge.prepare() }
    }
}
