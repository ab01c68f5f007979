import Foundation

/// A feed's address, and which others it may be led to.
struct FeedAddress: Hashable, Sendable {
    let url: URL
    let host: String

    var text: String { url.absoluteString }

    /// nil for what is no absolute http or https address, or carries a user's name.
    init?(_ text: String) {
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), scheme == "http" || scheme == "https", let host = url.host, !host.isEmpty, url.user == nil
        else { return nil }
        self.url = url
        self.host = host.lowercased()
    }

    /// Where a redirect leads; nil where it may not: to another scheme, from TLS to none, or from the world into this machine's own network.
    func redirected(to location: String) -> FeedAddress? {
        guard let target = URL(string: location, relativeTo: url)?.absoluteURL, let address = FeedAddress(target.absoluteString) else { return nil }
        if url.scheme == "https", address.url.scheme != "https" { return nil }
        if address.isInside, !isInside { return nil }
        return address
    }

    /// This machine or a private network, by name or by number.
    var isInside: Bool {
        let name = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        if name == "localhost" || name.hasSuffix(".localhost") || name.hasSuffix(".local") || name.hasSuffix(".internal") { return true }
        if name.contains(":") { return name == "::1" || name == "::" || ["fc", "fd", "fe8", "fe9", "fea", "feb", "::ffff:"].contains { name.hasPrefix($0) } }
        // "2130706433" and "0x7f.1" are addresses too: a host of digits alone that is no plain dotted number is not trusted.
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard let last = parts.last, last.first?.isNumber == true else { return false }
        let numbers = parts.compactMap { UInt8($0) }
        guard parts.count == 4, numbers.count == 4 else { return true }
        return switch (numbers[0], numbers[1]) {
        case (0, _), (10, _), (127, _), (169, 254), (192, 168): true
        case (172, 16...31), (100, 64...127): true
        default: false
        }
    }
}
