import Browser
import MCP
import MCPHosting
import MCPServing
import Notation

/// How far a page must have come before a call returns.
enum WaitFor: String, Choice {
    case none, dom, load, idle
    var milestone: Page.Milestone {
        switch self {
        case .none: .none
        case .dom: .dom
        case .load: .load
        case .idle: .idle
        }
    }
    static let note = Note("none: an answer; dom: parsed; load: with its parts; idle: silence.", default: "load")
}

/// Where a page stands after it was opened or moved.
struct Standing: Shaped {
    let page: String
    let url: String
    let title: String
    let status: Int?
    let reached: Bool
    let untrusted: Bool
    let asOf: String

    enum CodingKeys: String, CodingKey {
        case page = "page_id"
        case url, title, status, reached, untrusted
        case asOf = "as_of"
    }
    static let notes: [String: Note] = [
        "page_id": "For all other tools.", "url": "Where it ended.", "title": "As the page calls itself.", "status": "HTTP status.",
        "reached": "False: not as far as was waited for.", "untrusted": .plain, "as_of": .plain,
    ]

    init(_ page: Page, _ arrival: Page.Arrival, _ desk: Desk) {
        self.page = page.id
        url = arrival.url
        title = arrival.title
        status = arrival.status
        reached = arrival.reached
        untrusted = true
        asOf = desk.now()
        desk.research.note(arrival.url, title: arrival.title, .opened, at: desk.time())
    }
}

struct PageOpen: Tool {
    struct Arguments: Shaped {
        let url: String
        let width: Int
        let height: Int
        let wait: WaitFor
        let timeout: Int64

        enum CodingKeys: String, CodingKey {
            case url, width, height, wait
            case timeout = "timeout_ms"
        }
        static let notes: [String: Note] = [
            "url": Note("http or https, of an allowed origin.", lengths: 8...8192), "width": Note("Of the view, in pixels.", range: 200...4000, default: 1280),
            "height": Note("Of the view, in pixels.", range: 200...4000, default: 800), "wait": WaitFor.note,
            "timeout_ms": Note("For all of it.", range: Patience.range, default: .integer(Patience.standard)),
        ]
    }
    static let name = "page_open"
    static let title = "Open a page"
    static let summary = "Opens an address in a new page with cookies and storage of its own."
    static let hints = ToolHints(readOnly: false, destructive: false, idempotent: false, openWorld: true)
    let desk: Desk

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Standing {
        // A forbidden address needs no browser to be refused.
        if case .failure(let refusal) = desk.browser.settings.rules.judge(arguments.url) { throw ToolFailure("\(refusal)") }
        let page = try await desk.browser.open(Page.Viewport(width: arguments.width, height: arguments.height))
        do {
            let arrival = try await page.open(arguments.url, wait: arguments.wait.milestone, within: .milliseconds(arguments.timeout))
            return Standing(page, arrival, desk)
        } catch {
            // Gone already is as good.
            try? await desk.browser.close(page.id)
            throw error
        }
    }
}

struct PageNavigate: Tool {
    enum Direction: String, Choice { case back, forward, reload }
    struct Arguments: Shaped {
        let page: String
        let url: String?
        let direction: Direction?
        let wait: WaitFor
        let timeout: Int64

        enum CodingKeys: String, CodingKey {
            case page = "page_id"
            case url, direction, wait
            case timeout = "timeout_ms"
        }
        static let notes: [String: Note] = [
            "page_id": "The page.", "url": Note("Where to; or give a direction.", lengths: 8...8192), "direction": "In the page's history.", "wait": WaitFor.note,
            "timeout_ms": Note("For all of it.", range: Patience.range, default: .integer(Patience.standard)),
        ]
    }
    static let name = "page_navigate"
    static let title = "Navigate"
    static let summary = "Takes a page to another address, back, forward, or reloads it."
    static let hints = ToolHints(readOnly: false, destructive: false, idempotent: false, openWorld: true)
    let desk: Desk

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Standing {
        let page = try await desk.page(arguments.page)
        let limit = Duration.milliseconds(arguments.timeout)
        switch (arguments.url, arguments.direction) {
        case (let url?, nil): return Standing(page, try await page.open(url, wait: arguments.wait.milestone, within: limit), desk)
        case (nil, let direction?):
            let way: Page.Direction =
                switch direction {
                case .back: .back
                case .forward: .forward
                case .reload: .reload
                }
            return Standing(page, try await page.go(way, wait: arguments.wait.milestone, within: limit), desk)
        default: throw ToolFailure("give either url or direction")
        }
    }
}

struct PagesList: Tool {
    struct Row: Shaped {
        let page: String
        let url: String
        let title: String
        let opener: String?
        let idle: Int
        let blocked: Int
        enum CodingKeys: String, CodingKey {
            case page = "page_id"
            case url, title, opener
            case idle = "idle_seconds"
            case blocked = "blocked_requests"
        }
        static let notes: [String: Note] = [
            "page_id": "Its id.", "url": .plain, "title": .plain, "opener": "The page that opened it.", "idle_seconds": "Since anybody asked about it.",
            "blocked_requests": "Requests of it that were refused.",
        ]
    }
    struct Output: Shaped {
        let pages: [Row]
        let limit: Int
        let origins: [String]
        let browser: String
        let untrusted: Bool
        let asOf: String
        enum CodingKeys: String, CodingKey {
            case pages, limit, browser, untrusted
            case origins = "allowed_origins"
            case asOf = "as_of"
        }
        static let notes: [String: Note] = [
            "pages": "In the order in which they were opened.", "limit": "As many may be open.", "allowed_origins": "Where pages may come from.", "browser": "running or not started.",
            "untrusted": .plain, "as_of": .plain,
        ]
    }
    static let name = "pages_list"
    static let title = "List pages"
    static let summary = "Lists the open pages, and the origins that are allowed."
    static let hints = ToolHints.readsHere
    let desk: Desk

    func call(_ arguments: Nothing, _ context: CallContext) async throws -> Output {
        var rows: [Row] = []
        for page in await desk.browser.openPages {
            // A page that cannot say its title is listed without.
            let title = (try? await page.title()) ?? ""
            rows.append(Row(page: page.id, url: page.url, title: title, opener: page.opener, idle: Int(page.idle.components.seconds), blocked: page.blockedRequests))
        }
        let settings = desk.browser.settings
        return Output(
            pages: rows, limit: settings.pageLimit, origins: settings.rules.origins.map(\.description), browser: await desk.browser.isRunning ? "running" : "not started",
            untrusted: true, asOf: desk.now())
    }
}

struct PageClose: Tool {
    struct Arguments: Shaped {
        let page: String
        enum CodingKeys: String, CodingKey { case page = "page_id" }
        static let notes: [String: Note] = ["page_id": "The page."]
    }
    struct Output: Shaped {
        let closed: String
        static let notes: [String: Note] = ["closed": "The id of the page that was closed."]
    }
    static let name = "page_close"
    static let title = "Close a page"
    static let summary = "Closes a page and forgets its cookies and storage."
    static let hints = ToolHints(readOnly: false, destructive: false, idempotent: true, openWorld: false)
    let desk: Desk

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        // Closed already is what was asked for.
        do { try await desk.browser.close(arguments.page) } catch BrowserError.noPage { return Output(closed: arguments.page) }
        return Output(closed: arguments.page)
    }
}
