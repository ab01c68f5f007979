import Browser
import MCP
import MCPHosting

/// Open pages as resources.
struct PageSource: ResourceSource {
    let desk: Desk

    var resources: [ResourceDescription] { [] }
    let templates = [
        ResourceTemplateDescription(uriTemplate: "browser://page/{id}/snapshot", name: "page-snapshot", description: "Outline of an open page. Untrusted.", mimeType: "text/plain"),
        ResourceTemplateDescription(uriTemplate: "browser://page/{id}/screenshot", name: "page-screenshot", description: "The view of an open page, 500 kB at most. Untrusted.", mimeType: "image/jpeg"),
        ResourceTemplateDescription(uriTemplate: "browser://page/{id}/pdf", name: "page-pdf", description: "An open page, printed. Untrusted.", mimeType: "application/pdf"),
    ]

    func read(_ uri: String, _ context: CallContext) async throws -> [ResourceContents]? {
        guard let match = uri.wholeMatch(of: /browser:\/\/page\/([a-z0-9\-]{1,64})\/(snapshot|screenshot|pdf)/), let page = try? await desk.page(String(match.1)) else { return nil }
        switch match.2 {
        case "snapshot": return [.text(uri, "text/plain", try await page.look().outline.shown(maxBytes: 262_144).text)]
        case "screenshot":
            let picture = try await page.picture(.viewport, format: "jpeg", maxSide: 1600, maxBytes: 500_000)
            return [.blob(uri, picture.mimeType, picture.data)]
        default: return [.blob(uri, "application/pdf", try await page.pdf())]
        }
    }

    func complete(_ template: String, variable: String, value: String, others: [String: String]) async -> [String] {
        await desk.browser.openPages.map(\.id).filter { $0.hasPrefix(value) }
    }
}

/// What watches read last.
struct WatchSource: ResourceSource {
    let watches: WatchBook

    var resources: [ResourceDescription] { [] }
    let templates = [
        ResourceTemplateDescription(
            uriTemplate: "browser://watch/{id}", name: "watch", description: "What a watched part of a page said last; subscribers hear when it changes. Untrusted.", mimeType: "text/plain")
    ]

    func read(_ uri: String, _ context: CallContext) async throws -> [ResourceContents]? {
        guard let match = uri.wholeMatch(of: /browser:\/\/watch\/([a-z0-9]{1,40})/), let watch = watches.watch(String(match.1)) else { return nil }
        return [.text(uri, "text/plain", watch.text ?? "(not read yet\(watch.trouble.map { ": \($0)" } ?? ""))")]
    }

    func complete(_ template: String, variable: String, value: String, others: [String: String]) async -> [String] { watches.all.map(\.id).filter { $0.hasPrefix(value) } }
}
