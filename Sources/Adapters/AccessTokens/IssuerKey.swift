import Foundation
import JWTKit

/// The issuer's keys cannot be used, in a sentence for the operator.
public struct KeySetError: Error, Sendable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}

/// One public key of the issuer, bound to one algorithm.
struct IssuerKey: Sendable {
    let id: String?
    let algorithm: String
    /// Holds this key alone.
    let verifier: JWTKeyCollection

    private struct Listed: Decodable {
        let kid: String?
        let kty: String
        let alg: String?
        let crv: String?
        let use: String?
    }

    private struct KeySet: Decodable { let keys: [Listed] }

    /// What a key's kind is used with where the set does not say.
    private static let usual = ["RSA": "RS256", "P-256": "ES256", "P-384": "ES384", "P-521": "ES512", "Ed25519": "EdDSA"]
    private static let known: Set<String> = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]

    /// The keys of a set that sign, in its order. Others (for encrypting, of kinds that are not known) are passed over; a shared secret is an error, for it would be
    /// in the hands of whoever can read the set.
    static func all(in bytes: [UInt8]) async throws(KeySetError) -> [IssuerKey] {
        var keys: [IssuerKey] = []
        do {
            let listed = try JSONDecoder().decode(KeySet.self, from: Data(bytes)).keys
            guard let whole = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any], let objects = whole["keys"] as? [[String: Any]] else {
                throw KeySetError("the issuer's key set has no keys")
            }
            for (key, object) in zip(listed, objects) {
                guard key.kty != "oct" else { throw KeySetError("the issuer's key set holds a shared secret, and only public keys belong into it") }
                guard key.use != "enc", let algorithm = key.alg ?? usual[key.crv ?? key.kty], known.contains(algorithm) else { continue }
                var named = object
                named["alg"] = algorithm
                // The library wants a name; the one that counts is ours.
                named["kid"] = key.kid ?? "the only one"
                let json = try JSONSerialization.data(withJSONObject: named)
                let verifier = JWTKeyCollection()
                try await verifier.add(jwk: JWK(json: String(decoding: json, as: UTF8.self)), isDefault: true)
                keys.append(IssuerKey(id: key.kid, algorithm: algorithm, verifier: verifier))
            }
        } catch let error as KeySetError {
            throw error
        } catch {
            throw KeySetError("the issuer's key set cannot be used: \(error)")
        }
        guard !keys.isEmpty else { throw KeySetError("the issuer's key set holds no key that signs tokens") }
        return keys
    }
}
