import Foundation
import Transport

/// A feed's address, and which others it may be led to.
struct FeedAddress: Hashable, Sendable {
    let url: URL
    let host: String

    var text: String { url.absoluteString }

    /// Nil for what is no absolute http or https address, or carries a user's name.
    init?(_ text: String) {
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), scheme == "http" || scheme == "https", let host = url.host, !host.isEmpty, url.user == nil
        else { return nil }
        self.url = url
        // "localhost." is localhost: the dot only says that the name is whole.
        self.host = String(host.lowercased().reversed().drop { $0 == "." }.reversed())
        guard !self.host.isEmpty else { return nil }
    }

    /// Where a redirect leads; nil where it may not: to another scheme, from TLS to none, or from the world into this machine's own network.
    func redirected(to location: String) -> FeedAddress? {
        guard let target = URL(string: location, relativeTo: url)?.absoluteURL, let address = FeedAddress(target.absoluteString) else { return nil }
        if url.scheme == "https", address.url.scheme != "https" { return nil }
        if address.isInside, !isInside { return nil }
        return address
    }

    /// This machine or a private network, as far as the address itself tells: by number in every spelling, or by a name that is given only there. A public
    /// name that resolves to a private number is not seen here.
    var isInside: Bool {
        let name = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        if name.contains(":") {
            // A zone ("fe80::1%eth0") says on which of this machine's networks.
            return InternetAddress(name)?.isInside ?? true
        }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        // "2130706433" and "0x7f.1" are addresses too: a host that ends in a number and is no plain dotted one is not trusted.
        if let last = parts.last, last.first?.isNumber == true {
            return InternetAddress(name)?.isInside ?? true
        }
        // A name without a dot is looked for in the network's own domain.
        return parts.count < 2 || Self.privateNames.contains { name.hasSuffix($0) }
    }

    private static let privateNames = [".localhost", ".local", ".internal", ".lan", ".home.arpa"]
}
