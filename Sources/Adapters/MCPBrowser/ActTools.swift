import Browser
import MCP
import MCPHosting
import MCPServing
import Notation

struct PageAct: Tool {
    enum Action: String, Choice { case click, dblclick, type, fill, select, press, hover, drag }
    struct Step: Shaped {
        let action: Action
        let ref: String?
        let text: String?
        let values: [String]?
        let key: String?
        let to: String?
        static let notes: [String: Note] = [
            "action": "What to do.", "ref": Note("What to do it to; not for press, and for type only to choose the field.", pattern: NodeRef.pattern),
            "text": Note("For type (adds) and fill (replaces).", lengths: 0...4000), "values": Note("For select.", items: 1...20), "key": Note("For press: a, Enter, Control+a.", lengths: 1...40),
            "to": Note("For drag: where to.", pattern: NodeRef.pattern),
        ]
    }
    struct Arguments: Shaped {
        let page: String
        let steps: [Step]
        let maxBytes: Int
        enum CodingKeys: String, CodingKey {
            case page = "page_id"
            case steps
            case maxBytes = "max_bytes"
        }
        static let notes: [String: Note] = [
            "page_id": "The page.", "steps": Note("Done in order; the first that fails ends it.", items: 1...20),
            "max_bytes": Note("Of the changes shown.", range: 256...262_144, default: 8192),
        ]
    }
    struct Output: Shaped {
        let page: String
        let done: Int
        let failure: String?
        let url: String
        let navigated: Bool
        let opened: [String]
        let snapshot: Int
        let changes: String
        let truncated: Bool
        let untrusted: Bool
        let asOf: String
        enum CodingKeys: String, CodingKey {
            case page = "page_id"
            case done, failure, url, navigated, opened, snapshot, changes, truncated, untrusted
            case asOf = "as_of"
        }
        static let notes: [String: Note] = [
            "page_id": "The page.", "done": "Steps that were done.", "failure": "Why the next one was not.", "url": "Where the page is now.",
            "navigated": "It shows another document: the changes are its whole outline.", "opened": "Pages that it opened.", "snapshot": "Number of the outline, for since.",
            "changes": "+ new, ~ changed, - gone.", "truncated": "Lines were left out.", "untrusted": .plain, "as_of": .plain,
        ]
    }
    static let name = "page_act"
    static let title = "Act on a page"
    static let summary = "Clicks, types, fills, selects, presses, hovers or drags, by refs from a snapshot; tells what changed."
    static let hints = ToolHints(readOnly: false, destructive: true, idempotent: false, openWorld: true)
    let desk: Desk

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        // All are read before the first is done.
        let steps = try arguments.steps.enumerated().map { try step($1, number: $0 + 1) }
        let page = try await desk.page(arguments.page)
        let before = try await page.look()
        let pagesBefore = Set(await desk.browser.openPages.map(\.id))
        var done = 0
        var failure: String?
        for step in steps {
            do {
                try await page.perform(step)
                try await page.settle()
                done += 1
            } catch let error {
                if case .replaced = error { throw error }
                if case .ended = error { throw error }
                failure = error.description
                break
            }
        }
        let after = try await page.look()
        let navigated = after.document != before.document
        let text = navigated ? after.outline.shown(maxBytes: arguments.maxBytes) : after.outline.changes(since: before.outline, maxBytes: arguments.maxBytes)
        let opened = await desk.browser.openPages.filter { $0.opener == page.id && !pagesBefore.contains($0.id) }.map(\.id)
        return Output(
            page: page.id, done: done, failure: failure, url: page.url, navigated: navigated, opened: opened, snapshot: after.number, changes: text.text, truncated: text.omitted > 0,
            untrusted: true, asOf: desk.now())
    }

    private func step(_ step: Step, number: Int) throws -> Page.Step {
        func need<Value>(_ value: Value?, _ name: String) throws -> Value {
            guard let value else { throw ToolFailure("step \(number): \(step.action.rawValue) needs \(name)") }
            return value
        }
        func node() throws -> NodeRef { try NodeRef(try need(step.ref, "ref")) }
        return switch step.action {
        case .click: .click(try node(), count: 1)
        case .dblclick: .click(try node(), count: 2)
        case .type: .type(try step.ref.map { try NodeRef($0) }, try need(step.text, "text"))
        case .fill: .fill(try node(), try need(step.text, "text"))
        case .select: .select(try node(), try need(step.values, "values"))
        case .press: .press(try need(step.key, "key"))
        case .hover: .hover(try node())
        case .drag: .drag(try node(), try NodeRef(try need(step.to, "to")))
        }
    }
}

struct DownloadsList: Tool {
    struct Row: Shaped {
        let url: String
        let name: String
        let outcome: String
        let bytes: Int
        let path: String?
        let why: String?
        static let notes: [String: Note] = [
            "url": "Where it came from.", "name": "As the page called it.", "outcome": "running, saved, refused or cancelled.", "bytes": "So far.", "path": "Where it lies, once saved.",
            "why": "Why it was refused.",
        ]
    }
    struct Output: Shaped {
        let downloads: [Row]
        let untrusted: Bool
        let asOf: String
        enum CodingKeys: String, CodingKey {
            case downloads, untrusted
            case asOf = "as_of"
        }
        static let notes: [String: Note] = ["downloads": "Oldest first, 100 at most.", "untrusted": .plain, "as_of": .plain]
    }
    static let name = "downloads_list"
    static let title = "List downloads"
    static let summary = "Lists files that pages handed over, and what became of them."
    static let hints = ToolHints.readsHere
    let desk: Desk

    func call(_ arguments: Nothing, _ context: CallContext) async throws -> Output {
        let rows = await desk.browser.downloads.map {
            Row(url: String($0.url.prefix(300)), name: $0.suggestedName, outcome: $0.outcome.rawValue, bytes: $0.bytes, path: $0.path, why: $0.why)
        }
        return Output(downloads: rows, untrusted: true, asOf: desk.now())
    }
}
