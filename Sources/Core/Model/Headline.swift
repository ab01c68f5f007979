/// One item of news as a feed told it, in plain text.
public struct Headline: Hashable, Sendable, Codable {
    /// The feed's name in the configuration; reliability is earned by it.
    public let source: String
    /// What tells the item from all others of its source: its guid, or its link.
    public let id: String
    public let title: String
    /// The first lines of its text without markup; empty where the feed has none.
    public let summary: String
    /// When the source says it was published; nil where it does not say. Only for display: it never enters a decision, because a source can say anything.
    public let published: Timestamp?

    /// Longer texts are cut here, by characters.
    public static let longestTitle = 300
    public static let longestSummary = 600

    public init(source: String, id: String, title: String, summary: String = "", published: Timestamp? = nil) {
        self.source = source
        self.id = id
        self.title = String(title.prefix(Self.longestTitle))
        self.summary = String(summary.prefix(Self.longestSummary))
        self.published = published
    }
}
