/// Text to tokens, on bytes: one pass, no tables of Unicode.
///
/// A hyphen parts a word, so that "better-than-expected" and "better than expected" read the same. At most `limit` tokens are made; what follows is not read.
public struct Tokenizer {
    public static let limit = 512

    private let bytes: [UInt8]
    private var place = 0
    private var tokens: [Token] = []
    private var moneyComes = false

    private init(_ text: String) { bytes = Array(text.utf8) }

    public static func tokens(_ text: String) -> [Token] {
        var tokenizer = Tokenizer(text)
        tokenizer.read()
        return Numerals.joined(tokenizer.tokens)
    }

    private mutating func read() {
        while place < bytes.count, tokens.count < Self.limit {
            let byte = bytes[place]
            if Self.isLetter(byte), !readSymbol() { readWord() } else if Self.isDigit(byte) { readNumber(negative: false) } else if !Self.isLetter(byte) { readMark(byte) }
        }
    }

    // MARK: - Marks

    private mutating func readMark(_ byte: UInt8) {
        place += 1
        switch byte {
        case UInt8(ascii: "."):
            // ".5 %" is a number that lost its zero.
            if place < bytes.count, Self.isDigit(bytes[place]), place < 2 || bytes[place - 2] == 32 { return readFraction() }
            add(.stop, ".")
        case UInt8(ascii: ";"), 10: add(.stop, ";")
        case UInt8(ascii: "!"): add(.stop, "!")
        case UInt8(ascii: "?"): add(.question, "?")
        case UInt8(ascii: ","): add(.comma, ",")
        case UInt8(ascii: "$"):
            if place < bytes.count, Self.isLetter(bytes[place]), bytes[place] < 128 { return readCashtag() }
            moneyComes = true
        case UInt8(ascii: "%"): add(.word, "%")
        case UInt8(ascii: "+"), UInt8(ascii: "-"): readSign(byte)
        case UInt8(ascii: ":"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "\""), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "/"), UInt8(ascii: "|"):
            add(.mark, String(UnicodeScalar(byte)))
        default: break
        }
    }

    /// "EUR 10 .9 m", as some wires part it, is 10.9.
    private mutating func readFraction() {
        place -= 1
        readNumber(negative: false)
        guard tokens.count >= 2, tokens[tokens.count - 2].kind == .number, tokens[tokens.count - 2].value == tokens[tokens.count - 2].value.rounded(.down) else { return }
        let fraction = tokens.removeLast().value
        tokens[tokens.count - 1].value += fraction
    }

    /// A sign before a number belongs to it; a dash between spaces is a mark; a hyphen within a word is nothing.
    private mutating func readSign(_ byte: UInt8) {
        let spaced = place < 2 || bytes[place - 2] == 32 || bytes[place - 2] == UInt8(ascii: "(")
        if spaced, place < bytes.count, Self.isDigit(bytes[place]) {
            readNumber(negative: byte == UInt8(ascii: "-"))
            tokens[tokens.count - 1].isSigned = true
        } else if spaced, byte == UInt8(ascii: "-") {
            add(.mark, "-")
        }
    }

    /// The signs beyond ASCII that mean something; true when one was read.
    private mutating func readSymbol() -> Bool {
        guard bytes[place] >= 0xC2, place + 1 < bytes.count else { return false }
        let next = bytes[place + 1]
        if bytes[place] == 0xC2 {
            if next == 0xA3 || next == 0xA5 { moneyComes = true } else if next != 0xA0 && next != 0xAB && next != 0xBB { return false }
            place += 2
            return true
        }
        guard bytes[place] == 0xE2, place + 2 < bytes.count else { return false }
        switch (next, bytes[place + 2]) {
        case (0x82, 0xAC): moneyComes = true
        case (0x80, 0x93), (0x80, 0x94): add(.mark, "-")
        case (0x80, 0x9C), (0x80, 0x9D): add(.mark, "\"")
        case (0x80, 0xA6): add(.mark, "...")
        case (0x80, 0x98), (0x80, 0x99): break
        default: return false
        }
        place += 3
        return true
    }

    // MARK: - Words

    private mutating func readCashtag() {
        let start = place
        while place < bytes.count, Self.isLetter(bytes[place]) || Self.isDigit(bytes[place]) { place += 1 }
        add(.cashtag, Self.lowered(bytes[start..<place]))
    }

    private mutating func readWord() {
        let start = place
        var word: [UInt8] = []
        while place < bytes.count {
            let byte = bytes[place]
            if Self.isLetter(byte) {
                if byte == 0xE2, place + 2 < bytes.count, bytes[place + 1] == 0x80 {
                    // A curly apostrophe within a word is a straight one; any other such sign ends the word.
                    guard bytes[place + 2] == 0x99, place + 3 < bytes.count, Self.isLetter(bytes[place + 3]) else { break }
                    word.append(UInt8(ascii: "'"))
                    place += 3
                    continue
                }
                if byte == 0xC2 { break }
                word.append(byte)
            } else if Self.isDigit(byte) {
                // "EUR10": a currency ends where its amount begins.
                if word.count == 3, Numerals.currencies.contains(Self.lowered(word[...])) { break }
                word.append(byte)
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "&") || byte == UInt8(ascii: ".") {
                // "it's", "S&P", "U.S.": inside a word these are letters.
                guard place + 1 < bytes.count, Self.isLetter(bytes[place + 1]) else { break }
                if byte == UInt8(ascii: "."), word.count > 2 { break }
                if byte != UInt8(ascii: ".") { word.append(byte) }
            } else {
                break
            }
            place += 1
        }
        if place == start { place += 1; return }
        // "U.S." keeps its last stop to itself.
        if place < bytes.count, bytes[place] == UInt8(ascii: "."), bytes[start..<place].contains(UInt8(ascii: ".")) { place += 1 }
        var text = Self.lowered(word[...])
        for ending in ["'s", "'"] where text.hasSuffix(ending) && text.utf8.count > ending.utf8.count { text.removeLast(ending.count) }
        if text == "s" && tokens.last?.kind == .word { return }
        add(.word, text)
        tokens[tokens.count - 1].isCapitalized = bytes[start] >= UInt8(ascii: "A") && bytes[start] <= UInt8(ascii: "Z")
    }

    // MARK: - Numbers

    private mutating func readNumber(negative: Bool) {
        let start = place
        var value = 0.0, scale = 0.0, grouped = false
        while place < bytes.count {
            let byte = bytes[place]
            if Self.isDigit(byte) {
                if scale == 0 { value = value * 10 + Double(byte - 48) } else { value += Double(byte - 48) * scale; scale /= 10 }
            } else if byte == UInt8(ascii: "."), scale == 0, place + 1 < bytes.count, Self.isDigit(bytes[place + 1]) {
                scale = 0.1
            } else if byte == UInt8(ascii: ","), scale == 0, isGroup(place + 1) {
                grouped = true
            } else {
                break
            }
            place += 1
        }
        let digits = place - start
        let isYear = digits == 4 && !grouped && scale == 0 && !moneyComes && value >= 1900 && value < 2100
        var token = Token(isYear ? .year : .number, String(decoding: bytes[start..<place], as: UTF8.self))
        token.value = negative ? -value : value
        token.isMoney = moneyComes
        moneyComes = false
        tokens.append(token)
        // "3rd", "20th": no quantity. "5.2mn": the unit follows as a word.
    }

    private func isGroup(_ from: Int) -> Bool {
        guard from + 2 < bytes.count, (from..<from + 3).allSatisfy({ Self.isDigit(bytes[$0]) }) else { return false }
        return from + 3 >= bytes.count || !Self.isDigit(bytes[from + 3])
    }

    // MARK: - Bytes

    private mutating func add(_ kind: Token.Kind, _ text: String) { tokens.append(Token(kind, text)) }
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
    /// Every byte of a character beyond ASCII counts as a letter.
    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 32) >= 97 && (byte | 32) <= 122 || byte >= 128 }
    private static func lowered(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }, as: UTF8.self)
    }
}

/// Numbers joined with what stands beside them: currencies before, units and percent signs after.
enum Numerals {
    static let factors: [String: Double] = [
        "mn": 1e6, "mln": 1e6, "m": 1e6, "million": 1e6, "millions": 1e6, "mio": 1e6, "bn": 1e9, "b": 1e9, "bln": 1e9, "billion": 1e9, "billions": 1e9,
        "tn": 1e12, "trn": 1e12, "trillion": 1e12, "k": 1e3, "thousand": 1e3, "tsd": 1e3, "teur": 1e3,
    ]
    static let percents: Set<String> = ["%", "percent", "pct", "pc", "bps", "bp", "pp", "percentage"]
    static let currencies: Set<String> = [
        "eur", "usd", "gbp", "sek", "nok", "dkk", "jpy", "chf", "cny", "rub", "lvl", "eek", "ltl", "meur", "teur", "euro", "euros", "dollar", "dollars", "pounds", "pence", "crore", "cents",
    ]

    static func joined(_ tokens: [Token]) -> [Token] {
        var out: [Token] = []
        out.reserveCapacity(tokens.count)
        var place = 0
        while place < tokens.count {
            var token = tokens[place]
            place += 1
            if token.kind == .word, currencies.contains(token.text), place < tokens.count, tokens[place].kind == .number || tokens[place].kind == .year {
                var number = Token(.number, tokens[place].text)
                number.value = tokens[place].value * (token.text == "meur" ? 1e6 : token.text == "teur" ? 1e3 : 1)
                number.unit = number.value == 0 ? 1 : number.value / tokens[place].value
                number.isMoney = true
                place += 1
                out.append(withUnit(number, tokens, &place))
                continue
            }
            if token.kind == .number { token = withUnit(token, tokens, &place) }
            out.append(token)
        }
        return out
    }

    private static func withUnit(_ number: Token, _ tokens: [Token], _ place: inout Int) -> Token {
        var number = number
        while place < tokens.count, tokens[place].kind == .word {
            let text = tokens[place].text
            if let factor = factors[text] { (number.value, number.unit) = (number.value * factor, number.unit * factor) } else if percents.contains(text) { number.isPercent = true } else if text == "per", place + 1 < tokens.count,
                tokens[place + 1].text == "cent"
            {
                number.isPercent = true
                place += 1
            } else if currencies.contains(text) {
                number.isMoney = true
            } else {
                break
            }
            place += 1
        }
        return number
    }
}
