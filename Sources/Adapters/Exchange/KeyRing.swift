import Keys
import Matching
import Model
import Synchronization
import Transport

/// The keys that this exchange knows, and whether a request was signed by one of them (Kalshi reference, section 3).
final class KeyRing: Sendable {
    /// Early or late by more than this, a signature is refused; recordings show 10 s accepted and 30 s refused.
    static let windowMilliseconds: Int64 = 20_000

    private let keys = Mutex<[String: APIKey]>([:])

    func add(_ key: APIKey) { keys.withLock { $0[key.id] = key } }
    func remove(_ id: String) { keys.withLock { $0[id] = nil } }
    func key(_ id: String) -> APIKey? { keys.withLock { $0[id] } }

    /// In the order in which they came.
    func keys(of account: AccountID) -> [APIKey] {
        keys.withLock { all in all.values.filter { $0.account == account } }.sorted { ($0.serial, $0.id) < ($1.serial, $1.id) }
    }

    /// The next key's place in that order.
    var nextSerial: Int { keys.withLock { all in all.values.map(\.serial).max() ?? 0 } + 1 }

    /// Who signed, or the exchange's refusal.
    func caller(of request: HTTPRequest, now: Timestamp) throws(APIError) -> Caller {
        guard let keyID = header(RequestSignature.keyHeader, request), let stamp = header(RequestSignature.timestampHeader, request),
            let signature = header(RequestSignature.signatureHeader, request)
        else { throw .signatureMissing }
        let window = now.wholeMilliseconds - KeyRing.windowMilliseconds...now.wholeMilliseconds + KeyRing.windowMilliseconds
        guard let milliseconds = Int64(stamp), window.contains(milliseconds) else { throw .timestampExpired }
        guard let key = key(keyID) else { throw .keyUnknown }
        // The text is what was sent, so that a timestamp written in an odd way is still checked as it was signed.
        guard key.publicKey.verify(signature, of: stamp + request.method.uppercased() + request.path) else { throw .signatureWrong }
        return key.caller
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
