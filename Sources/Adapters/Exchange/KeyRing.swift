import Keys
import Model
import Synchronization
import Transport

/// The public keys that this exchange knows, and whether a request was signed by one of them (Kalshi reference, section 3).
///
/// A key id is the account's name as well: one account has one key.
final class KeyRing: Sendable {
    /// Early or late by more than this, a signature is refused; recordings show 10 s accepted and 30 s refused.
    static let windowMilliseconds: Int64 = 20_000

    private let keys = Mutex<[String: VerifyingKey]>([:])

    func add(_ keyID: String, _ key: VerifyingKey) { keys.withLock { $0[keyID] = key } }

    /// The account that signed, or the exchange's refusal.
    func account(of request: HTTPRequest, now: Timestamp) throws(APIError) -> String {
        guard let keyID = header(RequestSignature.keyHeader, request), let stamp = header(RequestSignature.timestampHeader, request),
            let signature = header(RequestSignature.signatureHeader, request)
        else { throw .signatureMissing }
        let window = now.wholeMilliseconds - KeyRing.windowMilliseconds...now.wholeMilliseconds + KeyRing.windowMilliseconds
        guard let milliseconds = Int64(stamp), window.contains(milliseconds) else { throw .timestampExpired }
        guard let key = keys.withLock({ $0[keyID] }) else { throw .keyUnknown }
        // The text is what was sent, so that a timestamp written in an odd way is still checked as it was signed.
        guard key.verify(signature, of: stamp + request.method.uppercased() + request.path) else { throw .signatureWrong }
        return keyID
    }

    /// Whether any of the three headers came: then a public request is checked as well.
    func isSigned(_ request: HTTPRequest) -> Bool {
        [RequestSignature.keyHeader, RequestSignature.timestampHeader, RequestSignature.signatureHeader].contains { request.headers[$0] != nil }
    }

    private func header(_ name: String, _ request: HTTPRequest) -> String? {
        guard let value = request.headers[name], !value.isEmpty else { return nil }
        return value
    }
}
