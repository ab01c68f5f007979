import Notation
import Synchronization

/// Brings what the browser tells to the page that it is about, and sees to it that nothing runs unwatched: new targets wait until they are.
final class SessionRouter: Sendable {
    struct Popup: Sendable {
        let target: String
        let session: String
        let context: String
        let openerTarget: String
    }

    private struct State {
        var pages: [String: Page] = [:]
        var gone: Set<String> = []
        var onPopup: @Sendable (Popup) -> Void = { _ in }
    }

    static let autoAttach = JSON.object(["autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true])

    private let state = Mutex(State())
    private let attached = Watched<[String: String]>([:])
    private let connection: DevToolsConnection
    private let downloads: Downloads
    private let traces: TraceRecorder

    init(_ connection: DevToolsConnection, _ downloads: Downloads, _ traces: TraceRecorder) {
        self.connection = connection
        self.downloads = downloads
        self.traces = traces
    }

    var onPopup: @Sendable (Popup) -> Void {
        get { state.withLock { $0.onPopup } }
        set { state.withLock { $0.onPopup = newValue } }
    }

    /// The session of a target that was just made.
    func session(of target: String, within limit: Duration) async -> String? {
        _ = await attached.wait(within: limit) { $0[target] != nil }
        return attached.change { $0.removeValue(forKey: target) }
    }

    func know(_ page: Page) {
        let session = page.session
        state.withLock { $0.pages[session] = page }
    }

    /// With all that it embeds.
    func forget(_ page: Page) {
        state.withLock { state in
            state.pages = state.pages.filter { $0.value !== page }
            state.gone.remove(page.session)
        }
    }

    func isGone(_ page: Page) -> Bool {
        let session = page.session
        return state.withLock { $0.gone.contains(session) }
    }

    /// On the thread that reads the pipe.
    func take(_ event: DevToolsEvent) {
        switch event.method {
        case "Target.attachedToTarget": attach(event)
        case "Target.detachedFromTarget": detach(event.params["sessionId"]?.asText ?? "")
        case "Browser.downloadWillBegin", "Browser.downloadProgress": downloads.take(event)
        case "Tracing.tracingComplete": traces.take(event)
        default:
            guard let session = event.session else { return }
            state.withLock { $0.pages[session] }?.apply(event)
        }
    }

    private func attach(_ event: DevToolsEvent) {
        guard let session = event.params["sessionId"]?.asText, let info = event.params["targetInfo"], let target = info["targetId"]?.asText else { return }
        if info["type"]?.asText == "page" {
            // What was opened by a page; what we made ourselves is waited for.
            if let opener = info["openerId"]?.asText {
                onPopup(Popup(target: target, session: session, context: info["browserContextId"]?.asText ?? "", openerTarget: opener))
            } else {
                attached.change { $0[target] = session }
            }
            return
        }
        // Frames and workers of a page answer to the page.
        if let parent = event.session, let page = state.withLock({ $0.pages[parent] }) {
            state.withLock { $0.pages[session] = page }
            if info["type"]?.asText == "iframe" { page.join(frame: target, session: session, parent: parent, url: info["url"]?.asText ?? "") }
        }
        connection.post(DevToolsCommand("Page.enable", session: session))
        Self.watch(session, connection)
    }

    private func detach(_ session: String) {
        state.withLock { state in
            guard let page = state.pages[session] else { return }
            if page.session == session { return _ = state.gone.insert(session) }
            state.pages.removeValue(forKey: session)
            page.leave(session)
        }
        connection.abandon(session)
    }

    /// What a target does not know of these it refuses, and nothing else happens. At last it may run.
    static func watch(_ session: String, _ connection: DevToolsConnection) {
        connection.post(DevToolsCommand("Network.enable", .object(["maxTotalBufferSize": 8_388_608, "maxResourceBufferSize": 2_097_152]), session: session))
        connection.post(DevToolsCommand("Fetch.enable", .object(["patterns": .array([.object(["urlPattern": "*", "requestStage": "Request"])])]), session: session))
        connection.post(DevToolsCommand("Target.setAutoAttach", autoAttach, session: session))
        connection.post(DevToolsCommand("Runtime.runIfWaitingForDebugger", session: session))
    }
}
