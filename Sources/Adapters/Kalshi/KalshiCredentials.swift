public import Keys

/// Who asks: the id of a key and the key itself.
public struct KalshiCredentials: Sendable {
    public let keyID: String
    public let key: SigningKey

    public init(keyID: String, key: SigningKey) {
        self.keyID = keyID
        self.key = key
    }
}
