/// Reads a regular expression of ECMA-262, without what a `TextPattern` does not take.
struct PatternReader {
    private let scalars: [Unicode.Scalar]
    private var place = 0
    private var depth = 0

    init(_ text: String) throws(TextPattern.Fault) {
        scalars = Array(text.unicodeScalars.prefix(TextPattern.lengthLimit + 1))
        guard scalars.count <= TextPattern.lengthLimit else { throw TextPattern.Fault(description: "the pattern has more than \(TextPattern.lengthLimit) characters") }
    }

    mutating func whole() throws(TextPattern.Fault) -> PatternPart {
        let part = try choice()
        guard place == scalars.count else { throw fault("an unmatched )") }
        return part
    }

    private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }
    private func fault(_ what: String) -> TextPattern.Fault { TextPattern.Fault(description: "\(what) at character \(place + 1) of the pattern") }

    /// Goes past `text` if it stands here.
    private mutating func pass(_ text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard scalars[place...].starts(with: wanted) else { return false }
        place += wanted.count
        return true
    }

    private mutating func choice() throws(TextPattern.Fault) -> PatternPart {
        depth += 1
        defer { depth -= 1 }
        guard depth <= TextPattern.depthLimit else { throw fault("groups nested deeper than \(TextPattern.depthLimit)") }
        var ways = [try sequence()]
        while pass("|") { ways.append(try sequence()) }
        return ways.count == 1 ? ways[0] : .choice(ways)
    }

    private mutating func sequence() throws(TextPattern.Fault) -> PatternPart {
        var parts: [PatternPart] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            let part = try atom()
            parts.append(try counted(part))
        }
        return .sequence(parts)
    }

    private mutating func atom() throws(TextPattern.Fault) -> PatternPart {
        let scalar = scalars[place]
        switch scalar {
        case "(": return try group()
        case "[": return .one(try bracket())
        case "*", "+", "?": throw fault("nothing to repeat")
        case "\\": return try escape()
        default: break
        }
        place += 1
        switch scalar {
        case ".": return .one(ScalarClass(ScalarClass.complement(ScalarClass.lineEnds)))
        case "^": return .edge(.start)
        case "$": return .edge(.end)
        default: return .one(ScalarClass([scalar.value...scalar.value]))
        }
    }

    private mutating func group() throws(TextPattern.Fault) -> PatternPart {
        for start in ["(?=", "(?!", "(?<=", "(?<!"] where pass(start) { throw fault("look-around is not taken:") }
        if pass("(?<") {
            while let scalar = next, scalar != ">" { place += scalar == ")" ? scalars.count - place : 1 }
            guard pass(">") else { throw fault("a group's name does not end") }
        } else if !pass("(?:") {
            guard !pass("(?") else { throw fault("an unknown kind of group") }
            place += 1
        }
        let part = try choice()
        guard pass(")") else { throw fault("a ) is missing") }
        return part
    }

    private mutating func counted(_ part: PatternPart) throws(TextPattern.Fault) -> PatternPart {
        let counts: (least: Int, most: Int?)
        if pass("*") { counts = (0, nil) } else if pass("+") { counts = (1, nil) } else if pass("?") { counts = (0, 1) } else if let braced = try braced() { counts = braced } else { return part }
        // The shortest match and the longest are found in the same texts.
        _ = pass("?")
        if let next, "*+?".unicodeScalars.contains(next) { throw fault("nothing to repeat") }
        return .times(part, least: counts.least, most: counts.most)
    }

    /// `{2}`, `{2,}`, `{2,5}`; nil, and nothing read, where a brace is only a brace.
    private mutating func braced() throws(TextPattern.Fault) -> (least: Int, most: Int?)? {
        let start = place
        guard pass("{"), let least = number() else {
            place = start
            return nil
        }
        var most: Int? = least
        if pass(",") { most = number() }
        guard pass("}") else {
            place = start
            return nil
        }
        guard least <= TextPattern.countLimit, most ?? 0 <= TextPattern.countLimit else { throw fault("a count above \(TextPattern.countLimit)") }
        guard least <= most ?? .max else { throw fault("a count that ends before it begins") }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = next, ("0"..."9").contains(scalar) {
            // Beyond the limit it is too large whatever follows.
            value = min((value ?? 0) * 10 + Int(scalar.value) - 48, TextPattern.countLimit + 1)
            place += 1
        }
        return value
    }

    private mutating func escape() throws(TextPattern.Fault) -> PatternPart {
        if pass("\\b") { return .edge(.word) }
        if pass("\\B") { return .edge(.noWord) }
        return .one(try escapedClass())
    }

    // MARK: - Classes

    private mutating func bracket() throws(TextPattern.Fault) -> ScalarClass {
        place += 1
        var found = ScalarClass()
        var ranges: [ClosedRange<UInt32>] = []
        found.isNegated = pass("^")
        while let scalar = next, scalar != "]" {
            let first = try member()
            guard let low = single(first) else {
                ranges += first.ranges
                for name in first.categories { found.insert(category: name, isNegated: false) }
                for name in first.otherCategories { found.insert(category: name, isNegated: true) }
                continue
            }
            var high = low
            if next == "-", place + 1 < scalars.count, scalars[place + 1] != "]" {
                let dash = place
                place += 1
                if let end = single(try member()) { high = end } else { place = dash }
            }
            guard low <= high else { throw fault("a range that ends before it begins") }
            ranges.append(low...high)
        }
        guard pass("]") else { throw fault("a ] is missing") }
        found.insert(ranges)
        return found
    }

    private func single(_ scalars: ScalarClass) -> UInt32? {
        guard scalars.ranges.count == 1, scalars.categories.isEmpty, scalars.otherCategories.isEmpty, scalars.ranges[0].count == 1 else { return nil }
        return scalars.ranges[0].lowerBound
    }

    private mutating func member() throws(TextPattern.Fault) -> ScalarClass {
        if pass("\\b") { return ScalarClass([8...8]) }
        if pass("\\-") { return ScalarClass([45...45]) }
        guard let scalar = next else { throw fault("a ] is missing") }
        guard scalar != "\\" else { return try escapedClass() }
        place += 1
        return ScalarClass([scalar.value...scalar.value])
    }

    private mutating func escapedClass() throws(TextPattern.Fault) -> ScalarClass {
        place += 1
        guard let scalar = next else { throw fault("a \\ with nothing behind it") }
        place += 1
        switch scalar {
        case "d": return ScalarClass(ScalarClass.digits)
        case "D": return ScalarClass(ScalarClass.complement(ScalarClass.digits))
        case "w": return ScalarClass(ScalarClass.wordCharacters)
        case "W": return ScalarClass(ScalarClass.complement(ScalarClass.wordCharacters))
        case "s": return ScalarClass(ScalarClass.blanks)
        case "S": return ScalarClass(ScalarClass.complement(ScalarClass.blanks))
        case "p", "P": return try category(isNegated: scalar == "P")
        default:
            let value = try character(scalar)
            return ScalarClass([value...value])
        }
    }

    private mutating func character(_ scalar: Unicode.Scalar) throws(TextPattern.Fault) -> UInt32 {
        switch scalar {
        case "t": return 9
        case "n": return 10
        case "v": return 11
        case "f": return 12
        case "r": return 13
        case "0": return 0
        case "1"..."9", "k": throw fault("references to groups are not taken:")
        case "x": return try hexadecimal(2)
        case "u":
            if pass("{") {
                let value = try hexadecimal(1...6)
                guard pass("}"), value <= ScalarClass.last else { throw fault("a code that is no character") }
                return value
            }
            return try codeUnits()
        default:
            guard !("a"..."z").contains(scalar), !("A"..."Z").contains(scalar) else { throw fault("an unknown escape \\\(scalar)") }
            return scalar.value
        }
    }

    /// `\uD83D\uDE00` is one character in two halves.
    private mutating func codeUnits() throws(TextPattern.Fault) -> UInt32 {
        let high = try hexadecimal(4)
        guard (0xD800...0xDBFF).contains(high), pass("\\u") else { return high }
        let low = try hexadecimal(4)
        guard (0xDC00...0xDFFF).contains(low) else { throw fault("half a character") }
        return 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
    }

    private mutating func hexadecimal(_ count: Int) throws(TextPattern.Fault) -> UInt32 { try hexadecimal(count...count) }

    private mutating func hexadecimal(_ counts: ClosedRange<Int>) throws(TextPattern.Fault) -> UInt32 {
        var (value, count): (UInt32, Int) = (0, 0)
        while count < counts.upperBound, let digit = next.flatMap({ $0.isASCII ? Character($0).hexDigitValue : nil }) {
            value = value << 4 | UInt32(digit)
            count += 1
            place += 1
        }
        guard counts.contains(count) else { throw fault("too few hexadecimal digits") }
        return value
    }

    private mutating func category(isNegated: Bool) throws(TextPattern.Fault) -> ScalarClass {
        guard pass("{") else { throw fault("a category is written \\p{L}:") }
        var name = ""
        while let scalar = next, scalar != "}", name.count <= 2 {
            name.unicodeScalars.append(scalar)
            place += 1
        }
        guard pass("}"), ScalarClass.categoryNames.contains(name) else { throw fault("not one of Unicode's general categories (L, Lu, Nd ...)") }
        var found = ScalarClass()
        found.insert(category: name, isNegated: isNegated)
        return found
    }
}
