/// A page's text as a person would see it on one line.
///
/// Pages are written by strangers, and models read what people do not see: characters without a shape (zero width, direction marks, tags, variation selectors)
/// are taken out, and white space is joined.
public enum VisibleText {
    public static func line(_ text: String, bound: Int = 4000) -> String {
        var out = String.UnicodeScalarView()
        var spaceComes = false
        for scalar in text.unicodeScalars.prefix(bound) {
            if scalar.properties.isWhitespace || scalar.value < 32 || scalar.value == 127 {
                spaceComes = true
            } else if !isHidden(scalar) {
                if spaceComes, !out.isEmpty { out.append(" ") }
                spaceComes = false
                out.append(scalar)
            }
        }
        return String(out)
    }

    /// The same for several lines, whose breaks stay.
    static func lines(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where scalar == "\n" || scalar == "\t" || (scalar.value >= 32 && scalar.value != 127 && !isHidden(scalar)) { out.append(scalar) }
        return String(out)
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x80...0x9F, 0xAD, 0x34F, 0x61C, 0x115F...0x1160, 0x17B4...0x17B5, 0x180B...0x180F, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0x3164, 0xFE00...0xFE0F,
            0xFEFF, 0xFFA0, 0xFFF0...0xFFFB, 0x1D173...0x1D17A, 0xE0000...0xE0FFF: true
        default: false
        }
    }
}
