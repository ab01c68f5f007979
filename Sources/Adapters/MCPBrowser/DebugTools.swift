import Browser
import MCP
import MCPHosting
import MCPServing
import Notation

struct PageLog: Shaped {
    let page: String
    let since: Int
    let maxBytes: Int
    enum CodingKeys: String, CodingKey {
        case page = "page_id"
        case since
        case maxBytes = "max_bytes"
    }
    static let notes: [String: Note] = [
        "page_id": "The page.", "since": Note("Only what has a higher number.", range: 0...1_000_000_000, default: 0), "max_bytes": ListBudget.maxBytes,
    ]
}

struct ConsoleList: Tool {
    struct Row: Shaped {
        let number: Int
        let kind: String
        let text: String
        static let notes: [String: Note] = ["number": "For since.", "kind": "log, info, warning, error, exception, dialog, popup.", "text": "What it says."]
    }
    struct Output: Shaped {
        let lines: [Row]
        let truncated: Bool
        let untrusted: Bool
        let asOf: String
        enum CodingKeys: String, CodingKey {
            case lines, truncated, untrusted
            case asOf = "as_of"
        }
        static let notes: [String: Note] = ["lines": "Of the newest 200.", "truncated": "Lines were left out.", "untrusted": .plain, "as_of": .plain]
    }
    static let name = "console_list"
    static let title = "Console of a page"
    static let summary = "Lists what a page wrote to its console, its errors, dialogs and popups."
    static let hints = ToolHints.readsHere
    let desk: Desk

    func call(_ arguments: PageLog, _ context: CallContext) async throws -> Output {
        let rows = try await desk.page(arguments.page).console.filter { $0.number > arguments.since }.map { Row(number: $0.number, kind: $0.kind, text: $0.text) }
        let fitted = try ListBudget.fit(rows, fields: nil, maxBytes: arguments.maxBytes)
        return Output(lines: fitted.rows, truncated: fitted.truncated, untrusted: true, asOf: desk.now())
    }
}

struct NetworkList: Tool {
    struct Row: Shaped {
        let number: Int
        let method: String
        let url: String
        let kind: String
        let status: Int?
        let mimeType: String?
        let bytes: Int?
        let failure: String?
        enum CodingKeys: String, CodingKey {
            case number, method, url, kind, status, bytes, failure
            case mimeType = "mime_type"
        }
        static let notes: [String: Note] = [
            "number": "For network_get and since.", "method": "Of the request.", "url": "Query masked.", "kind": "Document, Script, Fetch, WebSocket ...", "status": "HTTP status.",
            "mime_type": "Of the answer.", "bytes": "Of the answer on the wire.", "failure": "Why there is none; refusals by our rules say so.",
        ]
    }
    struct Output: Shaped {
        let requests: [Row]
        let truncated: Bool
        let untrusted: Bool
        let asOf: String
        enum CodingKeys: String, CodingKey {
            case requests, truncated, untrusted
            case asOf = "as_of"
        }
        static let notes: [String: Note] = ["requests": "Of the newest 300.", "truncated": "Rows were left out.", "untrusted": .plain, "as_of": .plain]
    }
    static let name = "network_list"
    static let title = "Requests of a page"
    static let summary = "Lists what a page requested, with status, and what was refused."
    static let hints = ToolHints.readsHere
    let desk: Desk

    func call(_ arguments: PageLog, _ context: CallContext) async throws -> Output {
        let rows = try await desk.page(arguments.page).requests.filter { $0.number > arguments.since }.map {
            Row(
                number: $0.number, method: $0.method, url: MaskedHeaders.address($0.url), kind: $0.kind, status: $0.status, mimeType: $0.mimeType, bytes: $0.bytes, failure: $0.failure)
        }
        let fitted = try ListBudget.fit(rows, fields: nil, maxBytes: arguments.maxBytes)
        return Output(requests: fitted.rows, truncated: fitted.truncated, untrusted: true, asOf: desk.now())
    }
}

struct NetworkGet: Tool {
    struct Arguments: Shaped {
        let page: String
        let number: Int
        let maxBytes: Int
        enum CodingKeys: String, CodingKey {
            case page = "page_id"
            case number
            case maxBytes = "max_bytes"
        }
        static let notes: [String: Note] = [
            "page_id": "The page.", "number": Note("From network_list.", range: 1...1_000_000_000), "max_bytes": Note("Of the body shown; 0 for none.", range: 0...262_144, default: 4096),
        ]
    }
    struct Output: Shaped {
        let url: String
        let method: String
        let status: Int?
        let request: [String: String]
        let response: [String: String]
        let body: String?
        let truncated: Bool
        let untrusted: Bool
        let asOf: String
        enum CodingKeys: String, CodingKey {
            case url, method, status, body, truncated, untrusted
            case request = "request_headers"
            case response = "response_headers"
            case asOf = "as_of"
        }
        static let notes: [String: Note] = [
            "url": "Query masked.", "method": "Of the request.", "status": "HTTP status.", "request_headers": "Secrets masked.", "response_headers": "The same.",
            "body": "Of the answer, if it is text and still there.", "truncated": "The body is longer.", "untrusted": .plain, "as_of": .plain,
        ]
    }
    static let name = "network_get"
    static let title = "One request"
    static let summary = "Shows headers (secrets masked) and body (bounded) of one request."
    static let hints = ToolHints.readsHere
    let desk: Desk

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let page = try await desk.page(arguments.page)
        guard let record = page.requests.first(where: { $0.number == arguments.number }) else { throw ToolFailure("there is no request \(arguments.number); network_list tells which are remembered") }
        let body = arguments.maxBytes > 0 ? await page.body(of: record) : nil
        let part = body.map { TextRange.of($0, from: 0, bytes: arguments.maxBytes) }
        return Output(
            url: MaskedHeaders.address(record.url), method: record.method, status: record.status, request: MaskedHeaders.mask(record.requestHeaders),
            response: MaskedHeaders.mask(record.responseHeaders), body: part?.text, truncated: part.map { $0.to < $0.total } ?? false, untrusted: true, asOf: desk.now())
    }
}

/// Headers and addresses without what could be a secret.
enum MaskedHeaders {
    /// Shown as they are; every other header's value is masked.
    private static let plain: Set<String> = [
        "accept", "accept-encoding", "accept-language", "accept-ranges", "age", "allow", "cache-control", "connection", "content-disposition", "content-encoding", "content-language",
        "content-length", "content-security-policy", "content-type", "date", "etag", "expires", "host", "last-modified", "origin", "pragma", "retry-after", "server", "strict-transport-security",
        "transfer-encoding", "upgrade-insecure-requests", "user-agent", "vary", "x-content-type-options", "x-frame-options",
    ]

    static func mask(_ headers: [String: String]) -> [String: String] {
        Dictionary(headers.map { ($0.key, plain.contains($0.key.lowercased()) ? $0.value : Redactor.mask) }, uniquingKeysWith: { $1 })
    }

    /// The names in a query stay, their values go.
    static func address(_ url: String) -> String {
        guard let mark = url.firstIndex(of: "?") else { return url }
        let query = url[url.index(after: mark)...].prefix { $0 != "#" }
        return String(url[...mark]) + query.split(separator: "&").prefix(20).map { "\($0.prefix { $0 != "=" })=…" }.joined(separator: "&")
    }
}

struct PageMetrics: Tool {
    struct Arguments: Shaped {
        let page: String
        enum CodingKeys: String, CodingKey { case page = "page_id" }
        static let notes: [String: Note] = ["page_id": "The page."]
    }
    struct Output: Shaped {
        let timing: [String: Double]
        let counts: [String: Double]
        let asOf: String
        enum CodingKeys: String, CodingKey {
            case timing = "timing_ms"
            case counts
            case asOf = "as_of"
        }
        static let notes: [String: Note] = ["timing_ms": "Since the page was asked for; what is not known is absent.", "counts": "Nodes, frames, listeners, bytes of heap, seconds of work.", "as_of": .plain]
    }
    static let name = "page_metrics"
    static let title = "Figures of a page"
    static let summary = "Tells how long a page took and how much it holds."
    static let hints = ToolHints.readsElsewhere
    let desk: Desk

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let found = try await desk.page(arguments.page).metrics()
        let timing = (found.timing.asObject ?? []).compactMap { member in member.value.asNumber.map { (member.key, $0) } }
        return Output(timing: Dictionary(timing, uniquingKeysWith: { $1 }), counts: found.counts, asOf: desk.now())
    }
}

struct PagePDF: Tool {
    struct Arguments: Shaped {
        let page: String
        enum CodingKeys: String, CodingKey { case page = "page_id" }
        static let notes: [String: Note] = ["page_id": "The page."]
    }
    struct Output: Shaped {
        let uri: String
        let bytes: Int
        let asOf: String
        enum CodingKeys: String, CodingKey {
            case uri, bytes
            case asOf = "as_of"
        }
        static let notes: [String: Note] = ["uri": "The resource to read: printed anew each time.", "bytes": "Of this printing.", "as_of": .plain]
    }
    static let name = "page_pdf"
    static let title = "Print a page"
    static let summary = "Prints a page as PDF, to be read as a resource; 2 MB at most."
    static let hints = ToolHints.readsElsewhere
    let desk: Desk

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let page = try await desk.page(arguments.page)
        let data = try await page.pdf()
        return Output(uri: "browser://page/\(page.id)/pdf", bytes: data.utf8.count * 3 / 4, asOf: desk.now())
    }
}
