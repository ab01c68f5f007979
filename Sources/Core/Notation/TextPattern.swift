/// A regular expression whose matching takes time in proportion to the text, whatever the expression is.
///
/// It answers one question: does the text hold a match? All possible places in the expression are followed at once (K. Thompson, "Regular expression search algorithm",
/// CACM 11(6), 1968), so nothing is ever tried twice and no expression can make it go back. The grammar is ECMA-262's, without what needs going back: look-around and
/// references to groups are refused with a sentence. Matching is by Unicode scalars; `^` and `$` are the ends of the whole text.
public struct TextPattern: Hashable, Sendable {
    /// Why a text is no pattern.
    public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        public let description: String
    }

    /// Characters of an expression; instructions that it may become (a count repeats what it counts); groups within groups; the largest count.
    public static let lengthLimit = 4096
    public static let programLimit = 4096
    static let depthLimit = 64
    static let countLimit = 1000

    enum Edge: Hashable, Sendable { case start, end, word, noWord }

    enum Instruction: Hashable, Sendable {
        case take(Int)  // a character of that class, then the next instruction
        case fork(Int, Int)
        case jump(Int)
        case at(Edge)
        case found
    }

    public let text: String
    public let ignoresCase: Bool
    private let program: [Instruction]
    private let classes: [ScalarClass]

    public init(_ text: String, ignoringCase: Bool = false) throws(Fault) {
        var reader = try PatternReader(text)
        var writer = PatternWriter()
        try writer.write(try reader.whole())
        writer.program.append(.found)
        self.text = text
        ignoresCase = ignoringCase
        program = writer.program
        classes = writer.classes
    }

    /// Whether `text` holds a match.
    public func isFound(in text: String) -> Bool {
        var steps = Int.max
        return isFound(in: text, steps: &steps) ?? false
    }

    /// The same within a bound on work. Nil when the steps were spent before the answer was known.
    /// - Parameter steps: what may be spent, and then what is left. A text of n characters takes at most n times the number of instructions.
    public func isFound(in text: String, steps: inout Int) -> Bool? {
        var places = Places(count: program.count)
        var next = Places(count: program.count)
        var before: Unicode.Scalar?
        var scalars = text.unicodeScalars.makeIterator()
        var scalar = scalars.next()
        while true {
            // A match may begin anywhere.
            if enter(0, &places, before, scalar, &steps) { return true }
            guard steps > 0 else { return nil }
            guard let current = scalar else { return false }
            let following = scalars.next()
            next.clear()
            for place in places.waiting {
                guard case .take(let index) = program[place], classes[index].contains(current, ignoringCase: ignoresCase) else { continue }
                if enter(place + 1, &next, current, following, &steps) { return true }
            }
            steps -= places.waiting.count
            guard steps > 0 else { return nil }
            (places, next) = (next, places)
            (before, scalar) = (current, following)
        }
    }

    /// Where the match may stand between two characters.
    private struct Places {
        /// The instructions that wait for a character.
        var waiting: [Int] = []
        /// The round in which an instruction was last entered: each is, once.
        var entered: [Int]
        var round = 1
        /// The instructions that are reached and not yet looked at.
        var pending: [Int] = []

        init(count: Int) { entered = Array(repeating: 0, count: count) }

        mutating func clear() {
            waiting.removeAll(keepingCapacity: true)
            round += 1
        }
    }

    /// True when the end of the program is reached.
    private func enter(_ start: Int, _ places: inout Places, _ before: Unicode.Scalar?, _ after: Unicode.Scalar?, _ steps: inout Int) -> Bool {
        places.pending.append(start)
        while let place = places.pending.popLast() {
            guard places.entered[place] != places.round else { continue }
            places.entered[place] = places.round
            steps -= 1
            switch program[place] {
            case .found:
                places.pending.removeAll(keepingCapacity: true)
                return true
            case .take: places.waiting.append(place)
            case .jump(let target): places.pending.append(target)
            case .fork(let one, let other):
                places.pending.append(other)
                places.pending.append(one)
            case .at(let edge): if TextPattern.isAt(edge, before, after) { places.pending.append(place + 1) }
            }
        }
        return false
    }

    private static func isAt(_ edge: Edge, _ before: Unicode.Scalar?, _ after: Unicode.Scalar?) -> Bool {
        let isWord = { (scalar: Unicode.Scalar?) in scalar.map { scalar in ScalarClass.wordCharacters.contains { $0.contains(scalar.value) } } ?? false }
        return switch edge {
        case .start: before == nil
        case .end: after == nil
        case .word: isWord(before) != isWord(after)
        case .noWord: isWord(before) == isWord(after)
        }
    }
}

/// An expression as it was read.
indirect enum PatternPart: Hashable {
    case one(ScalarClass)
    case edge(TextPattern.Edge)
    case sequence([PatternPart])
    case choice([PatternPart])
    /// `most` is nil without a bound.
    case times(PatternPart, least: Int, most: Int?)
}

/// Turns what was read into instructions.
struct PatternWriter {
    var program: [TextPattern.Instruction] = []
    private(set) var classes: [ScalarClass] = []
    private var indices: [ScalarClass: Int] = [:]
    /// A count of nothing writes nothing, as often as it likes: so the visits are counted too.
    private var visits = 0

    mutating func write(_ part: PatternPart) throws(TextPattern.Fault) {
        visits += 1
        guard program.count < TextPattern.programLimit, visits <= 4 * TextPattern.programLimit else { throw TextPattern.Fault(description: "the pattern is too large once its counts are written out") }
        switch part {
        case .one(let scalars): program.append(.take(index(scalars)))
        case .edge(let edge): program.append(.at(edge))
        case .sequence(let parts): for part in parts { try write(part) }
        case .choice(let parts): try write(choice: parts)
        case .times(let part, let least, let most): try write(part, least, most)
        }
    }

    private mutating func index(_ scalars: ScalarClass) -> Int {
        if let known = indices[scalars] { return known }
        classes.append(scalars)
        indices[scalars] = classes.count - 1
        return classes.count - 1
    }

    private mutating func write(choice parts: [PatternPart]) throws(TextPattern.Fault) {
        var ends: [Int] = []
        for (number, part) in parts.enumerated() {
            guard number < parts.count - 1 else {
                try write(part)
                break
            }
            let fork = program.count
            program.append(.jump(0))
            try write(part)
            ends.append(program.count)
            program.append(.jump(0))
            program[fork] = .fork(fork + 1, program.count)
        }
        for end in ends { program[end] = .jump(program.count) }
    }

    private mutating func write(_ part: PatternPart, _ least: Int, _ most: Int?) throws(TextPattern.Fault) {
        for _ in 0..<least { try write(part) }
        guard let most else {
            let fork = program.count
            program.append(.jump(0))
            try write(part)
            program.append(.jump(fork))
            program[fork] = .fork(fork + 1, program.count)
            return
        }
        var forks: [Int] = []
        for _ in least..<max(least, most) {
            forks.append(program.count)
            program.append(.jump(0))
            try write(part)
        }
        for fork in forks { program[fork] = .fork(fork + 1, program.count) }
    }
}
