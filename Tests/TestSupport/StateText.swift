/// Everything that is stored in a value, line by line, as the language sees it: nothing that a type's own `==` or fingerprint leaves out is left out.
///
/// Sets and dictionaries are sorted; doubles are told by their bits.
public struct StateText {
    private(set) var lines: [String] = []

    /// The same for every engine of one program: how a text is read. And what only saves arithmetic.
    private static let constants: Set<String> = ["scorer", "topics", "remembered"]

    init(_ value: Any) { tell(value, "") }

    /// Where two differ first; nil where they are the same.
    public static func difference(_ a: Any, _ b: Any) -> String? {
        let (a, b) = (StateText(a).lines, StateText(b).lines)
        if let (x, y) = zip(a, b).first(where: { $0 != $1 }) { return "\(x) | \(y)" }
        return a.count == b.count ? nil : "\(a.count) values | \(b.count) values"
    }

    private mutating func tell(_ value: Any, _ path: String) {
        if let value = value as? Double { return lines.append("\(path) \(value) \(value.bitPattern)") }
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case nil: lines.append("\(path) \(value)")
        case .set: for (i, text) in mirror.children.map({ Self.flat($0.value) }).sorted().enumerated() { lines.append("\(path)[\(i)] \(text)") }
        case .dictionary:
            let pairs = mirror.children.compactMap { pair in
                Mirror(reflecting: pair.value).children.map(\.value)
            }
            for (key, value) in pairs.map({ (Self.flat($0[0]), $0[1]) }).sorted(by: { $0.0 < $1.0 }) { tell(value, "\(path)[\(key)]") }
        default:
            if mirror.children.isEmpty { return lines.append("\(path) \(value)") }
            for (i, child) in mirror.children.enumerated() where !(mirror.displayStyle == .struct && Self.constants.contains(child.label ?? "")) {
                tell(child.value, "\(path).\(child.label ?? String(i))")
            }
        }
    }

    private static func flat(_ value: Any) -> String { StateText(value).lines.joined(separator: ",") }
}
