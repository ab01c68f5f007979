/// HTML to the text a reader would see: tags gone, scripts and styles with what is in them, entities decoded, white space joined.
///
/// It is no parser of HTML: what looks like a tag is dropped, and nothing is ever shown as markup.
public enum PlainText {
    /// - Parameter limit: bytes that are read; what follows them is not looked at.
    public static func of(_ html: String, limit: Int) -> String {
        let bytes = Array(html.utf8.prefix(limit))
        // From here on no tag ends: looked for once, not again for each "<".
        let lastEnd = bytes.lastIndex(of: UInt8(ascii: ">")) ?? -1
        var out: [UInt8] = []
        var place = 0
        var spaceComes = false
        func put(_ more: some Sequence<UInt8>) {
            if spaceComes, !out.isEmpty { out.append(32) }
            spaceComes = false
            out += more
        }
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "<"):
                if let end = endOfTag(bytes, place, lastEnd: lastEnd) {
                    if isBreaking(bytes[(place + 1)..<end]) { spaceComes = true }
                    place = end + 1
                } else {
                    put([bytes[place]])
                    place += 1
                }
            case UInt8(ascii: "&"):
                let (scalar, length) = entity(bytes, place)
                if scalar == " " || scalar == "\u{A0}" { spaceComes = true } else { put(String(scalar).utf8) }
                place += length
            case 0...32, 127:
                spaceComes = true
                place += 1
            // A space that does not break (U+00A0), as a parser hands it on.
            case 0xC2 where place + 1 < bytes.count && bytes[place + 1] == 0xA0:
                spaceComes = true
                place += 2
            default:
                put([bytes[place]])
                place += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Where a tag that starts at `place` ends; for scripts, styles and comments where all of it does. Nil where "<" begins none: "a < b".
    private static func endOfTag(_ bytes: [UInt8], _ place: Int, lastEnd: Int) -> Int? {
        guard place + 1 < bytes.count else { return nil }
        let next = bytes[place + 1]
        guard next == UInt8(ascii: "/") || next == UInt8(ascii: "!") || next == UInt8(ascii: "?") || (next | 32 >= 97 && next | 32 <= 122) else { return nil }
        for (opening, closing) in [("<script", "</script>"), ("<style", "</style>"), ("<!--", "-->")] where has(opening, bytes, place) {
            // One that is never closed swallows the rest.
            return find(closing, bytes, place) ?? bytes.count - 1
        }
        return place < lastEnd ? bytes[place...].firstIndex(of: UInt8(ascii: ">")) : nil
    }

    /// Inline tags part no words: "<b>pro</b>fit" is "profit".
    private static func isBreaking(_ tag: ArraySlice<UInt8>) -> Bool {
        let name = String(decoding: tag.drop { $0 == UInt8(ascii: "/") }.prefix { $0 | 32 >= 97 && $0 | 32 <= 122 }, as: UTF8.self).lowercased()
        return !["a", "b", "i", "em", "strong", "span", "u", "sup", "sub", "small", "font", "mark"].contains(name)
    }

    private static func has(_ text: String, _ bytes: [UInt8], _ place: Int) -> Bool {
        let wanted = Array(text.utf8)
        guard place + wanted.count <= bytes.count else { return false }
        return wanted.indices.allSatisfy { lower(bytes[place + $0]) == wanted[$0] }
    }

    private static func find(_ text: String, _ bytes: [UInt8], _ from: Int) -> Int? {
        let count = text.utf8.count
        return bytes.indices[from...].first { has(text, bytes, $0) }.map { $0 + count - 1 }
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte >= 65 && byte <= 90 ? byte + 32 : byte }

    private static func entity(_ bytes: [UInt8], _ place: Int) -> (Character, Int) {
        let name = bytes[(place + 1)...].prefix(10).prefix { $0 != UInt8(ascii: ";") }
        guard place + 1 + name.count < bytes.count, bytes[place + 1 + name.count] == UInt8(ascii: ";") else { return ("&", 1) }
        let text = String(decoding: name, as: UTF8.self)
        var code = NamedEntities.codes[text] ?? NamedEntities.xml[text]
        if text.hasPrefix("#x") || text.hasPrefix("#X") { code = UInt32(text.dropFirst(2), radix: 16) } else if text.hasPrefix("#") { code = UInt32(text.dropFirst()) }
        guard let code, let scalar = UnicodeScalar(code) else { return ("&", 1) }
        return (code < 32 ? " " : Character(scalar), name.count + 2)
    }
}
