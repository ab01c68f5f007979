public import Notation
import Synchronization

/// One page in a context of its own: cookies, storage and cache are shared with no other page but those that it opened.
///
/// A page that crashes or does not answer is replaced by an empty one under the same id, and whoever asked is told so.
public final class Page: Sendable {
    public struct Viewport: Hashable, Sendable {
        public var width: Int
        public var height: Int
        public init(width: Int = 1280, height: Int = 800) {
            self.width = width
            self.height = height
        }
    }

    struct Place: Sendable {
        var target: String
        var session: String
        var replaced = 0
        var outlines: [(number: Int, document: Int, outline: Outline)] = []
        var nextOutline = 1
        var world: (document: Int, context: Int)?
        var frames = EmbeddedFrames()
        var lastUse: ContinuousClock.Instant
    }

    public let id: String
    /// The page that opened this one.
    public let opener: String?
    let context: String
    let connection: DevToolsConnection
    let patience: Duration
    let rules: AccessRules
    let state: Watched<PageState>
    let place: Mutex<Place>
    /// Why the proxy refused to connect there.
    let refusedConnection: @Sendable (WebAddress) -> Refusal?
    private let renew: @Sendable (Page) async throws(BrowserError) -> Void

    init(
        id: String, opener: String?, context: String, target: String, session: String, connection: DevToolsConnection, rules: AccessRules, patience: Duration,
        refusedConnection: @escaping @Sendable (WebAddress) -> Refusal?, renew: @escaping @Sendable (Page) async throws(BrowserError) -> Void
    ) {
        self.id = id
        self.opener = opener
        self.context = context
        self.connection = connection
        self.patience = patience
        self.rules = rules
        self.renew = renew
        self.refusedConnection = refusedConnection
        state = Watched(PageState(rules: rules))
        place = Mutex(Place(target: target, session: session, lastUse: .now))
    }

    public var url: String { state.value.url }
    public var document: Int { state.value.document }
    public var console: [ConsoleLine] { state.value.console.elements }
    public var requests: [RequestRecord] { state.value.requests.elements }
    public var blockedRequests: Int { state.value.blocked }
    public var idle: Duration { place.withLock { $0.lastUse }.duration(to: .now) }
    public func touch() { place.withLock { $0.lastUse = .now } }

    var session: String { place.withLock { $0.session } }
    var target: String { place.withLock { $0.target } }

    /// From the thread that reads the pipe.
    func apply(_ event: DevToolsEvent) {
        let isOwn = event.session == session
        if !isOwn { applyToFrames(event) }
        // A crash of what the page only embeds is not the page's.
        guard isOwn || event.method != "Inspector.targetCrashed" else { return }
        let (commands, wasMuted, isMuted) = state.change { state in
            let wasMuted = state.isConsoleMuted
            return (state.apply(event), wasMuted, state.isConsoleMuted)
        }
        // Before the commands: what they bring about is heard as it should be.
        if isOwn, wasMuted != isMuted { connection.hush(session, isMuted) }
        for command in commands { connection.post(command) }
        if event.method == "Inspector.targetCrashed" { connection.abandon(session) }
    }

    // MARK: - Commands

    /// Sends a command to the page. A page that does not answer is replaced.
    @discardableResult
    public func send(_ method: String, _ params: JSON = .object([]), within limit: Duration? = nil) async throws(BrowserError) -> JSON {
        touch()
        if state.value.crashed { try await replace(state.value.endedFor ?? "has crashed") }
        do {
            return try await connection.send(DevToolsCommand(method, params, session: session), within: limit ?? patience)
        } catch {
            if state.value.crashed { try await replace(state.value.endedFor ?? "has crashed") }
            if case .timedOut = error { try await replace("does not answer: its scripts keep it busy") }
            throw error
        }
    }

    /// Always throws: what was asked for was asked of the page that is gone.
    private func replace(_ why: String) async throws(BrowserError) {
        try await renew(self)
        throw .replaced(why: why)
    }

    /// The page goes on in another target.
    func move(to target: String, session: String) {
        let count = place.withLock { place in
            place.target = target
            place.session = session
            place.outlines = []
            place.world = nil
            place.frames = EmbeddedFrames()
            place.replaced += 1
            return place.replaced
        }
        state.change { state in
            state = PageState(rules: rules)
            state.note("error", "the page crashed or hung and was replaced by an empty one (\(count) so far)", 0)
        }
    }

    // MARK: - Scripts

    /// Runs our own script in a world that the page's scripts cannot touch, and returns its value.
    public func evaluate(_ script: String, milliseconds: Int = 3000) async throws(BrowserError) -> JSON {
        try await evaluate(script, in: try await world(), ofFrame: 0, milliseconds: milliseconds)
    }

    /// The same in the world of one document, which ends with it.
    func evaluate(_ script: String, in context: Int, ofFrame number: Int, milliseconds: Int = 3000) async throws(BrowserError) -> JSON {
        let answer = try await send("Runtime.evaluate", .object([
            "expression": .text(script), "contextId": .integer(Int64(context)), "returnByValue": true, "awaitPromise": true, "timeout": .integer(Int64(milliseconds)),
        ]), toFrame: number)
        if let fault = answer["exceptionDetails"] {
            throw .unfit("the script failed: \(fault["exception"]?["description"]?.asText ?? fault["text"]?.asText ?? "no reason given")")
        }
        return answer["result"]?["value"] ?? .null
    }

    func world() async throws(BrowserError) -> Int {
        let document = document
        if let world = place.withLock({ $0.world }), world.document == document { return world.context }
        let answer = try await send("Page.createIsolatedWorld", .object(["frameId": .text(state.value.mainFrame), "worldName": "aura"]))
        guard let context = answer["executionContextId"]?.asInteger.map(Int.init) else { throw .unfit("the page has no place for scripts") }
        place.withLock { $0.world = (document, context) }
        return context
    }

    /// Where a node stands: in which document of its process, and as which object for scripts there.
    struct Standing: Sendable {
        /// The browser's name of the frame; nil where it is the document that the process is for.
        let frame: String?
        /// The place for our scripts.
        let context: Int
        let object: String
    }

    func standing(_ ref: NodeRef) async throws(BrowserError) -> Standing {
        let own = try await world(inFrame: ref.frame)
        if let found = try await object(ref, in: own), try await isOwn(found, ref) { return Standing(frame: nil, context: own, object: found) }
        // It may stand in a frame of the same process, which has a place of its own for scripts.
        for frame in try await innerFrames(of: ref.frame) {
            let place = JSON.object(["frameId": .text(frame), "worldName": "aura"])
            let made: JSON
            do { made = try await send("Page.createIsolatedWorld", place, toFrame: ref.frame) } catch {
                // It has just gone.
                guard case .refused = error else { throw error }
                continue
            }
            if let context = made["executionContextId"]?.asInteger.map(Int.init), let found = try await object(ref, in: context), try await isOwn(found, ref) {
                return Standing(frame: frame, context: context, object: found)
            }
        }
        throw .unfit("there is no \(ref) on the page any more; take a new page_snapshot")
    }

    /// Whether a node is of the document whose world made the object of it: one of a frame of the same origin can be had from outside as well.
    private func isOwn(_ object: String, _ ref: NodeRef) async throws(BrowserError) -> Bool {
        let answer = try await send("Runtime.callFunctionOn", .object([
            "objectId": .text(object), "functionDeclaration": "function() { return this === document || this.ownerDocument === document; }", "returnByValue": true,
        ]), toFrame: ref.frame)
        return answer["result"]?["value"]?.asBool == true
    }

    /// The node of a reference as an object for scripts.
    func object(_ ref: NodeRef) async throws(BrowserError) -> String { try await standing(ref).object }

    private func object(_ ref: NodeRef, in context: Int) async throws(BrowserError) -> String? {
        let params = JSON.object(["backendNodeId": .integer(Int64(ref.node)), "executionContextId": .integer(Int64(context))])
        do { return try await send("DOM.resolveNode", params, toFrame: ref.frame)["object"]?["objectId"]?.asText } catch {
            guard case .refused = error else { throw error }
            return nil
        }
    }

    /// Calls a function with the node as `this`.
    @discardableResult
    func call(_ ref: NodeRef, _ function: String, _ arguments: [JSON] = []) async throws(BrowserError) -> JSON {
        let object = try await object(ref)
        let answer = try await send("Runtime.callFunctionOn", .object([
            "objectId": .text(object), "functionDeclaration": .text(function), "arguments": .array(arguments.map { .object(["value": $0]) }), "returnByValue": true,
        ]), toFrame: ref.frame)
        if let fault = answer["exceptionDetails"] { throw .unfit(fault["exception"]?["description"]?.asText ?? "the element does not take that") }
        return answer["result"]?["value"] ?? .null
    }
}
