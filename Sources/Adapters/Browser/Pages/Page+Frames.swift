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
        let corners: Corners
        do { corners = try await self.corners(of: owner, owner) } catch {
            guard case .unfit = error else { throw error }
            throw .unfit("the frame f\(number) is not visible")
        }
        let view = try await send("Page.getLayoutMetrics", .object([]), toFrame: number)["cssLayoutViewport"]
        guard let width = view?["clientWidth"]?.asNumber, let height = view?["clientHeight"]?.asNumber, width > 0, height > 0 else {
            throw .unfit("the frame f\(number) is not visible")
        }
        return corners.outward(point, width: width, height: height)
    }

    // MARK: - Frames of one process

    /// A node and the frames of its process that hold it, outermost first, each with a point of the process's view as the view of its own document counts it.
    ///
    /// Frames of one site share a process and not an origin: a script in one does not see what lies over it in the other, so each document is asked by itself.
    func places(of ref: NodeRef, at point: Point) async throws(BrowserError) -> [(node: NodeRef, point: Point)] {
        var places: [(node: NodeRef, point: Point)] = []
        var (node, standing) = (ref, try await standing(ref))
        while let frame = standing.frame, places.count < 8 {
            let answer = try await send("DOM.getFrameOwner", .object(["frameId": .text(frame)]), toFrame: ref.frame)
            guard let number = answer["backendNodeId"]?.asInteger.map(Int.init) else { throw .unfit("\(ref) is not visible") }
            let owner = NodeRef(frame: ref.frame, node: number)
            let size = try await evaluate("[innerWidth, innerHeight]", in: standing.context, ofFrame: ref.frame).asArray?.compactMap(\.asNumber) ?? []
            guard size.count == 2, let inner = try await corners(of: owner, ref).inward(point, width: size[0], height: size[1]) else { throw .unfit("\(ref) is not visible") }
            places.append((node, inner))
            (node, standing) = (owner, try await self.standing(owner))
        }
        return ((places + [(node, point)]).reversed())
    }

    private func corners(of owner: NodeRef, _ shown: NodeRef) async throws(BrowserError) -> Corners {
        let box: JSON
        do { box = try await send("DOM.getBoxModel", .object(["backendNodeId": .integer(Int64(owner.node))]), toFrame: owner.frame) } catch {
            guard case .refused = error else { throw error }
            throw .unfit("\(shown) is not visible")
        }
        guard let corners = Corners(box["model"]?["content"]) else { throw .unfit("\(shown) is not visible") }
        return corners
    }

    /// Three corners of what a frame fills, as the view around it draws it: moved, scaled or turned.
    struct Corners {
        private let start, right, down: Point

        init?(_ quad: JSON?) {
            let numbers = (quad?.asArray ?? []).compactMap(\.asNumber)
            guard numbers.count == 8 else { return nil }
            start = Point(x: numbers[0], y: numbers[1])
            right = Point(x: numbers[2] - numbers[0], y: numbers[3] - numbers[1])
            down = Point(x: numbers[6] - numbers[0], y: numbers[7] - numbers[1])
        }

        /// A point of the frame's view, which is so wide and high, as one of the view around it.
        func outward(_ point: Point, width: Double, height: Double) -> Point {
            let (across, along) = (point.x / width, point.y / height)
            return Point(x: start.x + across * right.x + along * down.x, y: start.y + across * right.y + along * down.y)
        }

        /// The other way; nil where the frame is drawn as a line or not at all.
        func inward(_ point: Point, width: Double, height: Double) -> Point? {
            let area = right.x * down.y - right.y * down.x
            guard area != 0, width > 0, height > 0 else { return nil }
            let (x, y) = (point.x - start.x, point.y - start.y)
            return Point(x: (x * down.y - y * down.x) / area * width, y: (right.x * y - right.y * x) / area * height)
        }
    }
}
