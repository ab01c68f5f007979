import Notation

/// A page as assistive technology sees it: one line for each thing that has a meaning, with a reference by which it can be acted upon.
///
/// References are the browser's own numbers of the nodes: the same node has the same one for as long as its document lives.
public struct Outline: Hashable, Sendable {
    public struct Line: Hashable, Sendable {
        public let depth: Int
        /// Of the node in the browser; a text has one too, and no reference is shown for it.
        public let node: Int
        /// The frame of another site that holds it; 0 is the page itself.
        public var frame = 0
        public let role: String
        public let name: String
        /// State and value: `checked`, `level=2`, `value="x"`.
        public let notes: [String]

        public var ref: String? { role == "text" ? nil : place.description }
        var place: NodeRef { NodeRef(frame: frame, node: node) }

        var shown: String {
            guard role != "text" else { return "\"\(name)\"" }
            return ([role] + (name.isEmpty ? [] : ["\"\(name)\""]) + notes.map { "[\($0)]" } + ["[\(place)]"]).joined(separator: " ")
        }
    }

    /// Nodes that are looked at; a page may have millions.
    static let nodeBound = 50_000
    static let depthBound = 40
    static let nameBound = 300

    public let lines: [Line]

    init(lines: [Line]) { self.lines = lines }

    /// The same lines as those of a frame, so many levels further down.
    func embedded(frame: Int, depth: Int) -> [Line] {
        lines.map { Line(depth: min($0.depth + depth, Outline.depthBound), node: $0.node, frame: frame, role: $0.role, name: $0.name, notes: $0.notes) }
    }

    /// From the answer of `Accessibility.getFullAXTree`: a flat list of nodes that name their children.
    init(accessibility nodes: [JSON]) {
        var byId: [String: JSON] = [:]
        for node in nodes { if let id = node["nodeId"]?.asText { byId[id] = node } }
        var lines: [Line] = []
        // Depth first, without recursion: pages nest as deep as they like.
        var open: [(id: String, depth: Int, parentName: String)] = nodes.first?["nodeId"]?.asText.map { [($0, 0, "")] } ?? []
        var looked = 0
        while let (id, depth, parentName) = open.popLast() {
            // Each node once: a list that leads back into itself ends here.
            guard let node = byId.removeValue(forKey: id) else { continue }
            looked += 1
            guard looked <= Self.nodeBound else { break }
            let line = Outline.line(node, depth, parentName)
            if let line { lines.append(line) }
            let isInner = line != nil && line?.role != "text"
            let children = (node["childIds"]?.asArray ?? []).compactMap(\.asText)
            let next = isInner ? min(depth + 1, Self.depthBound) : depth
            for child in children.reversed() { open.append((child, next, line?.name ?? parentName)) }
        }
        self.lines = lines
    }

    private static let wrappers: Set<String> = ["none", "presentation", "InlineTextBox", "LineBreak", "RootWebArea", "rootWebArea", "Iframe", "IframePresentational"]

    private static func line(_ node: JSON, _ depth: Int, _ parentName: String) -> Line? {
        guard node["ignored"]?.asBool != true, let role = node["role"]?["value"]?.asText, !wrappers.contains(role) else { return nil }
        let name = String(VisibleText.line(node["name"]?["value"]?.asText ?? "", bound: nameBound))
        let number = node["backendDOMNodeId"]?.asInteger.map(Int.init) ?? 0
        if role == "StaticText" || role == "ListMarker" {
            // Said already by what holds it.
            guard role == "StaticText", !name.isEmpty, !parentName.contains(name) else { return nil }
            return Line(depth: depth, node: number, role: "text", name: name, notes: [])
        }
        if role == "generic", name.isEmpty { return nil }
        return Line(depth: depth, node: number, role: role, name: name, notes: notes(node, name))
    }

    private static func notes(_ node: JSON, _ name: String) -> [String] {
        var notes: [String] = []
        if let value = node["value"]?["value"], let text = value.asText ?? value.asNumber.map({ "\($0)" }), !text.isEmpty, text != name {
            notes.append("value=\"\(VisibleText.line(text, bound: nameBound))\"")
        }
        for property in node["properties"]?.asArray ?? [] {
            guard let name = property["name"]?.asText, let value = property["value"]?["value"] else { continue }
            switch (name, value) {
            case ("level", _): notes.append("level=\(value.asInteger ?? 0)")
            case ("checked", _), ("pressed", _), ("expanded", _):
                let word = value.asText ?? (value.asBool == true ? "true" : "false")
                notes.append(word == "true" ? name : "\(name)=\(word)")
            case ("disabled", .bool(true)), ("required", .bool(true)), ("selected", .bool(true)), ("focused", .bool(true)), ("readonly", .bool(true)), ("multiselectable", .bool(true)):
                notes.append(name)
            case ("invalid", .text(let word)) where word != "false": notes.append("invalid")
            default: break
            }
        }
        return notes
    }
}
