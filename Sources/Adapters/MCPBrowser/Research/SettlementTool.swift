import Browser
import MCP
import MCPHosting
import MCPServing
import Notation

/// What a market's settlement source is asked.
struct SettlementQuestion: Hashable, Sendable {
    let market: String
    let url: String
    let selector: String?
    let text: String?

    enum Answer: Hashable, Sendable {
        /// Where the reading ended, and the lines that answer; none: the source does not show it.
        case found(url: String, lines: [String])
        case trouble(String)
    }

    /// The lines of a text that hold what is sought, whatever its capitals; all of them when nothing is.
    func lines(of read: String) -> [String] {
        let sought = text?.lowercased()
        return read.split(whereSeparator: \.isNewline).map { VisibleText.line(String($0)) }.filter { line in
            !line.isEmpty && (sought.map { line.lowercased().contains($0) } ?? true)
        }
    }
}

struct SettlementCheck: Tool {
    struct Arguments: Shaped {
        let market: String
        let url: String
        let selector: String?
        let text: String?
        static let notes: [String: Note] = [
            "market": Note("Ticker.", pattern: "^[A-Za-z0-9._-]{1,64}$"), "url": Note("The source.", lengths: 8...8192),
            "selector": Note("CSS of the part.", lengths: 1...300), "text": Note("Only lines with this.", lengths: 1...200),
        ]
    }
    struct Output: Shaped {
        let url: String
        let found: [String]
        let omitted: Int
        let untrusted: Bool
        let asOf: String
        enum CodingKeys: String, CodingKey {
            case url, found, omitted, untrusted
            case asOf = "as_of"
        }
        static let notes: [String: Note] = [
            "url": "Where it ended.", "found": "Its lines; none: not shown.", "omitted": "More lines.", "untrusted": .plain, "as_of": .plain,
        ]
    }
    /// Of a page; what comes after is not looked at.
    static let readBound = 1 << 20
    static let lineBound = 20

    static let name = "settlement_check"
    static let title = "Check a source"
    static let summary = "Reads what a market's settlement source says, for the operator too."
    static let hints = ToolHints(readOnly: false, destructive: false, idempotent: true, openWorld: true)
    let desk: Desk

    func call(_ arguments: Arguments, _ context: CallContext) async throws -> Output {
        guard arguments.selector != nil || arguments.text != nil else { throw ToolFailure("say where the value stands: give selector, text or both") }
        if case .failure(let refusal) = desk.browser.settings.rules.judge(arguments.url) { throw ToolFailure("\(refusal)") }
        let question = SettlementQuestion(market: arguments.market, url: arguments.url, selector: arguments.selector, text: arguments.text)
        do throws(BrowserError) {
            let (arrival, read) = try await desk.browser.glance(question.url, question.selector, bound: Self.readBound)
            let lines = question.lines(of: read)
            desk.research.note(question, .found(url: arrival.url, lines: lines), at: desk.time())
            let shown = lines.prefix(Self.lineBound).map { VisibleText.line($0, bound: 500) }
            return Output(url: arrival.url, found: shown, omitted: lines.count - shown.count, untrusted: true, asOf: desk.now())
        } catch {
            // Whoever took the question back learned nothing of the source.
            if error != .cancelled { desk.research.note(question, .trouble(error.description), at: desk.time()) }
            throw error
        }
    }
}
