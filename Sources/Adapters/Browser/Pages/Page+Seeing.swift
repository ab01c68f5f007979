import Notation
import Synchronization

extension Page {
    /// Outlines remembered to tell differences from.
    static let outlineBound = 4
    /// Nodes of a page's process; the tree of more is not asked for, since the browser would send all of it.
    static let nodeBound = 200_000
    /// Frames of one page that are read.
    static let frameBound = 12

    public struct Sight: Sendable {
        public let number: Int
        public let outline: Outline
        public let document: Int
    }

    /// Reads the whole page as an outline, and remembers it under a number.
    public func look() async throws(BrowserError) -> Sight {
        let document = document
        let outline = try await readOutline()
        let number = place.withLock { place in
            let number = place.nextOutline
            place.nextOutline += 1
            place.outlines.append((number, document, outline))
            if place.outlines.count > Self.outlineBound { place.outlines.removeFirst() }
            return number
        }
        return Sight(number: number, outline: outline, document: document)
    }

    /// An outline that was taken before, of the document that is still there.
    public func remembered(_ number: Int) -> Outline? {
        let document = document
        return place.withLock { $0.outlines.first { $0.number == number && $0.document == document }?.outline }
    }

    private func readOutline() async throws(BrowserError) -> Outline {
        var lines: [Outline.Line] = []
        var left = Self.frameBound
        try await readProcess(0, depth: 0, &lines, &left)
        let frames = embeddedFrames
        for frame in frames.all where left > 0 {
            var inner: [Outline.Line] = []
            // A frame that has just gone, or keeps its process busy, is left out; the page itself never is.
            do { try await readProcess(frame.number, depth: frames.depth(of: frame), &inner, &left) } catch {
                switch error {
                case .refused, .unfit, .timedOut: continue
                default: throw error
                }
            }
            lines += inner
        }
        return Outline(lines: lines)
    }

    /// The frames of one process: the page's own (0), or that of a frame of another site.
    private func readProcess(_ number: Int, depth: Int, _ lines: inout [Outline.Line], _ left: inout Int) async throws(BrowserError) {
        let limit = number > 0 ? Self.framePatience : nil
        let nodes = try await send("Memory.getDOMCounters", .object([]), toFrame: number, within: limit)["nodes"]?.asInteger ?? 0
        guard nodes <= Self.nodeBound else { throw .unfit("the page holds \(nodes) nodes, too many for an outline (\(Self.nodeBound)); page_read and page_screenshot still work") }
        let tree = try await send("Page.getFrameTree", .object([]), toFrame: number, within: limit)
        var frames: [(id: String, url: String, depth: Int)] = []
        Self.collect(tree["frameTree"], depth, &frames)
        for (place, frame) in frames.enumerated() where left > 0 {
            left -= 1
            let answer: JSON
            do {
                answer = try await send("Accessibility.getFullAXTree", .object(["frameId": .text(frame.id)]), toFrame: number, within: limit)
            } catch {
                // A frame of another process, or one that has just gone, is left out.
                guard place > 0, case .refused = error else { throw error }
                continue
            }
            let outline = Outline(accessibility: answer["nodes"]?.asArray ?? [])
            if frame.depth > 0, let first = outline.lines.first {
                // Its reference is that of the first thing in it.
                let origin = WebAddress(frame.url).map { " of \($0.origin)" } ?? ""
                lines.append(Outline.Line(depth: frame.depth - 1, node: first.node, frame: number, role: "frame", name: "(embedded frame\(origin))", notes: []))
            }
            lines += outline.embedded(frame: number, depth: frame.depth)
        }
    }

    /// The frames that share a process with that one, which is none of them.
    func innerFrames(of number: Int) async throws(BrowserError) -> [String] {
        var frames: [(id: String, url: String, depth: Int)] = []
        Self.collect(try await send("Page.getFrameTree", .object([]), toFrame: number)["frameTree"], 0, &frames)
        return frames.dropFirst().map(\.id)
    }

    private static func collect(_ tree: JSON?, _ depth: Int, _ frames: inout [(id: String, url: String, depth: Int)]) {
        guard let frame = tree?["frame"], let id = frame["id"]?.asText, frames.count < frameBound else { return }
        frames.append((id, frame["url"]?.asText ?? "", depth))
        for child in tree?["childFrames"]?.asArray ?? [] { collect(child, min(depth + 1, 8), &frames) }
    }

    // MARK: - Pictures

    public struct Picture: Sendable {
        /// Base64.
        public let data: String
        public let mimeType: String
        public let width: Int
        public let height: Int
        public var bytes: Int { data.utf8.count * 3 / 4 }
    }

    public enum Part: Sendable { case viewport, full, element(NodeRef) }

    /// A picture of at most `maxBytes`, whose longer side has at most `maxSide` pixels: coarser where it has to be.
    public func picture(_ part: Part, format: String, maxSide: Int, maxBytes: Int) async throws(BrowserError) -> Picture {
        let metrics = try await send("Page.getLayoutMetrics")
        let area = try await area(part, metrics)
        var side = Double(maxSide)
        var quality = 80
        for _ in 0..<6 {
            let scale = min(1, side / max(area.width, area.height, 1))
            let lossy = format == "jpeg"
            let answer = try await send("Page.captureScreenshot", .object([
                "format": .text(format), "quality": lossy ? .integer(Int64(quality)) : nil, "captureBeyondViewport": true,
                "clip": .object(["x": .number(area.x), "y": .number(area.y), "width": .number(area.width), "height": .number(area.height), "scale": .number(scale)]),
            ]), within: max(patience, .seconds(20)))
            guard let data = answer["data"]?.asText, !data.isEmpty else { throw .unfit("the browser made no picture") }
            let picture = Picture(data: data, mimeType: "image/\(format)", width: Int(area.width * scale), height: Int(area.height * scale))
            if picture.bytes <= maxBytes { return picture }
            if lossy, quality > 40 { quality = 40 } else { side = min(side, max(area.width, area.height)) * 0.65 }
        }
        throw .unfit("no picture of at most \(maxBytes) bytes can be made of this; allow more, or take a part by its ref")
    }

    private struct Area { let x, y, width, height: Double }

    /// What a page claims to measure is bounded: an endless page has no whole picture.
    private static let fullHeight = 10_000.0

    private func area(_ part: Part, _ metrics: JSON) async throws(BrowserError) -> Area {
        func number(_ json: JSON?, _ key: String) -> Double { json?[key]?.asNumber ?? 0 }
        switch part {
        case .viewport:
            let view = metrics["cssVisualViewport"]
            return Area(x: number(view, "pageX"), y: number(view, "pageY"), width: max(1, number(view, "clientWidth")), height: max(1, number(view, "clientHeight")))
        case .full:
            let size = metrics["cssContentSize"]
            return Area(x: 0, y: 0, width: min(Self.fullHeight, max(1, number(size, "width"))), height: min(Self.fullHeight, max(1, number(size, "height"))))
        case .element(let ref):
            let box = try await call(ref, "function() { const b = this.getBoundingClientRect(); return [b.x, b.y, b.width, b.height] }")
            let numbers = (box.asArray ?? []).compactMap(\.asNumber)
            guard numbers.count == 4, numbers[2] >= 1, numbers[3] >= 1 else { throw .unfit("\(ref) is not visible") }
            var corners = (Point(x: numbers[0], y: numbers[1]), Point(x: numbers[0] + numbers[2], y: numbers[1] + numbers[3]))
            var inner = ref.frame
            for owner in try await owners(ofFrame: ref.frame) {
                corners = (try await outward(corners.0, from: inner, through: owner), try await outward(corners.1, from: inner, through: owner))
                inner = owner.frame
            }
            let view = metrics["cssVisualViewport"]
            return Area(
                x: corners.0.x + number(view, "pageX"), y: corners.0.y + number(view, "pageY"), width: min(max(1, corners.1.x - corners.0.x), Self.fullHeight),
                height: min(max(1, corners.1.y - corners.0.y), Self.fullHeight))
        }
    }
}
