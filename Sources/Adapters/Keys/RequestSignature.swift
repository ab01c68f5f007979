/// The three headers that say who asks, and the text that they sign (Kalshi reference, section 3).
public enum RequestSignature {
    public static let keyHeader = "KALSHI-ACCESS-KEY"
    public static let timestampHeader = "KALSHI-ACCESS-TIMESTAMP"
    public static let signatureHeader = "KALSHI-ACCESS-SIGNATURE"

    /// Timestamp, method, path: no query string, no host, no body. A query in `path` is cut off here, so that nobody can sign one.
    public static func text(timestampMilliseconds: Int64, method: String, path: String) -> String {
        "\(timestampMilliseconds)\(method.uppercased())\(path.prefix { $0 != "?" })"
    }

    /// Sign at the moment of sending: the exchange accepts some ten seconds of age.
    public static func headers(keyID: String, key: SigningKey, timestampMilliseconds: Int64, method: String, path: String) throws(KeyError) -> [(
        name: String, value: String
    )] {
        let signature = try key.sign(text(timestampMilliseconds: timestampMilliseconds, method: method, path: path))
        return [(keyHeader, keyID), (timestampHeader, String(timestampMilliseconds)), (signatureHeader, signature)]
    }
}
