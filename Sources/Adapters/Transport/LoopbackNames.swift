/// Who may talk to a server on this machine: browsers send `Host` and `Origin`, and a page from elsewhere cannot forge them.
public struct LoopbackNames: Sendable {
    /// Names beside the loopback's own that the operator allows, without port.
    public let extra: Set<String>

    public init(extra: Set<String> = []) { self.extra = extra }

    /// Protects against DNS rebinding: a foreign name that resolves to this machine is still a foreign name.
    public func isAllowed(host: String?, port: Int? = nil) -> Bool {
        guard let host else { return false }
        let (name, itsPort) = Self.split(host)
        guard Self.loopback.contains(name) || extra.contains(name) else { return false }
        return port == nil || itsPort == port
    }

    /// No origin at all is a program, not a page.
    public func isAllowed(origin: String?, port: Int) -> Bool {
        guard let origin else { return true }
        return origin.hasPrefix("http://") && isAllowed(host: String(origin.dropFirst("http://".count)), port: port)
    }

    private static let loopback: Set<String> = ["localhost", "127.0.0.1", "[::1]"]

    private static func split(_ host: String) -> (name: String, port: Int?) {
        let afterAddress = host.lastIndex(of: "]") ?? host.startIndex
        guard let colon = host[afterAddress...].lastIndex(of: ":") else { return (host.lowercased(), 80) }
        return (host[..<colon].lowercased(), Int(host[host.index(after: colon)...]))
    }
}
