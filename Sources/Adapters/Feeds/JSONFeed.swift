import Notation

/// JSON Feed 1.0 and 1.1. Fields of the wrong type are absent fields; an id may be a number, as some publishers write it.
enum JSONFeed {
    static func items(_ bytes: [UInt8]) throws(FeedError) -> [FeedItem] {
        let root: JSON
        // A byte order mark is no JSON, and is sent all the same.
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        do throws(JSONError) { root = try JSON(parsing: text) } catch { throw .notWellFormed("no JSON at byte \(error.offset)") }
        guard root["version"]?.asText?.contains("jsonfeed.org") == true, let list = root["items"]?.asArray else { throw .notAFeed }
        return list.prefix(FeedLimits.items).filter { $0.asObject != nil }.map(item)
    }

    private static func item(_ fields: JSON) -> FeedItem {
        func text(_ name: String) -> String { fields[name]?.asText ?? fields[name]?.asInteger.map { String($0) } ?? "" }
        var item = FeedItem()
        item.id = text("id")
        item.title = text("title")
        item.link = text("url")
        item.summary = ["summary", "content_text", "content_html"].map(text).first { !$0.isEmpty } ?? ""
        item.published = FeedDate.parse(text("date_published")) ?? FeedDate.parse(text("date_modified"))
        return item
    }
}
