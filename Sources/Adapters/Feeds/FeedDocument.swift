import Notation

/// A feed's items, whatever the format: RSS 2.0 (and its elders 0.9x and 1.0), Atom, or JSON Feed. What it is decides its first bytes, not its media type:
/// servers are often wrong about that.
public enum FeedDocument {
    /// - Throws: `FeedError` when nothing of it can be used. An item without any text is left out.
    public static func items(_ bytes: [UInt8]) throws(FeedError) -> [FeedItem] {
        guard bytes.count <= FeedLimits.bytes else { throw .tooLarge("\(bytes.count) bytes") }
        let found = try first(bytes) == UInt8(ascii: "{") ? JSONFeed.items(bytes) : XMLFeed.items(bytes)
        return found.compactMap(finished)
    }

    /// The first byte that is neither white space nor a byte order mark.
    private static func first(_ bytes: [UInt8]) -> UInt8? {
        bytes.drop { $0 <= 32 || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF }.first
    }

    private static func finished(_ raw: FeedItem) -> FeedItem? {
        var item = raw
        item.title = PlainText.of(raw.title, limit: FeedLimits.text)
        item.summary = PlainText.of(raw.summary, limit: FeedLimits.text)
        item.link = PlainText.of(raw.link, limit: FeedLimits.text)
        item.id = PlainText.of(raw.id, limit: FeedLimits.text)
        if item.title.isEmpty { item.title = String(item.summary.prefix(140)) }
        if item.id.isEmpty { item.id = item.link.isEmpty ? item.title : item.link }
        return item.title.isEmpty ? nil : item
    }
}
