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
        let nodes = try await send("Memory.getDOMCounters")["nodes"]?.asInteger ?? 0
        guard nodes <= Self.nodeBound else { throw .unfit("the page holds \(nodes) nodes, too many for an outline (\(Self.nodeBound)); page_read and page_screenshot still work") }
        let tree = try await send("Page.getFrameTree")
        var frames: [(id: String, depth: Int)] = []
        Self.collect(tree["frameTree"], 0, &frames)
        var lines: [Outline.Line] = []
        for (place, frame) in frames.prefix(Self.frameBound).enumerated() {
            let answer: JSON
            do {
                answer = try await send("Accessibility.getFullAXTree", .object(["frameId": .text(frame.id)]))
            } catch {
                // A frame of another process, or one that has just gone, is left out; the page itself never is.
                guard place > 0, case .refused = error else { throw error }
                continue
            }
            let outline = Outline(accessibility: answer["nodes"]?.asArray ?? [])
            if place > 0, !outline.lines.isEmpty {
                lines.append(Outline.Line(depth: frame.depth - 1, node: outline.lines[0].node, role: "text", name: "(embedded frame)", notes: []))
            }
            lines += outline.lines.map { Outline.Line(depth: min($0.depth + frame.depth, Outline.depthBound), node: $0.node, role: $0.role, name: $0.name, notes: $0.notes) }
        }
        return Outline(lines: lines)
    }

    private static func collect(_ tree: JSON?, _ depth: Int, _ frames: inout [(id: String, depth: Int)]) {
        guard let tree, let id = tree["frame"]?["id"]?.asText, frames.count < frameBound else { return }
        frames.append((id, depth))
        for child in tree["childFrames"]?.asArray ?? [] { collect(child, min(depth + 1, 8), &frames) }
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

    public enum Part: Sendable { case viewport, full, element(Int) }

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
        case .element(let node):
            let box = try await call(node, "function() { const b = this.getBoundingClientRect(); return [b.x + scrollX, b.y + scrollY, b.width, b.height] }")
            let numbers = (box.asArray ?? []).compactMap(\.asNumber)
            guard numbers.count == 4, numbers[2] >= 1, numbers[3] >= 1 else { throw .unfit("e\(node) is not visible") }
            return Area(x: numbers[0], y: numbers[1], width: min(numbers[2], Self.fullHeight), height: min(numbers[3], Self.fullHeight))
        }
    }
}
