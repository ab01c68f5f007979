import Glibc

/// An IP address by number, and whether the world has it.
public struct InternetAddress: Hashable, Sendable, CustomStringConvertible {
    /// Four or sixteen, in network order.
    public let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Only the plain spellings: four decimal numbers, or RFC 4291. "2130706433", "0x7f.1" and zones ("fe80::1%eth0") are none.
    public init?(_ text: String) {
        let isSix = text.contains(":")
        var bytes = [UInt8](repeating: 0, count: isSix ? 16 : 4)
        guard !text.contains("%"), inet_pton(isSix ? AF_INET6 : AF_INET, text, &bytes) == 1 else { return nil }
        self.bytes = bytes
    }

    public var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        _ = bytes.withUnsafeBytes { inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, $0.baseAddress, &text, socklen_t(text.count)) }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// This machine, its own network, or anything else that the registry of special addresses (RFC 6890 and its successors) keeps from the world.
    public var isInside: Bool { bytes.count == 4 ? InternetAddress.isInside(four: bytes) : InternetAddress.isInside(sixteen: bytes) }

    private static func isInside(four b: [UInt8]) -> Bool {
        switch (b[0], b[1]) {
        case (0, _), (10, _), (127, _), (169, 254), (192, 168), (172, 16...31), (100, 64...127), (198, 18...19), (224..., _): true
        // Protocol assignments, and the three networks of documentation (RFC 5737).
        case (192, 0): b[2] == 0 || b[2] == 2
        case (198, 51): b[2] == 100
        case (203, 0): b[2] == 113
        default: false
        }
    }

    private static func isInside(sixteen b: [UInt8]) -> Bool {
        if b[..<10].allSatisfy({ $0 == 0 }) {
            // "::", "::1" and addresses of four bytes in either of their mappings.
            return !(b[10...11] == [0, 0] || b[10...11] == [0xFF, 0xFF]) || isInside(four: Array(b[12...]))
        }
        // The same through translation (RFC 6052) and 6to4 (RFC 3056); a network's own translation (RFC 8215).
        if b[..<12] == [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0] { return isInside(four: Array(b[12...])) }
        if b[..<6] == [0, 0x64, 0xFF, 0x9B, 0, 1] { return true }
        if b[0] == 0x20, b[1] == 0x02 { return isInside(four: Array(b[2..<6])) }
        // Teredo (RFC 4380) and documentation (RFC 3849).
        if b[..<4] == [0x20, 0x01, 0, 0] || b[..<4] == [0x20, 0x01, 0x0D, 0xB8] { return true }
        // Unique local, link local, site local, multicast.
        return b[0] & 0xFE == 0xFC || b[0] == 0xFE && b[1] & 0x80 == 0x80 || b[0] == 0xFF
    }
}
