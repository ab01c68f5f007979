import Notation
import Synchronization

/// Frames of other sites: the browser keeps each in a process of its own, so that one cannot read the other, and so do we.
extension Page {
    /// A frame that keeps its process busy longer than this is left out of an outline.
    static let framePatience = Duration.seconds(3)

    // MARK: - What the browser tells of them, on the thread that reads

    func join(frame id: String, session: String, parent: String, url: String) {
        place.withLock { $0.frames.join(id: id, session: session, parent: parent, url: url) }
        connection.post(DevToolsCommand("DOM.enable", session: session))
        connection.post(DevToolsCommand("Emulation.setFocusEmulationEnabled", .object(["enabled": true]), session: session))
    }

    func leave(_ session: String) { place.withLock { $0.frames.leave(session) } }

    /// What a frame's own session tells that changes what its references mean.
    func applyToFrames(_ event: DevToolsEvent) {
        guard let session = event.session else { return }
        switch event.method {
        case "Page.frameNavigated":
            let frame = event.params["frame"]
            place.withLock { $0.frames.navigated(session, frame: frame?["id"]?.asText, to: frame?["url"]?.asText ?? "") }
        case "Inspector.targetCrashed":
            leave(session)
            connection.abandon(session)
        default: break
        }
    }

    // MARK: - Speaking to one

    var embeddedFrames: EmbeddedFrames { place.withLock { $0.frames } }

    func embedded(_ number: Int) throws(BrowserError) -> EmbeddedFrame {
        guard let frame = embeddedFrames[number] else { throw .unfit("there is no frame f\(number) on the page any more; take a new page_snapshot") }
        return frame
    }

    /// Sends a command to the process that holds a frame; 0 is the page's own. A frame that does not answer is its own trouble and not the page's.
    @discardableResult
    func send(_ method: String, _ params: JSON, toFrame number: Int, within limit: Duration? = nil) async throws(BrowserError) -> JSON {
        guard number > 0 else { return try await send(method, params, within: limit) }
        touch()
        let frame = try embedded(number)
        do {
            return try await connection.send(DevToolsCommand(method, params, session: frame.session), within: limit ?? patience)
        } catch {
            if case .timedOut = error { throw .unfit("the frame f\(number) does not answer: its scripts keep it busy") }
            _ = try embedded(number)
            throw error
        }
    }

    /// The place for our scripts in a frame's document.
    func world(inFrame number: Int) async throws(BrowserError) -> Int {
        guard number > 0 else { return try await world() }
        let frame = try embedded(number)
        if let world = frame.world { return world }
        let answer = try await send("Page.createIsolatedWorld", .object(["frameId": .text(frame.id), "worldName": "aura"]), toFrame: number)
        guard let context = answer["executionContextId"]?.asInteger.map(Int.init) else { throw .unfit("the frame f\(number) has no place for scripts") }
        place.withLock { $0.frames.settle(number, world: context) }
        return context
    }

    // MARK: - Where one is

    /// The element that embeds the frame, in the process of what embeds it.
    private func owner(of frame: EmbeddedFrame) async throws(BrowserError) -> NodeRef {
        let parent = embeddedFrames.of(frame.parent)?.number ?? 0
        let answer = try await send("DOM.getFrameOwner", .object(["frameId": .text(frame.id)]), toFrame: parent)
        guard let node = answer["backendNodeId"]?.asInteger.map(Int.init) else { throw .unfit("the frame f\(frame.number) is not visible") }
        return NodeRef(frame: parent, node: node)
    }

    /// What embeds a frame, what embeds that, and so on up to the page.
    func owners(ofFrame number: Int) async throws(BrowserError) -> [NodeRef] {
        var owners: [NodeRef] = []
        var inner = number
        while inner > 0, owners.count < 8 {
            let owner = try await owner(of: try embedded(inner))
            owners.append(owner)
            inner = owner.frame
        }
        return owners
    }

    /// A point of a frame's view as one of the view that embeds it.
    func outward(_ point: Point, from number: Int, through owner: NodeRef) async throws(BrowserError) -> Point {
        let place = JSON.object(["backendNodeId": .integer(Int64(owner.node))])
        let box: JSON
        do { box = try await send("DOM.getBoxModel", place, toFrame: owner.frame) } catch {
            guard case .refused = error else { throw error }
            throw .unfit("the frame f\(number) is not visible")
        }
        let quad = (box["model"]?["content"]?.asArray ?? []).compactMap(\.asNumber)
        let view = try await send("Page.getLayoutMetrics", .object([]), toFrame: number)["cssLayoutViewport"]
        guard quad.count == 8, let width = view?["clientWidth"]?.asNumber, let height = view?["clientHeight"]?.asNumber, width > 0, height > 0 else {
            throw .unfit("the frame f\(number) is not visible")
        }
        // The corners of what the frame fills, as the embedding view draws it: moved, scaled or turned.
        let (right, down) = (point.x / width, point.y / height)
        return Point(
            x: quad[0] + right * (quad[2] - quad[0]) + down * (quad[6] - quad[0]), y: quad[1] + right * (quad[3] - quad[1]) + down * (quad[7] - quad[1]))
    }
}
