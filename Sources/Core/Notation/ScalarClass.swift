/// A set of characters, as one place of a pattern asks for: ranges, and Unicode's general categories.
struct ScalarClass: Hashable, Sendable {
    /// Sorted, apart from each other.
    private(set) var ranges: [ClosedRange<UInt32>] = []
    /// One or two letters as in `\p{Lu}`; the second set holds those of `\P{Lu}`.
    private(set) var categories: Set<String> = []
    private(set) var otherCategories: Set<String> = []
    var isNegated = false

    static let last: UInt32 = 0x10FFFF
    static let digits: [ClosedRange<UInt32>] = [0x30...0x39]
    static let wordCharacters: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
    /// ECMA-262's WhiteSpace and LineTerminator.
    static let blanks: [ClosedRange<UInt32>] = [
        0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
    ]
    static let lineEnds: [ClosedRange<UInt32>] = [0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029]
    static let categoryNames: Set<String> = [
        "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C",
        "Cc", "Cf", "Cs", "Co", "Cn",
    ]

    init(_ ranges: [ClosedRange<UInt32>] = []) { self.ranges = ScalarClass.merged(ranges) }

    mutating func insert(_ more: [ClosedRange<UInt32>]) { ranges = ScalarClass.merged(ranges + more) }
    mutating func insert(category: String, isNegated: Bool) { if isNegated { otherCategories.insert(category) } else { categories.insert(category) } }

    func contains(_ scalar: Unicode.Scalar, ignoringCase: Bool) -> Bool {
        (holds(scalar) || (ignoringCase && ScalarClass.cases(of: scalar).contains(where: holds))) != isNegated
    }

    private func holds(_ scalar: Unicode.Scalar) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].contains(scalar.value) { return true }
            if ranges[middle].lowerBound > scalar.value { high = middle } else { low = middle + 1 }
        }
        guard !categories.isEmpty || !otherCategories.isEmpty else { return false }
        let name = ScalarClass.category(scalar.properties.generalCategory)
        if categories.contains(name) || categories.contains(String(name.prefix(1))) { return true }
        return otherCategories.contains { $0 != name && $0 != name.prefix(1) }
    }

    /// The same letter as the other case writes it, where that is one character.
    private static func cases(of scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        if scalar.isASCII {
            switch scalar.value {
            case 0x41...0x5A, 0x61...0x7A: return [Unicode.Scalar(UInt8(scalar.value ^ 0x20))]
            default: return []
            }
        }
        return [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping].compactMap { $0.unicodeScalars.count == 1 ? $0.unicodeScalars.first : nil }
    }

    static func complement(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var next: UInt32 = 0
        var found: [ClosedRange<UInt32>] = []
        for range in merged(ranges) {
            if range.lowerBound > next { found.append(next...range.lowerBound - 1) }
            next = range.upperBound + 1
        }
        if next <= last { found.append(next...last) }
        return found
    }

    private static func merged(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var found: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let before = found.last, range.lowerBound <= before.upperBound + 1 {
                found[found.count - 1] = before.lowerBound...max(before.upperBound, range.upperBound)
            } else {
                found.append(range)
            }
        }
        return found
    }

    private static func category(_ category: Unicode.GeneralCategory) -> String {
        switch category {
        case .uppercaseLetter: "Lu"
        case .lowercaseLetter: "Ll"
        case .titlecaseLetter: "Lt"
        case .modifierLetter: "Lm"
        case .otherLetter: "Lo"
        case .nonspacingMark: "Mn"
        case .spacingMark: "Mc"
        case .enclosingMark: "Me"
        case .decimalNumber: "Nd"
        case .letterNumber: "Nl"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .openPunctuation: "Ps"
        case .closePunctuation: "Pe"
        case .initialPunctuation: "Pi"
        case .finalPunctuation: "Pf"
        case .otherPunctuation: "Po"
        case .mathSymbol: "Sm"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .otherSymbol: "So"
        case .spaceSeparator: "Zs"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        case .control: "Cc"
        case .format: "Cf"
        case .surrogate: "Cs"
        case .privateUse: "Co"
        case .unassigned: "Cn"
        @unknown default: "Cn"
        }
    }
}
