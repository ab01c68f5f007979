import Browser
import MCP
import MCPHosting
import MCPServing
import Notation

struct PageEvaluate: Tool {
    struct Arguments: Shaped {
        let page: String
        let script: String
        let maxBytes: Int
        enum CodingKeys: String, CodingKey {
            case page = "page_id"
            case script
            case maxBytes = "max_bytes"
        }
        static let notes: [String: Note] = [
            "page_id": "The page.", "script": Note("An expression; a promise is waited for.", lengths: 1...20_000), "max_bytes": Note("Of the value.", range: 256...262_144, default: 16_384),
        ]
    }
    struct Output: Shaped {
        let value: String
        let truncated: Bool
        let untrusted: Bool
        let asOf: String
        enum CodingKeys: String, CodingKey {
            case value, truncated, untrusted
            case asOf = "as_of"
        }
        static let notes: [String: Note] = ["value": "As JSON.", "truncated": "It is longer.", "untrusted": .plain, "as_of": .plain]
    }
    static let name = "page_evaluate"
    static let title = "Run a script in a page"
    static let summary = "Runs JavaScript in a page, with the page's own rights. A person is asked first."
    static let hints = ToolHints(readOnly: false, destructive: true, idempotent: false, openWorld: true)
    let desk: Desk

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let page = try await desk.page(arguments.page)
        // Where the page is belongs to what is confirmed: another page, another question.
        switch try await context.confirm("Run this script in the page \(page.url)?\n\n\(arguments.script)") {
        case .accepted: break
        case .declined, .cancelled: throw ToolFailure("the script was not run: the person said no")
        }
        let part = TextRange.of(try await page.evaluateInPage(arguments.script).rendered, from: 0, bytes: arguments.maxBytes)
        return Output(value: part.text, truncated: part.to < part.total, untrusted: true, asOf: desk.now())
    }
}

struct CookiesList: Tool {
    struct Arguments: Shaped {
        let page: String
        enum CodingKeys: String, CodingKey { case page = "page_id" }
        static let notes: [String: Note] = ["page_id": "The page."]
    }
    struct Row: Shaped {
        let name: String
        let domain: String
        let path: String
        let secure: Bool
        let httpOnly: Bool
        let sameSite: String
        let session: Bool
        enum CodingKeys: String, CodingKey {
            case name, domain, path, secure, session
            case httpOnly = "http_only"
            case sameSite = "same_site"
        }
        static let notes: [String: Note] = [
            "name": "Its value is never told.", "domain": "Whose it is.", "path": "Where it is sent.", "secure": "Only over https.", "http_only": "Not for scripts.", "same_site": "Strict, Lax, None; empty when not said.",
            "session": "Gone with the page.",
        ]
    }
    struct Output: Shaped {
        let cookies: [Row]
        let truncated: Bool
        let untrusted: Bool
        let asOf: String
        enum CodingKeys: String, CodingKey {
            case cookies, truncated, untrusted
            case asOf = "as_of"
        }
        static let notes: [String: Note] = ["cookies": "200 at most.", "truncated": "There are more.", "untrusted": .plain, "as_of": .plain]
    }
    static let name = "cookies_list"
    static let title = "Cookies of a page"
    static let summary = "Lists the names and flags of the cookies that a page's address would get; never their values."
    static let hints = ToolHints.readsHere
    let desk: Desk

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let cookies = try await desk.page(arguments.page).cookies()
        let rows = cookies.prefix(200).map {
            Row(name: $0.name, domain: $0.domain, path: $0.path, secure: $0.isSecure, httpOnly: $0.isHTTPOnly, sameSite: $0.sameSite, session: $0.isSession)
        }
        return Output(cookies: rows, truncated: cookies.count > 200, untrusted: true, asOf: desk.now())
    }
}

struct StorageClear: Tool {
    struct Arguments: Shaped {
        let page: String
        enum CodingKeys: String, CodingKey { case page = "page_id" }
        static let notes: [String: Note] = ["page_id": "The page."]
    }
    struct Output: Shaped {
        let origin: String
        let cleared: Bool
        static let notes: [String: Note] = ["origin": "Whose storage it was.", "cleared": "Cookies, local storage, databases and caches are gone."]
    }
    static let name = "storage_clear"
    static let title = "Clear storage"
    static let summary = "Clears cookies and storage of the page's origin, in its own context only."
    static let hints = ToolHints(readOnly: false, destructive: true, idempotent: true, openWorld: false)
    let desk: Desk

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        Output(origin: try await desk.page(arguments.page).clearStorage(), cleared: true)
    }
}
