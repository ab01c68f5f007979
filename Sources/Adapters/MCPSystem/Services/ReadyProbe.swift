import Dispatch
import Glibc

/// What a desk on this machine says of itself, asked as `aura probe` asks: GET `/readyz` on a port of the loopback.
enum ReadyProbe {
    private static let patienceSeconds = 1

    /// Whether it is ready to trade; nil where nothing answers, or something else does.
    static func ask(_ port: Int) async -> Bool? {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                switch status(port) {
                case 200: continuation.resume(returning: true)
                case 503: continuation.resume(returning: false)
                default: continuation.resume(returning: nil)
                }
            }
        }
    }

    private static func status(_ port: Int) -> Int? {
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard file >= 0, let port = in_port_t(exactly: port) else { return nil }
        defer { close(file) }
        var limit = timeval(tv_sec: patienceSeconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] { setsockopt(file, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size)) }
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        place.sin_addr.s_addr = inet_addr("127.0.0.1")
        let code = withUnsafePointer(to: &place) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) } }
        let question = Array("GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n".utf8)
        guard code == 0, send(file, question, question.count, Int32(MSG_NOSIGNAL)) == question.count else { return nil }
        // The first line is all that is wanted: HTTP/1.1 200 ...
        var head = [UInt8](repeating: 0, count: 64)
        let count = recv(file, &head, head.count, 0)
        guard count > 12 else { return nil }
        let words = head[..<count].split(separator: UInt8(ascii: " "), maxSplits: 2)
        guard words.count > 1, words[0].starts(with: "HTTP/1.".utf8) else { return nil }
        return Int(String(decoding: words[1], as: UTF8.self))
    }
}
