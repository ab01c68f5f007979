import Browser
public import MCPServing
import Model
public import Ports
import Synchronization

/// What is read through a browser's server, kept for whoever looks at the desk. Made before the server is, which may never be asked for.
public final class ResearchBook: ResearchPort {
    /// At the bounds the oldest goes.
    static let pageBound = 20
    static let checkBound = 20
    /// Lines of a source that are kept of a check.
    static let foundBound = 4

    private struct State {
        weak var watches: WatchBook?
        /// Watches as they were shown last: their words are read once a look, not once a glance.
        var shown: [String: ResearchView.Watch] = [:]
        var pages: [(url: String, page: ResearchView.Page)] = []
        var checks: [(question: SettlementQuestion, check: ResearchView.Check)] = []
    }

    private let state = Mutex(State())
    private let words: ShownWords

    /// - Parameter redactor: takes secrets out of what is kept.
    public init(redactor: Redactor = Redactor()) { words = ShownWords(redactor: redactor) }

    public var research: ResearchView {
        let (watches, known) = state.withLock { ($0.watches, $0.shown) }
        let rows = (watches?.all ?? []).map { watch in known[watch.id].flatMap { $0.looks == watch.looks ? $0 : nil } ?? shown(watch) }
        return state.withLock { state in
            state.shown = Dictionary(rows.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
            return ResearchView(watches: rows, pages: state.pages.map(\.page), checks: state.checks.map(\.check))
        }
    }

    /// From now on these are the watches.
    func show(_ watches: WatchBook) { state.withLock { $0.watches = watches } }

    /// Ends the watches, so that none of them starts a browser that is being stopped. What was read stays.
    public func close() {
        guard let watches = state.withLock({ $0.watches }) else { return }
        for watch in watches.all { watches.delete(watch.id) }
    }

    enum How: String { case opened, read, fetched }

    /// A page that is read again goes to the front.
    func note(_ url: String, title: String, _ how: How, at time: Timestamp) {
        let page = ResearchView.Page(address: words.address(url), title: words.line(title, bytes: 160), how: how.rawValue, time: time.nanoseconds)
        state.withLock { state in
            state.pages.removeAll { $0.url == url }
            state.pages.insert((url, page), at: 0)
            if state.pages.count > Self.pageBound { state.pages.removeLast() }
        }
    }

    /// The same question's earlier answer goes.
    func note(_ question: SettlementQuestion, _ answer: SettlementQuestion.Answer, at time: Timestamp) {
        var check = ResearchView.Check(
            market: question.market, address: words.address(question.url), selector: question.selector.map { words.line($0, bytes: 160) },
            sought: question.text.map { words.line($0, bytes: 160) }, time: time.nanoseconds)
        switch answer {
        case .found(let url, let lines):
            check.address = words.address(url)
            check.found = lines.prefix(Self.foundBound).map { words.line($0, bytes: 200) }
            check.more = lines.count - check.found.count
        case .trouble(let why): check.trouble = words.line(why, bytes: 300)
        }
        let done = check
        state.withLock { state in
            state.checks.removeAll { $0.question == question }
            state.checks.insert((question, done), at: 0)
            if state.checks.count > Self.checkBound { state.checks.removeLast() }
        }
    }

    private func shown(_ watch: WatchBook.Watch) -> ResearchView.Watch {
        ResearchView.Watch(
            id: watch.id, address: words.address(watch.url), selector: watch.selector.map { words.line($0, bytes: 160) }, everySeconds: watch.interval, looks: watch.looks,
            changes: watch.changes, looked: watch.lastLook?.nanoseconds, changed: watch.lastChange?.nanoseconds, reads: watch.text.map { words.line($0, bytes: 320) },
            before: watch.change.map { words.line($0.before, bytes: 320) }, after: watch.change.map { words.line($0.after, bytes: 320) },
            trouble: watch.trouble.map { words.line($0, bytes: 300) })
    }
}
