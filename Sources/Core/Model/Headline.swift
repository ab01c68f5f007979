/// One item of news as a feed told it, in plain text.
public struct Headline: Hashable, Sendable, Codable {
    /// The feed's name in the configuration; reliability is earned by it.
    public let source: String
    /// What tells the item from all others of its source: its guid, or its link; a long one by its beginning and a checksum of all of it.
    public let id: String
    public let title: String
    /// The first lines of its text without markup; empty where the feed has none.
    public let summary: String
    /// When the source says it was published; nil where it does not say. Only for display: it never enters a decision, because a source can say anything.
    public let published: Timestamp?

    /// Longer texts are cut here, by bytes of UTF-8: one character may have any number of them.
    public static let longestTitle = 600
    public static let longestSummary = 1200
    public static let longestID = 256

    public init(source: String, id: String, title: String, summary: String = "", published: Timestamp? = nil) {
        self.source = source
        self.id = id.utf8.count <= Self.longestID ? id : Self.cut(id, Self.longestID - 17) + "~" + Self.checksum(id)
        self.title = Self.cut(title, Self.longestTitle)
        self.summary = Self.cut(summary, Self.longestSummary)
        self.published = published
    }

    /// The beginning of a text, whole scalars only.
    private static func cut(_ text: String, _ bytes: Int) -> String {
        guard text.utf8.count > bytes else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: bytes)
        while text.utf8[end] & 0xC0 == 0x80 { end = text.utf8.index(before: end) }
        return String(text[..<end])
    }

    private static func checksum(_ text: String) -> String {
        var digest = Digest()
        digest.feed(text)
        return digest.text
    }
}
