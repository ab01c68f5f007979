import CExpat
import Notation

/// Reads XML by expat, and refuses what no feed needs: a document type that declares entities, depth, size, foreign references.
///
/// Nothing is ever fetched: no handler for external entities is set, and expat skips what has none. Names come as "namespace|local" (expat's own
/// resolution of prefixes), attributes likewise.
final class XMLReader {
    /// What the reader finds, in the order of the document.
    struct Handler {
        var start: (_ name: String, _ attributes: [String: String]) -> Void
        var text: (_ bytes: UnsafeBufferPointer<UInt8>) -> Void
        var end: (_ name: String) -> Void
    }

    static let separator: UInt8 = 0x7C
    private let handler: Handler
    private var depth = 0
    private var elements = 0
    private var failure: FeedError?
    private var parser: XML_Parser?

    private init(_ handler: Handler) { self.handler = handler }

    static func read(_ bytes: [UInt8], _ handler: Handler) throws(FeedError) {
        guard bytes.count <= FeedLimits.bytes else { throw .tooLarge("\(bytes.count) bytes") }
        let reader = XMLReader(handler)
        try reader.read(NamedEntities.numbered(bytes))
    }

    private func read(_ bytes: [UInt8]) throws(FeedError) {
        guard let parser = XML_ParserCreateNS(nil, XML_Char(Self.separator)) else { throw .tooLarge("no memory for a parser") }
        self.parser = parser
        defer { XML_ParserFree(parser) }
        // The reader outlives the parse: it is released after the parser.
        XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        XML_SetElementHandler(
            parser,
            { data, name, attributes in XMLReader.of(data)?.started(name, attributes) },
            { data, name in XMLReader.of(data)?.ended(name) })
        XML_SetCharacterDataHandler(parser) { data, text, count in
            guard let reader = XMLReader.of(data), let text, count > 0 else { return }
            text.withMemoryRebound(to: UInt8.self, capacity: Int(count)) { reader.handler.text(UnsafeBufferPointer(start: $0, count: Int(count))) }
        }
        XML_SetEntityDeclHandler(parser) { data, _, _, _, _, _, _, _, _ in XMLReader.of(data)?.stop(.definesEntities) }
        XML_SetUnknownEncodingHandler(parser, { _, name, info in SingleByteEncoding.fill(name, info) }, nil)
        let status = bytes.withUnsafeBytes { XML_Parse(parser, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count), 1) }
        if let failure { throw failure }
        guard status == XML_STATUS_OK else {
            let why = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "unknown"
            throw .notWellFormed("\(why) in line \(XML_GetCurrentLineNumber(parser))")
        }
    }

    private static func of(_ data: UnsafeMutableRawPointer?) -> XMLReader? { data.map { Unmanaged<XMLReader>.fromOpaque($0).takeUnretainedValue() } }

    private func started(_ name: UnsafePointer<XML_Char>?, _ attributes: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?) {
        depth += 1
        elements += 1
        guard depth <= FeedLimits.depth else { return stop(.tooLarge("more than \(FeedLimits.depth) elements within one another")) }
        guard elements <= FeedLimits.elements else { return stop(.tooLarge("more than \(FeedLimits.elements) elements")) }
        guard failure == nil, let name else { return }
        var found: [String: String] = [:]
        var next = attributes
        // A feed's element has a handful; what goes past this bound is not read.
        while let key = next?[0], let value = next?[1], found.count < 32 {
            found[String(cString: key)] = String(cString: value)
            next = next?.advanced(by: 2)
        }
        handler.start(String(cString: name), found)
    }

    private func ended(_ name: UnsafePointer<XML_Char>?) {
        depth -= 1
        guard failure == nil, let name else { return }
        handler.end(String(cString: name))
    }

    private func stop(_ why: FeedError) {
        guard failure == nil else { return }
        failure = why
        // 0: not to be resumed.
        XML_StopParser(parser, 0)
    }
}

/// Windows-1252 and its like, which expat does not know by itself and old feeds still declare.
enum SingleByteEncoding {
    /// 0x80...0x9F of Windows-1252; the rest is Latin-1.
    private static let upper: [Int32] = [
        0x20AC, -1, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, -1, 0x017D, -1, -1, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, -1, 0x017E, 0x0178,
    ]

    static func fill(_ name: UnsafePointer<XML_Char>?, _ info: UnsafeMutablePointer<XML_Encoding>?) -> Int32 {
        guard let name, let info, ["windows-1252", "cp1252"].contains(String(cString: name).lowercased()) else { return 0 }
        withUnsafeMutableBytes(of: &info.pointee.map) { map in
            let codes = map.bindMemory(to: Int32.self)
            for code in 0..<256 { codes[code] = code >= 0x80 && code < 0xA0 ? upper[code - 0x80] : Int32(code) }
        }
        info.pointee.data = nil
        info.pointee.convert = nil
        info.pointee.release = nil
        return 1
    }
}
