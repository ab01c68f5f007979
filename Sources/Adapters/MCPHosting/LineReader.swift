import Glibc

/// Cuts what a file descriptor gives into lines. Blank lines are nothing; a carriage return before the end belongs to it.
struct LineReader {
    enum Line {
        case whole(ArraySlice<UInt8>)
        case tooLong
    }

    private let file: Int32
    private let limit: Int
    private var rest: [UInt8] = []
    private var isSkipping = false
    private var chunk = [UInt8](repeating: 0, count: 1 << 16)

    init(_ file: Int32, limit: Int) {
        self.file = file
        self.limit = limit
    }

    /// The lines of the next piece, none at all perhaps; nil at the end.
    mutating func next() -> [Line]? {
        var count: Int
        repeat { count = read(file, &chunk, chunk.count) } while count < 0 && errno == EINTR
        guard count > 0 else { return nil }
        var lines: [Line] = []
        var piece = chunk[..<count]
        while let end = piece.firstIndex(of: UInt8(ascii: "\n")) {
            if let line = line(endingWith: piece[piece.startIndex..<end]) { lines.append(line) }
            piece = piece[(end + 1)...]
        }
        guard !isSkipping else { return lines }
        rest += piece
        if rest.count > limit {
            isSkipping = true
            rest = []
            lines.append(.tooLong)
        }
        return lines
    }

    /// What is left of former pieces and this end of it; nil for a blank line, and for the end of one that was too long.
    private mutating func line(endingWith end: ArraySlice<UInt8>) -> Line? {
        guard !isSkipping else {
            isSkipping = false
            return nil
        }
        var line = end
        if !rest.isEmpty {
            rest += end
            line = rest[...]
            rest = []
        }
        guard line.count <= limit else { return .tooLong }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line.contains { $0 != 0x20 && $0 != 0x09 } ? .whole(line) : nil
    }
}
