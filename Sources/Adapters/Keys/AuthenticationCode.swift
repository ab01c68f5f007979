import Crypto

/// HMAC-SHA256 over `bytes`: 32 bytes.
public func authenticationCode(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: key)))
}

/// Whether `code` is the one over `bytes`, in a time that does not tell where it differs.
public func isAuthentic(_ code: [UInt8], _ bytes: [UInt8], key: [UInt8]) -> Bool {
    HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: bytes, using: SymmetricKey(data: key))
}

/// Bytes of the system's generator.
public func randomBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
}
