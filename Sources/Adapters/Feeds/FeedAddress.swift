import Foundation
import Glibc

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
            guard !name.contains("%"), let bytes = Self.bytes(name, AF_INET6, 16) else { return true }
            return Self.isInside(sixteen: bytes)
        }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        // "2130706433" and "0x7f.1" are addresses too: a host that ends in a number and is no plain dotted one is not trusted.
        if let last = parts.last, last.first?.isNumber == true {
            guard let bytes = Self.bytes(name, AF_INET, 4) else { return true }
            return Self.isInside(four: bytes)
        }
        // A name without a dot is looked for in the network's own domain.
        return parts.count < 2 || Self.privateNames.contains { name.hasSuffix($0) }
    }

    private static let privateNames = [".localhost", ".local", ".internal", ".lan", ".home.arpa"]

    private static func bytes(_ text: String, _ family: Int32, _ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return inet_pton(family, text, &bytes) == 1 ? bytes : nil
    }

    /// What the registry of special addresses (RFC 6890 and its successors) keeps from the world.
    private static func isInside(four b: [UInt8]) -> Bool {
        switch (b[0], b[1]) {
        case (0, _), (10, _), (127, _), (169, 254), (192, 168), (172, 16...31), (100, 64...127), (198, 18...19), (224..., _): true
        case (192, 0): b[2] == 0
        default: false
        }
    }

    private static func isInside(sixteen b: [UInt8]) -> Bool {
        if b[..<10].allSatisfy({ $0 == 0 }) {
            // "::", "::1" and addresses of four bytes in either of their mappings.
            return !(b[10...11] == [0, 0] || b[10...11] == [0xFF, 0xFF]) || isInside(four: Array(b[12...]))
        }
        // The same through translation (RFC 6052) and 6to4 (RFC 3056).
        if b[..<12] == [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0] { return isInside(four: Array(b[12...])) }
        if b[0] == 0x20, b[1] == 0x02 { return isInside(four: Array(b[2..<6])) }
        // Unique local, link local, site local, multicast.
        return b[0] & 0xFE == 0xFC || b[0] == 0xFE && b[1] & 0x80 == 0x80 || b[0] == 0xFF
    }
}
