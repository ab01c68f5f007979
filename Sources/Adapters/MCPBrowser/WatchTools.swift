import Browser
import MCP
import MCPHosting
import MCPServing
import Model
import Notation

struct WatchRow: Shaped {
    let watch: String
    let uri: String
    let url: String
    let selector: String?
    let interval: Int64
    let looks: Int
    let changes: Int
    let lastLook: String?
    let lastChange: String?
    let trouble: String?
    enum CodingKeys: String, CodingKey {
        case watch = "watch_id"
        case uri, url, selector
        case interval = "interval_seconds"
        case looks, changes
        case lastLook = "last_look"
        case lastChange = "last_change"
        case trouble
    }
    static let notes: [String: Note] = [
        "watch_id": .plain, "uri": "Read it, or subscribe to it.", "url": .plain, "selector": .plain, "interval_seconds": "Between looks.",
        "looks": .plain, "changes": .plain, "last_look": .plain, "last_change": .plain, "trouble": "Of the last look.",
    ]

    init(_ watch: WatchBook.Watch) {
        self.watch = watch.id
        uri = "browser://watch/\(watch.id)"
        url = watch.url
        selector = watch.selector
        interval = watch.interval
        looks = watch.looks
        changes = watch.changes
        lastLook = watch.lastLook.map { CivilTime.text($0, decimals: 3) }
        lastChange = watch.lastChange.map { CivilTime.text($0, decimals: 3) }
        trouble = watch.trouble
    }
}

struct WatchCreate: Tool {
    struct Arguments: Shaped {
        let url: String
        let selector: String?
        let interval: Int64
        enum CodingKeys: String, CodingKey {
            case url, selector
            case interval = "interval_seconds"
        }
        static let notes: [String: Note] = [
            "url": Note("http or https, of an allowed origin.", lengths: 8...8192), "selector": Note("CSS of the part; the whole page without.", lengths: 1...300),
            "interval_seconds": Note("Between looks.", range: WatchBook.intervals, default: 300),
        ]
    }
    static let name = "watch_create"
    static let title = "Watch a page"
    static let summary = "Looks at a part of a page again and again; subscribers of its resource hear when it changes."
    static let hints = ToolHints(readOnly: false, destructive: false, idempotent: false, openWorld: true)
    let watches: WatchBook

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> WatchRow {
        if let refusal = watches.refusal(arguments.url) { throw ToolFailure("\(refusal)") }
        guard let watch = watches.create(url: arguments.url, selector: arguments.selector, interval: arguments.interval) else {
            throw ToolFailure("\(WatchBook.bound) watches are kept, and that is the limit; delete one first")
        }
        return WatchRow(watch)
    }
}

struct WatchList: Tool {
    struct Output: Shaped {
        let watches: [WatchRow]
        let limit: Int
        static let notes: [String: Note] = ["watches": "All of them.", "limit": "As many may be kept."]
    }
    static let name = "watch_list"
    static let title = "List watches"
    static let summary = "Lists the watches and how they stand."
    static let hints = ToolHints.readsHere
    let watches: WatchBook

    func call(_ arguments: Nothing, _ context: CallContext) async throws -> Output { Output(watches: watches.all.map(WatchRow.init), limit: WatchBook.bound) }
}

struct WatchDelete: Tool {
    struct Arguments: Shaped {
        let watch: String
        enum CodingKeys: String, CodingKey { case watch = "watch_id" }
        static let notes: [String: Note] = ["watch_id": "From watch_create."]
    }
    struct Output: Shaped {
        let deleted: String
        static let notes: [String: Note] = ["deleted": "The id of the watch."]
    }
    static let name = "watch_delete"
    static let title = "Delete a watch"
    static let summary = "Ends a watch and forgets what it read."
    static let hints = ToolHints(readOnly: false, destructive: false, idempotent: true, openWorld: false)
    let watches: WatchBook

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        watches.delete(arguments.watch)
        return Output(deleted: arguments.watch)
    }
}
