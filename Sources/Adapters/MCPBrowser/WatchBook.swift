import Browser
import Model
import Notation
import Synchronization

/// Parts of pages that are looked at again and again, and what they said last.
///
/// Each watch opens its page, reads, and closes it; so a watch costs a page's room only while it looks.
final class WatchBook: Sendable {
    /// At once.
    static let bound = 16
    static let intervals: ClosedRange<Int64> = 15...86_400
    /// Of what is kept of a part.
    static let textBound = 64 << 10

    struct Watch: Sendable {
        let id: String
        let url: String
        let selector: String?
        let interval: Int64
        let made: Timestamp
        var text: String?
        var looks = 0
        var changes = 0
        var lastLook: Timestamp?
        var lastChange: Timestamp?
        /// Between the last two readings that differed.
        var change: TextChange?
        var trouble: String?
    }

    private struct State {
        var watches: [String: Watch] = [:]
        var tasks: [String: Task<Void, Never>] = [:]
    }

    private let state = Mutex(State())
    private let browser: Browser
    private let now: @Sendable () -> Timestamp
    private let changed: @Sendable (String) -> Void

    init(_ browser: Browser, now: @escaping @Sendable () -> Timestamp, changed: @escaping @Sendable (String) -> Void) {
        self.browser = browser
        self.now = now
        self.changed = changed
    }

    deinit { for task in state.withLock({ Array($0.tasks.values) }) { task.cancel() } }

    /// Oldest first.
    var all: [Watch] { state.withLock { $0.watches.values.sorted { ($0.made, $0.id) < ($1.made, $1.id) } } }
    func watch(_ id: String) -> Watch? { state.withLock { $0.watches[id] } }

    /// Why an address may not be watched; nil when it may.
    func refusal(_ url: String) -> Refusal? {
        if case .failure(let refusal) = browser.settings.rules.judge(url) { return refusal }
        return nil
    }

    /// Nil when there is no room. The first look is taken at once.
    func create(url: String, selector: String?, interval: Int64) -> Watch? {
        let id = "w" + String(UInt64.random(in: 1 << 60 ... .max), radix: 16)
        let watch = Watch(id: id, url: url, selector: selector, interval: interval, made: now())
        let isRoom = state.withLock { state in
            guard state.watches.count < Self.bound else { return false }
            state.watches[id] = watch
            return true
        }
        guard isRoom else { return nil }
        let task = Task { [weak self] in
            while !Task.isCancelled {
                await self?.look(id)
                // Cancellation ends the wait and the watch.
                do { try await Task.sleep(for: .seconds(interval)) } catch { return }
            }
        }
        state.withLock { state in if state.watches[id] != nil { state.tasks[id] = task } else { task.cancel() } }
        return watch
    }

    @discardableResult
    func delete(_ id: String) -> Bool {
        let (was, task) = state.withLock { ($0.watches.removeValue(forKey: id) != nil, $0.tasks.removeValue(forKey: id)) }
        task?.cancel()
        return was
    }

    private func look(_ id: String) async {
        guard let watch = watch(id) else { return }
        let found: Result<String, BrowserError>
        do throws(BrowserError) { found = .success(try await browser.glance(watch.url, watch.selector, bound: Self.textBound).text) } catch { found = .failure(error) }
        let at = now()
        let isNews = state.withLock { state -> Bool in
            guard var watch = state.watches[id] else { return false }
            defer { state.watches[id] = watch }
            watch.looks += 1
            watch.lastLook = at
            switch found {
            case .failure(let error):
                watch.trouble = error.description
                return false
            case .success(let text):
                watch.trouble = nil
                guard text != watch.text else { return false }
                if let old = watch.text {
                    watch.changes += 1
                    watch.lastChange = at
                    watch.change = TextChange(from: old, to: text)
                }
                watch.text = text
                // The first reading is news to whoever waits for it.
                return true
            }
        }
        if isNews { changed(id) }
    }
}
