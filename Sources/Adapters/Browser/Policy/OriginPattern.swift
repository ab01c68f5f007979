/// Which origins pages may come from and reach, as the operator writes it: `https://example.org`, `https://*.example.org`, `http://10.0.0.5:8080`, `*`.
public struct OriginPattern: Hashable, Sendable, CustomStringConvertible {
    private enum Host: Hashable { case any, exactly(String), under(String) }

    private let scheme: String?
    private let host: Host
    private let port: Int?
    public let description: String

    /// Every origin of the world; none of this machine's own network.
    public static let anywhere = OriginPattern(scheme: nil, host: .any, port: nil, description: "*")

    private init(scheme: String?, host: Host, port: Int?, description: String) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.description = description
    }

    /// Nil for what is none. Without a scheme https is meant: what is not encrypted has to be named.
    public init?(_ text: String) {
        guard text != "*" else {
            self = .anywhere
            return
        }
        let full = text.contains("://") ? text : "https://\(text)"
        let wild = full.replacing("://*.", with: "://", maxReplacements: 1)
        guard let address = WebAddress(wild), wild == address.text, wild.split(separator: "/", omittingEmptySubsequences: false).count <= 3 || wild.hasSuffix("/") else { return nil }
        // "https://*.org" would be half of the world.
        guard wild == full || address.host.contains(".") else { return nil }
        self.init(scheme: address.scheme, host: wild == full ? .exactly(address.host) : .under(address.host), port: address.port, description: text)
    }

    func matches(_ address: WebAddress) -> Bool { (scheme == nil || scheme == address.scheme) && (port == nil || port == address.port) && matches(host: address.host) }

    /// For a tunnel, in which the scheme cannot be seen: `ws` passes through one as well.
    func matches(host name: String, port number: Int) -> Bool { (port == nil || port == number) && matches(host: name) }

    /// The address that the pattern names by number; what an operator names like that is allowed, wherever it is.
    func names(_ host: String, _ port: Int) -> Bool { self.host == .exactly(host) && self.port == port }

    private func matches(host name: String) -> Bool {
        switch host {
        case .any: true
        case .exactly(let host): name == host
        case .under(let parent): name == parent || name.hasSuffix(".\(parent)")
        }
    }
}
