/// RSS and Atom as a stream of elements: keeps the few that matter of each item, and no tree.
final class XMLFeed {
    /// Elements count only in the namespaces of feeds: a `media:title` is no title.
    private static let namespaces: Set<Substring> = [
        "", "http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/", "http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#",
        "http://purl.org/dc/elements/1.1/", "http://purl.org/rss/1.0/modules/content/", "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    ]

    private var items: [FeedItem] = []
    private var item: FeedItem?
    /// Of the item that is being read: only its own children are its fields. Atom's `source` holds a title and an id too, of another feed.
    private var itemDepth = 0
    private var isFeed = false
    private var depth = 0
    /// The field that is being read, and the depth of its element: what stands inside, as XHTML does in Atom, is its text.
    private var field: (name: String, depth: Int)?
    private var text: [UInt8] = []

    static func items(_ bytes: [UInt8]) throws(FeedError) -> [FeedItem] {
        let feed = XMLFeed()
        try XMLReader.read(bytes, .init(start: feed.started, text: feed.wrote, end: feed.ended))
        guard feed.isFeed else { throw .notAFeed }
        return feed.items
    }

    private func started(_ name: String, _ attributes: [String: String]) {
        depth += 1
        guard field == nil else {
            // Elements within a title part words as tags do.
            if text.last != 32 { text.append(32) }
            return
        }
        guard let local = Self.local(name) else { return }
        if depth == 1 { isFeed = ["rss", "feed", "RDF"].contains(local) }
        guard item != nil else {
            if local == "item" || local == "entry", items.count < FeedLimits.items { (item, itemDepth) = (FeedItem(), depth) }
            return
        }
        guard depth == itemDepth + 1 else { return }
        if local == "link", let href = attributes["href"] {
            if attributes["rel"] ?? "alternate" == "alternate", item?.link.isEmpty == true { item?.link = href }
            return
        }
        if Self.fields.contains(local) {
            field = (local, depth)
            text = []
        }
    }

    private func wrote(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard field != nil, text.count < FeedLimits.text else { return }
        text += bytes.prefix(FeedLimits.text - text.count)
    }

    private func ended(_ name: String) {
        depth -= 1
        if let field, field.depth == depth + 1 {
            set(field.name, String(decoding: text, as: UTF8.self))
            self.field = nil
        } else if field == nil, let item, depth + 1 == itemDepth {
            items.append(item)
            self.item = nil
        }
    }

    private static let fields: Set<String> = ["title", "link", "guid", "id", "description", "summary", "content", "encoded", "pubDate", "date", "published", "updated", "issued", "modified"]

    /// The first of a kind wins, but what says more wins over what says less.
    private func set(_ name: String, _ value: String) {
        switch name {
        case "title": if item?.title.isEmpty == true { item?.title = value }
        case "link": if item?.link.isEmpty == true { item?.link = value }
        case "guid", "id": if item?.id.isEmpty == true { item?.id = value }
        case "description", "summary": item?.summary = value
        case "content", "encoded": if item?.summary.isEmpty == true { item?.summary = value }
        case "updated", "modified": if item?.published == nil { item?.published = FeedDate.parse(value) }
        default: item?.published = FeedDate.parse(value) ?? item?.published
        }
    }

    /// The name without its namespace; nil where the namespace is none of a feed's.
    private static func local(_ name: String) -> String? {
        let parts = name.split(separator: "|", maxSplits: 1)
        guard parts.count == 2 else { return name }
        return namespaces.contains(parts[0]) ? String(parts[1]) : nil
    }
}
