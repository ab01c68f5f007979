import Glibc

/// Why Redis did not answer, or what it said instead.
public struct RedisError: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String
    /// The connection is of no further use.
    public let isBroken: Bool

    init(_ description: String, isBroken: Bool = true) {
        self.description = description
        self.isBroken = isBroken
    }
}

/// Where a server listens, and how one is let in.
public struct RedisAddress: Sendable, Equatable {
    public let host: String
    public let port: Int
    public let user: String?
    public let password: String?
    public let database: Int

    public init(host: String, port: Int, user: String? = nil, password: String? = nil, database: Int = 0) {
        self.host = host
        self.port = port
        self.user = user
        self.password = password
        self.database = database
    }

    /// As in `127.0.0.1:6379`, `localhost`, `[::1]:6379`; nil when it is none. Never with a password: those come from a file.
    public init?(_ text: String, user: String? = nil, password: String? = nil, database: Int = 0) {
        var host = text
        var port = 6379
        if let colon = text.lastIndex(of: ":"), !text[colon...].contains("]"), text.hasPrefix("[") || text.filter({ $0 == ":" }).count == 1 {
            guard let number = Int(text[text.index(after: colon)...]), (1...65_535).contains(number) else { return nil }
            host = String(text[..<colon])
            port = number
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "@") && $0 != UInt8(ascii: "/") }), (0...9999).contains(database) else { return nil }
        self.init(host: host, port: port, user: user, password: password, database: database)
    }

    /// Without the password.
    public var shown: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)/\(database)" }
}

/// A connection to Redis that blocks its thread, for the few questions of an operator: each has a time limit, and one that failed is not used again.
public final class RedisConnection {
    private let socket: Int32
    private let milliseconds: Int32
    private var reader = RESPReader()

    /// Connects, speaks RESP3 where the server does, logs in and chooses the database.
    /// - Parameter milliseconds: how long connecting, and then each command, may take.
    public init(_ address: RedisAddress, milliseconds: Int32 = 2000) throws(RedisError) {
        self.milliseconds = milliseconds
        socket = try RedisConnection.connect(address, milliseconds)
        try open(address)
    }

    deinit { close(socket) }

    private func open(_ address: RedisAddress) throws(RedisError) {
        var hello = ["HELLO", "3"]
        if let password = address.password { hello += ["AUTH", address.user ?? "default", password] }
        // A server before 6.0 knows no HELLO: it speaks RESP2, and takes AUTH by itself.
        do throws(RedisError) { _ = try ask(hello) } catch {
            guard !error.isBroken, error.description.contains("unknown command") else { throw error }
            if let password = address.password { _ = try ask(["AUTH"] + (address.user.map { [$0] } ?? []) + [password]) }
        }
        if address.database != 0 { _ = try ask(["SELECT", "\(address.database)"]) }
    }

    /// Sends one command and waits for its answer. What the server refuses is thrown in its own words.
    public func ask(_ words: [String]) throws(RedisError) -> RESPValue {
        let deadline = RedisConnection.now() + Int64(milliseconds)
        try send(RESPValue.command(words.map { Array($0.utf8) }), deadline)
        while true {
            do {
                if let value = try reader.next() {
                    if case .failure(let why) = value { throw RedisError("Redis says: \(why)", isBroken: false) }
                    return value
                }
                try reader.feed(try receive(deadline))
            } catch let error as RESPError {
                throw RedisError(error.description)
            } catch let error as RedisError {
                throw error
            } catch { preconditionFailure("only these two are thrown: \(error)") }
        }
    }

    // MARK: - The socket

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    private static func connect(_ address: RedisAddress, _ milliseconds: Int32) throws(RedisError) -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address.host, "\(address.port)", &hints, &found) == 0, let first = found else { throw RedisError("there is no host \(address.host)") }
        defer { freeaddrinfo(found) }
        var reason = ""
        for candidate in sequence(first: first, next: { $0.pointee.ai_next }) {
            let info = candidate.pointee
            let descriptor = Glibc.socket(info.ai_family, info.ai_socktype | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), info.ai_protocol)
            guard descriptor >= 0 else { continue }
            if Glibc.connect(descriptor, info.ai_addr, info.ai_addrlen) == 0 || (errno == EINPROGRESS && wait(descriptor, for: Int16(POLLOUT), now() + Int64(milliseconds))) {
                var failure: Int32 = 0
                var size = socklen_t(MemoryLayout<Int32>.size)
                getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size)
                if failure == 0 { return descriptor }
                reason = String(cString: strerror(failure))
            } else {
                reason = "no answer within \(milliseconds) ms"
            }
            close(descriptor)
        }
        throw RedisError("Redis at \(address.shown) cannot be reached: \(reason)")
    }

    private static func wait(_ descriptor: Int32, for events: Int16, _ deadline: Int64) -> Bool {
        while true {
            let left = deadline - now()
            guard left > 0 else { return false }
            var entry = pollfd(fd: descriptor, events: events, revents: 0)
            let count = poll(&entry, 1, Int32(clamping: left))
            if count > 0 { return true }
            if count == 0 || errno != EINTR { return false }
        }
    }

    private func send(_ bytes: [UInt8], _ deadline: Int64) throws(RedisError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.send(socket, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL)) }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                guard RedisConnection.wait(socket, for: Int16(POLLOUT), deadline) else { throw late }
            } else if errno != EINTR {
                throw RedisError("the connection to Redis broke: \(String(cString: strerror(errno)))")
            }
        }
    }

    private func receive(_ deadline: Int64) throws(RedisError) -> ArraySlice<UInt8> {
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = recv(socket, &chunk, chunk.count, 0)
            if count > 0 { return chunk[..<count] }
            guard count < 0 else { throw RedisError("Redis closed the connection") }
            if errno == EAGAIN {
                guard RedisConnection.wait(socket, for: Int16(POLLIN), deadline) else { throw late }
            } else if errno != EINTR {
                throw RedisError("the connection to Redis broke: \(String(cString: strerror(errno)))")
            }
        }
    }

    private var late: RedisError { RedisError("Redis did not answer within \(milliseconds) ms") }
}
