/// An http or https address as a browser writes it: scheme, host and port, and the rest unread.
///
/// Stricter than a browser: no user's name, no backslash, no white space, no letters beyond ASCII in the host. So we and the browser cannot read one text as
/// two different addresses.
public struct WebAddress: Hashable, Sendable, CustomStringConvertible {
    public let scheme: String
    /// Lower case; an IPv6 address without its brackets.
    public let host: String
    public let port: Int
    public let text: String

    public var description: String { text }
    public var isSecure: Bool { scheme == "https" }
    /// As a page calls its own origin.
    public var origin: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? "\(scheme)://\(name)" : "\(scheme)://\(name):\(port)"
    }

    /// Nil for what is no such address. `ws` and `wss` count as the scheme that carries them.
    public init?(_ text: String) {
        guard text.utf8.count <= 8192, text.utf8.allSatisfy({ $0 > 32 && $0 != 127 && $0 != UInt8(ascii: "\\") }), let colon = text.firstIndex(of: ":") else { return nil }
        switch text[..<colon].lowercased() {
        case "http", "ws": scheme = "http"
        case "https", "wss": scheme = "https"
        default: return nil
        }
        let rest = text[colon...]
        guard rest.hasPrefix("://") else { return nil }
        let authority = rest.dropFirst(3).prefix { !"/?#".contains($0) }
        guard !authority.isEmpty, !authority.contains("@"), let (host, port) = Self.split(authority) else { return nil }
        self.host = host
        self.port = port ?? (scheme == "https" ? 443 : 80)
        self.text = text
    }

    static func split(_ authority: Substring) -> (host: String, port: Int?)? {
        var name = authority
        var port: Int?
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            guard let number = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(number) else { return nil }
            name = authority[..<colon]
            port = number
        }
        if name.hasPrefix("["), name.hasSuffix("]") {
            let six = name.dropFirst().dropLast()
            guard six.contains(":"), six.utf8.allSatisfy({ isHexadecimal($0) || $0 == 58 || $0 == 46 }) else { return nil }
            return (six.lowercased(), port)
        }
        // "example.org." is example.org: the dot only says that the name is whole.
        if name.hasSuffix(".") { name = name.dropLast() }
        guard (1...253).contains(name.utf8.count), name.utf8.allSatisfy(isNameByte), !name.hasPrefix("."), !name.contains("..") else { return nil }
        return (name.lowercased(), port)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool { (48...57).contains(byte) || (97...102).contains(byte | 0x20) }
    private static func isNameByte(_ byte: UInt8) -> Bool { (48...57).contains(byte) || (97...122).contains(byte | 0x20) || byte == 45 || byte == 46 || byte == 95 }
}
