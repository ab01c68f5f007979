import Browser
import MCP
import MCPHosting
import Notation

struct PageWait: Tool {
    enum Thing: String, Choice { case text, gone, url, idle, load }
    struct Arguments: Shaped {
        let page: String
        let what: Thing
        let value: String?
        let timeout: Int64
        enum CodingKeys: String, CodingKey {
            case page = "page_id"
            case what = "for"
            case value
            case timeout = "timeout_ms"
        }
        static let notes: [String: Note] = [
            "page_id": "The page.", "for": "A text that appears, a text that is gone, an address that contains value, silence on the network, or the load.",
            "value": Note("The text, or part of the address.", lengths: 1...500), "timeout_ms": Note("At most.", range: Patience.range, default: .integer(Patience.standard)),
        ]
    }
    struct Output: Shaped {
        let met: Bool
        let url: String
        let asOf: String
        enum CodingKeys: String, CodingKey {
            case met, url
            case asOf = "as_of"
        }
        static let notes: [String: Note] = ["met": "Whether it came in time.", "url": .plain, "as_of": .plain]
    }
    static let name = "page_wait"
    static let title = "Wait for a page"
    static let summary = "Waits until a page shows a text, loses it, is at an address, or is quiet."
    static let hints = ToolHints.readsElsewhere
    let desk: Desk

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        let page = try await desk.page(arguments.page)
        let limit = Duration.milliseconds(arguments.timeout)
        func value() throws -> String {
            guard let value = arguments.value else { throw ToolFailure("waiting for \(arguments.what.rawValue) needs value") }
            return value
        }
        let met =
            switch arguments.what {
            case .text: try await page.wait(forText: try value(), present: true, within: limit)
            case .gone: try await page.wait(forText: try value(), present: false, within: limit)
            case .url: try await page.wait(forAddress: try value(), within: limit)
            case .idle: try await page.wait(for: .idle, within: limit)
            case .load: try await page.wait(for: .load, within: limit)
            }
        return Output(met: met, url: page.url, asOf: desk.now())
    }
}
