import Dispatch
import Glibc

/// One question over HTTP to a program on this machine, and its whole answer: for probes and for small talk, without a client's pools and threads.
public struct LoopbackQuestion: Sendable {
    /// More of an answer is cut off.
    public static let answerLimit = 1 << 20

    public var method = "GET"
    public var path: String
    public var headers: [(name: String, value: String)] = []
    public var body: [UInt8] = []
    /// For all of it.
    public var patience = Duration.seconds(1)

    /// - Parameter path: from the first slash; it holds nothing that would end the line.
    public init(path: String) { self.path = path }

    public struct Answer: Sendable {
        public let status: Int
        public let body: [UInt8]
    }

    /// The answer; nil where nothing answers in time, or something that does not speak HTTP.
    public func ask(_ port: Int) async -> Answer? {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: answer(port)) }
        }
    }

    private func answer(_ port: Int) -> Answer? {
        guard let place = in_port_t(exactly: port) else { return nil }
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard file >= 0 else { return nil }
        defer { close(file) }
        let deadline = ContinuousClock.now + patience
        // Each step has the whole time, and no step begins after it.
        var limit = timeval(tv_sec: Int(patience.components.seconds), tv_usec: Int(patience.components.attoseconds / 1_000_000_000_000))
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] { setsockopt(file, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size)) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = place.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let code = withUnsafePointer(to: &address) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) } }
        let question = text(port)
        guard code == 0, send(file, question, question.count, Int32(MSG_NOSIGNAL)) == question.count else { return nil }
        var (all, chunk) = ([UInt8](), [UInt8](repeating: 0, count: 16_384))
        while all.count < Self.answerLimit, !isWhole(all), ContinuousClock.now < deadline {
            let count = recv(file, &chunk, chunk.count, 0)
            guard count > 0 else { break }
            all += chunk[..<count]
        }
        return Self.read(all)
    }

    private func text(_ port: Int) -> [UInt8] {
        let lines = ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close"] + headers.map { "\($0.name): \($0.value)" }
        return Array((lines + (method == "GET" ? [] : ["Content-Length: \(body.count)"]) + ["", ""]).joined(separator: "\r\n").utf8) + body
    }

    /// A server need not close when it has said everything.
    private func isWhole(_ bytes: [UInt8]) -> Bool {
        guard let (head, rest) = Self.split(bytes) else { return false }
        let lines = String(decoding: head, as: UTF8.self).split(whereSeparator: \.isNewline)
        let length = lines.lazy.compactMap { line -> Int? in
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "content-length" else { return nil }
            return Int(parts[1].drop { $0 == " " })
        }.first
        return length.map { rest.count >= $0 } ?? false
    }

    private static func split(_ bytes: [UInt8]) -> (head: ArraySlice<UInt8>, rest: ArraySlice<UInt8>)? {
        let end = Array("\r\n\r\n".utf8)
        guard let place = bytes.indices.first(where: { bytes[$0...].starts(with: end) }) else { return nil }
        return (bytes[..<place], bytes[(place + end.count)...])
    }

    /// `HTTP/1.1 200 ...`, a blank line, and the rest.
    static func read(_ bytes: [UInt8]) -> Answer? {
        let words = bytes.prefix(64).split(separator: UInt8(ascii: " "), maxSplits: 2)
        guard words.count > 1, words[0].starts(with: "HTTP/1.".utf8), let status = Int(String(decoding: words[1].prefix(3), as: UTF8.self)) else { return nil }
        return Answer(status: status, body: Array(split(bytes)?.rest ?? []))
    }
}
