public import Transport

/// Why something is not fetched, in words for whoever asked for it.
public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Rule: String, Hashable, Sendable {
        /// Not http or https, or not an address as we read it.
        case scheme
        /// No allowed origin covers it.
        case origin
        /// This machine, its network, or another special range.
        case address
        /// No such name.
        case name
    }

    /// By what the operator allows more: whoever is refused is told it.
    public enum Means: Hashable, Sendable {
        /// `--allow-origin` and `--allow-address`.
        case flags
        /// The key of the configuration that lists origins; one with a private address in it allows that address.
        case key(String)
    }

    public let rule: Rule
    public let what: String
    public let means: Means

    init(rule: Rule, what: String, means: Means = .flags) {
        self.rule = rule
        self.what = what
        self.means = means
    }

    public var description: String {
        switch (rule, means) {
        case (.scheme, _): "refused: \(what) is not an address that may be opened; only http:// and https:// are, without a user's name"
        case (.origin, .flags): "refused: no allowed origin covers \(what); the operator allows origins with --allow-origin"
        case (.origin, .key(let key)): "refused: no allowed origin covers \(what); the operator allows origins by \(key) in the configuration"
        case (.address, .flags): "refused: \(what) is an address of this machine or of a private network; the operator allows single ones with --allow-address"
        case (.address, .key(let key)): "refused: \(what) is an address of this machine or of a private network; the operator allows single ones by naming them as origins by \(key) in the configuration"
        case (.name, _): "there is no host \(what)"
        }
    }
}

/// What the browser may reach. Judged for every request before it leaves the browser, and again by the proxy for the address that the connection will use.
public struct AccessRules: Sendable {
    public let origins: [OriginPattern]
    /// Addresses of the private network that are allowed all the same, as `10.0.0.5:8080`.
    public let addresses: Set<String>
    let means: Refusal.Means
    let resolve: @Sendable (String) async -> [InternetAddress]

    /// - Parameter resolve: names to addresses; a test gives its own.
    public init(
        origins: [OriginPattern], addresses: Set<String> = [], means: Refusal.Means = .flags, resolve: @escaping @Sendable (String) async -> [InternetAddress] = SystemResolver.addresses
    ) {
        self.origins = origins
        self.addresses = addresses
        self.means = means
        self.resolve = resolve
    }

    /// The address, if a page may be opened there as far as the text tells.
    public func judge(_ text: String) -> Result<WebAddress, Refusal> {
        guard let address = WebAddress(text) else { return .failure(Refusal(rule: .scheme, what: AccessRules.shown(text))) }
        guard origins.contains(where: { $0.matches(address) }) else { return .failure(Refusal(rule: .origin, what: address.origin, means: means)) }
        return isNumberInside(address.host, address.port) ? .failure(Refusal(rule: .address, what: address.origin, means: means)) : .success(address)
    }

    /// The addresses to which a connection may be made. Throws when there is none.
    func addresses(for target: ProxyTarget) async throws(Refusal) -> [InternetAddress] {
        // A path is no part of a pattern, so the origin alone is judged.
        let name = target.host.contains(":") ? "[\(target.host)]" : target.host
        let shown = "\(name):\(target.port)"
        let isCovered = target.isTunnel
            ? origins.contains { $0.matches(host: target.host, port: target.port) } : WebAddress("http://\(shown)/").map { address in origins.contains { $0.matches(address) } } ?? false
        guard isCovered else { throw Refusal(rule: .origin, what: shown, means: means) }
        guard !isNumberInside(target.host, target.port) else { throw Refusal(rule: .address, what: shown, means: means) }
        let found = await resolve(target.host)
        guard !found.isEmpty else { throw Refusal(rule: .name, what: target.host) }
        // One private address among public ones is enough to refuse all: which one would be used is not the name's to choose.
        guard found.allSatisfy({ !$0.isInside || isAllowed($0, target) }) else { throw Refusal(rule: .address, what: shown, means: means) }
        return found
    }

    private func isAllowed(_ address: InternetAddress, _ target: ProxyTarget) -> Bool {
        addresses.contains("\(address):\(target.port)") || "\(address)" == target.host && origins.contains { $0.names(target.host, target.port) }
    }

    /// "127.1" and "2130706433" are numbers too; a browser has written them out before we see them, so a host that ends in a number and is none is refused.
    private func isNumberInside(_ host: String, _ port: Int) -> Bool {
        let looksLikeNumber = host.contains(":") || host.split(separator: ".").last?.first?.isNumber == true
        guard looksLikeNumber else { return host == "localhost" || host.hasSuffix(".localhost") ? !addresses.contains { $0.hasSuffix(":\(port)") } : false }
        guard let address = InternetAddress(host) else { return true }
        return address.isInside && !isAllowed(address, ProxyTarget(host: host, port: port, isTunnel: true))
    }

    static func shown(_ text: String) -> String { text.count <= 120 ? "'\(text)'" : "'\(text.prefix(120))…'" }
}
