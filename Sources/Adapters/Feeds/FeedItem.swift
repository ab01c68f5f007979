public import Model

/// One item of a feed, whatever its format: what tells it from the others, and its text without markup.
public struct FeedItem: Hashable, Sendable {
    /// The guid, or the link where there is none, or else the title.
    public var id = ""
    public var title = ""
    public var summary = ""
    public var link = ""
    public var published: Timestamp?

    public init() {}
}

/// Why a document is no feed that can be used.
public enum FeedError: Error, Hashable, Sendable, CustomStringConvertible {
    /// More than `FeedLimits` allows; reading stopped there.
    case tooLarge(String)
    /// A document type that defines something: the means of every attack by XML, and in no feed for a good reason.
    case definesEntities
    case notWellFormed(String)
    /// Neither RSS, nor Atom, nor JSON Feed.
    case notAFeed
    /// Readable, and not what is needed: what, in words.
    case unusable(String)

    public var description: String {
        switch self {
        case .tooLarge(let what): "the feed is too large: \(what)"
        case .definesEntities: "the feed's document type defines entities, which is refused"
        case .notWellFormed(let why): "the feed is not well formed: \(why)"
        case .notAFeed: "the document is neither RSS, nor Atom, nor JSON Feed"
        case .unusable(let why): why
        }
    }
}

/// What a document may be at most. A real feed is far from all of these.
public enum FeedLimits {
    public static let bytes = 4 << 20
    /// Elements within elements.
    public static let depth = 48
    public static let elements = 200_000
    public static let items = 1000
    /// Characters of one title, summary or id while it is read, in bytes; what follows is not kept.
    public static let text = 64 << 10
}
