/// Where two readings of one text differ: the stretch from the first to the last difference, with some of what stands around it.
struct TextChange: Hashable, Sendable {
    /// Characters beside the stretch, on each side, no further than its line.
    static let around = 40
    /// Characters of either side of the change.
    static let bound = 240

    let before: String
    let after: String

    init(from old: String, to new: String) {
        let (old, new) = (Array(old), Array(new))
        let shorter = min(old.count, new.count)
        var head = 0
        while head < shorter, old[head] == new[head] { head += 1 }
        var tail = 0
        while tail < shorter - head, old[old.count - 1 - tail] == new[new.count - 1 - tail] { tail += 1 }
        before = Self.stretch(old, head, old.count - tail)
        after = Self.stretch(new, head, new.count - tail)
    }

    private static func stretch(_ text: [Character], _ from: Int, _ to: Int) -> String {
        var (start, end) = (from, to)
        while start > 0, from - start < around, !text[start - 1].isNewline { start -= 1 }
        while end < text.count, end - to < around, !text[end].isNewline { end += 1 }
        let isWhole = end - start <= bound
        if !isWhole { end = start + bound }
        let (opens, closes) = (start > 0 && !text[start - 1].isNewline, !isWhole || end < text.count && !text[end].isNewline)
        return (opens ? "…" : "") + String(text[start..<end]) + (closes ? "…" : "")
    }
}
