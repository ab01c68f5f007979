import Foundation
import JWTKit
import Synchronization

/// Judges the access tokens of one issuer (JWT, RFC 7519, in RFC 9068's use of it) for one audience (RFC 8707).
///
/// The issuer's public keys come as a key set (RFC 7517). Only signatures with a key pair count: a key that is a shared secret is refused, and so is a token
/// whose algorithm is not its key's. A key's algorithm is what the set says, else the usual one of its kind, and never what a token asks for.
public actor TokenJudge {
    public enum Verdict: Sendable, Equatable {
        case valid(subject: String, scopes: Set<String>)
        /// Why, for our log: the client is told no more than that the token does not do.
        case invalid(String)
    }

    /// How long after its end a token still counts, and how long before its beginning: clocks differ.
    public static let leeway = Duration.seconds(30)
    /// A key that is not known is looked for anew, but not more often than this.
    static let reloadInterval = Duration.seconds(30)
    /// RFC 9068's tokens are some hundred bytes.
    static let longestToken = 16_384

    private let issuer: String
    private let audience: String
    private let load: @Sendable () async throws -> [UInt8]
    private let now: @Sendable () -> Duration
    private var keys: [IssuerKey] = []
    private var loaded: Duration?

    /// - Parameters:
    ///   - issuer: as the tokens say it in `iss`.
    ///   - audience: what tokens for us say in `aud`: this server's own address.
    ///   - load: the key set's JSON, as it is now.
    ///   - now: seconds since 1970.
    public init(issuer: String, audience: String, load: @escaping @Sendable () async throws -> [UInt8], now: @escaping @Sendable () -> Duration) {
        self.issuer = issuer
        self.audience = audience
        self.load = load
        self.now = now
    }

    /// Reads the key set, so that a server that could let nobody in says so at its start.
    public func prepare() async throws(KeySetError) { try await reload() }

    public func judge(_ token: String) async -> Verdict {
        guard token.utf8.count <= Self.longestToken, let header = TokenHeader(of: token) else { return .invalid("it is no JWT") }
        guard header.critical == nil else { return .invalid("it asks for an extension that is not known here") }
        guard let key = await key(for: header) else { return .invalid("no key of the issuer is named \(header.keyID ?? "nothing")") }
        guard header.algorithm == key.algorithm else { return .invalid("it is signed by \(header.algorithm), and its key is for \(key.algorithm)") }
        do {
            return judge(try await key.verifier.verify(token, as: TokenClaims.self))
        } catch {
            return .invalid("its signature or its claims do not hold")
        }
    }

    private func judge(_ claims: TokenClaims) -> Verdict {
        let (time, leeway) = (Double(now().components.seconds), Double(Self.leeway.components.seconds))
        guard claims.iss == issuer else { return .invalid("it is of another issuer") }
        guard claims.audiences.contains(audience) else { return .invalid("it is for another audience") }
        guard time < claims.exp + leeway else { return .invalid("it has expired") }
        if let start = claims.nbf, time < start - leeway { return .invalid("it does not count yet") }
        guard !claims.sub.isEmpty else { return .invalid("it is nobody's") }
        return .valid(subject: claims.sub, scopes: claims.scopes)
    }

    private func key(for header: TokenHeader) async -> IssuerKey? {
        if let known = known(header) { return known }
        let time = now()
        if let loaded, time - loaded < Self.reloadInterval { return nil }
        // An issuer that cannot be asked leaves the keys that are known.
        try? await reload()
        return known(header)
    }

    /// Without a name it can only be the one key there is.
    private func known(_ header: TokenHeader) -> IssuerKey? {
        guard let id = header.keyID else { return keys.count == 1 ? keys[0] : nil }
        return keys.first { $0.id == id }
    }

    private func reload() async throws(KeySetError) {
        loaded = now()
        let bytes: [UInt8]
        do { bytes = try await load() } catch { throw KeySetError("the issuer's keys cannot be read: \(error)") }
        keys = try await IssuerKey.all(in: bytes)
    }
}
