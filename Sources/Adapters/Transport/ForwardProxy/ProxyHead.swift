/// The heads of HTTP/1.1 messages as far as a proxy must read and change them.
enum ProxyHead {
    /// The number of bytes up to and with the empty line; nil while it has not come.
    static func end(of bytes: some RandomAccessCollection<UInt8>) -> Int? {
        var matched = 0
        let wanted: [UInt8] = [13, 10, 13, 10]
        for (count, byte) in bytes.enumerated() {
            matched = byte == wanted[matched] ? matched + 1 : (byte == 13 ? 1 : 0)
            if matched == 4 { return count + 1 }
        }
        return nil
    }

    struct Request {
        let target: ProxyTarget
        /// As the server gets it: the path alone, one request to a connection.
        let forwarded: String

        /// Nil for what no browser would send.
        init?(_ head: String) {
            var lines = ProxyHead.lines(head)
            let first = lines.removeFirst().split(separator: " ", omittingEmptySubsequences: false)
            guard first.count == 3, first[2].hasPrefix("HTTP/1."), !first[0].isEmpty else { return nil }
            if first[0] == "CONNECT" {
                guard let (host, port) = ProxyHead.authority(first[1], defaultPort: nil) else { return nil }
                target = ProxyTarget(host: host, port: port, isTunnel: true)
                forwarded = ""
                return
            }
            guard first[1].lowercased().hasPrefix("http://") else { return nil }
            let rest = first[1].dropFirst(7)
            let slash = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
            guard let (host, port) = ProxyHead.authority(rest[..<slash], defaultPort: 80) else { return nil }
            target = ProxyTarget(host: host, port: port, isTunnel: false)
            let path = rest[slash...].hasPrefix("/") ? String(rest[slash...]) : "/" + rest[slash...]
            let fields = ProxyHead.kept(lines).filter { !$0.lowercased().hasPrefix("host:") }
            forwarded = (["\(first[0]) \(path) HTTP/1.1", "Host: \(rest[..<slash])", "Connection: close"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
        }
    }

    struct Answer {
        let isInterim: Bool
        let forwarded: String

        init?(_ head: String) {
            var lines = ProxyHead.lines(head)
            let first = lines.removeFirst()
            let parts = first.split(separator: " ", maxSplits: 2)
            // What switches to another protocol (101) is not plain HTTP any more; browsers ask for that through a tunnel.
            guard parts.count >= 2, parts[0].hasPrefix("HTTP/1."), let status = Int(parts[1]), status != 101 else { return nil }
            isInterim = status < 200
            forwarded = ([String(first)] + ProxyHead.kept(lines) + (isInterim ? [] : ["Connection: close"])).joined(separator: "\r\n") + "\r\n\r\n"
        }
    }

    private static func lines(_ head: String) -> [Substring] { head.dropLast(2).split(separator: "\r\n", omittingEmptySubsequences: false) }

    /// Without what is meant for the next hop alone.
    private static func kept(_ lines: [Substring]) -> [String] {
        lines.filter { line in
            let name = line.prefix { $0 != ":" }.lowercased()
            return !line.isEmpty && !["connection", "proxy-connection", "keep-alive", "proxy-authorization", "upgrade", "alt-svc"].contains(name)
        }.map(String.init)
    }

    private static func authority(_ text: Substring, defaultPort: Int?) -> (host: String, port: Int)? {
        guard !text.contains("@") else { return nil }
        var host = text
        var port = defaultPort
        if let colon = text.lastIndex(of: ":"), !text[colon...].contains("]") {
            guard let number = Int(text[text.index(after: colon)...]), (1...65_535).contains(number) else { return nil }
            host = text[..<colon]
            port = number
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty, let port else { return nil }
        return (host.lowercased(), port)
    }
}
