import ArgumentParser
import Browser
import Foundation
import MCPBrowser
import Model
import Storage
import Transport

/// `aura mcp browser`: pages of allowed origins, for reading and, with --allow-writes, for acting.
struct MCPBrowserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "browser", abstract: "Serves a browser that keeps to the origins it is allowed.",
        discussion: "Without --allow-origin no page can be opened. Private addresses are refused, also after names are resolved; see docs/mcp-browser.md.")

    @OptionGroup var options: MCPOptions
    @Option(name: .customLong("allow-origin"), parsing: .singleValue, help: "An origin pages may come from and reach: https://example.org, https://*.example.org, or * for every public one; may be given several times.")
    var origins: [String] = []
    @Option(name: .customLong("allow-address"), parsing: .singleValue, help: "A private address that may be reached all the same, as 10.0.0.5:8080; its origin must be allowed too.")
    var addresses: [String] = []
    @Option(help: "The browser's program.") var chromium = "/usr/bin/chromium-headless-shell"
    @Option(help: "Pages open at once, 1 to 32.") var maxPages = 8
    @Option(help: "Megabytes that one page may take, 128 to 8192.") var maxMemory = 1024
    @Option(help: "Bytes that one download may have; needs --allow-writes.") var maxDownload = 16 << 20
    @Option(help: "The folder whose files may be given to pages, with --allow-writes --toolset upload and a person's word each time; none unless told.") var uploadDir: String?
    @Flag(name: .customLong("no-sandbox"), help: "Start the browser without its sandbox: only where the system forbids user namespaces.") var noSandbox = false

    func run() async throws {
        let browser = Browser(try settings())
        let server = BrowserServer.make(browser, now: { WallClock().now() })
        do { try await options.serve(server) } catch {
            await browser.stop()
            throw error
        }
        await browser.stop()
    }

    private func settings() throws -> Browser.Settings {
        let patterns = try origins.map { text in
            guard let pattern = OriginPattern(text) else { throw Refused("--allow-origin '\(text)' is no origin; write https://example.org, https://*.example.org or *") }
            return pattern
        }
        for address in addresses {
            let parts = address.split(separator: ":")
            guard let port = parts.last.flatMap({ Int($0) }), (1...65_535).contains(port), InternetAddress(String(address.dropLast(String(port).count + 1))) != nil else {
                throw Refused("--allow-address '\(address)' is no address with a port; write 10.0.0.5:8080")
            }
        }
        guard (1...32).contains(maxPages) else { throw Refused("--max-pages must be from 1 to 32, not \(maxPages)") }
        guard (128...8192).contains(maxMemory) else { throw Refused("--max-memory must be from 128 to 8192, not \(maxMemory)") }
        guard (1...1 << 30).contains(maxDownload) else { throw Refused("--max-download must be from 1 to \(1 << 30), not \(maxDownload)") }
        var settings = Browser.Settings(rules: AccessRules(origins: patterns, addresses: Set(addresses)))
        settings.executable = chromium
        settings.pageLimit = maxPages
        settings.memoryMegabytes = maxMemory
        settings.downloadBytes = maxDownload
        settings.withoutSandbox = noSandbox
        if let uploadDir {
            let path = (uploadDir as NSString).expandingTildeInPath
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else { throw Refused("--upload-dir: there is no folder \(path)") }
            settings.uploads = UploadFolder(path: path)
        }
        if options.allowWrites { settings.downloads = try options.folder().folder("downloads") }
        return settings
    }
}
