public import Notation

/// One network interface. Rates need an earlier reading.
public struct InterfaceFacts: Shaped, Equatable {
    public let name: String
    public let isUp: Bool?
    /// Bytes a second.
    public let received: Double?
    public let sent: Double?
    /// Since the start of the machine.
    public let errors: Int64
    public let dropped: Int64

    public static let notes: [String: Note] = [
        "name": "", "up": "", "received": "", "sent": "", "errors": "", "dropped": "",
    ]
    enum CodingKeys: String, CodingKey {
        case name, received, sent, errors, dropped
        case isUp = "up"
    }
}

/// Counters of all interfaces at one moment: `/proc/net/dev`.
public struct NetworkCounters: Sendable, Equatable {
    struct Counts: Sendable, Equatable {
        let name: String
        let received: UInt64
        let sent: UInt64
        let errors: UInt64
        let dropped: UInt64
    }

    let interfaces: [Counts]

    public init(_ root: HostRoot) {
        interfaces = root.lines("/proc/net/dev").compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let counts = fields(line[line.index(after: colon)...]).map { UInt64($0) ?? 0 }
            guard counts.count >= 12 else { return nil }
            return Counts(
                name: trimmed(line[..<colon]), received: counts[0], sent: counts[8], errors: counts[2] &+ counts[10], dropped: counts[3] &+ counts[11])
        }
    }
}

extension InterfaceFacts {
    public static func all(_ root: HostRoot, since earlier: NetworkCounters? = nil, seconds: Double = 0) -> [InterfaceFacts] {
        NetworkCounters(root).interfaces.map { now in
            let then = seconds > 0 ? earlier?.interfaces.first { $0.name == now.name } : nil
            let rate = { (after: UInt64, before: UInt64?) in before.flatMap { after >= $0 ? rounded(Double(after - $0) / seconds) : nil } }
            let state = root.word("/sys/class/net/\(now.name)/operstate")
            return InterfaceFacts(
                // The loopback's state is "unknown" by design.
                name: now.name, isUp: state.flatMap { $0 == "unknown" ? nil : $0 == "up" }, received: rate(now.received, then?.received), sent: rate(now.sent, then?.sent),
                errors: Int64(clamping: now.errors), dropped: Int64(clamping: now.dropped))
        }
    }
}

/// A socket that takes connections (TCP) or messages from anybody (UDP), with the process that holds it, if we may see that.
public struct ListenerFacts: Shaped, Equatable {
    /// `tcp` or `udp`.
    public let kind: String
    public let address: String
    public let port: Int
    public let pid: Int32?
    public let process: String?

    public static let notes: [String: Note] = ["kind": "", "address": "", "port": "", "pid": "", "process": ""]
}

extension ListenerFacts {
    private static let limit = 256

    public static func all(_ root: HostRoot) -> [ListenerFacts] {
        let files = [("tcp", "/proc/net/tcp"), ("tcp", "/proc/net/tcp6"), ("udp", "/proc/net/udp"), ("udp", "/proc/net/udp6")]
        let sockets = files.flatMap { kind, file in root.lines(file).dropFirst().compactMap { ListeningSocket($0, kind: kind) } }.prefix(limit)
        let owners = owners(root, of: Set(sockets.map(\.inode)))
        return sockets.map { socket in
            let owner = owners[socket.inode]
            return ListenerFacts(kind: socket.kind, address: socket.address, port: socket.port, pid: owner, process: owner.flatMap { root.word("/proc/\($0)/comm") })
        }.sorted { ($0.port, $0.kind, $0.address) < ($1.port, $1.kind, $1.address) }
    }

    /// The TCP ports that one process listens on, lowest first; none for another user's.
    public static func ports(_ root: HostRoot, of pid: Int32) -> [Int] {
        let held = Set(root.entries("/proc/\(pid)/fd").compactMap { root.target("/proc/\(pid)/fd/\($0)") })
        guard !held.isEmpty else { return [] }
        let sockets = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { root.lines($0).dropFirst().compactMap { ListeningSocket($0, kind: "tcp") } }
        return Set(sockets.filter { held.contains("socket:[\($0.inode)]") }.map(\.port)).sorted()
    }

    /// Which process holds which socket: the links in `/proc/PID/fd`, as far as they may be read.
    private static func owners(_ root: HostRoot, of inodes: Set<String>) -> [String: Int32] {
        var owners: [String: Int32] = [:]
        for pid in root.entries("/proc").compactMap({ Int32($0) }).sorted() {
            guard owners.count < inodes.count else { break }
            for file in root.entries("/proc/\(pid)/fd") {
                guard let target = root.target("/proc/\(pid)/fd/\(file)"), target.hasPrefix("socket:["), target.hasSuffix("]") else { continue }
                let inode = String(target.dropFirst(8).dropLast())
                if inodes.contains(inode), owners[inode] == nil { owners[inode] = pid }
            }
        }
        return owners
    }
}

/// A line of `/proc/net/tcp` or `tcp6` in the state LISTEN (0A), or of `udp` and `udp6` that is bound and connected to nobody (07, as the kernel has no other for it).
private struct ListeningSocket {
    let kind: String
    let address: String
    let port: Int
    let inode: String

    init?(_ line: Substring, kind: String) {
        let parts = fields(line)
        guard parts.count > 9, parts[3] == (kind == "tcp" ? "0A" : "07"), let colon = parts[1].lastIndex(of: ":"), let port = Int(parts[1][parts[1].index(after: colon)...], radix: 16) else {
            return nil
        }
        self.kind = kind
        self.port = port
        inode = parts[9]
        guard let address = ListeningSocket.address(parts[1][..<colon]) else { return nil }
        self.address = address
    }

    /// Words of 32 bits, each in the machine's order of bytes (little-endian on all machines that we run on).
    private static func address(_ hex: Substring) -> String? {
        guard hex.utf8.count == 8 || hex.utf8.count == 32 else { return nil }
        var bytes: [UInt8] = []
        var rest = hex
        while !rest.isEmpty {
            guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
            bytes += (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
            rest = rest.dropFirst(8)
        }
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
        if bytes.allSatisfy({ $0 == 0 }) { return "::" }
        if bytes.dropLast().allSatisfy({ $0 == 0 }), bytes[15] == 1 { return "::1" }
        if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 255, bytes[11] == 255 { return bytes.suffix(4).map(String.init).joined(separator: ".") }
        return stride(from: 0, to: 16, by: 2).map { String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16) }.joined(separator: ":")
    }
}
