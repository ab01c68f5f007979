/// What an outline calls a thing on a page: `e12`, or `f2e12` for one in a frame of another site.
///
/// The number is the browser's own of the node, within the process that holds it. A frame that shows another document gets another number, so that an old
/// reference leads nowhere rather than to something else.
public struct NodeRef: Hashable, Sendable, CustomStringConvertible {
    /// 0 is the page's own process.
    public let frame: Int
    public let node: Int

    public static let pattern = "^(f[0-9]{1,9})?e[0-9]{1,18}$"

    init(frame: Int = 0, node: Int) {
        self.frame = frame
        self.node = node
    }

    public init(_ text: String) throws(BrowserError) {
        let parts = text.split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false)
        let frame = parts[0].isEmpty ? 0 : parts[0].hasPrefix("f") ? Int(parts[0].dropFirst()) ?? -1 : -1
        guard parts.count == 2, frame >= 0, let node = Int(parts[1]), node > 0 else {
            throw .unfit("'\(text.prefix(40))' is no reference; references look like e12 or f2e12 and come from page_snapshot or page_find")
        }
        self.init(frame: frame, node: node)
    }

    public var description: String { (frame > 0 ? "f\(frame)" : "") + "e\(node)" }
}
