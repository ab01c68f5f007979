import Foundation
import Synchronization
import Testing
import Transport
@testable import Browser

/// Is there a browser here? Where there is none the suites say so and skip what needs one.
let chromium = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"].first { FileManager.default.isExecutableFile(atPath: $0) }

/// A site of strangers on this machine, and a treasure beside it that no page may reach: every knock on its door is counted.
final class HostileSite: Sendable {
    let port: Int
    let treasurePort: Int
    private let server: WebServer
    private let treasure: WebServer
    private let knocks: Knocks
    private let names: Names
    private let datagrams: Int32

    final class Knocks: Sendable {
        private let list = Mutex<[String]>([])
        func add(_ what: String) { list.withLock { $0.append(what) } }
        var all: [String] { list.withLock { $0 } }
    }

    /// Names to addresses, in the order in which they are asked; the last one stays.
    final class Names: Sendable {
        private let table = Mutex<[String: [[String]]]>([
            "inside.pages.test": [["10.1.2.3"]], "meta.pages.test": [["169.254.169.254"]], "six.pages.test": [["::1"]], "mapped.pages.test": [["::ffff:127.0.0.1"]],
            "mixed.pages.test": [["93.184.216.34", "10.0.0.1"]], "unknown.pages.test": [[]], "rebind.pages.test": [["127.0.0.1"], ["169.254.169.254"]],
        ])
        func resolve(_ name: String) -> [InternetAddress] {
            let found = table.withLock { table -> [String] in
                guard var list = table[name] else { return name.hasSuffix(".test") ? ["127.0.0.1"] : [name] }
                let first = list[0]
                if list.count > 1 { list.removeFirst() }
                table[name] = list
                return first
            }
            return found.compactMap { InternetAddress($0) }
        }
    }

    /// What came to the treasure's door, by datagram too (WebRTC).
    var knocked: [String] {
        var byte: UInt8 = 0
        return knocks.all + (recv(datagrams, &byte, 1, Int32(MSG_DONTWAIT)) > 0 ? ["datagram"] : [])
    }
    var base: String { "http://a.pages.test:\(port)" }
    var treasureAddress: String { "http://127.0.0.1:\(treasurePort)" }

    var rules: AccessRules {
        let names = names
        return AccessRules(
            origins: ["http://*.pages.test:\(port)", "http://*.frames.test:\(port)"].compactMap { OriginPattern($0) }, addresses: ["127.0.0.1:\(port)", "::1:\(port + 1)"], resolve: { names.resolve($0) })
    }

    static func start() async throws -> HostileSite {
        let knocks = Knocks()
        let treasure = WebServer(
            port: 0,
            webSocket: WebSocketRoute(upgrade: { request in
                knocks.add("WebSocket \(request.path)")
                return .refuse(.text(403, "no"))
            }, session: { _, _ in })
        ) { request in
            knocks.add("\(request.method) \(request.path)")
            return HTTPResponse(status: 200, headers: ["access-control-allow-origin": "*", "content-type": "text/html"], body: Array("TREASURE".utf8))
        }
        let treasurePort = try await treasure.start()
        let pages = Pages(treasure: "127.0.0.1:\(treasurePort)")
        let server = WebServer(port: 0) { request in pages.answer(request) }
        return HostileSite(port: try await server.start(), treasurePort: treasurePort, server: server, treasure: treasure, knocks: knocks)
    }

    private init(port: Int, treasurePort: Int, server: WebServer, treasure: WebServer, knocks: Knocks) {
        self.port = port
        self.treasurePort = treasurePort
        self.server = server
        self.treasure = treasure
        self.knocks = knocks
        names = Names()
        datagrams = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = in_port_t(treasurePort).bigEndian
        place.sin_addr.s_addr = inet_addr("127.0.0.1")
        let code = withUnsafePointer(to: &place) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(datagrams, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) } }
        precondition(code == 0, "no door for datagrams")
    }

    func stop() async {
        await server.stop()
        await treasure.stop()
        close(datagrams)
    }

    func settings() -> Browser.Settings {
        var settings = Browser.Settings(rules: rules)
        settings.executable = chromium ?? settings.executable
        settings.patience = .seconds(4)
        return settings
    }
}
