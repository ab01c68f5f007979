import Foundation
import Transport

/// The files of one folder, and nothing outside it.
struct StaticFiles: Sendable {
    private let root: String

    init(folder: String) { root = URL(filePath: folder).resolvingSymlinksInPath().path }

    var hasIndex: Bool { FileManager.default.isReadableFile(atPath: root + "/index.html") }

    /// The file at a path, `index.html` at `/` and at every path without a dot (the page routes those itself); nil when there is none.
    func answer(_ request: HTTPRequest) -> HTTPResponse? {
        let segments = request.segments
        guard segments.allSatisfy({ $0 != ".." && $0 != "." && !$0.contains("/") && !$0.contains("\\") && !$0.contains("\0") }) else { return nil }
        let isPage = segments.last.map { !$0.contains(".") } ?? true
        let name = isPage ? "index.html" : segments.joined(separator: "/")
        let path = URL(filePath: root + "/" + name).resolvingSymlinksInPath().path
        // A link that leads out of the folder is not followed; a file that cannot be read is not there.
        guard path.hasPrefix(root + "/"), let data = FileManager.default.contents(atPath: path) else { return nil }
        // Built files under assets/ carry their content's hash in their names.
        let caching = segments.first == "assets" && !isPage ? "public, max-age=31536000, immutable" : "no-cache"
        return HTTPResponse(status: 200, headers: ["content-type": Self.type(of: name), "cache-control": caching], body: Array(data))
    }

    private static func type(of name: String) -> String {
        switch name.split(separator: ".").last?.lowercased() {
        case "html": "text/html; charset=utf-8"
        case "js", "mjs": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "json", "map": "application/json"
        case "webmanifest": "application/manifest+json"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        case "jpg", "jpeg": "image/jpeg"
        case "webp": "image/webp"
        case "ico": "image/x-icon"
        case "woff2": "font/woff2"
        case "woff": "font/woff"
        case "ttf": "font/ttf"
        case "wasm": "application/wasm"
        case "txt": "text/plain; charset=utf-8"
        default: "application/octet-stream"
        }
    }
}
