public import Notation

extension Outline {
    public struct Text: Hashable, Sendable {
        public let text: String
        public let lines: Int
        /// Lines that the bytes did not allow.
        public let omitted: Int
    }

    /// Only what is below a node, the node included; nil when there is none such.
    public func scoped(to ref: NodeRef) -> Outline? {
        guard let start = lines.firstIndex(where: { $0.place == ref && $0.role != "text" }) else { return nil }
        let end = lines[(start + 1)...].firstIndex { $0.depth <= lines[start].depth } ?? lines.endIndex
        let base = lines[start].depth
        return Outline(lines: lines[start..<end].map { Line(depth: $0.depth - base, node: $0.node, frame: $0.frame, role: $0.role, name: $0.name, notes: $0.notes) })
    }

    /// Only the upper levels.
    public func upTo(depth: Int) -> Outline { Outline(lines: lines.filter { $0.depth < depth }) }

    public func shown(maxBytes: Int) -> Text { Outline.fit(lines.map { String(repeating: "  ", count: $0.depth) + "- " + $0.shown }, maxBytes) }

    /// What is different from an older outline of the same document: `+` new, `~` changed, `-` gone. Order alone is no difference.
    public func changes(since old: Outline, maxBytes: Int) -> Text {
        let before = Dictionary(old.lines.map { (Key($0), $0) }, uniquingKeysWith: { $1 })
        let now = Set(lines.map(Key.init))
        var rows: [String] = []
        for line in lines {
            guard let earlier = before[Key(line)] else {
                rows.append("+ \(line.shown)")
                continue
            }
            if earlier.name != line.name || earlier.notes != line.notes || earlier.role != line.role { rows.append("~ \(line.shown)") }
        }
        for line in old.lines where !now.contains(Key(line)) { rows.append("- \(line.shown)") }
        return Outline.fit(rows, maxBytes)
    }

    private struct Key: Hashable {
        let place: NodeRef
        let isText: Bool
        /// The line of a frame has the reference of the first thing in it.
        let isFrame: Bool
        init(_ line: Line) {
            place = line.place
            isText = line.role == "text"
            isFrame = line.role == "frame"
        }
    }

    private static func fit(_ rows: [String], _ maxBytes: Int) -> Text {
        var kept: [String] = []
        var bytes = 0
        for row in rows {
            bytes += row.utf8.count + 1
            guard bytes <= maxBytes else { break }
            kept.append(row)
        }
        return Text(text: kept.joined(separator: "\n"), lines: kept.count, omitted: rows.count - kept.count)
    }

    public struct Match: Hashable, Sendable {
        public let ref: String
        public let role: String
        public let text: String
        /// The headings and groups above it, outermost first.
        public let within: [String]
    }

    /// Lines whose text contains `text` (capitals do not matter) and whose role is `role`. A text is found as what holds it.
    public func find(text: String?, pattern: PatternSearch? = nil, role: String?, limit: Int) throws(TextPattern.Fault) -> (matches: [Match], total: Int) {
        var pattern = pattern
        let wanted = text?.lowercased()
        var path: [Line] = []
        var found: [Match] = []
        var total = 0
        for line in lines {
            while let last = path.last, last.depth >= line.depth { path.removeLast() }
            defer { if line.role != "text" { path.append(line) } }
            let said = ([line.name] + line.notes).joined(separator: " ")
            guard wanted.map({ said.lowercased().contains($0) }) ?? true else { continue }
            // By the name alone too: who writes ^Send$ means the button, also while it is disabled.
            if pattern != nil {
                var holds = try pattern?.isFound(in: line.name) ?? false
                if !holds { holds = try pattern?.isFound(in: said) ?? false }
                guard holds else { continue }
            }
            let holder = line.ref == nil ? path.last : line
            guard role == nil || holder?.role == role else { continue }
            total += 1
            guard found.count < limit else { continue }
            let within = path.filter { $0.place != holder?.place }.suffix(3).map { $0.name.isEmpty ? $0.role : "\($0.role) \"\($0.name.prefix(60))\"" }
            found.append(Match(ref: holder?.ref ?? "", role: holder?.role ?? line.role, text: line.name, within: Array(within)))
        }
        return (found, total)
    }
}

extension Outline {
    public static let empty = Outline(lines: [])
}
