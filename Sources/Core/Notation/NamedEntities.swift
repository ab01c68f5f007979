/// The names of characters that HTML has and XML has not: feeds use them all the same, and a strict parser would refuse the whole document.
public enum NamedEntities {
    static let codes: [String: UInt32] = [
        "nbsp": 160, "iexcl": 161, "cent": 162, "pound": 163, "yen": 165, "sect": 167, "copy": 169, "laquo": 171, "reg": 174, "deg": 176, "plusmn": 177, "acute": 180,
        "middot": 183, "raquo": 187, "frac12": 189, "iquest": 191, "Agrave": 192, "Aacute": 193, "Acirc": 194, "Auml": 196, "Aring": 197, "AElig": 198, "Ccedil": 199,
        "Egrave": 200, "Eacute": 201, "Iacute": 205, "Ntilde": 209, "Oacute": 211, "Ouml": 214, "times": 215, "Oslash": 216, "Uacute": 218, "Uuml": 220, "szlig": 223,
        "agrave": 224, "aacute": 225, "acirc": 226, "atilde": 227, "auml": 228, "aring": 229, "aelig": 230, "ccedil": 231, "egrave": 232, "eacute": 233, "ecirc": 234,
        "euml": 235, "igrave": 236, "iacute": 237, "icirc": 238, "iuml": 239, "ntilde": 241, "ograve": 242, "oacute": 243, "ocirc": 244, "otilde": 245, "ouml": 246,
        "oslash": 248, "ugrave": 249, "uacute": 250, "ucirc": 251, "uuml": 252, "yuml": 255, "ndash": 8211, "mdash": 8212, "lsquo": 8216, "rsquo": 8217, "sbquo": 8218,
        "ldquo": 8220, "rdquo": 8221, "bdquo": 8222, "dagger": 8224, "bull": 8226, "hellip": 8230, "prime": 8242, "lsaquo": 8249, "rsaquo": 8250, "euro": 8364,
        "trade": 8482, "larr": 8592, "rarr": 8594, "minus": 8722, "ne": 8800, "le": 8804, "ge": 8805,
    ]
    static let xml: [String: UInt32] = ["amp": 38, "lt": 60, "gt": 62, "quot": 34, "apos": 39]

    /// Names that only HTML knows as numbers, "&nbsp;" as "&#160;"; an ampersand that begins nothing known as "&amp;". All else stays, byte for byte.
    ///
    /// What a document declares by itself would be lost by this; such a document is refused anyway.
    public static func numbered(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(UInt8(ascii: "&")) else { return bytes }
        // In UTF-16 the bytes of "&" mean something else.
        guard !bytes.starts(with: [0xFE, 0xFF]), !bytes.starts(with: [0xFF, 0xFE]) else { return bytes }
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count + bytes.count / 8)
        var place = 0
        while place < bytes.count {
            guard bytes[place] == UInt8(ascii: "&") else {
                out.append(bytes[place])
                place += 1
                continue
            }
            let name = bytes[(place + 1)...].prefix(10).prefix { $0 != UInt8(ascii: ";") }
            let isClosed = place + 1 + name.count < bytes.count && bytes[place + 1 + name.count] == UInt8(ascii: ";")
            let text = String(decoding: name, as: UTF8.self)
            if isClosed, let code = codes[text] {
                out += Array("&#\(code);".utf8)
                place += name.count + 2
            } else {
                let isKnown = isClosed && (name.first == UInt8(ascii: "#") || xml[text] != nil)
                out += isKnown ? [UInt8(ascii: "&")] : Array("&amp;".utf8)
                place += 1
            }
        }
        return out
    }
}
