import Browser
import MCP
import MCPHosting
import MCPServing
import Notation

struct TraceRecordTool: Tool {
    struct Arguments: Shaped {
        let page: String
        let seconds: Int
        let reload: Bool
        enum CodingKeys: String, CodingKey {
            case page = "page_id"
            case seconds, reload
        }
        static let notes: [String: Note] = [
            "page_id": "The page.", "seconds": Note("How long.", range: 1...30, default: 5), "reload": Note("Load the page anew at the beginning.", default: false),
        ]
    }
    struct Output: Shaped {
        let page: String
        let path: String
        let bytes: Int
        let truncated: Bool
        let asOf: String
        enum CodingKeys: String, CodingKey {
            case page = "page_id"
            case path, bytes, truncated
            case asOf = "as_of"
        }
        static let notes: [String: Note] = [
            "page_id": "The page.", "path": "The file, for the DevTools' Performance panel.", "bytes": .plain, "truncated": "The browser's memory for it was full: the end is missing.", "as_of": .plain,
        ]
    }
    static let name = "trace_record"
    static let title = "Record a trace"
    static let summary = "Records what the browser does for some seconds into a file in the folder for downloads; all open pages are in it."
    static let hints = ToolHints(readOnly: false, destructive: false, idempotent: false, openWorld: true)
    let desk: Desk
    let folder: String

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let page = try await desk.page(arguments.page)
        let stamp = desk.now().filter { $0.isASCII && ($0.isNumber || $0.isLetter) }
        let trace = try await desk.browser.trace(page, name: "trace-\(stamp)-\(page.id.prefix(5)).json", seconds: arguments.seconds, reloads: arguments.reload) { second in
            context.report(Progress(Double(second), of: Double(arguments.seconds)))
        }
        return Output(page: page.id, path: trace.path, bytes: trace.bytes, truncated: trace.isFull, asOf: desk.now())
    }
}
