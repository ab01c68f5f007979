import Yams

/// YAML as written: maps, lists and scalars, each with the line that it stands at. Aliases stand as what they refer to.
public indirect enum YAMLNode: Sendable {
    /// `isPlain` says that it stands without quotes: only then is `3` a number and `true` a truth.
    case scalar(String, isPlain: Bool, line: Int)
    case sequence([YAMLNode], line: Int)
    case mapping([(key: YAMLNode, value: YAMLNode)], line: Int)

    public var line: Int {
        switch self {
        case .scalar(_, _, let line), .sequence(_, let line), .mapping(_, let line): line
        }
    }
}

/// The text is no YAML, or more than is taken.
public struct YAMLFault: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
}

public enum YAMLReader {
    /// Nodes that one text may come to, aliases counted as often as they are used: ten lines of aliases could stand for a billion.
    static let nodeLimit = 200_000
    static let depthLimit = 64

    /// The documents of a text, in order; an empty one between two separators is left out.
    public static func documents(_ text: String) throws(YAMLFault) -> [YAMLNode] {
        var budget = nodeLimit
        do {
            var roots: [YAMLNode] = []
            let parser = try Parser(yaml: text)
            while let root = try parser.nextRoot() {
                if case .scalar(let scalar) = root, scalar.string.isEmpty { continue }
                roots.append(try node(root, &budget, 0))
            }
            return roots
        } catch let fault as YAMLFault {
            throw fault
        } catch {
            throw YAMLFault(description: "\(error)".split(separator: "\n").first.map(String.init) ?? "not YAML")
        }
    }

    /// A whole text as one `Decodable` value.
    public static func decode<T: Decodable>(_ type: T.Type, from text: String) throws -> T { try YAMLDecoder().decode(type, from: text) }

    private static func node(_ node: Node, _ budget: inout Int, _ depth: Int) throws(YAMLFault) -> YAMLNode {
        budget -= 1
        guard budget >= 0 else { throw YAMLFault(description: "the text stands for more than \(nodeLimit) values") }
        guard depth < depthLimit else { throw YAMLFault(description: "the text is nested more than \(depthLimit) deep") }
        let line = node.mark?.line ?? 0
        switch node {
        case .scalar(let scalar): return .scalar(scalar.string, isPlain: scalar.style == .plain || scalar.style == .any, line: line)
        case .sequence(let list):
            var nodes: [YAMLNode] = []
            for item in list { nodes.append(try Self.node(item, &budget, depth + 1)) }
            return .sequence(nodes, line: line)
        case .mapping(let map):
            var members: [(key: YAMLNode, value: YAMLNode)] = []
            for (key, value) in map { members.append((try Self.node(key, &budget, depth + 1), try Self.node(value, &budget, depth + 1))) }
            return .mapping(members, line: line)
        case .alias: throw YAMLFault(description: "line \(line): an alias refers to nothing")
        }
    }
}
