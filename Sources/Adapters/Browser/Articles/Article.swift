import Notation

/// A page of text as it was sent, without a browser: what no script has touched.
public struct Article: Hashable, Sendable {
    public let title: String
    public let author: String
    /// As the page writes it.
    public let date: String
    /// Paragraphs, an empty line between them.
    public let text: String

    /// Bytes of a document that are read; what follows is not looked at.
    static let bound = 2 << 20

    init(html: String) {
        // What looks like a tag inside of these is none.
        let page = Article.without(["script", "style", "noscript", "svg", "template", "nav", "select"], html)
        let metas = Article.metas(page)
        let heading = Article.element("title", page).map { VisibleText.line(PlainText.of(String($0), limit: 1000)) } ?? ""
        title = metas["og:title"] ?? heading
        author = metas["author"] ?? metas["article:author"] ?? ""
        date = metas["article:published_time"] ?? metas["datepublished"] ?? metas["date"] ?? metas["dc.date"] ?? ""
        let main = Article.element("article", page) ?? Article.element("main", page) ?? Article.element("body", page) ?? page[...]
        text = Article.paragraphs(main)
    }

    private static let breaks = ["</p", "<br", "</h1", "</h2", "</h3", "</h4", "</h5", "</h6", "</li", "</div", "</tr", "</blockquote", "</section"]

    private static func paragraphs(_ html: Substring) -> String {
        var parts: [String] = []
        var part: [UInt8] = []
        let bytes = Array(html.utf8)
        for (place, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "<"), breaks.contains(where: { has($0, bytes, place) }) {
                parts.append(String(decoding: part, as: UTF8.self))
                part = []
            }
            part.append(byte)
        }
        parts.append(String(decoding: part, as: UTF8.self))
        return parts.map { VisibleText.line(PlainText.of($0, limit: bound), bound: bound) }.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    /// The content of the first element of that name.
    private static func element(_ name: String, _ html: String) -> Substring? {
        let bytes = Array(html.utf8)
        guard let open = bytes.indices.first(where: { bytes[$0] == UInt8(ascii: "<") && has("<\(name)", bytes, $0) && ends(bytes, $0 + 1 + name.utf8.count) }),
            let start = bytes[open...].firstIndex(of: UInt8(ascii: ">"))
        else { return nil }
        let end = bytes[start...].indices.first { bytes[$0] == UInt8(ascii: "<") && has("</\(name)", bytes, $0) } ?? bytes.count
        return String(decoding: bytes[(start + 1)..<end], as: UTF8.self)[...]
    }

    private static func without(_ names: [String], _ html: String) -> String {
        let bytes = Array(html.utf8.prefix(bound))
        var out: [UInt8] = []
        var place = 0
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "<"), let name = names.first(where: { has("<\($0)", bytes, place) && ends(bytes, place + 1 + $0.utf8.count) }) {
                // One that is never closed swallows the rest.
                var end = place + 1
                while end < bytes.count, !(bytes[end] == UInt8(ascii: "<") && has("</\(name)", bytes, end)) { end += 1 }
                place = end < bytes.count ? (bytes[end...].firstIndex(of: UInt8(ascii: ">")) ?? bytes.count - 1) + 1 : bytes.count
                out.append(32)
            } else {
                out.append(bytes[place])
                place += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// By name, lower case; the first of a name counts.
    private static func metas(_ html: String) -> [String: String] {
        var found: [String: String] = [:]
        for tag in html.split(separator: "<").prefix(4000) where tag.prefix(5).lowercased() == "meta " {
            let fields = attributes(tag.prefix { $0 != ">" }.dropFirst(5))
            guard let name = (fields["property"] ?? fields["name"] ?? fields["itemprop"])?.lowercased(), let content = fields["content"], found[name] == nil else { continue }
            found[name] = VisibleText.line(PlainText.of(content, limit: 2000), bound: 300)
        }
        return found
    }

    private static func attributes(_ text: Substring) -> [String: String] {
        var fields: [String: String] = [:]
        var rest = text
        while let equals = rest.firstIndex(of: "=") {
            let name = rest[..<equals].split(whereSeparator: \.isWhitespace).last.map { $0.lowercased() } ?? ""
            rest = rest[rest.index(after: equals)...].drop { $0.isWhitespace }
            guard let quote = rest.first else { break }
            let value: Substring
            if quote == "\"" || quote == "'" {
                rest = rest.dropFirst()
                value = rest.prefix { $0 != quote }
                rest = rest.dropFirst(value.count + 1)
            } else {
                value = rest.prefix { !$0.isWhitespace }
                rest = rest.dropFirst(value.count)
            }
            if !name.isEmpty { fields[name] = String(value) }
        }
        return fields
    }

    private static func has(_ text: String, _ bytes: [UInt8], _ place: Int) -> Bool {
        var at = place
        for wanted in text.utf8 {
            guard at < bytes.count else { return false }
            let byte = bytes[at]
            guard byte == wanted || (byte >= 65 && byte <= 90 && byte | 0x20 == wanted) else { return false }
            at += 1
        }
        return true
    }

    /// The name of a tag is whole here: "<nav>" and "<nav ", not "<navy>".
    private static func ends(_ bytes: [UInt8], _ place: Int) -> Bool { place >= bytes.count || bytes[place] <= 32 || bytes[place] == UInt8(ascii: ">") || bytes[place] == UInt8(ascii: "/") }
}
