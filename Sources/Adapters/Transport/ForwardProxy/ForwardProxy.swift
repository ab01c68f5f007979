import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// Where somebody wants to go through a `ForwardProxy`.
public struct ProxyTarget: Hashable, Sendable {
    /// Lower case, without brackets.
    public let host: String
    public let port: Int
    /// By CONNECT: what passes is not seen. Else one plain HTTP request.
    public let isTunnel: Bool

    public init(host: String, port: Int, isTunnel: Bool) {
        self.host = host
        self.port = port
        self.isTunnel = isTunnel
    }
}

public enum ProxyVerdict: Sendable {
    /// To one of these addresses, the first that answers, and to no other.
    case connect([InternetAddress])
    case refuse
}

/// A proxy on 127.0.0.1 through which a program reaches only what a judge lets it reach (CONNECT, and plain HTTP with the whole address).
///
/// The judge resolves the name and says which addresses may be used; the proxy connects to these and asks nobody again. So a name that means another address a
/// moment later (DNS rebinding) leads nowhere. A connection serves one target: what is refused ends without an answer.
public final class ForwardProxy: Sendable {
    public struct Limits: Sendable {
        /// Connections at once; more are closed at once.
        public var connections = 256
        /// Bytes that one connection may bring in; then it is cut.
        public var bytesIn = 64 << 20
        public var connectTimeout = Duration.seconds(5)

        public init() {}
    }

    private let judge: @Sendable (ProxyTarget) async -> ProxyVerdict
    private let limits: Limits
    private let channels = OpenChannels()
    private let open = Mutex(0)
    private let listener = Mutex<(any Channel)?>(nil)

    public init(limits: Limits = Limits(), judge: @escaping @Sendable (ProxyTarget) async -> ProxyVerdict) {
        self.limits = limits
        self.judge = judge
    }

    /// Returns the port once connections are accepted.
    public func start() async throws(TransportError) -> Int {
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard self.admit(channel) else { return channel.close(promise: nil) }
                    try channel.pipeline.syncOperations.addHandler(ProxyHandler(limits: self.limits, judge: self.judge))
                }
            }
        do {
            let channel = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
            listener.withLock { $0 = channel }
            return channel.localAddress?.port ?? 0
        } catch {
            throw .cannotListen(host: "127.0.0.1", port: 0, why: "\(error)")
        }
    }

    public func stop() async {
        let channel = listener.withLock { listener in
            defer { listener = nil }
            return listener
        }
        // Closed already is what was asked for.
        try? await channel?.close()
        channels.closeAll()
    }

    private func admit(_ channel: any Channel) -> Bool {
        let isRoom = open.withLock { open in
            guard open < limits.connections else { return false }
            open += 1
            return true
        }
        guard isRoom else { return false }
        channels.add(channel)
        channel.closeFuture.whenComplete { _ in self.open.withLock { $0 -= 1 } }
        return true
    }
}

/// Names to addresses, as this machine's resolver has them. Blocks a thread of its own, never the caller's.
public enum SystemResolver {
    /// Empty when there is no such name.
    public static func addresses(of host: String) async -> [InternetAddress] {
        if let address = InternetAddress(host) { return [address] }
        let found = try? await NIOThreadPool.singleton.runIfActive { lookUp(host) }
        return found ?? []
    }

    private static func lookUp(_ host: String) -> [InternetAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [InternetAddress] = []
        var next = list
        while let entry = next {
            if let address = address(entry.pointee), !found.contains(address) { found.append(address) }
            next = entry.pointee.ai_next
        }
        return found
    }

    private static func address(_ entry: addrinfo) -> InternetAddress? {
        guard let socket = entry.ai_addr else { return nil }
        switch entry.ai_family {
        case AF_INET: return socket.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { InternetAddress(bytes: withUnsafeBytes(of: $0.pointee.sin_addr) { Array($0) }) }
        case AF_INET6: return socket.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { InternetAddress(bytes: withUnsafeBytes(of: $0.pointee.sin6_addr) { Array($0) }) }
        default: return nil
        }
    }
}
