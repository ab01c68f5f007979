import Bridge
import Foundation
import Testing
import Transport

@Suite(.timeLimit(.minutes(1)))
struct DashboardServerTests {
    private func withDashboard(_ body: (WebClient, String, Int) async throws -> Void) async throws {
        let outside = FileManager.default.temporaryDirectory.appending(path: "aura-dashboard-\(UUID().uuidString)")
        let folder = outside.appending(path: "site")
        try FileManager.default.createDirectory(at: folder.appending(path: "assets"), withIntermediateDirectories: true)
        try Data("secret".utf8).write(to: outside.appending(path: "secret.txt"))
        try Data("<!doctype html>page".utf8).write(to: folder.appending(path: "index.html"))
        try Data("let x = 1".utf8).write(to: folder.appending(path: "assets/app-1a2b.js"))
        try FileManager.default.createSymbolicLink(at: folder.appending(path: "link.txt"), withDestinationURL: outside.appending(path: "secret.txt"))
        let session = DashboardSession(bridgePort: 8766, token: "t0ken", mode: "SIMULATED", version: "0.1.0")
        let server = DashboardServer(port: 0, folder: folder.path, session: session)
        let port = try await server.start()
        let client = WebClient()
        do { try await body(client, "http://127.0.0.1:\(port)", port) } catch { Issue.record(error) }
        await client.shutdown()
        await server.stop()
        try FileManager.default.removeItem(at: outside)
    }

    @Test func `pages and files come with their types and with headers that keep strangers out`() async throws {
        try await withDashboard { client, base, _ in
            for path in ["/", "/index.html", "/style-guide", "/a/b?c=d"] {
                let page = try await client.request("GET", base + path)
                #expect(page.status == 200 && page.body == Array("<!doctype html>page".utf8), "\(path)")
                #expect(page.headers["content-type"] == "text/html; charset=utf-8")
                #expect(page.headers["cache-control"] == "no-cache")
                #expect(page.headers["x-content-type-options"] == "nosniff")
                #expect(page.headers["content-security-policy"]?.contains("connect-src 'self' ws://127.0.0.1:8766/;") == true)
            }
            let script = try await client.request("GET", base + "/assets/app-1a2b.js")
            #expect(script.headers["content-type"] == "text/javascript; charset=utf-8")
            #expect(script.headers["cache-control"]?.contains("immutable") == true)
            #expect(try await client.request("GET", base + "/missing.js").status == 404)
            #expect(try await client.request("POST", base + "/").status == 405)
        }
    }

    @Test func `nothing outside the folder can be reached`() async throws {
        try await withDashboard { client, base, port in
            let climbs = ["/..%2fsecret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "/assets%5c..%5c..%5csecret.txt"]
            for path in climbs + ["/link.txt", "/x%00.txt"] {
                let answer = try await client.request("GET", base + path)
                #expect(answer.status == 404, "\(path)")
            }
            let socket = RawSocket(port: port)
            socket.write("GET /../secret.txt HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n")
            let answer = await socket.read()
            #expect(answer.contains("404") && !answer.contains("secret"))
            socket.end()
        }
    }

    @Test func `the session is for this page alone`() async throws {
        try await withDashboard { client, base, port in
            let url = base + "/session.json"
            let session = try await client.request("GET", url, headers: ["sec-fetch-site": "same-origin"])
            #expect(session.headers["cache-control"] == "no-store")
            #expect(String(decoding: session.body, as: UTF8.self)
                == #"{"bridge":"ws://127.0.0.1:8766/","mode":"SIMULATED","token":"t0ken","version":"0.1.0"}"#)
            #expect(try await client.request("GET", url, headers: ["origin": "http://localhost:\(port)"]).status == 200)
            #expect(try await client.request("GET", url, headers: ["origin": "http://evil.example"]).status == 403)
            #expect(try await client.request("GET", url, headers: ["sec-fetch-site": "cross-site"]).status == 403)
            #expect(try await client.request("GET", url, headers: ["sec-fetch-site": "same-site"]).status == 403)
            for host in ["evil.example", "evil.example:\(port)", "127.0.0.1:1", "localhost.evil.example:\(port)"] {
                #expect(try await client.request("GET", url, headers: ["host": host]).status == 403, "\(host)")
            }
            for host in ["localhost:\(port)", "[::1]:\(port)"] {
                #expect(try await client.request("GET", url, headers: ["host": host]).status == 200, "\(host)")
            }
        }
    }
}
