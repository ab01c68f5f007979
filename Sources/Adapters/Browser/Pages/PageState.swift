import Notation

/// What is known of a page, from what the browser tells of it. A pure machine: events in, commands out.
struct PageState: Sendable {
    static let consoleBound = 200
    static let requestBound = 300
    /// Bytes of one console line, of one address.
    static let lineBound = 2000
    /// Dialogs that are written down; all are answered.
    static let dialogBound = 20

    private(set) var mainFrame = ""
    private(set) var url = "about:blank"
    /// Counts the documents of the main frame: what belongs to one means nothing in the next.
    private(set) var document = 0
    private(set) var loader = ""
    /// Of the main frame's document: DOMContentLoaded, load, networkIdle.
    private(set) var milestones: Set<String> = []
    private(set) var console = Ring<ConsoleLine>(PageState.consoleBound)
    private(set) var requests = Ring<RequestRecord>(PageState.requestBound)
    private(set) var dialogs = 0
    private(set) var crashed = false
    /// Why we ended its process, if we did.
    private(set) var endedFor: String?
    private var budget = ConsoleBudget()
    /// What the main frame's last navigation was refused for; nil when it was not.
    private(set) var navigationRefusal: Refusal?
    /// Where the main frame's document was last asked for, redirects included.
    private(set) var lastDocumentRequest: String?
    private(set) var blocked = 0
    private let rules: AccessRules

    init(rules: AccessRules) { self.rules = rules }

    /// Nothing more is written down until the next document.
    var isConsoleMuted: Bool { budget.isMuted }

    var openRequests: Int { requests.elements.count { !$0.isOver } }

    /// Before a new navigation: what was refused belongs to the one before.
    mutating func beginNavigation() {
        navigationRefusal = nil
        lastDocumentRequest = nil
    }

    mutating func know(mainFrame: String) { self.mainFrame = mainFrame }

    mutating func apply(_ event: DevToolsEvent) -> [DevToolsCommand] {
        let params = event.params
        switch event.method {
        case "Page.frameNavigated": return frameNavigated(params, event.session)
        case "Page.navigatedWithinDocument": if params["frameId"]?.asText == mainFrame { url = text(params["url"]) }
        case "Page.lifecycleEvent":
            guard params["frameId"]?.asText == mainFrame, let name = params["name"]?.asText else { break }
            // "init" begins a document, the initial empty one included.
            if name == "init" || params["loaderId"]?.asText != loader {
                milestones = []
                loader = params["loaderId"]?.asText ?? loader
            }
            milestones.insert(name)
        case "Page.javascriptDialogOpening": return dialogOpened(params, event.session)
        case "Inspector.targetCrashed": crashed = true
        case "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded": return written(event)
        case "Fetch.requestPaused": return requestPaused(params, event.session)
        default: applyNetwork(event)
        }
        return []
    }

    // MARK: - The console

    private mutating func written(_ event: DevToolsEvent) -> [DevToolsCommand] {
        let seconds = event.params["timestamp"] ?? event.params["entry"]?["timestamp"]
        switch budget.take(bytes: event.bytes, at: (seconds?.asNumber ?? 0) / 1000) {
        case .drop: return []
        case .write:
            line(event)
            return []
        case .mute:
            note("warning", "this page writes faster than anybody reads: its console is passed over until the next document", 0)
            return ["Runtime.disable", "Log.disable"].map { DevToolsCommand($0, session: event.session) }
        case .end:
            endedFor = "was ended, for it wrote to its console without end"
            return [DevToolsCommand("Page.crash", session: event.session)]
        }
    }

    private mutating func line(_ event: DevToolsEvent) {
        let params = event.params
        switch event.method {
        case "Runtime.consoleAPICalled":
            let words = (params["args"]?.asArray ?? []).prefix(16).map { ($0["value"].map(shown)) ?? $0["description"]?.asText ?? $0["type"]?.asText ?? "" }
            note(text(params["type"]), words.joined(separator: " "), (params["timestamp"]?.asNumber ?? 0) / 1000)
        case "Runtime.exceptionThrown":
            let details = params["exceptionDetails"]
            note("exception", details?["exception"]?["description"]?.asText ?? text(details?["text"]), (params["timestamp"]?.asNumber ?? 0) / 1000)
        case "Log.entryAdded":
            let entry = params["entry"]
            note(text(entry?["level"]), text(entry?["text"]), (entry?["timestamp"]?.asNumber ?? 0) / 1000)
        default: break
        }
    }

    /// A new document begins with a new budget. The browser forgets the old one's lines with it, and tells those of the new one that were written meanwhile.
    private mutating func unmuted(_ session: String?) -> [DevToolsCommand] {
        defer { budget = ConsoleBudget() }
        guard budget.isMuted else { return [] }
        return ["Runtime.enable", "Log.enable"].map { DevToolsCommand($0, session: session) }
    }

    // MARK: - Documents

    private mutating func frameNavigated(_ params: JSON, _ session: String?) -> [DevToolsCommand] {
        guard let frame = params["frame"], frame["parentId"]?.asText == nil, mainFrame.isEmpty || frame["id"]?.asText == mainFrame else { return [] }
        mainFrame = text(frame["id"])
        url = frame["unreachableUrl"]?.asText ?? text(frame["url"])
        document += 1
        if let next = frame["loaderId"]?.asText, next != loader {
            loader = next
            milestones = []
        }
        let commands = unmuted(session)
        guard !isFit(url) else { return commands }
        // The browser keeps pages from going there themselves; if one got there all the same, it does not stay.
        navigationRefusal = Refusal(rule: .scheme, what: AccessRules.shown(url))
        url = "about:blank"
        return commands + [DevToolsCommand("Page.navigate", .object(["url": "about:blank"]), session: session)]
    }

    /// What may stand in the main frame. What an allowed page made itself (`blob:`) is its own.
    private func isFit(_ url: String) -> Bool {
        if url == "about:blank" || url.isEmpty || url.hasPrefix("about:srcdoc") { return true }
        if case .success = rules.judge(url.hasPrefix("blob:") ? String(url.dropFirst(5)) : url) { return true }
        // An address that was refused stands there too, with the browser's own page of the error.
        return WebAddress(url) != nil && navigationRefusal != nil
    }

    // MARK: - Requests

    private mutating func requestPaused(_ params: JSON, _ session: String?) -> [DevToolsCommand] {
        let id = JSON.text(text(params["requestId"]))
        let target = params["request"]?["url"]?.asText ?? ""
        let isMain = params["resourceType"]?.asText == "Document" && params["frameId"]?.asText == mainFrame
        if isMain { lastDocumentRequest = target }
        switch judge(target) {
        case nil: return [DevToolsCommand("Fetch.continueRequest", .object(["requestId": id]), session: session)]
        case let refusal?:
            blocked += 1
            if isMain { navigationRefusal = refusal }
            let network = params["networkId"]?.asText
            requests.change(last: { $0.id == network }) { $0.failure = refusal.description }
            return [DevToolsCommand("Fetch.failRequest", .object(["requestId": id, "errorReason": "BlockedByClient"]), session: session)]
        }
    }

    /// What a page carries within itself (`data:`, `blob:`) is no request.
    private func judge(_ url: String) -> Refusal? {
        if url.hasPrefix("data:") || url.hasPrefix("blob:") || url == "about:blank" { return nil }
        if case .failure(let refusal) = rules.judge(url) { return refusal }
        return nil
    }

    private mutating func applyNetwork(_ event: DevToolsEvent) {
        let params = event.params
        let id = params["requestId"]?.asText
        switch event.method {
        case "Network.requestWillBeSent", "Network.webSocketCreated":
            requests.change(last: { $0.id == id && !$0.isOver }) { old in
                old.status = params["redirectResponse"]?["status"]?.asInteger.map { Int($0) }
                old.isOver = true
            }
            let request = params["request"]
            let url = params["url"]?.asText ?? text(request?["url"])
            // A data: address is its own content, not something that was asked for.
            guard let id, !url.hasPrefix("data:") else { return }
            let number = requests.total + 1
            requests.append(RequestRecord(
                number: number, id: id, method: request?["method"]?.asText ?? "GET", url: cut(url),
                kind: params["type"]?.asText ?? "WebSocket", session: event.session, requestHeaders: headers(request?["headers"]),
                at: params["wallTime"]?.asNumber ?? 0))
        case "Network.responseReceived", "Network.webSocketHandshakeResponseReceived":
            let response = params["response"]
            let headers = headers(response?["headers"])
            requests.change(last: { $0.id == id }) { record in
                record.status = response?["status"]?.asInteger.map { Int($0) }
                record.mimeType = response?["mimeType"]?.asText
                record.responseHeaders = headers
            }
        case "Network.loadingFinished":
            requests.change(last: { $0.id == id }) { record in
                record.bytes = params["encodedDataLength"]?.asNumber.flatMap { Int(exactly: $0.rounded()) }
                record.isOver = true
            }
        case "Network.loadingFailed":
            requests.change(last: { $0.id == id }) { record in
                record.failure = record.failure ?? params["errorText"]?.asText ?? "failed"
                record.isOver = true
            }
        case "Network.webSocketFrameError", "Network.webSocketClosed":
            requests.change(last: { $0.id == id }) { record in
                record.failure = record.failure ?? params["errorMessage"]?.asText
                record.isOver = true
            }
        default: break
        }
    }

    private func headers(_ json: JSON?) -> [String: String] {
        Dictionary((json?.asObject ?? []).prefix(64).map { ($0.key, cut($0.value.asText ?? "")) }, uniquingKeysWith: { $1 })
    }

    // MARK: - Dialogs and lines

    /// Alerts are read and closed, questions are answered with no; leaving a page is never held up.
    private mutating func dialogOpened(_ params: JSON, _ session: String?) -> [DevToolsCommand] {
        dialogs += 1
        let kind = text(params["type"])
        let accepts = kind == "alert" || kind == "beforeunload"
        if dialogs <= Self.dialogBound { note("dialog", "\(kind): \(text(params["message"])) (answered: \(accepts ? "yes" : "no"))", 0) }
        return [DevToolsCommand("Page.handleJavaScriptDialog", .object(["accept": .bool(accepts)]), session: session)]
    }

    mutating func note(_ kind: String, _ text: String, _ at: Double) {
        let number = console.total + 1
        console.append(ConsoleLine(number: number, kind: kind, text: cut(VisibleText.line(String(decoding: text.utf8.prefix(4 * Self.lineBound), as: UTF8.self))), at: at))
    }

    private func text(_ json: JSON?) -> String { json?.asText ?? "" }
    private func shown(_ value: JSON) -> String { value.asText ?? value.rendered }
    private func cut(_ text: String) -> String { text.utf8.count <= Self.lineBound ? text : String(decoding: text.utf8.prefix(Self.lineBound), as: UTF8.self) + "…" }
}
