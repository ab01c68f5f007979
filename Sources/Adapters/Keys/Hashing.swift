import Crypto

/// SHA-256 over bytes that come in pieces. A copy goes on by itself; `finish` may be asked at any point.
public struct SHA256Hasher: Sendable {
    private var state = SHA256()

    public init() {}

    public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { state.update(bufferPointer: $0) } }
    public mutating func update(_ bytes: UnsafeRawBufferPointer) { state.update(bufferPointer: bytes) }
    /// The 32 bytes for all that was fed so far.
    public func finish() -> [UInt8] { Array(state.finalize()) }
}

/// The SHA-256 digest of `bytes`: 32 bytes.
public func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var hasher = SHA256Hasher()
    hasher.update(bytes)
    return hasher.finish()
}

/// Two lower-case digits a byte.
public func hexadecimal(_ bytes: [UInt8]) -> String {
    func digit(_ value: UInt8) -> UInt8 { value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10 }
    return String(unsafeUninitializedCapacity: 2 * bytes.count) { text in
        for (i, byte) in bytes.enumerated() { (text[2 * i], text[2 * i + 1]) = (digit(byte >> 4), digit(byte & 15)) }
        return 2 * bytes.count
    }
}

/// A fresh secret: 32 bytes of the system's generator, as 64 hexadecimal digits.
public func randomToken() -> String {
    var generator = SystemRandomNumberGenerator()
    return hexadecimal((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
}

/// Whether two secrets are equal, in a time that does not tell where they differ.
public func sameSecret(_ a: String, _ b: String) -> Bool {
    let left = Array(a.utf8)
    let right = Array(b.utf8)
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
}
