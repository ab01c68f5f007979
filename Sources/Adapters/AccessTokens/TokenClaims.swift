import Foundation
import JWTKit

/// The head of a token, read before anything in it is believed.
struct TokenHeader {
    let algorithm: String
    let keyID: String?
    let critical: [String]?

    private struct Fields: Decodable {
        let alg: String
        let kid: String?
        let crit: [String]?
    }

    init?(of token: String) {
        guard let first = token.split(separator: ".", omittingEmptySubsequences: false).first, token.utf8.count(where: { $0 == UInt8(ascii: ".") }) == 2 else { return nil }
        var base64 = first.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        base64 += String(repeating: "=", count: (4 - base64.count % 4) % 4)
        // What cannot be read is no header.
        guard let data = Data(base64Encoded: base64), let fields = try? JSONDecoder().decode(Fields.self, from: data) else { return nil }
        (algorithm, keyID, critical) = (fields.alg, fields.kid, fields.crit)
    }
}

/// What a token says. Judged by `TokenJudge`, whose clock it is.
struct TokenClaims: JWTPayload {
    let iss: String
    let sub: String
    let exp: Double
    let nbf: Double?
    let audiences: [String]
    let scopes: Set<String>

    private enum Names: String, CodingKey { case iss, sub, exp, nbf, aud, scope, scp }

    init(from decoder: any Decoder) throws {
        let claims = try decoder.container(keyedBy: Names.self)
        iss = try claims.decode(String.self, forKey: .iss)
        sub = try claims.decode(String.self, forKey: .sub)
        exp = try claims.decode(Double.self, forKey: .exp)
        nbf = try claims.decodeIfPresent(Double.self, forKey: .nbf)
        // One or several (RFC 7519, 4.1.3).
        if let one = try? claims.decode(String.self, forKey: .aud) { audiences = [one] } else { audiences = try claims.decode([String].self, forKey: .aud) }
        // RFC 9068 has `scope`, words between blanks; some issuers a list, `scp`.
        let words = try claims.decodeIfPresent(String.self, forKey: .scope)?.split(separator: " ").map(String.init)
        scopes = Set(try words ?? claims.decodeIfPresent([String].self, forKey: .scp) ?? [])
    }

    func encode(to encoder: any Encoder) throws {
        var claims = encoder.container(keyedBy: Names.self)
        try claims.encode(iss, forKey: .iss)
        try claims.encode(sub, forKey: .sub)
        try claims.encode(exp, forKey: .exp)
        try claims.encodeIfPresent(nbf, forKey: .nbf)
        try claims.encode(audiences, forKey: .aud)
        try claims.encode(scopes.sorted().joined(separator: " "), forKey: .scope)
    }

    func verify(using algorithm: some JWTAlgorithm) async throws {}
}
