import Foundation
import Notation
import Synchronization
public import Transport

/// A browser that other programs may trust with addresses from anywhere: started when the first page is opened, ended when none has been for a while.
///
/// Every page has a context of its own. All traffic goes through one proxy that holds to `AccessRules`.
public actor Browser {
    public struct Settings: Sendable {
        public var executable = "/usr/bin/chromium-headless-shell"
        public var rules: AccessRules
        /// Pages open at once; those that pages open themselves count.
        public var pageLimit = 8
        /// A page that nobody asked about for so long is closed.
        public var idleLimit = Duration.seconds(600)
        /// Of one page's process; beyond it the page is ended and replaced.
        public var memoryMegabytes = 1024
        /// Where downloads go; nil refuses them.
        public var downloads: String?
        public var downloadBytes = 16 << 20
        /// Whose files pages may be given; nil gives none.
        public var uploads: UploadFolder?
        /// How long a page may take to answer a command.
        public var patience = Duration.seconds(10)
        public var withoutSandbox = false
        public var proxy = ForwardProxy.Limits()

        public init(rules: AccessRules) { self.rules = rules }
    }

    public nonisolated let settings: Settings
    private let proxy: PolicyProxy
    private var proxyPort: Int?
    var running: Running?
    private var starting: Task<Running, any Error>?
    private var pages: [String: Page] = [:]
    private var guardTask: Task<Void, Never>?

    /// One life of the browser's process.
    final class Running: Sendable {
        let process: ChromiumProcess
        let router: SessionRouter
        let downloads: Downloads
        let traces: TraceRecorder
        /// Made with the first file that a page is given.
        private let shelf = Mutex<(stage: UploadStage?, count: Int)>((nil, 0))

        init(_ process: ChromiumProcess, _ router: SessionRouter, _ downloads: Downloads, _ traces: TraceRecorder) {
            self.process = process
            self.router = router
            self.downloads = downloads
            self.traces = traces
        }
        var connection: DevToolsConnection { process.connection }

        /// Copies for the browser to read; where they lie.
        func stage(_ files: [UploadFolder.File]) throws(BrowserError) -> [String] {
            let result = shelf.withLock { shelf -> Result<[String], BrowserError> in
                guard shelf.count + files.count <= UploadStage.countBound else { return .failure(.unfit("\(UploadStage.countBound) files were given already")) }
                do throws(BrowserError) {
                    let stage = if let made = shelf.stage { made } else { try UploadStage() }
                    shelf = (stage, shelf.count + files.count)
                    return .success(try files.map { file throws(BrowserError) in try stage.put(file) })
                } catch { return .failure(error) }
            }
            return try result.get()
        }

        func stop() async {
            await process.stop()
            shelf.withLock { $0.stage }?.remove()
        }
    }

    public init(_ settings: Settings) {
        self.settings = settings
        proxy = PolicyProxy(settings.rules, limits: settings.proxy)
    }

    // MARK: - Pages

    /// Opens an empty page in a context of its own.
    public func open(_ viewport: Page.Viewport = Page.Viewport()) async throws(BrowserError) -> Page {
        guard pages.count < settings.pageLimit else { throw .tooManyPages(limit: settings.pageLimit) }
        let running = try await start()
        let connection = running.connection
        let made = try await connection.send(DevToolsCommand("Target.createBrowserContext", .object(["disposeOnDetach": true])))
        guard let context = made["browserContextId"]?.asText else { throw .cannotStart("no context could be made") }
        running.downloads.prepare(context)
        let (target, session) = try await Self.newTarget(running, context)
        let page = make(running, id: Self.newId(), opener: nil, context: context, target: target, session: session)
        // Others may have opened theirs meanwhile.
        guard pages.count < settings.pageLimit else {
            connection.post(DevToolsCommand("Target.disposeBrowserContext", .object(["browserContextId": .text(context)])))
            throw .tooManyPages(limit: settings.pageLimit)
        }
        pages[page.id] = page
        try await prepare(page, running, viewport)
        return page
    }

    public func page(_ id: String) throws(BrowserError) -> Page {
        guard let page = pages[id] else { throw .noPage(String(id.prefix(64))) }
        page.touch()
        return page
    }

    /// In the order in which they were opened.
    public var openPages: [Page] { pages.values.sorted { $0.id < $1.id } }

    public func close(_ id: String) throws(BrowserError) {
        guard let page = pages.removeValue(forKey: id) else { throw .noPage(String(id.prefix(64))) }
        guard let running else { return }
        running.router.forget(page)
        let isLast = !pages.values.contains { $0.context == page.context }
        running.connection.post(DevToolsCommand("Target.closeTarget", .object(["targetId": .text(page.target)])))
        if isLast { running.connection.post(DevToolsCommand("Target.disposeBrowserContext", .object(["browserContextId": .text(page.context)]))) }
    }

    public var downloads: [DownloadRecord] { running?.downloads.records ?? [] }
    public var isRunning: Bool { running != nil }

    /// The port of the proxy, for a client that keeps to the same rules without a browser.
    public func policyPort() async throws(BrowserError) -> Int {
        if let proxyPort { return proxyPort }
        do {
            let port = try await proxy.start()
            proxyPort = port
            return port
        } catch { throw .cannotStart("\(error)") }
    }

    public nonisolated func refusal(of address: WebAddress) -> Refusal? { proxy.refusal(of: address) }

    public func stop() async {
        guardTask?.cancel()
        guardTask = nil
        pages = [:]
        let life = running
        running = nil
        await life?.stop()
        await proxy.stop()
        proxyPort = nil
    }

    // MARK: - The process

    private func start() async throws(BrowserError) -> Running {
        if let running { return running }
        let task = starting ?? Task { try await self.launch() }
        starting = task
        defer { starting = nil }
        do { return try await task.value } catch let error as BrowserError { throw error } catch { throw .cannotStart("\(error)") }
    }

    private func launch() async throws(BrowserError) -> Running {
        let port = try await policyPort()
        let process = try ChromiumProcess(.init(executable: settings.executable, proxyPort: port, withoutSandbox: settings.withoutSandbox))
        let downloads = Downloads(process.connection, folder: settings.downloads, landing: process.profile + "/landing", limit: settings.downloadBytes)
        let traces = TraceRecorder(process.connection, folder: settings.downloads)
        let router = SessionRouter(process.connection, downloads, traces)
        let life = Running(process, router, downloads, traces)
        router.onPopup = { [weak self] popup in Task { await self?.adopt(popup, life) } }
        process.connection.start(onEvent: { router.take($0) }, onEnd: { [weak self] in Task { await self?.ended(life) } })
        do {
            _ = try await process.connection.send(DevToolsCommand("Browser.getVersion"), within: .seconds(20))
            _ = try await process.connection.send(DevToolsCommand("Target.setAutoAttach", SessionRouter.autoAttach))
        } catch {
            await process.stop()
            throw .cannotStart(settings.withoutSandbox ? "\(error)" : "\(error); where the system forbids user namespaces, --no-sandbox starts it without its sandbox")
        }
        running = life
        if guardTask == nil { guardTask = Task { [weak self] in await Browser.keepGuard(self) } }
        return life
    }

    private func ended(_ life: Running) async {
        await life.stop()
        guard running === life else { return }
        running = nil
        pages = [:]
    }

    private static func newTarget(_ running: Running, _ context: String) async throws(BrowserError) -> (target: String, session: String) {
        let made = try await running.connection.send(DevToolsCommand("Target.createTarget", .object(["url": "about:blank", "browserContextId": .text(context)])))
        guard let target = made["targetId"]?.asText, let session = await running.router.session(of: target, within: .seconds(5)) else { throw .cannotStart("no page could be made") }
        return (target, session)
    }

    /// Digits of the time first, so that ids sort as the pages were opened; then what nobody guesses.
    private static func newId() -> String {
        let count = counter.withLock { counter in
            counter += 1
            return counter
        }
        let number = String(count)
        return "p" + String(repeating: "0", count: max(0, 4 - number.count)) + number + "-" + String(UInt64.random(in: 0 ... .max) | 1 << 60, radix: 16)
    }
    private static let counter = Mutex(0)

    private func make(_ running: Running, id: String, opener: String?, context: String, target: String, session: String) -> Page {
        let page = Page(
            id: id, opener: opener, context: context, target: target, session: session, connection: running.connection, rules: settings.rules, patience: settings.patience,
            refusedConnection: { [proxy] in proxy.refusal(of: $0) }, renew: { [weak self] page throws(BrowserError) in try await self?.renew(page) })
        running.router.know(page)
        return page
    }

    /// Everything is watched before the page's first script runs.
    private func prepare(_ page: Page, _ running: Running, _ viewport: Page.Viewport?) async throws(BrowserError) {
        let session = page.session
        func post(_ method: String, _ params: JSON = .object([])) { running.connection.post(DevToolsCommand(method, params, session: session)) }
        post("Page.enable")
        post("Page.setLifecycleEventsEnabled", .object(["enabled": true]))
        post("Runtime.enable")
        post("Log.enable")
        post("DOM.enable")
        post("Network.setBypassServiceWorker", .object(["bypass": true]))
        post("Page.setInterceptFileChooserDialog", .object(["enabled": true]))
        post("Emulation.setFocusEmulationEnabled", .object(["enabled": true]))
        if let viewport {
            post("Emulation.setDeviceMetricsOverride", .object([
                "width": .integer(Int64(viewport.width)), "height": .integer(Int64(viewport.height)), "deviceScaleFactor": 1, "mobile": false,
            ]))
        }
        SessionRouter.watch(session, running.connection)
        let tree = try await running.connection.send(DevToolsCommand("Page.getFrameTree", session: session))
        page.state.change { $0.know(mainFrame: tree["frameTree"]?["frame"]?["id"]?.asText ?? "") }
    }

    private func renew(_ page: Page) async throws(BrowserError) {
        guard let running, pages[page.id] === page else { throw .ended }
        running.connection.post(DevToolsCommand("Target.closeTarget", .object(["targetId": .text(page.target)])))
        running.router.forget(page)
        let (target, session) = try await Self.newTarget(running, page.context)
        page.move(to: target, session: session)
        running.router.know(page)
        try await prepare(page, running, Page.Viewport())
    }

    /// A page that a page opened joins the others, if there is room; else it is closed before its first script runs.
    private func adopt(_ popup: SessionRouter.Popup, _ life: Running) async {
        guard running === life, let opener = pages.values.first(where: { $0.target == popup.openerTarget }) else { return turnAway(popup, life) }
        guard pages.count < settings.pageLimit else {
            opener.state.change { $0.note("popup", "a page that this one wanted to open was closed: \(settings.pageLimit) are open", 0) }
            return turnAway(popup, life)
        }
        let page = make(life, id: Self.newId(), opener: opener.id, context: popup.context, target: popup.target, session: popup.session)
        pages[page.id] = page
        opener.state.change { $0.note("popup", "opened page \(page.id)", 0) }
        // If it is gone already, whoever asks for it hears so.
        try? await prepare(page, life, nil)
    }

    /// While it waits for us, the page that opened it waits too: it is let go once it is told to close.
    private func turnAway(_ popup: SessionRouter.Popup, _ life: Running) {
        life.connection.post(DevToolsCommand("Target.closeTarget", .object(["targetId": .text(popup.target)])))
        life.connection.post(DevToolsCommand("Runtime.runIfWaitingForDebugger", session: popup.session))
    }

    // MARK: - Bounds

    /// Once a second: memory, idle pages, pages that closed themselves.
    private static func keepGuard(_ browser: Browser?) async {
        weak let browser = browser
        while !Task.isCancelled, let strong = browser {
            await strong.tidy()
            // Cancellation ends the wait and the loop.
            do { try await Task.sleep(for: .seconds(1)) } catch { return }
        }
    }

    private func tidy() async {
        guard let running else { return }
        for page in pages.values where page.idle > settings.idleLimit || running.router.isGone(page) {
            // It is there: nobody else ran in between.
            try? close(page.id)
        }
        guard let info = try? await running.connection.send(DevToolsCommand("SystemInfo.getProcessInfo")) else { return }
        for process in info["processInfo"]?.asArray ?? [] where process["type"]?.asText == "renderer" {
            guard let pid = process["id"]?.asInteger, let pages = ResidentMemory.megabytes(pid: Int32(truncatingIfNeeded: pid)), pages > settings.memoryMegabytes else { continue }
            kill(Int32(truncatingIfNeeded: pid), SIGKILL)
        }
    }
}

/// What a process holds in memory, from `/proc`.
enum ResidentMemory {
    /// Nil when there is no such process of a browser's pages.
    static func megabytes(pid: Int32) -> Int? {
        guard pid > 1, let command = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline"), String(decoding: command, as: UTF8.self).contains("--type=renderer"),
            let text = FileManager.default.contents(atPath: "/proc/\(pid)/statm").map({ String(decoding: $0, as: UTF8.self) })
        else { return nil }
        let fields = text.split(separator: " ").compactMap { Int($0) }
        return fields.count > 1 ? fields[1] * Int(sysconf(Int32(_SC_PAGESIZE))) >> 20 : nil
    }
}
